"""Shown times: held for a patient who fills in the form, then kept for the request."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from actors.caller import Caller
from actors.doctor import messages as doctor
from actors.doctor.messages import OfferStatus
from actors.refusal import NotAllowed, NotFound, Refusal
from tests.unit.doctor_support import (
    ACCOUNT,
    COURSE,
    FIRST,
    ITSELF,
    OWNER,
    PAT,
    QUIN,
    ROUTER,
    SECOND,
    SHOWN,
    THIRD,
    Ann,
    at,
    request,
)


def starts(ann: Ann, caller: Caller) -> list[object]:
    """Return the times that *caller* may pick."""
    open_times = doctor.ListOpenTimes(SHOWN, at(0), at(24 * 60))
    return list(ann.ask(open_times, caller).starts)


def refusal(ann: Ann, command: doctor.Command, caller: Caller) -> Refusal:
    with pytest.raises(Refusal) as caught:
        ann.tell(command, caller)
    return caught.value


def test_a_shown_time_is_held_for_the_visits_minutes_and_then_free_again() -> None:
    ann = Ann()
    [kept] = ann.tell(doctor.HoldTime(SHOWN, FIRST), PAT)
    assert kept.until == at(5)
    assert ann.ask(doctor.GetHold(), PAT).start == FIRST
    assert FIRST in starts(ann, PAT)
    assert FIRST not in starts(ann, QUIN)
    assert ann.alarms["hold:pat"].at == kept.until
    [released] = ann.ring("hold:pat")
    assert isinstance(released, doctor.TimeReleased)
    assert FIRST in starts(ann, QUIN)
    with pytest.raises(NotFound):
        ann.ask(doctor.GetHold(), PAT)


@pytest.mark.parametrize(("asked_for", "held"), [(0, 1), (90, 60)])
def test_a_hold_lasts_one_to_sixty_minutes(asked_for: int, held: int) -> None:
    [kept] = Ann().tell(doctor.HoldTime(replace(SHOWN, hold_minutes=asked_for), FIRST), PAT)
    assert kept.until == at(held)


def test_a_time_that_somebody_else_holds_is_gone() -> None:
    ann = Ann()
    ann.tell(doctor.HoldTime(SHOWN, FIRST), PAT)
    gone = refusal(ann, doctor.HoldTime(SHOWN, FIRST), QUIN)
    assert gone.code == "time_gone"
    assert gone.sentence == "Somebody else has just taken this time. Please choose another."


@pytest.mark.parametrize("minutes", [-35, 0, 10, 36, 8 * 60, 24 * 60 * 90])
def test_only_a_time_that_is_shown_can_be_held(minutes: int) -> None:
    ann = Ann()
    assert refusal(ann, doctor.HoldTime(SHOWN, at(minutes)), PAT).code == "time_gone"


def test_a_suspended_doctor_holds_no_time() -> None:
    ann = Ann()
    ann.tell(doctor.SuspendPractice(), ACCOUNT)
    assert refusal(ann, doctor.HoldTime(SHOWN, FIRST), PAT).code == "time_gone"


def test_a_second_hold_of_a_patient_takes_the_place_of_the_first() -> None:
    ann = Ann()
    [first] = ann.tell(doctor.HoldTime(SHOWN, FIRST), PAT)
    assert not ann.tell(doctor.HoldTime(SHOWN, FIRST), PAT)
    ann.tell(doctor.HoldTime(SHOWN, SECOND), PAT)
    assert FIRST in starts(ann, QUIN)
    assert SECOND not in starts(ann, QUIN)
    assert not ann.tell(doctor.HoldOver(first.patient, first.hold), ITSELF)
    assert ann.tell(doctor.ReleaseTime(), PAT)
    assert not ann.tell(doctor.ReleaseTime(), PAT)
    assert not ann.alarms
    assert SECOND in starts(ann, QUIN)


@pytest.mark.parametrize("caller", [OWNER, ROUTER, ITSELF])
def test_only_patients_hold_times(caller: Caller) -> None:
    ann = Ann()
    for command in (doctor.HoldTime(SHOWN, FIRST), doctor.ReleaseTime()):
        assert type(refusal(ann, command, caller)) is NotAllowed


def test_a_hold_is_over_by_the_doctors_own_clock_alone() -> None:
    ann = Ann()
    [kept] = ann.tell(doctor.HoldTime(SHOWN, FIRST), PAT)
    for caller in (PAT, QUIN, OWNER, ROUTER):
        over = doctor.HoldOver(kept.patient, kept.hold)
        assert type(refusal(ann, over, caller)) is NotAllowed


def test_a_hold_whose_bell_is_late_stands_in_nobodys_way() -> None:
    ann = Ann()
    ann.tell(doctor.HoldTime(SHOWN, SECOND), PAT)
    ann.now = at(5)
    ann.tell(doctor.HoldTime(SHOWN, SECOND), QUIN)
    assert list(ann.state.holds) == ["quin"]


def test_ones_own_visit_that_moves_is_not_in_the_way_of_its_new_time() -> None:
    ann = Ann()
    mine = ann.visit(request(), FIRST)
    long = replace(SHOWN, minutes=90)
    assert ann.tell(doctor.HoldTime(long, at(95), moving=mine), PAT)
    others = doctor.HoldTime(SHOWN, FIRST, moving=mine)
    assert refusal(ann, others, QUIN).code == "time_gone"


# --- the request that the picked time was held for ------------------------------------------------


def test_a_picked_time_is_kept_for_the_request_and_proposed() -> None:
    ann = Ann()
    ann.tell(doctor.HoldTime(SHOWN, SECOND), PAT)
    [offered] = ann.offer(request(picked=SECOND))
    assert offered.reserved.start == SECOND
    assert not ann.state.holds
    assert not ann.alarms
    assert SECOND not in starts(ann, QUIN)
    assert ann.seen(offered.appointment).proposed == SECOND
    [held] = ann.tell(doctor.AcceptRequest(offered.appointment))
    assert held.start == SECOND


def test_a_declined_request_lets_the_picked_time_go() -> None:
    ann = Ann()
    [offered] = ann.offer(request(picked=SECOND))
    ann.tell(doctor.DeclineRequest(offered.appointment, "Not my field."))
    assert SECOND in starts(ann, QUIN)


def test_a_picked_time_that_is_taken_meanwhile_leaves_an_open_offer() -> None:
    ann = Ann()
    ann.visit(request("other", "quin"), SECOND)
    [offered] = ann.offer(request(picked=SECOND))
    assert offered.reserved is None
    seen = ann.seen(offered.appointment)
    assert (seen.status, seen.proposed) == (OfferStatus.OPEN, None)


def test_a_time_that_was_picked_with_a_colleague_is_not_kept_here() -> None:
    wanted = request(picked=SECOND)
    assert wanted.picked
    elsewhere = replace(wanted.picked, doctor=replace(wanted.picked.doctor, id="bob"))
    [offered] = Ann().offer(replace(wanted, picked=elsewhere))
    assert offered.reserved is None


def test_a_picked_time_that_suits_no_longer_is_not_kept() -> None:
    wanted = request(picked=SECOND)
    later = request(picked=THIRD).windows
    ann = Ann()
    [offered] = ann.offer(replace(wanted, windows=later))
    assert offered.reserved is None
    assert ann.seen(offered.appointment).proposed == THIRD


def test_a_picked_time_that_has_passed_is_not_proposed_any_more() -> None:
    ann = Ann()
    [offered] = ann.offer(request(picked=SECOND))
    ann.now = SECOND + timedelta(minutes=1)
    assert ann.seen(offered.appointment).proposed is None


# --- booked at once ------------------------------------------------------------------------------


def test_a_direct_booking_uses_the_hold_up_and_is_claimed() -> None:
    ann = Ann()
    ann.tell(doctor.HoldTime(SHOWN, SECOND), PAT)
    [held] = ann.book(request(picked=SECOND), SECOND)
    [claim] = ann.words()
    assert (claim.appointment, claim.start, claim.round) == ("a1", SECOND, 1)
    assert not ann.state.holds
    assert not ann.alarms
    ann.route(doctor.GrantClaim(held.appointment, 1))
    assert ann.seen(held.appointment).status is OfferStatus.CONFIRMED


@pytest.mark.parametrize("minutes", [-30, 0, 8 * 60 - 29, 12 * 60])
def test_a_booking_in_the_past_or_off_the_hours_is_declined(minutes: int) -> None:
    ann = Ann()
    [declined] = ann.book(request(), at(minutes))
    assert declined.reason == "time_taken"
    [word] = ann.words()
    assert (word.round, word.reason) == (1, "time_taken")


def test_an_administrator_may_have_a_visit_booked_off_the_hours_but_over_no_other() -> None:
    ann = Ann()
    ann.visit(request("evening"), at(5), 1)
    [held] = ann.book(request("late"), at(12 * 60), anywhere=True)
    assert isinstance(held, doctor.TimeHeld)
    [declined] = ann.book(request("over"), at(20), anywhere=True)
    assert declined.reason == "time_taken"


def test_a_suspended_doctor_is_booked_for_nothing() -> None:
    ann = Ann()
    ann.tell(doctor.SuspendPractice(), ACCOUNT)
    [declined] = ann.book(request(), SECOND)
    assert declined.reason == "unavailable"


def test_a_booking_of_a_round_that_is_over_changes_nothing() -> None:
    ann = Ann()
    ann.book(request(), SECOND, 3)
    assert not ann.book(request(), THIRD, 3)
    assert not ann.book(request(), THIRD, 2)
    assert not ann.offer(request(), 2)


def test_a_course_has_as_many_places_as_it_says() -> None:
    ann = Ann()
    ann.visit(request("one", "pat", visit=COURSE), SECOND)
    ann.visit(request("two", "quin", visit=COURSE), SECOND)
    [declined] = ann.book(request("three", "rob", visit=COURSE), SECOND)
    assert declined.reason == "time_taken"
    [declined] = ann.book(request("four", "rob"), SECOND)
    assert declined.reason == "time_taken"
