"""A visit moves: the old time is kept until the new one is sure, and what is let go is free."""

from datetime import timedelta

import pytest
from msgspec.structs import replace

from actors.admin_router import messages as router
from actors.doctor import messages as doctor
from actors.doctor.messages import Closed, OfferStatus
from actors.ids import AppointmentId
from actors.notify.messages import Topic
from actors.refusal import Refusal
from tests.rooms import MONDAY
from tests.unit.doctor_support import (
    ACCOUNT,
    COURSE,
    FIRST,
    PAT,
    SECOND,
    SHOWN,
    THIRD,
    Ann,
    at,
    request,
)

A1 = AppointmentId("a1")


def standing() -> Ann:
    """Return Ann with a visit at the first time."""
    ann = Ann()
    ann.visit(request(), FIRST)
    ann.words()
    ann.letters()
    return ann


def taken(ann: Ann) -> list[object]:
    """Return the starts of all that takes time."""
    return [each.span.start for each in ann.state.booked(ann.now)]


def test_both_times_are_held_until_the_new_one_is_granted() -> None:
    ann = standing()
    [held] = ann.book(request(), SECOND, 2)
    [claim] = ann.words()
    assert (claim.round, claim.start) == (2, SECOND)
    assert held.request == request()
    assert taken(ann) == [FIRST, SECOND]
    seen = ann.seen(A1)
    assert (seen.status, seen.start, seen.round) == (OfferStatus.CONFIRMED, FIRST, 1)
    assert seen.moving_to
    assert seen.moving_to.start == SECOND
    ann.route(doctor.GrantClaim(A1, 2))
    seen = ann.seen(A1)
    assert (seen.status, seen.start, seen.round) == (OfferStatus.CONFIRMED, SECOND, 2)
    assert seen.moving_to is None
    assert taken(ann) == [SECOND]


def test_a_move_may_lap_over_its_own_time_and_uses_the_patients_hold_up() -> None:
    ann = standing()
    other = doctor.HoldTime(SHOWN, SECOND, moving=A1)
    ann.tell(other, PAT)
    [held] = ann.book(request(), at(50), 2, anywhere=True)
    assert isinstance(held, doctor.TimeHeld)
    assert not ann.state.holds


def test_a_move_to_a_time_that_is_taken_leaves_the_visit_where_it_is() -> None:
    ann = standing()
    ann.visit(request("other", "quin"), SECOND)
    ann.words()
    [declined] = ann.book(request(), SECOND, 2)
    assert (declined.round, declined.reason) == (2, "time_taken")
    [word] = ann.words()
    assert isinstance(word, router.RecordDecline)
    assert ann.seen(A1).start == FIRST
    assert taken(ann) == [FIRST, SECOND]


def test_a_patient_moves_only_to_a_time_that_is_shown_to_patients() -> None:
    ann = standing()
    off_the_grid, too_soon = at(71), at(0)
    ann.now = MONDAY - timedelta(minutes=5)
    for start in (off_the_grid, too_soon, SECOND + timedelta(days=91)):
        [declined] = ann.route(doctor.BookVisit(request(), 2, start, picked=True))
        assert declined.reason == "time_taken"
        assert isinstance(ann.book(request(), start, 2)[0], doctor.TimeHeld)
        ann.route(doctor.CloseOffer(A1, 2, Closed.TOO_LATE))
    [held] = ann.route(doctor.BookVisit(request(), 2, SECOND, picked=True))
    assert held.start == SECOND


def test_a_time_that_was_not_shown_is_not_kept_for_who_names_it() -> None:
    ann = Ann()
    [offered] = ann.offer(request(picked=at(71)))
    assert offered.reserved is None
    [offered] = ann.offer(request("a2", "quin", picked=SECOND))
    assert offered.reserved.start == SECOND


def test_a_time_that_is_held_for_the_patient_is_theirs_though_it_is_soon() -> None:
    ann = Ann()
    ann.tell(doctor.HoldTime(SHOWN, FIRST), PAT)
    hours = ann.ask(doctor.GetPractice()).hours
    ann.tell(doctor.SetHours(replace(hours, notice_minutes=60)))
    [held] = ann.route(doctor.BookVisit(request(), 1, FIRST, picked=True))
    assert (held.start, ann.state.holds) == (FIRST, {})


def test_a_move_that_is_closed_frees_its_time_alone() -> None:
    ann = standing()
    ann.book(request(), SECOND, 2)
    assert not ann.route(doctor.CloseOffer(A1, 1, Closed.TOO_LATE))
    assert ann.route(doctor.CloseOffer(A1, 2, Closed.LAPSED))
    assert taken(ann) == [FIRST]
    assert not ann.route(doctor.GrantClaim(A1, 2))


