"""How a department is set up: kinds of visit, categories with rules and questions, groups."""

import pytest
from msgspec.structs import replace

from actors.admin_router import messages as router
from actors.admin_router.messages import (
    AnswerIs,
    AnswerMinutes,
    Category,
    Deadlines,
    Group,
    GroupMode,
    Policy,
    Rule,
    Share,
)
from actors.admin_router.reactions import react
from actors.directory import messages as directory
from actors.doctor import messages as doctor
from actors.effects import Send
from actors.ids import DoctorId, GroupId, QuestionId, VisitTypeId
from actors.intake import AnswerKind, Question
from actors.refusal import NotAllowed, NotFound
from actors.visit_type import STANDARD, VisitType
from tests.rooms import (
    ADMIN,
    CATEGORY,
    DEPARTMENT,
    DESK,
    GROUP,
    Clinic,
    as_doctor,
    doctor_at,
    ref,
)
from tests.unit.router_support import by_doctor, desk, note, refusal

FIRST = VisitType(VisitTypeId("first"), "First visit", minutes=40)
CHECK = VisitType(VisitTypeId("check"), "Check-up", minutes=10)
SMOKER = Question(QuestionId("smoker"), "Do you smoke?", AnswerKind.YES_NO, red=("yes",))
SINCE = Question(QuestionId("since"), "Since when?", AnswerKind.CHOICE, choices=("today", "longer"))


def department(clinic: Clinic) -> router.Department:
    view = clinic.ask(DESK, router.GetDepartment(), ADMIN)
    assert isinstance(view, router.Department)
    return view


def listed(clinic: Clinic, command: router.Command) -> directory.ListedCategory:
    """Return the first category as the directory hears of it after *command*."""
    [changed] = clinic.tell(DESK, command, ADMIN)
    [send] = react(changed, DESK)
    assert isinstance(send, Send)
    assert isinstance(send.command, directory.NoteDepartment)
    return send.command.department.categories[0]


# --- kinds of visit ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("id", VisitTypeId("")),
        ("minutes", 4),
        ("minutes", 481),
        ("buffer_before_minutes", 241),
        ("buffer_after_minutes", -1),
        ("notice_minutes", 60 * 24 * 60 + 1),
        ("window_days", 0),
        ("window_days", 367),
        ("capacity", 0),
        ("capacity", 51),
        ("cutoff_minutes", 30 * 24 * 60 + 1),
        ("most_per_day", 0),
        ("hold_minutes", 61),
    ],
)
def test_a_kind_of_visit_stays_within_its_limits(field: str, value: object) -> None:
    visit = replace(FIRST, **{field: value})
    assert set(refusal(desk(), router.SetVisitType(visit)).fields) == {field}


def test_a_department_has_at_most_fifty_kinds_of_visit() -> None:
    clinic = desk()
    for number in range(50):
        visit = replace(FIRST, id=VisitTypeId(f"v{number}"))
        clinic.tell(DESK, router.SetVisitType(visit), ADMIN)
    assert set(refusal(clinic, router.SetVisitType(FIRST)).fields) == {"id"}
    assert clinic.tell(
        DESK, router.SetVisitType(replace(FIRST, id=VisitTypeId("v1"), name="B")), ADMIN
    )


def test_saying_a_kind_of_visit_again_changes_nothing() -> None:
    clinic = desk()
    assert clinic.tell(DESK, router.SetVisitType(FIRST), ADMIN)
    assert not clinic.tell(DESK, router.SetVisitType(FIRST), ADMIN)
    clinic.tell(DESK, router.RemoveVisitType(FIRST.id), ADMIN)
    assert type(refusal(clinic, router.RemoveVisitType(FIRST.id))) is NotFound


def test_a_kind_of_visit_that_is_removed_is_forgotten_by_categories_and_rules() -> None:
    clinic = desk("ann")
    for visit in (FIRST, CHECK):
        clinic.tell(DESK, router.SetVisitType(visit), ADMIN)
    both = Rule("both", visits=(FIRST.id, CHECK.id), group=GROUP)
    alone = Rule("alone", visits=(FIRST.id,), group=GROUP)
    category = Category(CATEGORY, "Heart", GROUP, (both, alone), visits=(FIRST.id, CHECK.id))
    clinic.tell(DESK, router.SetCategory(category), ADMIN)
    clinic.tell(DESK, router.RemoveVisitType(FIRST.id), ADMIN)
    [left] = department(clinic).categories
    assert left.visits == (CHECK.id,)
    assert left.rules == (replace(both, visits=(CHECK.id,)),)
    clinic.check_journals()


