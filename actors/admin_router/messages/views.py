"""What can be asked of a department's router, and the views that answer."""

from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

import msgspec

from actors.admin_router.messages.common import (
    Category,
    Deadlines,
    Group,
    Hop,
    Message,
    MoveCause,
    Policy,
)
from actors.appointment import Because, DoctorRef, Mark, Request, Span, Stage, Status
from actors.doctor.messages import DoctorFacts
from actors.ids import AppointmentId, CategoryId, DepartmentId, DoctorId, VisitTypeId
from actors.intake import Answer
from actors.visit_type import VisitType

# --- queries -----------------------------------------------------------------------------------


class GetDepartment(Message, frozen=True):
    """Ask for the `Department`."""


class Lane(StrEnum):
    """A part of the board."""

    TRIAGE = "triage"
    OUT = "out"
    CONFIRMED = "confirmed"
    CLOSED = "closed"


class GetBoard(Message, frozen=True):
    """Ask for the `Board`: of each lane the first *limit* after *skip*; *only* one lane.

    A lane ends early when no more fits into one answer.
    """

    limit: int = 50
    only: Lane | None = None
    skip: int = 0


class GetRequest(Message, frozen=True):
    """Ask for one `RoutedRequest`, with its timeline."""

    appointment: AppointmentId


class GetDay(Message, frozen=True):
    """Ask for the `DayBoard` of the visits that start on *day* in *zone* (IANA).

    The first *limit* (at most 200) after the place *after*, or as many as fit into one answer.
    """

    day: date
    zone: str
    limit: int = 200
    after: Mark | None = None


class FindDoctors(Message, frozen=True):
    """Ask (as a patient) for `Bookable`: whose free times to show for this category and visit.

    Refused unless the kind of visit shows times. *answers* and the patient's own facts decide which
    rule fits; *preferred* is the doctor of an earlier visit.
    """

    category: CategoryId
    visit: VisitTypeId
    answers: tuple[Answer, ...] = ()
    language: str = ""
    born_on: date | None = None
    preferred: DoctorId | None = None


class ListMovedClocks(Message, frozen=True):
    """Ask for `MovedClocks`: visits to come whose hour a change of law has moved on some clock.

    The first *limit* (at most 200) after the place *after*.
    """

    limit: int = 200
    after: Mark | None = None


Query: TypeAlias = GetDepartment | GetBoard | GetRequest | GetDay | FindDoctors | ListMovedClocks

# --- views -------------------------------------------------------------------------------------


class Department(Message, frozen=True):
    """How a department is set up."""

    id: DepartmentId
    name: str
    categories: tuple[Category, ...]
    groups: tuple[Group, ...]
    deadlines: Deadlines
    visits: tuple[VisitType, ...] = ()
    policy: Policy = Policy()
    doctors: tuple["KnownDoctor", ...] = ()
    """Those who belong to a group, by name."""


class KnownDoctor(msgspec.Struct, frozen=True):
    """What triage should know of a doctor before asking them."""

    facts: DoctorFacts
    open: int
    """Requests that wait for their answer."""
    today: int
    """Visits that they have within the next 24 hours."""
    week: int
    """Requests that they got within the last 7 days."""


class Declined(msgspec.Struct, frozen=True):
    """A doctor who could not take a request, and why."""

    doctor: DoctorRef
    reason: str
    at: datetime


class Moving(msgspec.Struct, frozen=True):
    """A move that is on its way: nobody has lost anything yet."""

    round: int
    doctor: DoctorRef
    spans: tuple[Span, ...]
    cause: MoveCause
    until: datetime
    offered: bool
    """Whether the patient is to choose; else the doctor's diary is being asked."""


class Asked(msgspec.Struct, frozen=True):
    """What triage asked the patient, and what came back."""

    text: str
    at: datetime
    answer: str = ""
    answered_at: datetime | None = None


class RoutedRequest(Message, frozen=True):
    """A request as the department's administrators see it."""

    request: Request
    status: Status
    """`requested` in triage, `routed` when out for an answer, `offered` when the patient chooses,
    `confirmed` and what follows, or final."""
    stage: Stage
    with_name: str
    answer_by: datetime | None
    round: int
    asked: tuple[DoctorRef, ...]
    """Who can still answer."""
    declined: tuple[Declined, ...]
    doctor: DoctorRef | None = None
    start: datetime | None = None
    end: datetime | None = None
    overdue: int = 0
    """How many times triage itself has let the deadline pass."""
    because: Because | None = None
    choices: tuple[Span, ...] = ()
    moving: Moving | None = None
    earlier: bool = False
    questions: tuple[Asked, ...] = ()
    waiting_since: datetime | None = None
    """When the patient checked in."""
    doctor_zone: str = ""
    timeline: tuple[Hop, ...] = ()
    """Only in the answer to `GetRequest`."""


class Board(Message, frozen=True):
    """The department's work: red flags first, then by urgency, then by deadline."""

    triage: tuple[RoutedRequest, ...]
    out: tuple[RoutedRequest, ...]
    confirmed: tuple[RoutedRequest, ...]
    """Visits that are not over yet, by start."""
    closed: tuple[RoutedRequest, ...]
    """Lately withdrawn, declined or expired, newest first (at most 50)."""
    counts: dict[Lane, int] = msgspec.field(default_factory=dict)
    """How many each lane has, beside those that are shown."""


class DayBoard(Message, frozen=True):
    """A page of one day's visits by start, with the whole day's counts and longest wait."""

    day: date
    visits: tuple[RoutedRequest, ...]
    counts: dict[Status, int]
    """By status."""
    longest_wait_since: datetime | None = None
    more: bool = False


class Bookable(Message, frozen=True):
    """Whose free times to show: one doctor, or the members of a group, with why."""

    doctors: tuple[DoctorRef, ...]
    visit: VisitType
    because: Because | None = None


class MovedClock(msgspec.Struct, frozen=True):
    """A visit whose hour is another now on the doctor's clock, the patient's, or both."""

    appointment: AppointmentId
    start: datetime
    doctor_zone: str
    doctor_wall: datetime
    """As it was told when the visit was confirmed."""
    doctor_wall_now: datetime
    patient_zone: str
    patient_wall: datetime
    patient_wall_now: datetime


class MovedClocks(Message, frozen=True):
    """A page of the *count* visits to come whose hour has moved on some clock, by start."""

    items: tuple[MovedClock, ...]
    more: bool = False
    count: int = 0


View: TypeAlias = Department | Board | RoutedRequest | DayBoard | Bookable | MovedClocks
