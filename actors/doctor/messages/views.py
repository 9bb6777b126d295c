"""What can be asked of a doctor's actor, and the views that answer."""

from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from actors.appointment import (
    Because,
    DoctorRef,
    GroupRef,
    Mark,
    PatientRef,
    Request,
    Span,
    Window,
)
from actors.directory.messages import Closure
from actors.doctor.messages.common import (
    Absence,
    Closed,
    Hours,
    Message,
    OfferStatus,
    Profile,
    Repeat,
)
from actors.doctor.messages.correspondence import CorrespondenceQuery, CorrespondenceView
from actors.ids import AppointmentId, DoctorId, HoldId
from actors.visit_type import VisitType

# --- queries -----------------------------------------------------------------------------------


class GetPractice(Message, frozen=True):
    """Ask for the doctor's `Practice`."""


class InboxPart(StrEnum):
    """A part of the inbox that has pages."""

    OPEN = "open"
    VISITS = "visits"


class GetInbox(Message, frozen=True):
    """Ask for the doctor's `Inbox`: of each part the first *limit* (at most 200); *only* one part.

    Of what is open those after the first *skip*, of visits those after the place *after*. A page
    ends early when no more fits into one answer.
    """

    limit: int = 200
    only: InboxPart | None = None
    skip: int = 0
    after: Mark | None = None


class GetOffer(Message, frozen=True):
    """Ask for one `Offer`, as far as it came."""

    appointment: AppointmentId


class GetLine(Message, frozen=True):
    """Ask (as its patient, through a guest's door too, or as the doctor) for a `Line`."""

    appointment: AppointmentId


class ListFreeTimes(Message, frozen=True):
    """Ask (as the doctor, or staff) for `FreeTimes`.

    Those that fit the request *appointment*, or, without, those of a *visit* (none: of the
    doctor's own length) from *start* on.
    """

    appointment: AppointmentId | None = None
    start: datetime | None = None
    limit: int = 20
    visit: VisitType | None = None


class ListOpenTimes(Message, frozen=True):
    """Ask (as anybody who is signed in) for the `FreeTimes` that a patient may pick.

    Inside notice and booking window, from *start* until *end*. A time that is held for the
    asking patient counts as free for them; so does that of their own visit *moving*.
    """

    visit: VisitType
    start: datetime
    end: datetime
    limit: int = 50
    moving: AppointmentId | None = None


class GetHold(Message, frozen=True):
    """Ask (as a patient) for the `Hold` that one has here; refused when there is none."""


class GetWeek(Message, frozen=True):
    """Ask (as the doctor, or staff) for the `Week` that *day* lies in; *rest*: from that day on."""

    day: date
    rest: bool = False


class PreviewAbsence(Message, frozen=True):
    """Ask which visits lie between *start* and *end*, wall times of the doctor: `Affected`."""

    start: datetime
    end: datetime


class PreviewSeries(Message, frozen=True):
    """Ask what a series after this visit would be: `SeriesPlan`."""

    appointment: AppointmentId
    repeat: Repeat


DiaryQuery: TypeAlias = (
    GetPractice
    | GetInbox
    | GetOffer
    | GetLine
    | ListFreeTimes
    | ListOpenTimes
    | GetHold
    | GetWeek
    | PreviewAbsence
    | PreviewSeries
)
Query: TypeAlias = DiaryQuery | CorrespondenceQuery

# --- views -------------------------------------------------------------------------------------


class BusyFeed(msgspec.Struct, frozen=True):
    """The other calendar of a doctor: its address masked, and how the last reading went."""

    address: str
    """`https://host/...`: the secret part of the address is not shown."""
    read_at: datetime | None = None
    trouble: str = ""
    times: int = 0


class Practice(Message, frozen=True):
    """Who the doctor is and when they can be seen."""

    id: DoctorId
    name: str
    hours: Hours
    suspended: bool
    profile: Profile = Profile()
    on_duty: bool = False
    duty_until: datetime | None = None
    absences: tuple[Absence, ...] = ()
    """Those that are not over, in order."""
    closures: tuple[Closure, ...] = ()
    busy_feed: BusyFeed | None = None


