"""What can be asked of a patient's actor, and the views that answer."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from actors.appointment import DoctorRef, Request, Span, Stage, Status
from actors.ids import AppointmentId, PatientId
from actors.patient.messages.common import (
    AskedByClinic,
    CancelReason,
    Choices,
    Facts,
    Message,
    Reminder,
    Step,
    Walls,
)

# --- queries -----------------------------------------------------------------------------------


class GetProfile(Message, frozen=True):
    """Ask for the patient's `Profile`."""


class ListAppointments(Message, frozen=True):
    """Ask for `Appointments`, newest request first; *after* is the last id already seen.

    A page ends early when no more fits into one answer.
    """

    after: AppointmentId | None = None
    limit: int = 50


class GetAppointment(Message, frozen=True):
    """Ask for one `AppointmentView` with its timeline."""

    appointment: AppointmentId


Query: TypeAlias = GetProfile | ListAppointments | GetAppointment

# --- views -------------------------------------------------------------------------------------


class Profile(Message, frozen=True):
    """Who the patient is."""

    id: PatientId
    name: str
    zone: str
    facts: Facts = Facts()


class TimelineEntry(msgspec.Struct, frozen=True):
    """One step in the life of an appointment.

    *who* is a name to show (empty: the patient); *why* a code or a sentence, as the event had it;
    *until* the answer-by time of a routing or an offer; *start* the time that it is about.
    """

    step: Step
    at: datetime
    who: str = ""
    why: str = ""
    stage: Stage | None = None
    until: datetime | None = None
    start: datetime | None = None


class AppointmentView(Message, frozen=True):
    """One appointment as its patient sees it."""

    id: AppointmentId
    status: Status
    request: Request
    with_name: str = ""
    stage: Stage | None = None
    answer_by: datetime | None = None
    doctor: DoctorRef | None = None
    start: datetime | None = None
    end: datetime | None = None
    doctor_zone: str = ""
    reason: str = ""
    """Why it was cancelled or declined."""
    timeline: tuple[TimelineEntry, ...] = ()
    because: str = ""
    """Why this doctor: `picked`, `kept`, or empty."""
    choices: Choices | None = None
    chosen: datetime | None = None
    """The time that was taken and does not stand yet."""
    moving_to: datetime | None = None
    """The time to which the visit is being moved."""
    moves: int = 0
    """How often the patient has asked to move it."""
    wished: bool = False
    """Whether the doctor was asked to propose another time."""
    earlier: bool = False
    reminders: tuple[Reminder, ...] = ()
    walls: Walls | None = None
    sequence: int = 0
    """Of the calendar entry (RFC 5545)."""
    cancelled_for: CancelReason | None = None
    asked: tuple[AskedByClinic, ...] = ()
    arrived_at: datetime | None = None
    last_time: Span | None = None
    """The time that it had when it ended, for calendars."""
    clinic_minutes: tuple[int, ...] = ()
    """How long before it the clinic reminds, unless the patient chose otherwise."""

    def cutoff(self) -> datetime | None:
        """Return until when the patient may move or cancel the visit alone; None without a time."""
        if self.start is None:
            return None
        return self.request.visit.cutoff_before(self.start)


class Appointments(Message, frozen=True):
    """A page of appointments (without timelines); *more* says that others follow."""

    items: tuple[AppointmentView, ...]
    more: bool


View: TypeAlias = Profile | AppointmentView | Appointments
