"""Requests that wait for an answer, and times that are held on the way to a visit."""

from datetime import datetime
from typing import TypeAlias

from actors.appointment import Because, GroupRef, Request, Span
from actors.doctor.messages.common import Closed, Message
from actors.ids import AppointmentId, DepartmentId, HoldId, PatientId
from actors.visit_type import VisitType

# --- commands ----------------------------------------------------------------------------------


class HoldTime(Message, frozen=True):
    """By a patient: keep this shown time for me while I fill in the form.

    One per patient and doctor: a second one takes the place of the first. Refused when it is not
    free (any more). It lasts for the *visit*'s `hold_minutes`. *moving* is the patient's own visit
    with this doctor that would move there: it does not stand in its own way.
    """

    visit: VisitType
    start: datetime
    moving: AppointmentId | None = None


class ReleaseTime(Message, frozen=True):
    """By a patient: I do not want the held time after all."""


class HoldOver(Message, frozen=True):
    """By a timer: the time of *hold* is over."""

    patient: PatientId
    hold: HoldId


class OfferRequest(Message, frozen=True):
    """From `admin_router`: will you see this patient? Answer by *answer_by*.

    *round* counts the routings of this request; an answer names the round that it answers.
    *group* is set when every member of it is asked; *because* says why this doctor. When the
    request has a time that was picked here, it is kept free until the answer.
    """

    request: Request
    round: int
    answer_by: datetime
    group: GroupRef | None = None
    because: Because | None = None


class BookVisit(Message, frozen=True):
    """From `admin_router`: take this visit at *start*, if that time is free here.

    For a direct booking, a move, a takeover from a colleague, or a freed time that is offered on.
    Free: the time is held and claimed. Not free: it is declined for `time_taken`. A visit that
    stands here already keeps its own time meanwhile. *anywhere* (an administrator chose): also
    outside the hours, but never over another visit. *picked* (the patient chose): only a time that
    is held for the patient, or that a patient may pick now.
    """

    request: Request
    round: int
    start: datetime
    anywhere: bool = False
    picked: bool = False


class AcceptRequest(Message, frozen=True):
    """By the doctor: I see them, at *start*, or (none given) at the first free time that fits."""

    appointment: AppointmentId
    start: datetime | None = None


class ProposeTimes(Message, frozen=True):
    """By the doctor: not then, but at one of these one to three times.

    They are held until the patient has chosen, at the latest for *hold_minutes*. Also for a visit
    that stands: it keeps its time until the patient takes another.
    """

    appointment: AppointmentId
    starts: tuple[datetime, ...]
    hold_minutes: int = 24 * 60


class DeclineRequest(Message, frozen=True):
    """By the doctor: I can't, because *reason*. The request goes back to routing."""

    appointment: AppointmentId
    reason: str


class GrantClaim(Message, frozen=True):
    """From `admin_router`: it is yours; the held time (of several, *start*) stands."""

    appointment: AppointmentId
    round: int
    start: datetime | None = None


class CloseOffer(Message, frozen=True):
    """From `admin_router`: no answer is wanted any more (or your claim came too late), *why* says.

    Any time held for that round is free again; a visit that stands from an earlier round stays.
    *by_name* is the colleague who took it, if one did.
    """

    appointment: AppointmentId
    round: int
    why: Closed
    by_name: str = ""


OfferCommand: TypeAlias = (
    HoldTime
    | ReleaseTime
    | HoldOver
    | OfferRequest
    | BookVisit
    | AcceptRequest
    | ProposeTimes
    | DeclineRequest
    | GrantClaim
    | CloseOffer
)

# --- events ------------------------------------------------------------------------------------


class TimeKept(Message, frozen=True):
    """A shown time is kept for a patient until *until*; an earlier one of theirs is free again."""

    hold: HoldId
    patient: PatientId
    visit: VisitType
    span: Span
    until: datetime
    at: datetime


class TimeReleased(Message, frozen=True):
    """The time that was kept for a patient is free again: they let go, or it was over."""

    hold: HoldId
    patient: PatientId
    at: datetime


class RequestOffered(Message, frozen=True):
    """A request waits for this doctor's answer; *reserved* is the picked time, kept for it."""

    appointment: AppointmentId
    request: Request
    round: int
    answer_by: datetime
    group: GroupRef | None
    at: datetime
    reserved: Span | None = None
    because: Because | None = None


class TimeHeld(Message, frozen=True):
    """The time is held while the claim is asked for: the doctor accepted, or it is booked for them.

    *request* is set when there was no offer before. A visit that stands here keeps its time.
    """

    appointment: AppointmentId
    department: DepartmentId
    round: int
    doctor_name: str
    doctor_zone: str
    start: datetime
    end: datetime
    at: datetime
    request: Request | None = None


class TimesProposed(Message, frozen=True):
    """Other times are held, for the patient to choose one; *round* is the one that it answers."""

    appointment: AppointmentId
    department: DepartmentId
    round: int
    doctor_name: str
    doctor_zone: str
    spans: tuple[Span, ...]
    until: datetime
    at: datetime


class RequestDeclined(Message, frozen=True):
    """The doctor can't take the request: by choice, or unavailable, or that time is taken.

    A visit that stands here from an earlier round stays.
    """

    appointment: AppointmentId
    department: DepartmentId
    round: int
    reason: str
    at: datetime


class OfferClosed(Message, frozen=True):
    """The offer (or a move) is over without a visit here; what was held for it is free again.

    *round* is the one that was closed; 0 in journals from before visits could be moved.
    """

    appointment: AppointmentId
    why: Closed
    by_name: str
    at: datetime
    round: int = 0


OfferEvent: TypeAlias = (
    TimeKept
    | TimeReleased
    | RequestOffered
    | TimeHeld
    | TimesProposed
    | RequestDeclined
    | OfferClosed
)
