"""What happens to a patient and their appointments."""

from datetime import datetime
from typing import TypeAlias

from actors.appointment import DoctorRef, PatientRef, Request, Span, Stage, Status, Window
from actors.ids import AppointmentId, DepartmentId
from actors.patient.messages.common import CancelReason, Facts, Message, Reminder, Walls
from actors.visit_type import Medium


class PatientRegistered(Message, frozen=True):
    """The person is a patient of the clinic."""

    name: str
    zone: str
    at: datetime


class ProfileChanged(Message, frozen=True):
    """The patient's name, zone or facts are others now."""

    name: str
    zone: str
    at: datetime
    facts: Facts | None = None


class AppointmentRequested(Message, frozen=True):
    """The patient asked to be seen, or (*adopted*) the clinic booked one of a series."""

    appointment: AppointmentId
    request: Request
    at: datetime
    adopted: bool = False


class AppointmentRouted(Message, frozen=True):
    """The request lies with somebody (again) who has to answer by a time."""

    appointment: AppointmentId
    stage: Stage
    with_name: str
    answer_by: datetime
    why: str
    at: datetime
    because: str = ""


class ClinicAsked(Message, frozen=True):
    """The clinic would like to know something about the request."""

    appointment: AppointmentId
    text: str
    at: datetime


class ClinicAnswered(Message, frozen=True):
    """The patient answered what the clinic asked."""

    appointment: AppointmentId
    department: DepartmentId
    text: str
    at: datetime


class TimesOffered(Message, frozen=True):
    """These times are held for the patient to choose one."""

    appointment: AppointmentId
    round: int
    doctor: DoctorRef
    doctor_zone: str
    spans: tuple[Span, ...]
    until: datetime
    earlier: bool
    at: datetime


class TimeChosen(Message, frozen=True):
    """The patient took one of the times; it stands once the doctor's diary says so."""

    appointment: AppointmentId
    department: DepartmentId
    round: int
    start: datetime
    at: datetime


class TimesRefused(Message, frozen=True):
    """The patient took none of the times."""

    appointment: AppointmentId
    department: DepartmentId
    round: int
    windows: tuple[Window, ...]
    note: str
    at: datetime


class ChoicesClosed(Message, frozen=True):
    """The times are not held any more, by *why*."""

    appointment: AppointmentId
    why: str
    at: datetime


class AppointmentConfirmed(Message, frozen=True):
    """The appointment has a doctor and a time.

    *reminders* replace those of before, whose wake-ups (*dropped*, in minutes) are forgotten in the
    same step. *sequence* is the calendar's (RFC 5545).
    """

    appointment: AppointmentId
    doctor: DoctorRef
    start: datetime
    end: datetime
    doctor_zone: str
    at: datetime
    walls: Walls | None = None
    reminders: tuple[Reminder, ...] = ()
    dropped: tuple[int, ...] = ()
    sequence: int = 0
    clinic_minutes: tuple[int, ...] = ()
    """How long before a visit the clinic reminds; the patient's own choice goes before it."""
    patient_name: str = ""
    patient: PatientRef | None = None
    """Who is seen, without their birthday; None in journals from before there were calls."""
    medium: Medium = Medium.VIDEO


class MoveRequested(Message, frozen=True):
    """The patient asked to move the visit; it stays where it is until the new time is sure."""

    appointment: AppointmentId
    department: DepartmentId
    doctor: DoctorRef
    start: datetime
    number: int
    at: datetime


class MoveWished(Message, frozen=True):
    """The patient would like another time; the doctor is asked to propose some."""

    appointment: AppointmentId
    department: DepartmentId
    windows: tuple[Window, ...]
    note: str
    at: datetime


class AppointmentMoved(Message, frozen=True):
    """The visit stands at another time, or with another doctor; see `AppointmentConfirmed`."""

    appointment: AppointmentId
    doctor: DoctorRef
    start: datetime
    end: datetime
    doctor_zone: str
    cause: str
    number: int
    walls: Walls
    reminders: tuple[Reminder, ...]
    dropped: tuple[int, ...]
    sequence: int
    at: datetime
    clinic_minutes: tuple[int, ...] = ()
    patient_name: str = ""
    before: DoctorRef | None = None
    """The doctor that it stood with, if that was another one."""
    patient: PatientRef | None = None
    medium: Medium = Medium.VIDEO


