"""The departments of the demonstration: what patients can ask for, and where it goes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from actors.admin_router.messages import (
    AnswerIs,
    AnswerMinutes,
    Category,
    Command,
    Deadlines,
    Group,
    GroupMode,
    OpenDepartment,
    Policy,
    Rule,
    SetCategory,
    SetDeadlines,
    SetGroup,
    SetPolicy,
    SetVisitType,
    Share,
)
from actors.appointment import DoctorRef
from actors.directory.messages import Person
from actors.ids import CategoryId, DepartmentId, DoctorId, GroupId, QuestionId, VisitTypeId
from actors.intake import YES, AnswerKind, Question
from actors.operations.demo.cast import AMARA, BRIAN, CHIARA, DANIEL, ELIF, FIONA, Somebody
from actors.visit_type import Asking, Medium, VisitType

TEAM = GroupId("team")
OFTEN = 50
"""Robots ask all day long."""
DAY = 24 * 60

DEADLINES = Deadlines(
    routine=AnswerMinutes(20, 20, 30, 10),
    soon=AnswerMinutes(5, 5, 10, 5),
    urgent=AnswerMinutes(3, 3, 3, 3),
)
"""Short enough to watch a request climb."""


@dataclass(frozen=True, slots=True)
class Ward:
    """A department, its team of two doctors, and what patients may ask it for."""

    id: DepartmentId
    name: str
    team: str
    doctors: tuple[Somebody, Somebody]
    on_call: Somebody
    visits: tuple[VisitType, ...]
    categories: tuple[Category, ...]
    weights: tuple[int, int] | None = None
    """How the doctors share the work; None: who claims a request first has it."""


CONSULTATION = VisitType(VisitTypeId("consultation"), "Consultation", most_per_day=OFTEN)
ECG = VisitType(
    VisitTypeId("ecg"),
    "ECG explained",
    minutes=20,
    asking=Asking.TIMES,
    buffer_before_minutes=5,
    cutoff_minutes=120,
    window_days=30,
    most_per_day=OFTEN,
)
CHECK = VisitType(
    VisitTypeId("check"),
    "Blood pressure check",
    minutes=15,
    asking=Asking.DIRECT,
    notice_minutes=30,
    window_days=14,
    cutoff_minutes=60,
    most_per_day=2,
)
PHOTO = VisitType(
    VisitTypeId("photo"), "Photo review", minutes=15, asking=Asking.TIMES, most_per_day=OFTEN
)
COURSE = VisitType(
    VisitTypeId("course"),
    "Eczema course",
    minutes=60,
    asking=Asking.DIRECT,
    notice_minutes=120,
    window_days=21,
    capacity=6,
    cutoff_minutes=DAY,
    most_per_day=1,
)
PHONE = VisitType(
    VisitTypeId("phone"),
    "Phone call",
    minutes=10,
    medium=Medium.AUDIO,
    asking=Asking.DIRECT,
    buffer_after_minutes=5,
    cutoff_minutes=30,
    most_per_day=OFTEN,
)
FOLLOW_UP = VisitType(
    VisitTypeId("follow-up"), "Follow-up", minutes=15, asking=Asking.TIMES, most_per_day=OFTEN
)

PAIN = Question(
    QuestionId("pain"),
    "Do you have pain in your chest now?",
    AnswerKind.YES_NO,
    required=True,
    red=(YES,),
)
SINCE = Question(
    QuestionId("since"),
    "Since when do you have it?",
    AnswerKind.CHOICE,
    choices=("Today", "This week", "Longer"),
)
MEDICINES = Question(QuestionId("medicines"), "Which medicines do you take?")
SPREADS = Question(
    QuestionId("spreads"), "Does it spread fast?", AnswerKind.YES_NO, required=True, red=(YES,)
)
BREATH = Question(
    QuestionId("breath"), "How do you breathe?", AnswerKind.CHOICE, required=True,
    choices=("As always", "Faster", "With difficulty"), red=("With difficulty",),
)  # fmt: skip

PALPITATIONS = Category(
    CategoryId("palpitations"),
    "Palpitations",
    TEAM,
    rules=(
        Rule("Chest pain", answers=(AnswerIs(PAIN.id, YES),), group=TEAM, on_duty=True),
        Rule("ECG", visits=(ECG.id,), group=TEAM, specialty="Arrhythmia"),
    ),
    questions=(PAIN, SINCE, MEDICINES),
    visits=(CONSULTATION.id, ECG.id),
)
BLOOD_PRESSURE = Category(
    CategoryId("blood-pressure"),
    "Blood pressure",
    None,
    rules=(
        Rule("From 70 years on", age_from=70, group=TEAM, specialty="Hypertension"),
        Rule("Checks", visits=(CHECK.id,), group=TEAM),
    ),
    questions=(MEDICINES,),
    visits=(CONSULTATION.id, CHECK.id),
)
RASH = Category(
    CategoryId("rash"), "Rash", TEAM, questions=(SPREADS, SINCE), visits=(CONSULTATION.id,)
)
MOLES = Category(
    CategoryId("moles"),
    "Moles and spots",
    None,
    rules=(Rule("Photos", visits=(PHOTO.id,), group=TEAM, specialty="Dermatoscopy"),),
    visits=(CONSULTATION.id, PHOTO.id),
)
ECZEMA = Category(CategoryId("eczema"), "Living with eczema", TEAM, visits=(COURSE.id,))
COLD = Category(
    CategoryId("cold"),
    "Cold and fever",
    TEAM,
    rules=(
        Rule("Children", age_to=17, group=TEAM, specialty="Paediatrics"),
        Rule("My language", languages=("de", "fr", "tr"), group=TEAM, same_language=True),
        Rule("On duty", group=TEAM, on_duty=True),
    ),
    questions=(BREATH, SINCE),
    visits=(CONSULTATION.id, PHONE.id),
)
ELSE = Category(
    CategoryId("else"),
    "Something else",
    None,
    rules=(Rule("Follow-ups", visits=(FOLLOW_UP.id,), group=TEAM),),
    visits=(CONSULTATION.id, FOLLOW_UP.id),
)

CARDIOLOGY = Ward(
    id=DepartmentId("cardiology"),
    name="Cardiology",
    team="Heart team",
    doctors=(AMARA, BRIAN),
    on_call=BRIAN,
    visits=(CONSULTATION, ECG, CHECK),
    categories=(PALPITATIONS, BLOOD_PRESSURE),
)
DERMATOLOGY = Ward(
    id=DepartmentId("dermatology"),
    name="Dermatology",
    team="Skin team",
    doctors=(CHIARA, DANIEL),
    on_call=DANIEL,
    visits=(CONSULTATION, PHOTO, COURSE),
    categories=(RASH, MOLES, ECZEMA),
    weights=(2, 1),
)
GENERAL = Ward(
    id=DepartmentId("general"),
    name="General practice",
    team="Family doctors",
    doctors=(ELIF, FIONA),
    on_call=ELIF,
    visits=(CONSULTATION, PHONE, FOLLOW_UP),
    categories=(COLD, ELSE),
)
WARDS = (CARDIOLOGY, DERMATOLOGY, GENERAL)


def set_up(ward: Ward, people: Mapping[str, Person]) -> Iterator[Command]:
    """Yield the commands that make *ward*, in order."""
    yield OpenDepartment(ward.name)
    yield SetGroup(_group(ward, people))
    yield from (SetVisitType(visit) for visit in ward.visits)
    yield from (SetCategory(category) for category in ward.categories)
    yield SetDeadlines(DEADLINES)
    on_call = doctor_of(people[ward.on_call.email])
    yield SetPolicy(Policy(proposal_minutes=12 * 60, earlier_minutes=10, on_call=on_call))


def _group(ward: Ward, people: Mapping[str, Person]) -> Group:
    members = tuple(doctor_of(people[one.email]) for one in ward.doctors)
    if ward.weights is None:
        return Group(TEAM, ward.team, members)
    shares = zip(members, ward.weights, strict=True)
    named = tuple(Share(member.id, weight) for member, weight in shares)
    return Group(TEAM, ward.team, members, GroupMode.BALANCED, named)


def doctor_of(person: Person) -> DoctorRef:
    """Return a doctor as others may call them."""
    return DoctorRef(DoctorId(person.user), person.name)