def test_patients_see_which_visits_are_offered_and_never_which_answers_are_red() -> None:
    clinic = desk("ann")
    plain = Category(CATEGORY, "Heart", GROUP, questions=(SMOKER, SINCE))
    heart = listed(clinic, router.SetCategory(plain))
    assert heart.visits == (STANDARD,)
    assert heart.questions == (replace(SMOKER, red=()), SINCE)
    assert listed(clinic, router.SetVisitType(FIRST)).visits == (FIRST,)
    assert listed(clinic, router.SetVisitType(CHECK)).visits == (FIRST, CHECK)
    own = replace(plain, visits=(CHECK.id,))
    assert listed(clinic, router.SetCategory(own)).visits == (CHECK,)
    assert listed(clinic, router.OpenDepartment("Clinic 2")).visits == (CHECK,)


# --- categories ----------------------------------------------------------------------------------


def with_question(**change: object) -> Category:
    return Category(CATEGORY, "Heart", GROUP, questions=(replace(SINCE, **change),))


@pytest.mark.parametrize(
    ("category", "field"),
    [
        (with_question(text=" "), "questions.0.text"),
        (with_question(text="x" * 301), "questions.0.text"),
        (with_question(id=QuestionId("")), "questions.0.id"),
        (with_question(choices=("one",)), "questions.0.choices"),
        (with_question(choices=("one", "one")), "questions.0.choices"),
        (with_question(choices=tuple(map(str, range(31)))), "questions.0.choices"),
        (with_question(kind=AnswerKind.TEXT), "questions.0.choices"),
        (with_question(red=("never",)), "questions.0.red"),
        (Category(CATEGORY, "Heart", GROUP, questions=(SINCE, SINCE)), "questions"),
        (
            Category(
                CATEGORY,
                "Heart",
                GROUP,
                questions=tuple(replace(SMOKER, id=QuestionId(str(n))) for n in range(31)),
            ),
            "questions",
        ),
        (Category(CATEGORY, "Heart", GROUP, visits=(VisitTypeId("none"),)), "visits"),
    ],
)
def test_a_category_with_questions_that_do_not_fit_is_refused(
    category: Category, field: str
) -> None:
    assert set(refusal(desk("ann"), router.SetCategory(category)).fields) == {field}


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (Rule(" ", group=GROUP), "rules.0.name"),
        (Rule("r", age_from=-1, group=GROUP), "rules.0.age_from"),
        (Rule("r", age_to=131, group=GROUP), "rules.0.age_to"),
        (Rule("r", age_from=18, age_to=17, group=GROUP), "rules.0.age_to"),
        (Rule("r", doctor=ref("ann"), group=GROUP), "rules.0.group"),
        (Rule("r", doctor=ref("eve")), "rules.0.doctor"),
        (Rule("r", group=GroupId("none")), "rules.0.group"),
        (Rule("r", specialty="heart"), "rules.0.group"),
        (Rule("r", on_duty=True), "rules.0.group"),
        (Rule("r", visits=(VisitTypeId("none"),), group=GROUP), "rules.0.visits"),
        (Rule("r", answers=(AnswerIs(QuestionId("no"), "x"),)), "rules.0.answers"),
        (Rule("r", answers=(AnswerIs(SINCE.id, "never"),)), "rules.0.answers"),
        (Rule("r", languages=("",)), "rules.0.languages"),
        (Rule("r", languages=("de",) * 21), "rules.0"),
    ],
)
def test_a_rule_that_names_what_is_not_there_is_refused(rule: Rule, field: str) -> None:
    category = Category(CATEGORY, "Heart", GROUP, (rule,), (SINCE,))
    assert set(refusal(desk("ann"), router.SetCategory(category)).fields) == {field}


def test_a_category_has_at_most_fifty_rules() -> None:
    rules = tuple(Rule(f"r{number}", group=GROUP) for number in range(51))
    category = router.SetCategory(Category(CATEGORY, "Heart", GROUP, rules))
    assert set(refusal(desk("ann"), category).fields) == {"rules"}