class MoveEnded(Message, frozen=True):
    """The move did not come about; the visit stays as it was, with *doctor* at *start*."""

    appointment: AppointmentId
    why: str
    number: int
    at: datetime
    doctor: DoctorRef | None = None
    start: datetime | None = None
    doctor_zone: str = ""


class EarlierSet(Message, frozen=True):
    """The patient would come earlier if a time is freed (or would not any more)."""

    appointment: AppointmentId
    department: DepartmentId
    wanted: bool
    at: datetime


class RemindersSet(Message, frozen=True):
    """The patient's reminders of a visit to come are these now; see `AppointmentConfirmed`."""

    appointment: AppointmentId
    reminders: tuple[Reminder, ...]
    dropped: tuple[int, ...]
    start: datetime
    at: datetime


class ReminderSent(Message, frozen=True):
    """The patient is reminded."""

    appointment: AppointmentId
    minutes: int
    doctor: DoctorRef
    start: datetime
    end: datetime
    doctor_zone: str
    at: datetime


class ReminderSkipped(Message, frozen=True):
    """A reminder came too late to be of use, by *why*."""

    appointment: AppointmentId
    minutes: int
    why: str
    at: datetime


class CheckedIn(Message, frozen=True):
    """The patient is there."""

    appointment: AppointmentId
    department: DepartmentId
    at: datetime


class AppointmentProgressed(Message, frozen=True):
    """The visit has begun (`in_call`), took place (`fulfilled`) or did not (`noshow`).

    *dropped*: reminders to forget.
    """

    appointment: AppointmentId
    status: Status
    at: datetime
    dropped: tuple[int, ...] = ()
    doctor: DoctorRef | None = None
    start: datetime | None = None
    doctor_zone: str = ""
    patient_name: str = ""


class ClocksChanged(Message, frozen=True):
    """Clocks show another hour for the visit by the law of now; its instant is the same."""

    appointment: AppointmentId
    walls: Walls
    at: datetime
    doctor: DoctorRef | None = None
    start: datetime | None = None
    doctor_zone: str = ""


class AppointmentCancelled(Message, frozen=True):
    """The patient withdrew it, requested or confirmed. *dropped*: reminders to forget.

    The rest is what a calendar needs to strike it out; *start* is empty for one without a time.
    """

    appointment: AppointmentId
    department: DepartmentId
    reason: str
    at: datetime
    why: CancelReason = CancelReason.OTHER
    dropped: tuple[int, ...] = ()
    doctor: DoctorRef | None = None
    start: datetime | None = None
    end: datetime | None = None
    doctor_zone: str = ""
    sequence: int = 0


class AppointmentDeclined(Message, frozen=True):
    """The clinic can't take it, or cancels it. What follows as for `AppointmentCancelled`."""

    appointment: AppointmentId
    reason: str
    at: datetime
    dropped: tuple[int, ...] = ()
    doctor: DoctorRef | None = None
    start: datetime | None = None
    end: datetime | None = None
    doctor_zone: str = ""
    sequence: int = 0


class AppointmentExpired(Message, frozen=True):
    """The last asked-for time passed without a confirmed visit."""

    appointment: AppointmentId
    at: datetime
    dropped: tuple[int, ...] = ()


class AppointmentReturned(Message, frozen=True):
    """A visit that stood has lost its doctor and is a request again; calendars strike it out.

    Comes just before the `AppointmentRouted` that says where it lies now.
    """

    appointment: AppointmentId
    why: str
    dropped: tuple[int, ...]
    doctor: DoctorRef
    start: datetime
    end: datetime
    doctor_zone: str
    sequence: int
    at: datetime


class NoticesRead(Message, frozen=True):
    """In journals from before letter boxes kept the notices; nothing comes of it."""

    up_to: int
    at: datetime


Event: TypeAlias = (
    PatientRegistered
    | ProfileChanged
    | AppointmentRequested
    | AppointmentRouted
    | ClinicAsked
    | ClinicAnswered
    | TimesOffered
    | TimeChosen
    | TimesRefused
    | ChoicesClosed
    | AppointmentConfirmed
    | MoveRequested
    | MoveWished
    | AppointmentMoved
    | MoveEnded
    | EarlierSet
    | RemindersSet
    | ReminderSent
    | ReminderSkipped
    | CheckedIn
    | AppointmentProgressed
    | ClocksChanged
    | AppointmentReturned
    | AppointmentCancelled
    | AppointmentDeclined
    | AppointmentExpired
    | NoticesRead
)
