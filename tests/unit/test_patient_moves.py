"""How a patient moves or cancels a visit, and until when."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from actors.admin_router import messages as router
from actors.appointment import Picked, Span, Status, Window
from actors.ids import AppointmentId
from actors.notify.messages import CalendarEntry, Topic
from actors.patient import messages as patient
from actors.patient.messages import CancelReason, Step
from actors.visit_type import Asking
from tests.unit.patient_support import (
    ANN,
    BOB,
    DAY,
    HOUR,
    MINUTE,
    NOON,
    VISIT,
    WISH,
    Person,
    confirmation,
    moved,
    offer,
    routing,
)

START, LATER = NOON + DAY, NOON + 2 * DAY


def with_visit() -> tuple[Person, AppointmentId]:
    pat = Person()
    return pat, pat.has_visit(START)


def test_a_visit_whose_times_are_not_shown_is_not_moved_by_picking_one() -> None:
    pat = Person()
    plain = replace(VISIT, asking=Asking.REQUEST)
    appointment = pat.asks(replace(WISH, visit=plain))
    pat.hears(patient.ConfirmAppointment(appointment, ANN, START, START + 20 * MINUTE, "UTC"))
    said = pat.refused(patient.MoveAppointment(appointment, LATER))
    assert said.code == "times_not_shown"
    assert pat.does(patient.WishMove(appointment))


def test_nobody_is_in_two_visits_at_once_by_picking_times() -> None:
    pat, _ = with_visit()
    other = pat.has_visit(LATER)
    for minutes in (-19, 0, 19):
        start = START + minutes * MINUTE
        assert pat.refused(patient.MoveAppointment(other, start)).code == "own_visit_then"
        wish = replace(WISH, picked=Picked(BOB, start))
        assert pat.refused(wish).code == "own_visit_then"
    pat.does(replace(WISH, picked=Picked(BOB, START + 20 * MINUTE)))
    pat.does(patient.MoveAppointment(other, LATER + 10 * MINUTE))


def test_the_old_time_is_kept_until_the_new_one_is_sure() -> None:
    pat, appointment = with_visit()
    pat.does(patient.MoveAppointment(appointment, LATER))
    view = pat.view(appointment)
    assert (view.status, view.start, view.moving_to) == (Status.CONFIRMED, START, LATER)
    assert pat.told_department()[-1] == router.MoveVisit(appointment, ANN, LATER, 1)
    again = patient.MoveAppointment(appointment, LATER + HOUR)
    assert pat.refused(again).code == "move_under_way"
    assert pat.refused(patient.WishMove(appointment)).code == "move_under_way"
    pat.hears(moved(appointment, LATER, number=1))
    view = pat.view(appointment)
    assert (view.start, view.moving_to, view.sequence) == (LATER, None, 1)
    letter = pat.letters()[-1]
    entry = CalendarEntry(appointment, 1, LATER, LATER + 20 * MINUTE)
    assert (letter.topic, letter.calendar) == (Topic.MOVED, entry)
    pat.check()


def test_a_move_that_does_not_come_about_leaves_the_visit_and_may_be_tried_again() -> None:
    pat, appointment = with_visit()
    pat.does(patient.MoveAppointment(appointment, LATER, BOB))
    pat.hears(patient.RecordMoveEnd(appointment, "time_taken", 1))
    view = pat.view(appointment)
    assert (view.start, view.doctor, view.moving_to) == (START, ANN, None)
    assert pat.bell()[-1] == Step.STAYED
    assert (pat.letters()[-1].topic, pat.letters()[-1].start) == (Topic.STAYED, START)
    pat.does(patient.MoveAppointment(appointment, LATER))
    assert not pat.hears(patient.RecordMoveEnd(appointment, "time_taken", 1))
    assert pat.view(appointment).moving_to == LATER


def test_a_move_by_the_clinic_leaves_the_patients_own_on_its_way() -> None:
    pat, appointment = with_visit()
    pat.does(patient.MoveAppointment(appointment, LATER))
    pat.hears(moved(appointment, START, doctor=BOB, cause=router.MoveCause.REASSIGNED))
    view = pat.view(appointment)
    assert (view.doctor, view.moving_to) == (BOB, LATER)
    assert pat.bell()[-1] == Step.MOVED
    pat.hears(patient.RecordMoveEnd(appointment, "unavailable", 1))
    assert pat.view(appointment).moving_to is None


def test_an_own_move_goes_before_an_earlier_time_that_is_offered() -> None:
    pat, appointment = with_visit()
    pat.hears(offer(appointment, NOON + HOUR, earlier=True))
    pat.does(patient.MoveAppointment(appointment, LATER))
    assert pat.view(appointment).choices is None
    assert not pat.hears(patient.RecordMoveEnd(appointment, "lapsed"))
    assert pat.view(appointment).moving_to == LATER


def test_who_has_times_to_choose_from_does_not_ask_for_others_as_well() -> None:
    pat, appointment = with_visit()
    pat.hears(offer(appointment, LATER))
    for command in (
        patient.MoveAppointment(appointment, LATER + HOUR),
        patient.WishMove(appointment),
    ):
        assert pat.refused(command).code == "move_under_way"


@pytest.mark.parametrize("start", [NOON, START, NOON + 400 * DAY, datetime(2026, 3, 9, 9)])  # noqa: DTZ001 - on purpose
def test_a_move_needs_another_time_ahead(start: datetime) -> None:
    pat, appointment = with_visit()
    said = pat.refused(patient.MoveAppointment(appointment, start))
    assert (said.code, set(said.fields)) == ("invalid", {"start"})


def test_a_wish_for_other_times_is_made_once() -> None:
    pat, appointment = with_visit()
    window = Window(LATER, LATER + HOUR)
    pat.does(patient.WishMove(appointment, (window,), " Please "))
    assert pat.told_department()[-1] == router.WishMove(appointment, (window,), "Please")
    assert pat.refused(patient.WishMove(appointment)).code == "move_under_way"
    pat.hears(offer(appointment, LATER))
    assert not pat.view(appointment).wished


def test_who_would_come_earlier_says_so() -> None:
    pat, appointment = with_visit()
    wanting = patient.SetEarlier(appointment, wanted=True)
    pat.does(wanting)
    assert not pat.does(wanting)
    assert pat.view(appointment).earlier
    assert pat.told_department()[-1] == router.SetEarlier(appointment, wanted=True)
    pat.now = START
    not_any_more = patient.SetEarlier(appointment, wanted=False)
    assert pat.refused(not_any_more).code == "appointment_over"


def changes(appointment: AppointmentId) -> tuple[Any, ...]:
    return (
        patient.MoveAppointment(appointment, LATER),
        patient.WishMove(appointment),
        patient.WithdrawRequest(appointment),
    )


def test_the_cut_off_is_enforced_and_said() -> None:
    pat, appointment = with_visit()
    pat.now = START - 2 * HOUR
    for command in changes(appointment):
        said = pat.refused(command)
        assert said.code == "too_late_to_change"
        assert "03 March 2026, 11:00 (Europe/Paris)" in said.sentence
    pat.now -= timedelta(seconds=1)
    pat.does(patient.WithdrawRequest(appointment))


def test_a_request_without_a_time_is_not_moved_and_one_that_is_over_neither() -> None:
    pat = Person()
    appointment = pat.asks()
    assert pat.refused(patient.MoveAppointment(appointment, LATER)).code == "not_confirmed"
    pat.does(patient.WithdrawRequest(appointment))
    for command in changes(appointment)[:2]:
        assert pat.refused(command).code == "appointment_over"


def test_cancelling_says_why_and_strikes_the_visit_out() -> None:
    pat, appointment = with_visit()
    cancelling = patient.WithdrawRequest(appointment, "Well again.", CancelReason.BETTER)
    pat.does(cancelling)
    assert not pat.does(cancelling)
    view = pat.view(appointment)
    assert (view.status, view.cancelled_for) == (Status.CANCELLED, CancelReason.BETTER)
    assert (view.last_time, view.sequence) == (Span(START, START + 20 * MINUTE), 1)
    letter = pat.letters()[-1]
    entry = CalendarEntry(appointment, 1, START, START + 20 * MINUTE, cancelled=True)
    assert (letter.topic, letter.calendar) == (Topic.CANCELLED, entry)
    assert not pat.alarms
    pat.check()


def test_who_is_there_can_still_cancel_before_the_cut_off_and_not_in_the_visit() -> None:
    late = replace(WISH, visit=replace(WISH.visit, cutoff_minutes=0))
    pat = Person()
    waiting, in_call = pat.has_visit(START, late), pat.has_visit(START, late)
    pat.now = START - 20 * MINUTE
    for appointment in (waiting, in_call):
        pat.does(patient.CheckIn(appointment))
    moving = patient.MoveAppointment(waiting, LATER)
    assert pat.refused(moving).code == "too_late_to_change"
    pat.hears(patient.RecordProgress(in_call, Status.IN_CALL))
    assert pat.refused(patient.WithdrawRequest(in_call)).code == "too_late_to_change"
    pat.does(patient.WithdrawRequest(waiting))
    assert not pat.hears(patient.RecordProgress(waiting, Status.FULFILLED))
    assert pat.view(waiting).status is Status.CANCELLED


def test_a_visit_that_loses_its_doctor_is_struck_out_and_a_request_again() -> None:
    pat, appointment = with_visit()
    pat.does(patient.MoveAppointment(appointment, LATER))
    pat.hears(routing(appointment, "away"))
    view = pat.view(appointment)
    assert (view.status, view.start, view.moving_to) == (Status.ROUTED, None, None)
    assert view.last_time == Span(START, START + 20 * MINUTE)
    letter = pat.letters()[-1]
    assert letter.topic is Topic.RETURNED
    assert letter.calendar == CalendarEntry(
        appointment, 1, START, START + 20 * MINUTE, cancelled=True
    )
    assert not pat.alarms
    pat.hears(confirmation(appointment, LATER, BOB))
    assert pat.view(appointment).sequence == 2
    assert pat.bell() == ["confirmed", "returned", "confirmed"]
    pat.check()


def test_a_visit_that_the_clinic_cancels_is_struck_out_with_the_letter_that_says_so() -> None:
    pat, appointment = with_visit()
    before = pat.view(appointment)
    pat.hears(patient.DeclineAppointment(appointment, "We are closing."))
    view = pat.view(appointment)
    assert (view.status, view.reason) == (Status.DECLINED, "We are closing.")
    assert (view.doctor, view.start, view.end) == (before.doctor, before.start, before.end)
    assert pat.bell()[-1] == Step.DECLINED
    assert view.timeline[-1].start == before.start
    letter = pat.letters()[-1]
    entry = letter.calendar
    assert entry is not None
    assert (letter.topic, letter.start, entry.cancelled) == (Topic.DECLINED, before.start, True)
    assert entry.sequence == view.sequence == before.sequence + 1
    assert Topic.RETURNED not in {each.topic for each in pat.letters()}
    check_nothing_comes_after(pat, appointment)


def test_a_visit_that_expires_is_struck_out_first() -> None:
    pat, appointment = with_visit()
    pat.hears(patient.ExpireAppointment(appointment))
    returned, ended = pat.letters()[-2:]
    assert returned.calendar is not None
    assert returned.calendar.cancelled
    assert ended.topic is Topic.EXPIRED
    check_nothing_comes_after(pat, appointment)


def check_nothing_comes_after(pat: Person, appointment: AppointmentId) -> None:
    assert pat.view(appointment).status.final
    assert not pat.alarms
    assert not pat.hears(moved(appointment, LATER))
    assert not pat.hears(patient.RecordMoveEnd(appointment, "refused"))


def test_a_confirmation_that_is_told_twice_changes_nothing() -> None:
    pat, appointment = with_visit()
    assert not pat.hears(confirmation(appointment, START))
    pat.hears(confirmation(appointment, LATER))
    assert pat.view(appointment).sequence == 1
    pat.check()
