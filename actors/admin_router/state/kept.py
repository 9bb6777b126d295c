"""What a department's router keeps."""

from datetime import UTC, datetime

import msgspec

from actors.admin_router.messages import Category, Deadlines, Declined, Group
from actors.appointment import DoctorRef, GroupRef, Request, Stage, Status
from actors.ids import AppointmentId, CategoryId, DepartmentId, DoctorId, GroupId

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


class Won(msgspec.Struct, frozen=True):
    """The one claim that was granted: by whom, for which time."""

    doctor: DoctorRef
    start: datetime
    end: datetime


class Routing(msgspec.Struct, frozen=True):
    """How far one request came."""

    request: Request
    round: int
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

    @property
    def waits(self) -> bool:
        """Whether somebody has to answer: it is neither over nor taken."""
        return self.status is Status.ROUTED and self.won is None

    def asks(self, doctor: DoctorId, number: int) -> bool:
        """Return whether *doctor* can still answer round *number*."""
        return self.waits and self.round == number and doctor in self.asked_ids

    def won_by(self, doctor: DoctorId, number: int) -> bool:
        """Return whether *doctor* has claimed it in round *number*, and still has it."""
        if self.won is None or self.status.final:
            return False
        return self.round == number and self.won.doctor.id == doctor

    @property
    def asked_ids(self) -> tuple[DoctorId, ...]:
        """The ids of those who can still answer."""
        return tuple(each.id for each in self.asked)


class Router(msgspec.Struct, frozen=True):
    """One department."""

    id: DepartmentId
    name: str = ""
    """Empty until it is opened."""
    categories: dict[CategoryId, Category] = {}
    groups: dict[GroupId, Group] = {}
    deadlines: Deadlines = Deadlines()
    open: dict[AppointmentId, Routing] = {}
    """Those that wait, are claimed, or are confirmed and not long over."""
    closed: dict[AppointmentId, Routing] = {}
    """Those that are over, oldest first."""
    swept_at: datetime = LONG_AGO
    """When visits that are long over were last forgotten."""

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
    """Where a request goes: a stage, and the doctors who are asked there."""

    stage: Stage
    name: str
    doctors: tuple[DoctorRef, ...] = ()
    group: GroupRef | None = None
