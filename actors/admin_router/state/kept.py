"""What a department's router keeps."""

from datetime import UTC, datetime

import msgspec

from actors.admin_router.messages import (
    Asked,
    Because,
    Category,
    Deadlines,
    Declined,
    Group,
    Hop,
    Left,
    MoveCause,
    Policy,
    RequestRouted,
)
from actors.appointment import DoctorRef, GroupRef, Request, Span, Stage, Status
from actors.conversation.messages import with_team
from actors.doctor.messages import DoctorFacts
from actors.ids import (
    AppointmentId,
    CategoryId,
    ConversationId,
    DepartmentId,
    DoctorId,
    GroupId,
    VisitTypeId,
)
from actors.visit_type import VisitType

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Won(msgspec.Struct, frozen=True):
    """The one claim that was granted: by whom, in which round, for which time.

    The walls are what clocks showed when it was confirmed.
    """

    doctor: DoctorRef
    start: datetime
    end: datetime
    round: int = 0
    doctor_zone: str = ""
    doctor_wall: datetime | None = None
    patient_wall: datetime | None = None


class Choice(msgspec.Struct, frozen=True):
    """Times that a doctor holds for the patient to choose one, for a request without a time."""

    doctor: DoctorRef
    doctor_zone: str
    spans: tuple[Span, ...]
    until: datetime


class Move(msgspec.Struct, frozen=True):
    """A move of a visit that stands, on its way: the visit keeps its time until it is over.

    *held*: the doctor holds *spans*. *granted*: the doctor was told that one of them is theirs.
    """

    round: int
    doctor: DoctorRef
    start: datetime
    cause: MoveCause
    number: int
    until: datetime
    held: bool = False
    granted: bool = False
    doctor_zone: str = ""
    spans: tuple[Span, ...] = ()


class Routing(msgspec.Struct, frozen=True):
    """How far one request came."""

    request: Request
    round: int
    """Of the routing, or of the claim that stands."""
    stage: Stage
    with_name: str
    answer_by: datetime
    asked: tuple[DoctorRef, ...]
    """Who can still answer this round: exactly those with an open offer of it."""
    status: Status = Status.ROUTED
    groups: tuple[GroupId, ...] = ()
    """The groups that it was with already."""
    declined: tuple[Declined, ...] = ()
    won: Won | None = None
    overdue: int = 0
    closed_why: str = ""
    """What those were told whose offers were closed last: a `doctor.Closed` value."""
    rounds: int = 0
    """The highest round so far, moves included (0 in snapshots from before: then `round`)."""
    because: Because | None = None
    book: datetime | None = None
    """The time at which it is being booked directly."""
    freed: Span | None = None
    """The whole of the freed time that it is booked into, until that is confirmed."""
    choice: Choice | None = None
    move: Move | None = None
    earlier: bool = False
    skipped: tuple[Span, ...] = ()
    """Freed times that the patient did not take: they are not offered again."""
    questions: tuple[Asked, ...] = ()
    arrived_at: datetime | None = None
    tried: tuple[DoctorId, ...] = ()
    """Members of groups that share their work evenly who have had their turn for it."""
    timeline: tuple[Hop, ...] = ()
    """At most the last `TIMELINE_KEPT`."""
    team: ConversationId | None = None
    """The thread of the patient and the group that it lies with."""

    @property
    def next_round(self) -> int:
        """The number of the next round, of a routing or a move."""
        return max(self.rounds, self.round) + 1

    @property
    def waits(self) -> bool:
        """Whether a doctor, a group or triage has to answer: it is neither over nor taken."""
        return self.status is Status.ROUTED and self.won is None

    @property
    def is_open(self) -> bool:
        """Whether it looks for a doctor and a time: it waits, or the patient is to choose."""
        return self.won is None and not self.status.final

    @property
    def involved(self) -> tuple[DoctorId, ...]:
        """The doctors who can still answer, or who hold times for the patient."""
        return (self.choice.doctor.id,) if self.choice else self.asked_ids

    def left_for(self, team: ConversationId | None = None) -> Left:
        """Return who answers no more when it goes on to the thread of *team*, or elsewhere."""
        return Left(self.stage, None if self.team == team else self.team)

    def asks(self, doctor: DoctorId, number: int) -> bool:
        """Return whether *doctor* can still answer round *number*."""
        return self.waits and self.round == number and doctor in self.asked_ids

    def offers_times_of(self, doctor: DoctorId, number: int) -> bool:
        """Return whether the patient is to choose among times that *doctor* holds."""
        choice = self.choice
        return choice is not None and self.round == number and choice.doctor.id == doctor

    def won_by(self, doctor: DoctorId, number: int) -> bool:
        """Return whether *doctor* has claimed it in round *number*, and still has it."""
        if self.won is None or self.status.final:
            return False
        return self.round == number and self.won.doctor.id == doctor

    @property
    def asked_ids(self) -> tuple[DoctorId, ...]:
        """The ids of those who can still answer."""
        return tuple(each.id for each in self.asked)


class Turn(msgspec.Struct, frozen=True):
    """When a doctor got requests from this department lately: for balance."""

    at: tuple[datetime, ...] = ()
    """Oldest first; those of the last 7 days."""


class Router(msgspec.Struct, frozen=True):
    """One department."""

    id: DepartmentId
    name: str = ""
    """Empty until it is opened."""
    categories: dict[CategoryId, Category] = {}
    groups: dict[GroupId, Group] = {}
    deadlines: Deadlines = Deadlines()
    open: dict[AppointmentId, Routing] = {}
    """Those that wait, are claimed, stand, or are over not long ago as visits."""
    closed: dict[AppointmentId, Routing] = {}
    """Those that are over, oldest first."""
    swept_at: datetime = LONG_AGO
    """When visits that are long over were last forgotten."""
    visits: dict[VisitTypeId, VisitType] = {}
    policy: Policy = Policy()
    doctors: dict[DoctorId, DoctorFacts] = {}
    turns: dict[DoctorId, Turn] = {}

    def find(self, appointment: AppointmentId) -> Routing | None:
        """Return the request, unless it never came or is forgotten."""
        return self.open.get(appointment) or self.closed.get(appointment)

    def get(self, appointment: AppointmentId) -> Routing:
        """Return the request, which is known."""
        return self.open[appointment] if appointment in self.open else self.closed[appointment]


def born(key: str) -> Router:
    """Return a department that is not opened yet."""
    return Router(DepartmentId(key))


class Place(msgspec.Struct, frozen=True):
    """Where a request goes: a stage, the doctors who are asked there, and why them."""

    stage: Stage
    name: str
    doctors: tuple[DoctorRef, ...] = ()
    group: GroupRef | None = None
    because: Because | None = None
    book: datetime | None = None
    """For a direct booking: the time at which the one doctor takes it unasked."""
    freed: Span | None = None
    """The whole of a freed time that it is booked into."""


def team_of(event: RequestRouted) -> ConversationId | None:
    """Return the thread of the patient and the group, all of which is asked."""
    if event.stage is not Stage.GROUP or event.group is None:
        return None
    request = event.request
    return with_team(request.patient.id, request.department, event.group.id)
