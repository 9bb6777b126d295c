"""What a department is set up with, as its administrators see it."""

from actors.intake import AnswerKind
from actors.visit_type import Asking, Medium
from http_edge.api.departments import DoctorOut
from http_edge.api.shape import View


class QuestionSetUp(View, frozen=True):
    """An intake question; *red* are the answers that put a request on top."""

    id: str
    text: str
    kind: AnswerKind
    required: bool
    choices: tuple[str, ...]
    red: tuple[str, ...]


class AnswerIsOut(View, frozen=True):
    """The patient has answered *question* with *value*."""

    question: str
    value: str


class RuleSetUp(View, frozen=True):
    """Where a request goes when all that is said holds; with neither doctor nor group: triage."""

    name: str
    languages: tuple[str, ...]
    age_from: int | None
    age_to: int | None
    answers: tuple[AnswerIsOut, ...]
    visits: tuple[str, ...]
    doctor: DoctorOut | None
    group: str | None
    specialty: str
    same_language: bool
    on_duty: bool


class CategorySetUp(View, frozen=True):
    """A category, the group that it goes to when no rule fits, its rules and questions."""

    id: str
    name: str
    group: str | None
    rules: tuple[RuleSetUp, ...]
    questions: tuple[QuestionSetUp, ...]
    visits: tuple[str, ...]


class VisitTypeSetUp(View, frozen=True):
    """A kind of visit. Minutes of null are the doctor's own."""

    id: str
    name: str
    minutes: int | None
    medium: Medium
    asking: Asking
    buffer_before_minutes: int | None
    buffer_after_minutes: int | None
    notice_minutes: int | None
    window_days: int | None
    capacity: int
    cutoff_minutes: int
    most_per_day: int
    hold_minutes: int


class FactsOut(View, frozen=True):
    """What a department knows of a doctor."""

    doctor: DoctorOut
    zone: str
    receives: bool
    on_duty: bool
    specialties: tuple[str, ...]
    languages: tuple[str, ...]


class KnownDoctorOut(View, frozen=True):
    """A doctor and how much they have to do: requests open, visits today, requests this week."""

    facts: FactsOut
    open: int
    today: int
    week: int