# --- groups --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "shares",
    [
        (Share(DoctorId("eve")),),
        (Share(DoctorId("ann"), 0),),
        (Share(DoctorId("ann"), 101),),
        (Share(DoctorId("ann"), 1, 10),),
        (Share(DoctorId("ann")), Share(DoctorId("ann"), 2)),
    ],
)
def test_shares_are_of_members_and_within_their_limits(shares: tuple[Share, ...]) -> None:
    group = Group(GROUP, "Hearts", (ref("ann"),), GroupMode.BALANCED, shares)
    assert set(refusal(desk("ann"), router.SetGroup(group)).fields) == {"shares"}


def test_a_group_that_is_needed_can_not_be_removed() -> None:
    clinic = desk("ann")
    assert refusal(clinic, router.RemoveGroup(GROUP)).code == "group_in_use"
    by_rule = Category(CATEGORY, "Heart", None, (Rule("all", group=GROUP),))
    clinic.tell(DESK, router.SetCategory(by_rule), ADMIN)
    assert refusal(clinic, router.RemoveGroup(GROUP)).code == "group_in_use"
    clinic.tell(DESK, router.SetCategory(Category(CATEGORY, "Heart", None)), ADMIN)
    clinic.tell(DESK, router.RemoveGroup(GROUP), ADMIN)
    assert department(clinic).groups == ()
    assert type(refusal(clinic, router.RemoveGroup(GROUP))) is NotFound
    clinic.check_journals()


def test_doctors_hear_that_they_joined_the_department_or_left_it() -> None:
    clinic = desk("ann", "bob")
    note(clinic, "bob")
    other = Group(GroupId("other"), "Others", (ref("bob"), ref("cat")))
    [joined] = clinic.tell(DESK, router.SetGroup(other), ADMIN)
    member = doctor.NoteMembership(DEPARTMENT, True)
    assert react(joined, DESK) == [Send(doctor_at("cat"), member)]
    [left] = clinic.tell(DESK, router.SetGroup(Group(GROUP, "Hearts", ())), ADMIN)
    gone = doctor.NoteMembership(DEPARTMENT, False)
    assert react(left, DESK) == [Send(doctor_at("ann"), gone)]
    [removed] = clinic.tell(DESK, router.RemoveGroup(GroupId("other")), ADMIN)
    assert react(removed, DESK) == [Send(doctor_at("bob"), gone), Send(doctor_at("cat"), gone)]


def test_what_is_known_of_a_doctor_is_theirs_to_tell_and_forgotten_when_they_leave() -> None:
    clinic = desk("ann")
    note(clinic, "ann", specialties=("Rhythm",))
    note(clinic, "eve")
    [known] = department(clinic).doctors
    assert (known.facts.specialties, known.open, known.today, known.week) == (("Rhythm",), 0, 0, 0)
    facts = router.NoteDoctor(known.facts)
    assert not by_doctor(clinic, "ann", facts)
    for caller in (ADMIN, as_doctor("ann")):
        assert type(refusal(clinic, facts, caller)) is NotAllowed
    clinic.tell(DESK, router.SetGroup(Group(GROUP, "Hearts", ())), ADMIN)
    assert department(clinic).doctors == ()
    assert not by_doctor(clinic, "ann", facts)
    clinic.check_journals()


# --- policy and deadlines ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("policy", "field"),
    [
        (Policy(reminder_minutes=(10, 10)), "reminder_minutes"),
        (Policy(reminder_minutes=(1, 2, 3, 4, 5, 6)), "reminder_minutes"),
        (Policy(reminder_minutes=(14 * 24 * 60 + 1,)), "reminder_minutes"),
        (Policy(proposal_minutes=4), "proposal_minutes"),
        (Policy(proposal_minutes=14 * 24 * 60 + 1), "proposal_minutes"),
        (Policy(earlier_minutes=24 * 60 + 1), "earlier_minutes"),
    ],
)
def test_a_policy_stays_within_its_limits(policy: Policy, field: str) -> None:
    assert set(refusal(desk(), router.SetPolicy(policy)).fields) == {field}


def test_a_policy_has_the_first_reminder_first() -> None:
    clinic = desk()
    clinic.tell(DESK, router.SetPolicy(Policy((10, 60), on_call=ref("eve"))), ADMIN)
    assert department(clinic).policy == Policy((60, 10), on_call=ref("eve"))
    assert not clinic.tell(DESK, router.SetPolicy(Policy((60, 10), on_call=ref("eve"))), ADMIN)


def test_who_is_on_call_has_a_deadline_too() -> None:
    deadlines = Deadlines(urgent=AnswerMinutes(5, 5, 5, 0))
    assert set(refusal(desk(), router.SetDeadlines(deadlines)).fields) == {"urgent.on_call"}
