"""The whole language of a department's router: which request goes to whom, by when; who won it.

One actor per department, at `address_of(department)`.
"""

from datetime import datetime
from typing import TypeAlias

import msgspec

from actors.address import Address
from actors.appointment import DoctorRef, GroupRef, PatientRef, Request, Stage, Status, Urgency
from actors.ids import AppointmentId, CategoryId, DepartmentId, DoctorId, GroupId

KIND = "admin_router"


def address_of(department: DepartmentId) -> Address:
    """Return where this department's router is reached."""
    return Address(KIND, department)


class Message(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Everything that is said to, by or about a department's router."""


class Group(msgspec.Struct, frozen=True):
    """Doctors who are asked together: the first who claims a request wins it."""

    id: GroupId
    name: str
    members: tuple[DoctorRef, ...]


class Category(msgspec.Struct, frozen=True):
    """What patients ask for, and where it goes first: to a group, or (None) to triage by hand."""

    id: CategoryId
    name: str
    group: GroupId | None


class AnswerMinutes(msgspec.Struct, frozen=True):
    """How long a doctor, a group and triage have to answer, in minutes."""

    doctor: int
    group: int
    triage: int


class Deadlines(msgspec.Struct, frozen=True):
    """How long each stage has to answer, by urgency."""

    routine: AnswerMinutes = AnswerMinutes(24 * 60, 24 * 60, 24 * 60)
    soon: AnswerMinutes = AnswerMinutes(4 * 60, 4 * 60, 4 * 60)
    urgent: AnswerMinutes = AnswerMinutes(15, 15, 15)

    def of(self, urgency: Urgency) -> AnswerMinutes:
        """Return the minutes for *urgency*."""
        return {
            Urgency.ROUTINE: self.routine,
            Urgency.SOON: self.soon,
            Urgency.URGENT: self.urgent,
        }[urgency]


# --- commands ----------------------------------------------------------------------------------


class OpenDepartment(Message, frozen=True):
    """By an administrator: there is a department of this name."""

    name: str


class SetCategory(Message, frozen=True):
    """By an administrator: add this category, or change the one with its id."""

    category: Category


class RemoveCategory(Message, frozen=True):
    """By an administrator: nobody can ask for this any more. Open requests stay."""

    category: CategoryId


class SetGroup(Message, frozen=True):
    """By an administrator: add this group, or change the one with its id."""

    group: Group


class SetDeadlines(Message, frozen=True):
    """By an administrator: from now on answers are due so soon."""

    deadlines: Deadlines


class RouteRequest(Message, frozen=True):
    """From `patient`: find somebody for this request."""

    request: Request


class RouteToDoctor(Message, frozen=True):
    """By an administrator: ask this doctor (and nobody else any more)."""

    appointment: AppointmentId
    doctor: DoctorRef


class RouteToGroup(Message, frozen=True):
    """By an administrator: ask every doctor of this group (and nobody else any more)."""

    appointment: AppointmentId
    group: GroupId


class PullBack(Message, frozen=True):
    """By an administrator: take the request back to triage."""

    appointment: AppointmentId


class DeclineForClinic(Message, frozen=True):
    """By an administrator: the clinic can't take this request, because *reason*."""

    appointment: AppointmentId
    reason: str


class ClaimRequest(Message, frozen=True):
    """From `doctor`: I hold this time for it; is it mine?"""

    appointment: AppointmentId
    round: int
    doctor: DoctorRef
    doctor_zone: str
    start: datetime
    end: datetime


class RecordDecline(Message, frozen=True):
    """From `doctor`: I can't, because *reason*."""

    appointment: AppointmentId
    round: int
    doctor: DoctorId
    reason: str


class RecordConfirmation(Message, frozen=True):
    """From `doctor`: the granted visit stands in my diary."""

    appointment: AppointmentId
    round: int
    doctor: DoctorId
    start: datetime
    end: datetime
    doctor_zone: str


class ReturnRequest(Message, frozen=True):
    """From `doctor`: I am suspended; whatever this is to me (offer, claim, visit), take it back."""

    appointment: AppointmentId
    round: int
    doctor: DoctorId


class WithdrawRequest(Message, frozen=True):
    """From `patient`: I do not want this any more."""

    appointment: AppointmentId
    reason: str


class AnswerDue(Message, frozen=True):
    """By a timer: the answer of this round is due now."""

    appointment: AppointmentId
    round: int


class WindowsOver(Message, frozen=True):
    """By a timer: no asked-for time is left."""

    appointment: AppointmentId


Command: TypeAlias = (
    OpenDepartment
    | SetCategory
    | RemoveCategory
    | SetGroup
    | SetDeadlines
    | RouteRequest
    | RouteToDoctor
    | RouteToGroup
    | PullBack
    | DeclineForClinic
    | ClaimRequest
    | RecordDecline
    | RecordConfirmation
    | ReturnRequest
    | WithdrawRequest
    | AnswerDue
    | WindowsOver
)

# --- events ------------------------------------------------------------------------------------


class DepartmentOpened(Message, frozen=True):
    """There is a department of this name (or it is called so now)."""

    department: DepartmentId
    name: str
    categories: tuple[Category, ...]
    """As they stand, for the directory."""
    at: datetime


class CategoriesChanged(Message, frozen=True):
    """These are the categories now."""

    department: DepartmentId
    name: str
    """Of the department, for the directory."""
    categories: tuple[Category, ...]
    at: datetime


class GroupSet(Message, frozen=True):
    """A group is new, or is so now."""

    group: Group
    at: datetime


class DeadlinesSet(Message, frozen=True):
    """Answers are due so soon from now on; what is out already keeps its deadline."""

    deadlines: Deadlines
    at: datetime


class RequestRouted(Message, frozen=True):
    """The request lies with a doctor, a group or triage, by *why* (as `patient.RecordRouting`).

    Also the first event of a request. *closed* are the doctors whose offers of the round before
    end with it, for *close_why* (a `doctor.Closed` value).
    """

    appointment: AppointmentId
    request: Request
    round: int
    stage: Stage
    with_name: str
    doctors: tuple[DoctorRef, ...]
    group: GroupRef | None
    answer_by: datetime
    why: str
    closed: tuple[DoctorId, ...]
    close_why: str
    at: datetime


class RequestClaimed(Message, frozen=True):
    """The first claim of this round: it is *doctor*'s. *losers* are told who took it."""

    appointment: AppointmentId
    round: int
    doctor: DoctorRef
    doctor_zone: str
    start: datetime
    end: datetime
    losers: tuple[DoctorId, ...]
    at: datetime


class ClaimDenied(Message, frozen=True):
    """A claim came when the request was not to be had (any more); the doctor is told why."""

    appointment: AppointmentId
    round: int
    doctor: DoctorId
    why: str
    """A `doctor.Closed` value."""
    by_name: str
    at: datetime


class OfferDeclined(Message, frozen=True):
    """One of those asked can't; others of the round may still."""

    appointment: AppointmentId
    round: int
    doctor: DoctorId
    reason: str
    at: datetime


class RequestConfirmed(Message, frozen=True):
    """The winner's diary has the visit; the patient is told."""

    appointment: AppointmentId
    patient: PatientRef
    doctor: DoctorRef
    doctor_zone: str
    start: datetime
    end: datetime
    at: datetime


class RequestWithdrawn(Message, frozen=True):
    """The patient does not want it any more: offers close, a claimed visit is cancelled."""

    appointment: AppointmentId
    round: int
    closed: tuple[DoctorId, ...]
    winner: DoctorId | None
    reason: str
    at: datetime


class RequestDeclined(Message, frozen=True):
    """The clinic can't take the request."""

    appointment: AppointmentId
    patient: PatientRef
    round: int
    closed: tuple[DoctorId, ...]
    reason: str
    at: datetime


class RequestExpired(Message, frozen=True):
    """The last asked-for time passed without a confirmed visit."""

    appointment: AppointmentId
    patient: PatientRef
    round: int
    closed: tuple[DoctorId, ...]
    at: datetime


Event: TypeAlias = (
    DepartmentOpened
    | CategoriesChanged
    | GroupSet
    | DeadlinesSet
    | RequestRouted
    | RequestClaimed
    | ClaimDenied
    | OfferDeclined
    | RequestConfirmed
    | RequestWithdrawn
    | RequestDeclined
    | RequestExpired
)

# --- queries and their views -------------------------------------------------------------------


class GetDepartment(Message, frozen=True):
    """Ask for the `Department`."""


class GetBoard(Message, frozen=True):
    """Ask for the `Board`."""


class GetRequest(Message, frozen=True):
    """Ask for one `RoutedRequest`."""

    appointment: AppointmentId


Query: TypeAlias = GetDepartment | GetBoard | GetRequest


class Department(Message, frozen=True):
    """How a department is set up."""

    id: DepartmentId
    name: str
    categories: tuple[Category, ...]
    groups: tuple[Group, ...]
    deadlines: Deadlines


class RoutedRequest(Message, frozen=True):
    """A request as the department's administrators see it."""

    request: Request
    status: Status
    """`requested` in triage, `routed` when out for an answer, `confirmed`, or final."""
    stage: Stage
    with_name: str
    answer_by: datetime | None
    round: int
    asked: tuple[DoctorRef, ...]
    """Who can still answer."""
    declined: tuple["Declined", ...]
    doctor: DoctorRef | None = None
    start: datetime | None = None
    end: datetime | None = None
    overdue: int = 0
    """How many times triage itself has let the deadline pass."""


class Declined(msgspec.Struct, frozen=True):
    """A doctor who could not take a request, and why."""

    doctor: DoctorRef
    reason: str
    at: datetime


class Board(Message, frozen=True):
    """The department's work: each part by urgency, then by deadline."""

    triage: tuple[RoutedRequest, ...]
    out: tuple[RoutedRequest, ...]
    confirmed: tuple[RoutedRequest, ...]
    """Visits that are not over yet, by start."""
    closed: tuple[RoutedRequest, ...]
    """Lately withdrawn, declined or expired, newest first (at most 50)."""


View: TypeAlias = Department | Board | RoutedRequest