class Offer(Message, frozen=True):
    """A request as the doctor sees it. Once closed, only who took it and why is left to see."""

    id: AppointmentId
    status: OfferStatus
    patient: PatientRef | None
    request: Request | None
    answer_by: datetime | None
    group: GroupRef | None = None
    proposed: datetime | None = None
    """The first free time that fits (or the one that was picked), for an open offer."""
    start: datetime | None = None
    end: datetime | None = None
    why: Closed | None = None
    by_name: str = ""
    reason: str = ""
    round: int = 0
    choices: tuple[Span, ...] = ()
    """The times held for the patient to choose from, until *until*."""
    until: datetime | None = None
    moving_to: Span | None = None
    """A further time that is held while the visit moves."""
    wish: tuple[Window, ...] | None = None
    """The patient would like another time, in these windows (none of them: whenever)."""
    wish_note: str = ""
    arrived_at: datetime | None = None
    started_at: datetime | None = None
    sequence: int = 0
    """Of the calendar entry (RFC 5546)."""
    because: Because | None = None
    """Why it was this doctor who was asked."""


class DoctorStatus(StrEnum):
    """What a doctor is doing, as far as who waits may know."""

    HERE = "here"
    IN_CALL = "in_call"
    """With somebody else."""
    AWAY = "away"


class Line(Message, frozen=True):
    """Where somebody who waits stands. *ahead*: who is seen before them.

    The range is the doctor's own measure, a lower and an upper quartile of how long their last
    visits took, summed over who is ahead and over what is left of a call that goes on with somebody
    else; both None where fewer than 8 are known, or where nobody is before them.
    """

    doctor: DoctorRef
    status: DoctorStatus
    place: int
    """1: next; 0: not waiting."""
    ahead: int
    from_minutes: int | None = None
    to_minutes: int | None = None


class Inbox(Message, frozen=True):
    """What waits for an answer (red flags, then urgency, then deadline, first), visits, news."""

    open: tuple[Offer, ...]
    visits: tuple[Offer, ...]
    """Confirmed, not over yet, by start."""
    recent: tuple[Offer, ...]
    """Closed, declined or cancelled lately, newest first."""
    counts: dict[InboxPart, int] = msgspec.field(default_factory=dict)
    """How many each part has, beside those that are shown."""
    more_visits: bool = False
    """Whether others follow the last of the visits."""


class FreeTimes(Message, frozen=True):
    """Starts of free times, in order, each long enough for a visit and its buffers.

    *notes* are dates in *zone* on which clocks change inside the hours: `skipped` (a time is
    missing) or `once` (a time comes twice and is offered once).
    """

    starts: tuple[datetime, ...]
    visit_minutes: int
    zone: str
    notes: tuple["ClockNote", ...] = ()


class ClockNote(msgspec.Struct, frozen=True):
    """On *day*, clocks in the doctor's zone go forward (`skipped`) or back (`once`)."""

    day: date
    kind: str


class Hold(Message, frozen=True):
    """A time that is kept for the asking patient."""

    id: HoldId
    visit: VisitType
    start: datetime
    end: datetime
    until: datetime
    zone: str


class Day(msgspec.Struct, frozen=True):
    """One day of a doctor, all as instants that may reach into the days beside it."""

    day: date
    hours: tuple[Span, ...]
    """When they can be seen."""
    off: tuple[Span, ...]
    """Absences and closures."""
    busy: tuple[Span, ...]
    """Taken in the other calendar."""
    visits: tuple[Offer, ...]
    """Standing, finished or missed, by start; also times held for an answer."""
    free: int
    """How many visits of the doctor's own length still fit."""
    note: str = ""
    """`skipped` or `once` when clocks change on this day."""
    more: int = 0
    """How many further visits there are, where not all of the day fit into one answer."""


class Week(Message, frozen=True):
    """Seven days from Monday on, in the doctor's zone.

    *more*: the days after the last one did not fit, and are to be asked for.
    """

    zone: str
    days: tuple[Day, ...]
    more: bool = False


class Affected(Message, frozen=True):
    """The visits that an absence would touch, by start: the first ones of *count*."""

    visits: tuple[Offer, ...]
    span: Span
    """The absence as instants."""
    count: int = 0


class SeriesPlan(Message, frozen=True):
    """What a series would be: what is free, and what clashes."""

    free: tuple[Span, ...]
    clashes: tuple[Span, ...]


View: TypeAlias = (
    CorrespondenceView
    | Practice
    | Inbox
    | Offer
    | Line
    | FreeTimes
    | Hold
    | Week
    | Affected
    | SeriesPlan
)
