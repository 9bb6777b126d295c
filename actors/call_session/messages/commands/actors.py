"""Told by other actors: how a visit or a thread stands, and who is busy."""

from datetime import datetime
from typing import TypeAlias

from actors.appointment import DoctorRef, PatientRef
from actors.call_session.messages.common import Message, Person
from actors.ids import AppointmentId, ConversationId, RingId
from actors.visit_type import Medium


class SetVisit(Message, frozen=True):
    """From `patient`: the visit stands so (confirmed, moved, or with another doctor now)."""

    appointment: AppointmentId
    conversation: ConversationId
    patient: PatientRef
    doctor: DoctorRef
    start: datetime
    end: datetime
    medium: Medium


class EndVisit(Message, frozen=True):
    """From `patient`: the visit is over, called off, or looks for a doctor again."""

    appointment: AppointmentId
    outcome: str
    """The appointment's status: `fulfilled`, `noshow`, `cancelled`, ..."""


class RecordArrival(Message, frozen=True):
    """From `patient`: they have checked in."""

    appointment: AppointmentId
    since: datetime


class NoteLine(Message, frozen=True):
    """From `doctor`: where the patient stands in the line has changed, or what the doctor does."""

    appointment: AppointmentId


class SetThread(Message, frozen=True):
    """From `conversation`: these people may call one another (*open*), or may not any more."""

    conversation: ConversationId
    people: tuple[Person, ...]
    open: bool


class RecordBusy(Message, frozen=True):
    """From `phone`: who is rung by *ring* is in another call."""

    ring: RingId


ActorCommand: TypeAlias = SetVisit | EndVisit | RecordArrival | NoteLine | SetThread | RecordBusy
