"""Which rule fits: the first of which all holds, and only what is known can hold."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.admin_router.messages import AnswerIs, Because, Category, Reason, Rule
from actors.admin_router.state.matching import age_on, by_rules, fits, primary, wanted_of
from actors.appointment import Stage
from actors.ids import QuestionId, VisitTypeId
from actors.intake import Answer, AnswerKind, Question
from actors.visit_type import STANDARD
from tests.rooms import CATEGORY, DESK, GROUP, MONDAY, ref
from tests.unit.router_support import ask, desk, note, seen, wanted

SMOKER = Question(QuestionId("smoker"), "Do you smoke?", AnswerKind.YES_NO)


def answered(value: str) -> tuple[Answer, ...]:
    return (Answer(SMOKER.id, SMOKER.text, value),)


@pytest.mark.parametrize(
    ("rule", "holds"),
    [
        (Rule("all"), True),
        (Rule("language", languages=("de",)), True),
        (Rule("language with region", languages=("DE-at", "fr")), True),
        (Rule("other language", languages=("fr",)), False),
        (Rule("age", age_from=18, age_to=40), True),
        (Rule("just old enough", age_from=26), True),
        (Rule("too young", age_from=27), False),
        (Rule("too old", age_to=25), False),
        (Rule("answer", answers=(AnswerIs(SMOKER.id, " YES "),)), True),
        (Rule("other answer", answers=(AnswerIs(SMOKER.id, "no"),)), False),
        (Rule("no answer", answers=(AnswerIs(QuestionId("x"), "no"),)), False),
        (Rule("visit", visits=(STANDARD.id,)), True),
        (Rule("other visit", visits=(VisitTypeId("x"),)), False),
    ],
)
def test_a_rule_fits_when_all_that_it_says_holds(rule: Rule, holds: bool) -> None:
    request = wanted(language="de-CH", born_on=date(2000, 3, 1), answers=answered("Yes"))
    assert fits(rule, wanted_of(request, MONDAY)) is holds


def test_what_is_not_known_does_not_fit() -> None:
    unknown = wanted_of(wanted(), MONDAY)
    assert not fits(Rule("age", age_to=130), unknown)
    assert not fits(Rule("language", languages=("de",)), unknown)


def test_an_age_is_that_of_the_patients_own_day() -> None:
    evening = datetime(2026, 2, 28, 23, 30, tzinfo=UTC)
    request = wanted(born_on=date(2000, 3, 1))
    assert wanted_of(request, evening).age == 26  # it is March in Paris already


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.integers(0, 100))
def test_one_is_a_year_older_on_each_birthday(born_on: date, years: int) -> None:
    leap_day = (born_on.month, born_on.day) == (2, 29)
    birthday = date(born_on.year + years, 3, 1) if leap_day else _in(born_on, years)
    assert age_on(birthday, born_on) == years
    assert age_on(birthday - timedelta(days=2), born_on) == years - 1


def _in(day: date, years: int) -> date:
    return day.replace(year=day.year + years)


def test_languages_are_compared_without_region_and_script() -> None:
    assert {primary(each) for each in ("zh-Hant-TW", "ZH", "zh_CN")} == {"zh"}


# --- in order ------------------------------------------------------------------------------------


conditions = st.fixed_dictionaries(
    {},
    optional={
        "languages": st.sampled_from([("de",), ("fr",), ("de", "fr")]),
        "age_from": st.sampled_from([10, 26, 40]),
        "age_to": st.sampled_from([41, 60]),
        "answers": st.sampled_from([(AnswerIs(SMOKER.id, "yes"),), (AnswerIs(SMOKER.id, "no"),)]),
    },
)


@given(st.lists(conditions, max_size=6), st.sampled_from(["de", "fr-CA", ""]))
def test_the_first_rule_that_fits_decides(rules: list[dict[str, object]], language: str) -> None:
    named = tuple(
        Rule(f"r{number}", doctor=ref("ann"), **said)  # type: ignore[arg-type]  # drawn
        for number, said in enumerate(rules)
    )
    request = wanted(language=language, born_on=date(2000, 1, 1), answers=answered("yes"))
    known = wanted_of(request, MONDAY)
    found = by_rules(desk("ann").state(DESK), Category(CATEGORY, "Heart", GROUP, named), known)
    expected = next((each.name for each in named if fits(each, known)), None)
    assert (found.because.rule if found else None) == expected


def test_a_rule_that_leaves_nobody_is_passed_over() -> None:
    rules = (
        Rule("rhythm", group=GROUP, specialty="rhythm"),
        Rule("speaks", group=GROUP, same_language=True, on_duty=True),
        Rule("rest"),
    )
    clinic = desk("ann", "bob", rules=rules)
    note(clinic, "ann", languages=("fr",), on_duty=True)
    note(clinic, "bob", languages=("de",))
    spoken = seen(clinic, ask(clinic, wanted(1, language="fr-BE")))
    assert spoken.asked == (ref("ann"),)
    assert spoken.because == Because(Reason.RULE, "speaks", ("fr", "on duty"))
    by_hand = seen(clinic, ask(clinic, wanted(2, language="de")))
    assert (by_hand.stage, by_hand.because) == (Stage.TRIAGE, Because(Reason.RULE, "rest"))
    note(clinic, "bob", specialties=("RHYTHM",))
    assert seen(clinic, ask(clinic, wanted(3))).asked == (ref("bob"),)


def test_when_no_rule_fits_the_categorys_group_is_asked() -> None:
    clinic = desk("ann", "bob", rules=(Rule("young", doctor=ref("bob"), age_to=17),))
    grown_up = seen(clinic, ask(clinic, wanted(1, born_on=date(1980, 1, 1))))
    assert (grown_up.stage, grown_up.because) == (Stage.GROUP, Because(Reason.CATEGORY))
    young = seen(clinic, ask(clinic, wanted(2, born_on=date(2015, 1, 1))))
    assert (young.stage, young.asked) == (Stage.DOCTOR, (ref("bob"),))


def test_a_doctor_who_does_not_receive_is_not_asked_by_itself() -> None:
    clinic = desk("ann", "bob")
    note(clinic, "ann", receives=False)
    assert seen(clinic, ask(clinic, wanted(1))).asked == (ref("bob"),)
    kept = seen(clinic, ask(clinic, wanted(2, preferred=ref("ann"))))
    assert kept.asked == (ref("bob"),)
    seen_before = seen(clinic, ask(clinic, wanted(3, preferred=ref("bob"))))
    assert (seen_before.stage, seen_before.because) == (Stage.DOCTOR, Because(Reason.KEPT))
