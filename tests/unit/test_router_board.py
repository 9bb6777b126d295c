"""What administrators see first, and which doctors patients may pick times of."""

from datetime import date, timedelta

import pytest
from msgspec.structs import replace

from actors.admin_router import messages as router
from actors.admin_router.messages import (
    Because,
    Bookable,
    Category,
    FindDoctors,
    Lane,
    Reason,
    Rule,
)
from actors.appointment import Urgency
from actors.caller import NOBODY, Caller
from actors.ids import CategoryId, DoctorId, VisitTypeId
from actors.refusal import NotAllowed, NotFound, Refusal
from actors.visit_type import STANDARD, Asking, VisitType
from tests.rooms import (
    ACCOUNT,
    ADMIN,
    CATEGORY,
    DESK,
    GROUP,
    MONDAY,
    Clinic,
    as_doctor,
    as_patient,
    ref,
)
from tests.unit.router_support import ask, by_doctor, claim, desk, note, proposal, wanted

TIMES = VisitType(VisitTypeId("times"), "Shown times", asking=Asking.TIMES)
OTHER = VisitType(VisitTypeId("other"), "Other", asking=Asking.DIRECT)


def board(clinic: Clinic, query: router.GetBoard) -> router.Board:
    view = clinic.ask(DESK, query, ADMIN)
    assert isinstance(view, router.Board)
    return view


def names(shown: tuple[router.RoutedRequest, ...]) -> list[str]:
    return [each.request.appointment for each in shown]


# --- the board -----------------------------------------------------------------------------------


def busy() -> Clinic:
    """Return a router with three in triage, two out, and one that is offered."""
    clinic = desk("ann")
    for number in range(3):
        clinic.now = MONDAY - timedelta(minutes=number)
        ask(clinic, wanted(number, category="unknown"))
    for number in range(3, 6):
        ask(clinic, wanted(number))
    by_doctor(clinic, "ann", proposal("ann", wanted(5).appointment, 20))
    return clinic


def test_a_part_of_the_board_is_shown_page_by_page_with_its_count() -> None:
    clinic = busy()
    first = board(clinic, router.GetBoard(limit=2))
    assert (names(first.triage), names(first.out)) == (["a2", "a1"], ["a5", "a3"])
    counts = {Lane.TRIAGE: 3, Lane.OUT: 3, Lane.CONFIRMED: 0, Lane.CLOSED: 0}
    assert first.counts == counts
    rest = board(clinic, router.GetBoard(limit=2, only=Lane.TRIAGE, skip=2))
    assert (names(rest.triage), rest.out, rest.counts) == (["a0"], (), counts)
    assert board(clinic, router.GetBoard(limit=-1, skip=-1)).triage == ()


def test_the_board_has_what_presses_first() -> None:
    clinic = desk("ann")
    for number, urgency in enumerate(Urgency):
        ask(clinic, wanted(number, category="unknown", urgency=urgency))
    assert names(board(clinic, router.GetBoard()).triage) == ["a2", "a1", "a0"]


def test_a_visit_that_is_over_is_not_on_the_board_any_more() -> None:
    clinic = desk("ann")
    appointment = ask(clinic, wanted())
    won = claim("ann", appointment)
    by_doctor(clinic, "ann", won)
    assert names(board(clinic, router.GetBoard()).out) == [appointment]
    ann = DoctorId("ann")
    stands = router.RecordConfirmation(appointment, 1, ann, won.start, won.end, "UTC")
    by_doctor(clinic, "ann", stands)
    assert names(board(clinic, router.GetBoard()).confirmed) == [appointment]
    note(clinic, "ann")
    [known] = clinic.ask(DESK, router.GetDepartment(), ADMIN).doctors
    assert (known.open, known.today, known.week) == (0, 1, 1)
    clinic.now = won.end
    assert board(clinic, router.GetBoard()).confirmed == ()


