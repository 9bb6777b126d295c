"""Visits that stand: the day itself, moves, series, and what becomes of them."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from actors.appointment import Request, Span, Window
from actors.doctor.messages.common import Message, OfferStatus, Repeat
from actors.ids import AppointmentId, DepartmentId, SeriesId

# --- commands ----------------------------------------------------------------------------------


class CancelVisit(Message, frozen=True):
    """From `admin_router`: the visit of *round* (0: of any) is not here any more; its time is free.

    The patient has withdrawn, or (*moved*) it stands with a colleague now, or (*by_clinic*) the
    clinic has cancelled it.
    """

    appointment: AppointmentId
    reason: str
    round: int = 0
    moved: bool = False
    by_clinic: bool = False


class RecordWish(Message, frozen=True):
    """From `admin_router`: the patient would like another time; none of *windows*: whenever."""

    appointment: AppointmentId
    round: int
    windows: tuple[Window, ...]
    note: str = ""


class RecordArrival(Message, frozen=True):
    """From `admin_router`: the patient is there, since *since*."""

    appointment: AppointmentId
    round: int
    since: datetime


class RecordCall(Message, frozen=True):
    """From `call_session`: the visit has begun (`in_call`), took place, or did not (`noshow`)."""

    appointment: AppointmentId
    status: OfferStatus


class NoteHere(Message, frozen=True):
    """By the doctor, said by the edge while a page of theirs is open: I am here."""


class GiveBackVisit(Message, frozen=True):
    """By the doctor: I can't keep this visit, because *reason*. It goes back to routing."""

    appointment: AppointmentId
    reason: str


class StartVisit(Message, frozen=True):
    """By the doctor: we have begun."""

    appointment: AppointmentId


class FinishVisit(Message, frozen=True):
    """By the doctor: it took place."""

    appointment: AppointmentId


class MarkNoShow(Message, frozen=True):
    """By the doctor, once it should have begun: the patient did not come."""

    appointment: AppointmentId


class BookSeries(Message, frozen=True):
    """By the doctor: this visit's patient comes again, so often.

    Times that are not free are not booked and are listed in the answer.
    """

    appointment: AppointmentId
    repeat: Repeat


VisitCommand: TypeAlias = (
    CancelVisit
    | RecordWish
    | RecordArrival
    | RecordCall
    | NoteHere
    | GiveBackVisit
    | StartVisit
    | FinishVisit
    | MarkNoShow
    | BookSeries
)

# --- events ------------------------------------------------------------------------------------


class VisitConfirmed(Message, frozen=True):
    """The claim was granted: the visit stands in the diary, at this time and no other.

    *moved*: it stood here before, at another time. *sequence* is the calendar's (RFC 5546), which
    rises with whatever becomes of the visit; 0 in journals from before it was counted.
    """

    appointment: AppointmentId
    department: DepartmentId
    round: int
    start: datetime
    end: datetime
    doctor_zone: str
    at: datetime
    moved: bool = False
    patient_zone: str = ""
    sequence: int = 0


class VisitCancelled(Message, frozen=True):
    """The visit (or the time held for it) is not here any more.

    *stood* is its time, if it was a visit to come and not only held. *moved* and *by_clinic* as in
    `CancelVisit`.
    """

    appointment: AppointmentId
    reason: str
    at: datetime
    moved: bool = False
    round: int = 0
    stood: Span | None = None
    patient_zone: str = ""
    sequence: int = 0
    by_clinic: bool = False


class MoveWished(Message, frozen=True):
    """The patient would like another time; the visit stands meanwhile."""

    appointment: AppointmentId
    windows: tuple[Window, ...]
    note: str
    at: datetime
    start: datetime | None = None
    """When the visit is meanwhile."""
    patient_zone: str = ""


class VisitReturned(Message, frozen=True):
    """The doctor gave back the visit of *round*, or the time that was held for its move.

    *stood* and what follows is for the calendar, as in `Returned`.
    """

    appointment: AppointmentId
    department: DepartmentId
    round: int
    reason: str
    at: datetime
    stood: Span | None = None
    patient_zone: str = ""
    sequence: int = 0


class PatientArrived(Message, frozen=True):
    """The patient is there."""

    appointment: AppointmentId
    since: datetime
    at: datetime


class SeenHere(Message, frozen=True):
    """A page of the doctor's is open. Kept at most every ten minutes."""

    at: datetime


class VisitProgressed(Message, frozen=True):
    """The visit has begun (`in_call`), took place (`fulfilled`) or did not (`noshow`)."""

    appointment: AppointmentId
    department: DepartmentId
    round: int
    status: OfferStatus
    at: datetime


class LineMoved(Message, frozen=True):
    """These patients, who wait, stand elsewhere in the line now, or the doctor does another thing.

    It changes nothing: their call sessions are told.
    """

    appointments: tuple[AppointmentId, ...]
    at: datetime


class Occurrence(msgspec.Struct, frozen=True):
    """One visit of a series: *appointment* is empty when its time is not free (a clash)."""

    span: Span
    appointment: AppointmentId | None = None
    request: Request | None = None


class SeriesBooked(Message, frozen=True):
    """Further visits are held; the department is asked to take each into its books."""

    series: SeriesId
    after: AppointmentId
    department: DepartmentId
    doctor_name: str
    doctor_zone: str
    booked: tuple[Occurrence, ...]
    clashes: tuple[Span, ...]
    at: datetime


VisitEvent: TypeAlias = (
    VisitConfirmed
    | VisitCancelled
    | MoveWished
    | VisitReturned
    | PatientArrived
    | SeenHere
    | VisitProgressed
    | LineMoved
    | SeriesBooked
)
