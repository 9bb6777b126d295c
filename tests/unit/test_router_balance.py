"""Groups that share their work evenly: one is asked at a time, and nobody much more than others."""

from collections import Counter
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from actors.admin_router import messages as router
from actors.admin_router.messages import Because, Group, GroupMode, Reason, Rule, Share
from actors.appointment import Stage, Urgency
from actors.ids import DoctorId, GroupId
from tests.rooms import ADMIN, DESK, GROUP, MONDAY, Clinic, ref
from tests.unit.router_support import (
    ask,
    by_doctor,
    claim,
    desk,
    note,
    proposal,
    refusal,
    seen,
    wanted,
)

NAMES = ("ann", "bob", "cat", "dan")
BALANCED = GroupMode.BALANCED


def turns(clinic: Clinic, count: int) -> list[DoctorId]:
    """Return who is asked for each of so many requests, one a minute."""
    asked = []
    for number in range(count):
        clinic.now += timedelta(minutes=1)
        [doctor] = seen(clinic, ask(clinic, wanted(number))).asked
        asked.append(doctor.id)
    return asked


@given(st.integers(1, 4), st.integers(1, 30))
def test_equal_shares_differ_by_one_request_at_most(members: int, count: int) -> None:
    clinic = desk(*NAMES[:members], mode=BALANCED)
    asked = Counter(dict.fromkeys(map(DoctorId, NAMES[:members]), 0))
    asked.update(turns(clinic, count))
    assert max(asked.values()) - min(asked.values()) <= 1


@given(st.lists(st.integers(1, 5), min_size=2, max_size=4), st.integers(1, 3))
def test_requests_follow_the_weights(weights: list[int], rounds: int) -> None:
    names = NAMES[: len(weights)]
    shares = tuple(Share(DoctorId(n), weight) for n, weight in zip(names, weights, strict=True))
    clinic = desk(*names, mode=BALANCED, shares=shares)
    asked = Counter(turns(clinic, rounds * sum(weights)))
    assert asked == {n: rounds * weight for n, weight in zip(names, weights, strict=True)}


def test_a_higher_priority_goes_before_any_load() -> None:
    shares = (Share(DoctorId("bob"), priority=1),)
    assert turns(desk("ann", "bob", mode=BALANCED, shares=shares), 3) == ["bob"] * 3


def test_what_was_asked_more_than_a_week_ago_counts_no_more() -> None:
    clinic = desk("ann", "bob", mode=BALANCED)
    assert turns(clinic, 1) == ["ann"]
    clinic.now += timedelta(days=7)
    view = seen(clinic, ask(clinic, wanted(7)))
    matched = ("not asked in the last 7 days",)
    assert view.because == Because(Reason.BALANCED, matched=matched, load=0)
    assert view.asked == (ref("bob"),), "the one who was asked least recently"


def test_the_page_can_say_why_it_is_this_doctors_turn() -> None:
    clinic = desk("ann", mode=BALANCED)
    turns(clinic, 2)
    view = seen(clinic, ask(clinic, wanted(9)))
    assert view.because == Because(
        Reason.BALANCED, matched=("not asked since 2026-03-02 08:02 UTC",), load=2
    )
    assert (view.stage, view.with_name) == (Stage.DOCTOR, "Dr ann")


def test_one_who_declines_leaves_it_to_the_next_member_and_then_to_triage() -> None:
    clinic = desk("ann", "bob", mode=BALANCED)
    appointment = ask(clinic, wanted())
    ann, bob = DoctorId("ann"), DoctorId("bob")
    by_doctor(clinic, "ann", router.RecordDecline(appointment, 1, ann, "No."))
    assert seen(clinic, appointment).asked == (ref("bob"),)
    by_doctor(clinic, "bob", router.RecordDecline(appointment, 2, bob, "No."))
    view = seen(clinic, appointment)
    assert (view.stage, [each.doctor.id for each in view.declined]) == (Stage.TRIAGE, [ann, bob])


def test_one_who_does_not_answer_leaves_it_to_the_next_whom_the_rule_leaves() -> None:
    rule = Rule("german", group=GROUP, same_language=True)
    clinic = desk("ann", "bob", "cat", mode=BALANCED, rules=(rule,))
    for name in ("ann", "cat"):
        note(clinic, name, languages=("de",))
    appointment = ask(clinic, wanted(language="de"))
    asked = []
    for _ in range(3):
        view = seen(clinic, appointment)
        asked.append((view.stage, [each.id for each in view.asked]))
        clinic.wait(timedelta(days=1))
    assert asked == [(Stage.DOCTOR, ["ann"]), (Stage.DOCTOR, ["cat"]), (Stage.TRIAGE, [])]


def test_who_wins_a_request_of_a_pool_has_had_a_turn() -> None:
    clinic = desk("ann", "bob")
    by_doctor(clinic, "ann", claim("ann", ask(clinic, wanted(1))))
    members = (ref("ann"), ref("bob"))
    clinic.tell(DESK, router.SetGroup(Group(GROUP, "Hearts", members, BALANCED)), ADMIN)
    assert turns(clinic, 1) == ["bob"]


def test_asking_the_same_doctor_again_is_not_another_turn() -> None:
    clinic = desk("ann", mode=BALANCED)
    appointment = ask(clinic, wanted())
    clinic.tell(DESK, router.SetUrgency(appointment, Urgency.SOON), ADMIN)
    assert seen(clinic, appointment).round == 2
    note(clinic, "ann")
    [known] = clinic.ask(DESK, router.GetDepartment(), ADMIN).doctors
    assert (known.open, known.week) == (1, 1)
    by_doctor(clinic, "ann", proposal("ann", appointment, 3, number=2))
    assert seen(clinic, appointment).choices


def test_an_administrator_gives_it_to_whose_turn_it_is_in_a_group() -> None:
    clinic = desk("ann", "bob", mode=BALANCED)
    appointment = ask(clinic, wanted())
    by_doctor(clinic, "ann", router.RecordDecline(appointment, 1, DoctorId("ann"), "No."))
    for _ in range(2):
        clinic.tell(DESK, router.RouteToGroup(appointment, GROUP), ADMIN)
        assert seen(clinic, appointment).asked == (ref("bob"),)
    note(clinic, "bob", receives=False)
    clinic.tell(DESK, router.RouteToGroup(appointment, GROUP), ADMIN)
    assert seen(clinic, appointment).asked == (ref("ann"),), "rather again than nobody"
    note(clinic, "ann", receives=False)
    assert refusal(clinic, router.RouteToGroup(appointment, GROUP)).code == "empty_group"
    unknown = router.RouteToGroup(appointment, GroupId("none"))
    assert set(refusal(clinic, unknown).fields) == {"group"}
    assert clinic.now == MONDAY
    clinic.check_journals()
