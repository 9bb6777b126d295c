"""The session of a visit or a thread: it opens, people come to it, and it closes."""

from datetime import datetime
from typing import TypeAlias

from actors.appointment import DoctorRef, PatientRef
from actors.call_session.messages.common import Hosting, Message, Outcome, Person
from actors.ids import AppointmentId, ConversationId, UserId
from actors.media import DeviceCheck


class SessionOpened(Message, frozen=True):
    """The people of a visit (*hosting*) or of a thread may call one another from now on."""

    appointment: AppointmentId | None
    conversation: ConversationId
    hosting: Hosting | None
    people: tuple[Person, ...]
    """All who may take part, without guests."""
    at: datetime


class SessionClosed(Message, frozen=True):
    """Nobody may take part any more: `fulfilled`, `cancelled`, ..., `thread_closed`, `too_long`."""

    appointment: AppointmentId | None
    why: str
    at: datetime


class VisitOver(Message, frozen=True):
    """The visit (or the thread) is over while people talk: the session closes after their call."""

    appointment: AppointmentId | None
    why: str
    at: datetime


class ClosingPutOff(Message, frozen=True):
    """Somebody is still there or has checked in: the session closes at *until* at the earliest."""

    appointment: AppointmentId | None
    until: datetime
    at: datetime


class DoctorsSet(Message, frozen=True):
    """Who treats *patient* in the visit, and may write its note."""

    appointment: AppointmentId
    patient: PatientRef
    doctors: tuple[DoctorRef, ...]
    start: datetime
    at: datetime


class PatientArrived(Message, frozen=True):
    """The patient has checked in."""

    appointment: AppointmentId
    since: datetime
    at: datetime


class CheckRecorded(Message, frozen=True):
    """Somebody has checked their device."""

    user: UserId
    check: DeviceCheck
    at: datetime


class LineNoted(Message, frozen=True):
    """Where the patient stands in the doctor's line has changed."""

    at: datetime


class WordTold(Message, frozen=True):
    """A word for who waits."""

    text: str
    by: UserId
    at: datetime


class VisitStarted(Message, frozen=True):
    """Host and patient are both in the call. *doctor* is whose diary has the visit."""

    appointment: AppointmentId
    doctor: UserId
    at: datetime


class OutcomeSet(Message, frozen=True):
    """What the visit came to, by the doctor's word."""

    appointment: AppointmentId | None
    outcome: Outcome
    by: UserId
    at: datetime
    doctor: UserId | None = None
    """Whose diary has the visit."""


SessionEvent: TypeAlias = (
    SessionOpened
    | SessionClosed
    | VisitOver
    | ClosingPutOff
    | DoctorsSet
    | PatientArrived
    | CheckRecorded
    | LineNoted
    | WordTold
    | VisitStarted
    | OutcomeSet
)