def test_a_board_of_two_thousand_converts_only_what_it_shows() -> None:
    clinic = desk()
    appointment = ask(clinic, wanted())
    state = clinic.state(DESK)
    one = state.open[appointment]
    many = {f"x{n}": replace(one, request=wanted(n)) for n in range(2000)}
    clinic.states[DESK] = replace(state, open=many)
    view = board(clinic, router.GetBoard())
    assert (len(view.triage), view.counts[Lane.TRIAGE]) == (50, 2000)
    assert len(board(clinic, router.GetBoard(limit=5000)).triage) == 200


def test_a_day_and_moved_clocks_are_seen_by_staff_alone() -> None:
    clinic = desk("ann")
    queries = (router.GetDay(date(2026, 3, 2), "Europe/Paris"), router.ListMovedClocks())
    for query in queries:
        assert clinic.ask(DESK, query, ADMIN)
        for caller in (as_doctor("ann"), as_patient("pat"), NOBODY):
            with pytest.raises(NotAllowed):
                clinic.ask(DESK, query, caller)


# --- whose times are shown -----------------------------------------------------------------------


def shown(*rules: Rule) -> Clinic:
    """Return a department that shows times of Ann, Bob and Cat."""
    clinic = desk("ann", "bob", "cat")
    for visit in (TIMES, OTHER):
        clinic.tell(DESK, router.SetVisitType(visit), ADMIN)
    category = Category(CATEGORY, "Heart", GROUP, rules, visits=(TIMES.id,))
    clinic.tell(DESK, router.SetCategory(category), ADMIN)
    return clinic


def find(clinic: Clinic, query: FindDoctors, caller: Caller | None = None) -> Bookable:
    view = clinic.ask(DESK, query, caller or as_patient("pat"))
    assert isinstance(view, Bookable)
    return view


def test_the_times_of_the_categorys_group_are_shown_but_not_of_who_does_not_receive() -> None:
    clinic = shown()
    note(clinic, "bob", receives=False)
    found = find(clinic, FindDoctors(CATEGORY, TIMES.id))
    assert found == Bookable((ref("ann"), ref("cat")), TIMES, Because(Reason.CATEGORY))
    assert find(clinic, FindDoctors(CATEGORY, TIMES.id), ADMIN) == found


def test_the_doctor_of_before_comes_first_if_they_receive() -> None:
    clinic = shown()
    kept = FindDoctors(CATEGORY, TIMES.id, preferred=DoctorId("bob"))
    assert find(clinic, kept) == Bookable((ref("bob"),), TIMES, Because(Reason.KEPT))
    note(clinic, "bob", receives=False)
    assert find(clinic, kept).doctors == (ref("ann"), ref("cat"))


def test_the_first_rule_that_fits_says_whose_times() -> None:
    clinic = shown(Rule("young", doctor=ref("cat"), age_to=17), Rule("by hand", languages=("de",)))
    young = FindDoctors(CATEGORY, TIMES.id, born_on=date(2015, 1, 1))
    assert find(clinic, young).doctors == (ref("cat"),)
    by_hand = find(clinic, FindDoctors(CATEGORY, TIMES.id, language="de"))
    assert (by_hand.doctors, by_hand.because) == ((), Because(Reason.RULE, "by hand"))


@pytest.mark.parametrize(
    ("query", "code"),
    [
        (FindDoctors(CategoryId("none"), TIMES.id), "not_found"),
        (FindDoctors(CATEGORY, OTHER.id), "not_found"),
        (FindDoctors(CATEGORY, STANDARD.id), "not_found"),
    ],
)
def test_only_what_is_offered_has_times(query: FindDoctors, code: str) -> None:
    with pytest.raises(NotFound) as caught:
        find(shown(), query)
    assert caught.value.code == code


def test_a_kind_of_visit_without_shown_times_says_so() -> None:
    with pytest.raises(Refusal) as caught:
        find(desk("ann"), FindDoctors(CATEGORY, STANDARD.id))
    assert caught.value.code == "times_not_shown"


@pytest.mark.parametrize("caller", [NOBODY, ACCOUNT, as_doctor("ann")])
def test_times_are_for_patients_and_staff(caller: Caller) -> None:
    with pytest.raises(NotAllowed):
        find(shown(), FindDoctors(CATEGORY, TIMES.id), caller)
