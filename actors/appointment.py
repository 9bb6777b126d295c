"""Words of care that several rooms share. No rules stand here."""

from datetime import date, datetime
from enum import StrEnum

import msgspec

from actors.ids import (
    AppointmentId,
    CategoryId,
    DepartmentId,
    DoctorId,
    GroupId,
    PatientId,
    SeriesId,
)
from actors.intake import Answer
from actors.visit_type import STANDARD, VisitType


class Status(StrEnum):
    """States of an appointment. They map to FHIR R4 Appointment.status."""

    REQUESTED = "requested"  # proposed
    ROUTED = "routed"  # pending
    OFFERED = "offered"  # pending: the patient chooses one of the times held for them
    CONFIRMED = "confirmed"  # booked
    WAITING = "waiting"  # arrived
    IN_CALL = "in_call"  # arrived; its Encounter is in-progress
    FULFILLED = "fulfilled"  # fulfilled
    NOSHOW = "noshow"  # noshow
    CANCELLED = "cancelled"  # cancelled
    DECLINED = "declined"  # cancelled
    EXPIRED = "expired"  # cancelled

    @property
    def final(self) -> bool:
        """Whether nothing more happens to an appointment in this state by itself."""
        return self in _FINAL

    @property
    def open(self) -> bool:
        """Whether it still looks for a doctor and a time."""
        return self in {Status.REQUESTED, Status.ROUTED, Status.OFFERED}

    @property
    def stands(self) -> bool:
        """Whether it has a doctor and a time, and is not over."""
        return self in {Status.CONFIRMED, Status.WAITING, Status.IN_CALL}


_FINAL = frozenset(
    {Status.CANCELLED, Status.DECLINED, Status.EXPIRED, Status.FULFILLED, Status.NOSHOW}
)


class Urgency(StrEnum):
    """How soon somebody must answer."""

    ROUTINE = "routine"
    SOON = "soon"
    URGENT = "urgent"


class Stage(StrEnum):
    """Who has to answer a request now."""

    DOCTOR = "doctor"
    GROUP = "group"
    TRIAGE = "triage"
    """The department's administrators."""
    ON_CALL = "on_call"
    """Who answers when triage does not."""
    PATIENT = "patient"
    """The patient chooses one of the times that a doctor holds for them."""


class Reason(StrEnum):
    """Why a request is with this doctor or group."""

    CHOSEN = "chosen"  # an administrator
    PICKED = "picked"  # the patient picked a time of theirs
    KEPT = "kept"  # saw the patient before
    RULE = "rule"  # a rule of the category
    CATEGORY = "category"  # the category's group
    ESCALATED = "escalated"  # nobody answered before
    BALANCED = "balanced"  # the turn of this member


class Because(msgspec.Struct, frozen=True):
    """Why this doctor: shown to staff and to the doctor, and a short form to the patient."""

    reason: Reason
    rule: str = ""
    """The rule that fitted."""
    matched: tuple[str, ...] = ()
    """What spoke for the doctor: a specialty, a language, `on duty`, `not asked since ...`."""
    load: int | None = None
    """Requests that this member of a balanced group got within the last 7 days."""


class Window(msgspec.Struct, frozen=True):
    """A time in which a patient could come: from *start* until *end*, UTC instants."""

    start: datetime
    end: datetime


class Span(msgspec.Struct, frozen=True, order=True):
    """A time that is taken, held or offered: UTC instants, the end not included."""

    start: datetime
    end: datetime


class Mark(msgspec.Struct, frozen=True, order=True):
    """A place in a list of visits by start: after this one. A page begins where another ended."""

    start: datetime
    appointment: AppointmentId


class PatientRef(msgspec.Struct, frozen=True):
    """A patient as others may call them."""

    id: PatientId
    name: str
    zone: str
    """IANA name of the patient's zone."""
    language: str = ""
    """BCP 47 tag of the language that the patient likes to speak; empty: not said."""
    born_on: date | None = None


class DoctorRef(msgspec.Struct, frozen=True):
    """A doctor as others may call them."""

    id: DoctorId
    name: str


class GroupRef(msgspec.Struct, frozen=True):
    """A group of doctors as others may call it."""

    id: GroupId
    name: str


class Picked(msgspec.Struct, frozen=True):
    """The shown time that a patient picked: held for them at this doctor."""

    doctor: DoctorRef
    start: datetime


class Request(msgspec.Struct, frozen=True):
    """What a patient asked for; the department adds `red_flags` once, when it arrives."""

    appointment: AppointmentId
    department: DepartmentId
    patient: PatientRef
    category: CategoryId
    category_name: str
    reason: str
    urgency: Urgency
    windows: tuple[Window, ...]
    """Up to three; none means "first available"."""
    requested_at: datetime
    visit: VisitType = STANDARD
    answers: tuple[Answer, ...] = ()
    """To the category's intake questions."""
    red_flags: tuple[str, ...] = ()
    """Answers that put it on top, in words; found by the department."""
    picked: Picked | None = None
    """The shown time that was picked; `windows` is that time then."""
    preferred: DoctorRef | None = None
    """The doctor of an earlier visit, who is asked first."""
    earlier: bool = False
    """Whether the patient would come earlier if a time is freed."""
    series: SeriesId | None = None

    @property
    def last_chance(self) -> datetime | None:
        """The instant after which no asked-for time is left, if there is one."""
        return max((window.end for window in self.windows), default=None)
