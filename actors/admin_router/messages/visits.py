"""Visits that stand: moves, freed times that are offered on, series, and the day itself."""

from datetime import datetime
from typing import TypeAlias

from actors.admin_router.messages.common import Message, MoveCause
from actors.appointment import DoctorRef, PatientRef, Request, Span, Status, Window
from actors.caller import NOBODY_YET, By
from actors.ids import AppointmentId, DoctorId

# --- commands ----------------------------------------------------------------------------------


class MoveVisit(Message, frozen=True):
    """From `patient`: move my visit to *start* with *doctor*; the old time is kept till it is sure.

    *number* counts the patient's moves of this visit, so that the outcome names which it was.
    """

    appointment: AppointmentId
    doctor: DoctorRef
    start: datetime
    number: int


class WishMove(Message, frozen=True):
    """From `patient`: I would like another time, in one of *windows* (none: whenever).

    The doctor is asked to propose times; the visit stands meanwhile.
    """

    appointment: AppointmentId
    windows: tuple[Window, ...] = ()
    note: str = ""


class SetEarlier(Message, frozen=True):
    """From `patient`: offer me an earlier time if one is freed, or do not any more."""

    appointment: AppointmentId
    wanted: bool


class Reassign(Message, frozen=True):
    """By an administrator: give this visit to *doctor*, at *start* (none given: at the same time).

    The visit stays where it is until *doctor*'s diary has it.
    """

    appointment: AppointmentId
    doctor: DoctorRef
    start: datetime | None = None


class AdoptVisit(Message, frozen=True):
    """From `doctor`: I hold this time for a further visit of a series; take it into the books."""

    request: Request
    doctor: DoctorRef
    doctor_zone: str
    start: datetime
    end: datetime


class RecordCheckIn(Message, frozen=True):
    """From `patient`: I am there."""

    appointment: AppointmentId
    since: datetime


class RecordProgress(Message, frozen=True):
    """From `doctor`: the visit of *round* has begun (`in_call`), is `fulfilled`, or `noshow`."""

    appointment: AppointmentId
    round: int
    doctor: DoctorId
    status: Status


class MoveDue(Message, frozen=True):
    """By a timer: the patient has not chosen, or the doctor not answered, move *round* in time."""

    appointment: AppointmentId
    round: int


class NotifyClocks(Message, frozen=True):
    """By an administrator or the operator: tell these visits' patients what clocks show now."""

    appointments: tuple[AppointmentId, ...]


VisitCommand: TypeAlias = (
    MoveVisit
    | WishMove
    | SetEarlier
    | Reassign
    | AdoptVisit
    | RecordCheckIn
    | RecordProgress
    | MoveDue
    | NotifyClocks
)

# --- events ------------------------------------------------------------------------------------


class MoveStarted(Message, frozen=True):
    """*doctor* is asked to take the visit at *start* in *round*; the old time is kept.

    *number* is the patient's (0 for a move that the patient did not begin). *anywhere* as in
    `doctor.BookVisit`.
    """

    appointment: AppointmentId
    request: Request
    round: int
    doctor: DoctorRef
    start: datetime
    cause: MoveCause
    number: int
    until: datetime
    by: By
    at: datetime
    anywhere: bool = False


class MoveHeld(Message, frozen=True):
    """*doctor* holds the time of the move. *grant*: the doctor is told that it is theirs.

    Without *grant* (a freed time) the patient is offered it first, until *until*.
    """

    appointment: AppointmentId
    patient: PatientRef
    round: int
    doctor: DoctorRef
    doctor_zone: str
    spans: tuple[Span, ...]
    cause: MoveCause
    grant: bool
    until: datetime
    at: datetime


class MoveTaken(Message, frozen=True):
    """The patient took *start* of the times held for the move; the doctor is told."""

    appointment: AppointmentId
    round: int
    doctor: DoctorId
    start: datetime
    at: datetime


class VisitMoved(Message, frozen=True):
    """The new time stands in the new diary; the old one (*old_round*, with *old_doctor*) is let go.

    *freed* is the old time, for those who would come earlier.
    """

    appointment: AppointmentId
    patient: PatientRef
    round: int
    doctor: DoctorRef
    doctor_zone: str
    start: datetime
    end: datetime
    old_doctor: DoctorId
    old_round: int
    freed: Span
    cause: MoveCause
    number: int
    doctor_wall: datetime
    patient_wall: datetime
    reminder_minutes: tuple[int, ...]
    at: datetime


class MoveEnded(Message, frozen=True):
    """The visit stays as it was: the time was taken, refused, or not answered, by *why*.

    *why* is `time_taken`, `unavailable`, `refused`, `lapsed`, `withdrawn` (the visit itself has
    lost its doctor) or `returned`. *close* says whether the doctor still holds something for it;
    *cancel* that it may stand there as a visit already. *offered*: the patient was to choose.
    *round* is 0 for a move that was never begun.
    """

    appointment: AppointmentId
    patient: PatientRef
    round: int
    doctor: DoctorId
    cause: MoveCause
    number: int
    why: str
    close: bool
    at: datetime
    cancel: bool = False
    offered: bool = False


class MoveWished(Message, frozen=True):
    """The patient would like another time; the doctor is asked to propose some."""

    appointment: AppointmentId
    doctor: DoctorId
    round: int
    windows: tuple[Window, ...]
    note: str
    at: datetime


class EarlierSet(Message, frozen=True):
    """The patient would come earlier (or would not any more)."""

    appointment: AppointmentId
    wanted: bool
    at: datetime


class VisitAdopted(Message, frozen=True):
    """A further visit of a series is in the books; the doctor is told that it is theirs."""

    appointment: AppointmentId
    request: Request
    doctor: DoctorRef
    doctor_zone: str
    start: datetime
    end: datetime
    at: datetime


class PatientCheckedIn(Message, frozen=True):
    """The patient is there; the doctor is told."""

    appointment: AppointmentId
    doctor: DoctorId
    round: int
    since: datetime
    at: datetime


class VisitProgressed(Message, frozen=True):
    """The visit has begun, took place, or did not; the patient is told."""

    appointment: AppointmentId
    patient: PatientRef
    status: Status
    at: datetime
    by: By = NOBODY_YET


class ClocksNotified(Message, frozen=True):
    """The patient is told what clocks show now for a visit whose hour a change of law has moved."""

    appointment: AppointmentId
    patient: PatientRef
    doctor_wall: datetime
    patient_wall: datetime
    by: By
    at: datetime


VisitEvent: TypeAlias = (
    MoveStarted
    | MoveHeld
    | MoveTaken
    | VisitMoved
    | MoveEnded
    | MoveWished
    | EarlierSet
    | VisitAdopted
    | PatientCheckedIn
    | VisitProgressed
    | ClocksNotified
)
