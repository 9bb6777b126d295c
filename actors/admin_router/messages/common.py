"""What every message of a department's router is made of."""

import hashlib
from datetime import datetime
from enum import StrEnum

import msgspec

from actors.address import Address
from actors.appointment import DoctorRef, Stage, Urgency
from actors.caller import NOBODY_YET, By
from actors.ids import (
    CategoryId,
    ConversationId,
    DepartmentId,
    DoctorId,
    GroupId,
    QuestionId,
    VisitTypeId,
)
from actors.intake import Question

KIND = "admin_router"


def address_of(department: DepartmentId) -> Address:
    """Return where this department's router is reached."""
    return Address(KIND, department)


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to, by or about a department's router."""


class GroupMode(StrEnum):
    """How a group shares its requests."""

    POOL = "pool"
    """All are asked; the first who claims a request wins it."""
    BALANCED = "balanced"
    """One is asked at a time: by priority, then load for the weight, then least recent."""


class Share(msgspec.Struct, frozen=True):
    """How much of a balanced group's work a member takes; who is not named has 1 and 0."""

    doctor: DoctorId
    weight: int = 1
    """Twice the weight, twice the requests (1 to 100)."""
    priority: int = 0
    """Higher ones are asked first, whatever the load (0 to 9)."""


class Group(msgspec.Struct, frozen=True):
    """Doctors who share requests."""

    id: GroupId
    name: str
    members: tuple[DoctorRef, ...]
    mode: GroupMode = GroupMode.POOL
    shares: tuple[Share, ...] = ()


class AnswerIs(msgspec.Struct, frozen=True):
    """The patient has answered *question* with *value* (letter case aside)."""

    question: QuestionId
    value: str


class Rule(msgspec.Struct, frozen=True):
    """Where a request goes when all that is said of the patient holds: the first rule that fits.

    To *doctor*, or to those of *group* of whom all that is said of doctors holds; with neither, to
    triage by hand. A rule that leaves no doctor to ask does not fit, and the next one is tried.
    """

    name: str
    languages: tuple[str, ...] = ()
    """The patient speaks one of these (BCP 47)."""
    age_from: int | None = None
    age_to: int | None = None
    """Whole years, both included."""
    answers: tuple[AnswerIs, ...] = ()
    visits: tuple[VisitTypeId, ...] = ()
    doctor: DoctorRef | None = None
    group: GroupId | None = None
    specialty: str = ""
    """Only doctors with this specialty (letter case aside)."""
    same_language: bool = False
    """Only doctors who speak the patient's language."""
    on_duty: bool = False
    """Only doctors who are on duty at that moment."""


class Category(msgspec.Struct, frozen=True):
    """What patients ask for, and where it goes.

    By *rules* in order, else to *group*, else (None) to triage by hand.
    """

    id: CategoryId
    name: str
    group: GroupId | None
    rules: tuple[Rule, ...] = ()
    questions: tuple[Question, ...] = ()
    visits: tuple[VisitTypeId, ...] = ()
    """Which kinds of visit it offers; none: all of the department's."""


def fingerprint_of(category: Category) -> str:
    """Return what tells *category* from itself as it was before a change."""
    return hashlib.sha256(msgspec.json.encode(category)).hexdigest()[:16]


class AnswerMinutes(msgspec.Struct, frozen=True):
    """How long a doctor, a group, triage and who is on call have to answer, in minutes."""

    doctor: int
    group: int
    triage: int
    on_call: int = 30


class Deadlines(msgspec.Struct, frozen=True):
    """How long each stage has to answer, by urgency."""

    routine: AnswerMinutes = AnswerMinutes(24 * 60, 24 * 60, 24 * 60)
    soon: AnswerMinutes = AnswerMinutes(4 * 60, 4 * 60, 4 * 60)
    urgent: AnswerMinutes = AnswerMinutes(15, 15, 15, 15)

    def of(self, urgency: Urgency) -> AnswerMinutes:
        """Return the minutes for *urgency*."""
        return {
            Urgency.ROUTINE: self.routine,
            Urgency.SOON: self.soon,
            Urgency.URGENT: self.urgent,
        }[urgency]


class Policy(msgspec.Struct, frozen=True):
    """What a department does by default."""

    reminder_minutes: tuple[int, ...] = (24 * 60, 60, 10)
    """How long before the start a patient is reminded, unless they chose otherwise."""
    proposal_minutes: int = 24 * 60
    """How long other times are held for a patient, at most."""
    earlier_minutes: int = 30
    """How long a freed time is held for one who would come earlier."""
    on_call: DoctorRef | None = None
    """Who is asked when triage lets its deadline pass."""


class Left(msgspec.Struct, frozen=True):
    """Who had to answer a request, and has no more to."""

    stage: Stage
    team: ConversationId | None = None
    """For a group: its thread with the patient."""


class MoveCause(StrEnum):
    """Why a visit that stands gets another time or doctor."""

    PATIENT = "patient"
    """The patient picked another time."""
    REASSIGNED = "reassigned"
    """An administrator gave it to another doctor."""
    PROPOSED = "proposed"
    """The doctor proposed other times."""
    EARLIER = "earlier"
    """A freed time was offered."""


class HopKind(StrEnum):
    """What happened to a request, for the staff's timeline."""

    REQUESTED = "requested"
    ROUTED = "routed"
    DECLINED_BY_DOCTOR = "declined_by_doctor"
    URGENCY_SET = "urgency_set"
    ASKED_PATIENT = "asked_patient"
    PATIENT_ANSWERED = "patient_answered"
    TIMES_OFFERED = "times_offered"
    TIMES_REFUSED = "times_refused"
    CLAIMED = "claimed"
    CONFIRMED = "confirmed"
    MOVE_STARTED = "move_started"
    MOVE_ENDED = "move_ended"
    MOVED = "moved"
    WISHED = "wished"
    EARLIER_SET = "earlier_set"
    ARRIVED = "arrived"
    PROGRESSED = "progressed"
    CLOCKS_NOTIFIED = "clocks_notified"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"
    EXPIRED = "expired"


class Hop(msgspec.Struct, frozen=True):
    """One step of a request. *name* is with whom, *why* a code or a sentence."""

    kind: HopKind
    at: datetime
    by: By = NOBODY_YET
    stage: Stage | None = None
    name: str = ""
    why: str = ""
    until: datetime | None = None
    start: datetime | None = None
