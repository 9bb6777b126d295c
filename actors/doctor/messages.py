"""The whole language of a doctor's actor: my hours, my diary, what waits for my answer.

One actor per doctor, at `address_of(doctor)`.
"""

from datetime import datetime, time
from enum import StrEnum
from typing import TypeAlias

import msgspec

from actors.address import Address
from actors.appointment import GroupRef, PatientRef, Request
from actors.ids import AppointmentId, DepartmentId, DoctorId

KIND = "doctor"


def address_of(doctor: DoctorId) -> Address:
    """Return where this doctor's actor is reached."""
    return Address(KIND, doctor)


class Message(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Everything that is said to, by or about a doctor's actor."""


class WeeklyHours(msgspec.Struct, frozen=True):
    """On every *weekday* (Monday is 0), from *start* until *end*, wall time of the doctor's zone.

    An *end* of 00:00 means midnight at the end of that day.
    """

    weekday: int
    start: time
    end: time


class Hours(msgspec.Struct, frozen=True):
    """When a doctor can be seen, and how a visit is laid into that time."""

    zone: str
    """IANA name."""
    weekly: tuple[WeeklyHours, ...]
    visit_minutes: int = 20
    buffer_before_minutes: int = 0
    buffer_after_minutes: int = 5


# --- commands ----------------------------------------------------------------------------------


class OpenPractice(Message, frozen=True):
    """From `accounts`: this person is now a doctor of the clinic, in this zone."""

    name: str
    zone: str


class SuspendPractice(Message, frozen=True):
    """From `accounts`: this doctor can't see anybody now; all that is open goes back."""


class ResumePractice(Message, frozen=True):
    """From `accounts`: this doctor is back."""


class SetHours(Message, frozen=True):
    """By the doctor or an administrator: these are the hours from now on.

    What is confirmed already stays.
    """

    hours: Hours


class OfferRequest(Message, frozen=True):
    """From `admin_router`: will you see this patient? Answer by *answer_by*.

    *round* counts the routings of this request; an answer names the round that it answers.
    *group* is set when every member of it is asked.
    """

    request: Request
    round: int
    answer_by: datetime
    group: GroupRef | None = None


class AcceptRequest(Message, frozen=True):
    """By the doctor: I see them, at *start*, or (none given) at the first free time that fits."""

    appointment: AppointmentId
    start: datetime | None = None


class DeclineRequest(Message, frozen=True):
    """By the doctor: I can't, because *reason*. The request goes back to routing."""

    appointment: AppointmentId
    reason: str


class GrantClaim(Message, frozen=True):
    """From `admin_router`: it is yours; the held time stands."""

    appointment: AppointmentId
    round: int


class CloseOffer(Message, frozen=True):
    """From `admin_router`: no answer is wanted any more (or your claim came too late), *why* says.

    Any time held for that round is free again. *by_name* is the colleague who took it, if one did.
    """

    appointment: AppointmentId
    round: int
    why: "Closed"
    by_name: str = ""


class CancelVisit(Message, frozen=True):
    """From `admin_router`: the patient has withdrawn; the time is free again."""

    appointment: AppointmentId
    reason: str


Command: TypeAlias = (
    OpenPractice
    | SuspendPractice
    | ResumePractice
    | SetHours
    | OfferRequest
    | AcceptRequest
    | DeclineRequest
    | GrantClaim
    | CloseOffer
    | CancelVisit
)


class Closed(StrEnum):
    """Why an offer is closed."""

    TAKEN = "taken"
    WITHDRAWN = "withdrawn"
    TOO_LATE = "too_late"
    PULLED_BACK = "pulled_back"
    EXPIRED = "expired"
    DECLINED = "declined"
    """The clinic declined the request as a whole."""


# --- events ------------------------------------------------------------------------------------


class PracticeOpened(Message, frozen=True):
    """The person is a doctor of the clinic."""

    name: str
    zone: str
    at: datetime


class PracticeSuspended(Message, frozen=True):
    """The doctor can't see anybody; *returned* (offers, holds, visits to come) went back."""

    returned: tuple["Returned", ...]
    at: datetime


class Returned(msgspec.Struct, frozen=True):
    """A request that a suspended doctor gives back to the department that sent it."""

    appointment: AppointmentId
    department: DepartmentId
    round: int


class PracticeResumed(Message, frozen=True):
    """The doctor is back."""

    at: datetime


class HoursSet(Message, frozen=True):
    """The doctor's hours are these from now on."""

    hours: Hours
    at: datetime


class RequestOffered(Message, frozen=True):
    """A request waits for this doctor's answer."""

    appointment: AppointmentId
    request: Request
    round: int
    answer_by: datetime
    group: GroupRef | None
    at: datetime


class TimeHeld(Message, frozen=True):
    """The doctor accepted: the time is held while the claim is asked for."""

    appointment: AppointmentId
    department: DepartmentId
    round: int
    doctor_name: str
    doctor_zone: str
    start: datetime
    end: datetime
    at: datetime


class RequestDeclined(Message, frozen=True):
    """The doctor can't take the request (by choice, or suspended when it came)."""

    appointment: AppointmentId
    department: DepartmentId
    round: int
    reason: str
    at: datetime


class VisitConfirmed(Message, frozen=True):
    """The claim was granted: the visit stands in the diary."""

    appointment: AppointmentId
    department: DepartmentId
    round: int
    start: datetime
    end: datetime
    doctor_zone: str
    at: datetime


class OfferClosed(Message, frozen=True):
    """The offer is over without a visit here; a held time is free again."""

    appointment: AppointmentId
    why: Closed
    by_name: str
    at: datetime


class VisitCancelled(Message, frozen=True):
    """The confirmed visit (or the held time) was cancelled by the patient."""

    appointment: AppointmentId
    reason: str
    at: datetime


Event: TypeAlias = (
    PracticeOpened
    | PracticeSuspended
    | PracticeResumed
    | HoursSet
    | RequestOffered
    | TimeHeld
    | RequestDeclined
    | VisitConfirmed
    | OfferClosed
    | VisitCancelled
)

# --- queries and their views -------------------------------------------------------------------


class GetPractice(Message, frozen=True):
    """Ask for the doctor's `Practice`."""


class GetInbox(Message, frozen=True):
    """Ask for the doctor's `Inbox`."""


class GetOffer(Message, frozen=True):
    """Ask for one `Offer`, as far as it came."""

    appointment: AppointmentId


class ListFreeTimes(Message, frozen=True):
    """Ask for `FreeTimes` that fit the request *appointment* (or, without, from *start*)."""

    appointment: AppointmentId | None = None
    start: datetime | None = None
    limit: int = 20


Query: TypeAlias = GetPractice | GetInbox | GetOffer | ListFreeTimes


class Practice(Message, frozen=True):
    """Who the doctor is and when they can be seen."""

    id: DoctorId
    name: str
    hours: Hours
    suspended: bool


class OfferStatus(StrEnum):
    """How far an offer came."""

    OPEN = "open"
    HELD = "held"
    """Accepted here; the department has not said yet whether this doctor won it."""
    CONFIRMED = "confirmed"
    CLOSED = "closed"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Offer(Message, frozen=True):
    """A request as the doctor sees it. Once closed, only who took it and why is left to see."""

    id: AppointmentId
    status: OfferStatus
    patient: PatientRef | None
    request: Request | None
    answer_by: datetime | None
    group: GroupRef | None = None
    proposed: datetime | None = None
    """The first free time that fits, for an open offer."""
    start: datetime | None = None
    end: datetime | None = None
    why: Closed | None = None
    by_name: str = ""
    reason: str = ""


class Inbox(Message, frozen=True):
    """What waits for an answer (most urgent, then earliest deadline, first), visits, news."""

    open: tuple[Offer, ...]
    visits: tuple[Offer, ...]
    """Confirmed, not over yet, by start."""
    recent: tuple[Offer, ...]
    """Closed, declined or cancelled lately, newest first."""


class FreeTimes(Message, frozen=True):
    """Starts of free times, in order, each long enough for a visit and its buffers."""

    starts: tuple[datetime, ...]
    visit_minutes: int
    zone: str


View: TypeAlias = Practice | Inbox | Offer | FreeTimes