def test_a_move_takes_the_place_of_what_was_proposed() -> None:
    ann = standing()
    ann.tell(doctor.ProposeTimes(A1, (SECOND,)))
    ann.book(request(), THIRD, 2)
    assert taken(ann) == [FIRST, THIRD]
    assert not ann.route(doctor.CloseOffer(A1, 1, Closed.TOO_LATE))
    assert taken(ann) == [FIRST, THIRD]


@pytest.mark.parametrize(("number", "left"), [(0, []), (1, []), (2, [FIRST]), (3, [FIRST, SECOND])])
def test_a_cancelled_round_takes_away_what_it_held(number: int, left: list[object]) -> None:
    ann = standing()
    ann.book(request(), SECOND, 2)
    ann.route(doctor.CancelVisit(A1, "Well again.", number))
    assert taken(ann) == left


def test_the_doctor_is_told_of_a_move_and_of_a_visit_that_moves_away() -> None:
    ann = standing()
    ann.book(request(), SECOND, 2)
    ann.route(doctor.GrantClaim(A1, 2))
    [moved] = ann.letters()
    assert moved.topic is Topic.VISIT_MOVED
    assert moved.calendar
    assert (moved.calendar.uid, moved.calendar.sequence) == (A1, 2)
    ann.route(doctor.CancelVisit(A1, "", 2, moved=True))
    [cancelled] = ann.letters()
    assert cancelled.topic is Topic.VISIT_CANCELLED
    assert cancelled.calendar
    assert (cancelled.calendar.cancelled, cancelled.start) == (True, SECOND)
    assert ann.seen(A1).why is Closed.MOVED


def test_of_a_time_that_was_only_held_no_letter_says_that_it_is_gone() -> None:
    ann = Ann()
    ann.book(request(), FIRST)
    ann.route(doctor.CancelVisit(A1, "Well again."))
    assert not ann.letters()


def test_a_visit_that_moved_away_may_come_back() -> None:
    ann = standing()
    ann.route(doctor.CancelVisit(A1, "", 1, moved=True))
    assert not ann.book(request(), SECOND, 1)
    ann.book(request(), SECOND, 3)
    ann.route(doctor.GrantClaim(A1, 3))
    assert taken(ann) == [SECOND]


def test_a_visit_that_has_begun_does_not_move() -> None:
    ann = standing()
    ann.now = FIRST
    ann.tell(doctor.StartVisit(A1))
    [declined] = ann.book(request(), THIRD, 2)
    assert declined.reason == "unavailable"
    assert ann.seen(A1).status is OfferStatus.IN_CALL


def test_a_suspension_gives_the_move_back_before_the_visit() -> None:
    ann = standing()
    ann.book(request(), SECOND, 2)
    ann.words()
    ann.tell(doctor.SuspendPractice(), ACCOUNT)
    assert [(each.appointment, each.round) for each in ann.words()] == [(A1, 2), (A1, 1)]
    assert not taken(ann)


def test_a_visit_that_is_given_back_takes_its_move_along() -> None:
    ann = standing()
    ann.book(request(), SECOND, 2)
    ann.words()
    ann.tell(doctor.GiveBackVisit(A1, "I am ill."))
    words = ann.words()
    assert [(each.round, each.away, each.reason) for each in words] == [
        (2, True, "I am ill."),
        (1, True, "I am ill."),
    ]
    assert not taken(ann)
    assert ann.seen(A1).patient is None
    ann.check_replay()


def test_a_wish_is_told_and_shown_until_the_visit_moves() -> None:
    ann = standing()
    windows = request(picked=THIRD).windows
    assert not ann.route(doctor.RecordWish(A1, 2, windows))
    ann.route(doctor.RecordWish(A1, 1, windows, "Later, please."))
    [letter] = ann.letters()
    assert (letter.topic, letter.start) == (Topic.WISH, FIRST)
    seen = ann.seen(A1)
    assert (seen.wish, seen.wish_note) == (windows, "Later, please.")
    ann.tell(doctor.ProposeTimes(A1, (THIRD,)))
    ann.route(doctor.GrantClaim(A1, 1))
    assert ann.seen(A1).wish is None


def test_nobody_joins_a_course_that_laps_over_the_time_from_which_its_patient_moves() -> None:
    ann = Ann()
    course = request("course", "quin", visit=COURSE)
    ann.visit(course, SECOND)
    ann.book(course, at(60), 2)
    [declined] = ann.book(request("joins", "pat", visit=COURSE), at(60))
    assert declined.reason == "time_taken"
    hold = doctor.HoldTime(COURSE, at(60))
    with pytest.raises(Refusal):
        ann.tell(hold, PAT)
