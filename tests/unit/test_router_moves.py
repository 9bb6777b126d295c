"""A visit that stands gets another time or doctor, and keeps its own until that is sure."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from actors.admin_router import messages as router
from actors.admin_router.messages import MoveCause, MoveEnded, MoveHeld, MoveStarted, VisitMoved
from actors.appointment import Status, Window
from actors.caller import actor_caller
from actors.doctor import messages as doctor
from actors.doctor.messages import Closed
from actors.ids import AppointmentId
from actors.patient import messages as patient
from actors.refusal import Invalid, NotAllowed, NotFound, Refusal
from tests.rooms import ADMIN, DESK, as_patient, doctor_at, patient_at, ref
from tests.unit.desk_support import (
    Desk,
    claim,
    confirm,
    move,
    propose,
    routed,
    visit,
)

HOUR = timedelta(hours=1)
PAT = patient_at("pat")


def kinds(events: list[Any]) -> list[type]:
    return [type(each) for each in events]


def test_a_visit_keeps_its_time_until_the_new_doctor_has_it() -> None:
    desk = Desk()
    appointment = visit(desk, "pat", "ann", 24)
    old = desk.found(appointment).won
    [started] = move(desk, "pat", "bob", 30)
    assert isinstance(started, MoveStarted)
    assert desk.found(appointment).won == old
    [held] = claim(desk, appointment, "bob", started.round, started.start)
    assert isinstance(held, MoveHeld)
    assert held.grant
    assert desk.found(appointment).won == old
    [moved] = confirm(desk, appointment, "bob", started.round, started.start)
    assert isinstance(moved, VisitMoved)
    now = desk.found(appointment)
    assert now.won is not None
    assert (now.won.doctor, now.won.start, now.round) == (ref("bob"), started.start, started.round)
    assert now.move is None
    assert now.status is Status.CONFIRMED
    assert f"move:{appointment}" not in desk.alarms
    desk.check_replay()


def test_only_another_doctor_is_told_to_let_the_old_time_go() -> None:
    desk = Desk()
    appointment = visit(desk, "pat", "ann", 24)
    for new, hours in (("ann", 26), ("bob", 28)):
        [started] = move(desk, "pat", new, hours, hours)
        claim(desk, appointment, new, started.round, started.start)
        confirm(desk, appointment, new, started.round, started.start)
    [cancel] = desk.told(doctor_at("ann"), doctor.CancelVisit)
    assert cancel.moved
    assert cancel.round == desk.journal[-1].old_round
    moves = desk.told(PAT, patient.RecordMove)
    assert [each.number for each in moves] == [26, 28]
    assert moves[0].reminder_minutes == desk.state.policy.reminder_minutes


@pytest.mark.parametrize("reason", ["time_taken", "unavailable", "out for lunch"])
def test_a_move_that_the_diary_declines_leaves_the_visit_as_it_was(reason: str) -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    before = desk.found(appointment).won
    [started] = move(desk, "pat", "bob", 30, 7)
    said = router.RecordDecline(appointment, started.round, ref("bob").id, reason)
    [end] = desk.by_doctor("bob", said)
    assert isinstance(end, MoveEnded)
    assert not end.close
    assert desk.found(appointment).won == before
    assert desk.found(appointment).move is None
    [told] = desk.told(PAT, patient.RecordMoveEnd)
    assert told.number == 7
    assert told.why == (reason if "_" in reason or reason == "unavailable" else "unavailable")
    assert not desk.told(doctor_at("bob"), doctor.CancelVisit)


def test_a_move_that_no_diary_answers_ends_by_its_alarm_and_frees_what_comes_late() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    [started] = move(desk, "pat", "bob", 30)
    [end] = desk.ring(f"move:{appointment}")
    assert (end.why, end.close) == ("unavailable", True)
    assert desk.told(PAT, patient.RecordMoveEnd)
    claim(desk, appointment, "bob", started.round, started.start)
    rounds = [each.round for each in desk.told(doctor_at("bob"), doctor.CloseOffer)]
    assert rounds.count(started.round) == 2
    assert desk.found(appointment).status is Status.CONFIRMED


def test_an_alarm_changes_nothing_once_the_time_is_granted() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    [started] = move(desk, "pat", "bob", 30)
    claim(desk, appointment, "bob", started.round, started.start)
    assert desk.ring(f"move:{appointment}") == []
    assert kinds(confirm(desk, appointment, "bob", started.round, started.start)) == [VisitMoved]


def test_a_second_move_of_the_patient_is_told_that_it_can_not_be() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    [started] = move(desk, "pat", "bob", 30, 1)
    [end] = move(desk, "pat", "bob", 31, 2)
    assert (end.why, end.number, end.round) == ("unavailable", 2, 0)
    moving = desk.found(appointment).move
    assert moving is not None
    assert moving.round == started.round
    assert f"move:{appointment}" in desk.alarms
    assert move(desk, "pat", "bob", 30, 1) == []


def test_a_move_of_what_does_not_stand_is_told_its_end() -> None:
    desk = Desk()
    appointment = visit(desk, "pat", "ann", 24)
    number = desk.found(appointment).round
    desk.by_doctor("ann", router.ReturnRequest(appointment, number, ref("ann").id))
    [end] = move(desk, "pat", "bob", 30, 3)
    assert end.why == "unavailable"
    [told] = desk.told(PAT, patient.RecordMoveEnd)
    assert told.number == 3
    desk.by_patient("pat", router.WithdrawRequest(appointment, ""))
    assert kinds(move(desk, "pat", "bob", 30, 4)) == [MoveEnded]
    desk.check_replay()


def test_a_patient_can_not_move_to_a_doctor_whom_the_category_does_not_know() -> None:
    desk = Desk("ann", "bob")
    visit(desk, "pat")
    [end] = move(desk, "pat", "stranger", 30)
    assert isinstance(end, MoveEnded)
    assert not desk.told(doctor_at("stranger"), doctor.BookVisit)


def test_a_visit_goes_on_moving_only_before_it_begins() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 1)
    desk.now += HOUR
    assert kinds(move(desk, "pat", "bob", 30)) == [MoveEnded]


def test_the_doctor_of_the_move_falls_away_and_the_visit_stays() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    [started] = move(desk, "pat", "bob", 30)
    claim(desk, appointment, "bob", started.round, started.start)
    back = router.ReturnRequest(appointment, started.round, ref("bob").id)
    [end] = desk.by_doctor("bob", back)
    assert (end.why, end.close) == ("returned", False)
    assert desk.found(appointment).status is Status.CONFIRMED
    assert desk.by_doctor("bob", back) == []


def test_the_doctor_of_the_visit_falls_away_and_both_end() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    number = desk.found(appointment).round
    [started] = move(desk, "pat", "bob", 30)
    claim(desk, appointment, "bob", started.round, started.start)
    back = router.ReturnRequest(appointment, number, ref("ann").id, away=True)
    end, again = desk.by_doctor("ann", back)
    assert (end.why, end.close, end.cancel) == ("withdrawn", True, True)
    assert again.round > started.round
    assert desk.found(appointment).move is None
    [cancel] = desk.told(doctor_at("bob"), doctor.CancelVisit)
    assert cancel.round == started.round
    assert not desk.told(PAT, patient.RecordMoveEnd)
    assert confirm(desk, appointment, "bob", started.round, started.start) == []


def test_a_patient_who_withdraws_ends_the_move_as_well() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    [started] = move(desk, "pat", "bob", 30)
    claim(desk, appointment, "bob", started.round, started.start)
    desk.by_patient("pat", router.WithdrawRequest(appointment, "well again"))
    assert f"move:{appointment}" not in desk.alarms
    assert desk.told(doctor_at("bob"), doctor.CancelVisit)
    assert desk.told(doctor_at("ann"), doctor.CancelVisit)
    assert confirm(desk, appointment, "bob", started.round, started.start) == []
    desk.check_replay()


# --- by an administrator -------------------------------------------------------------------------


def test_an_administrator_gives_a_visit_to_another_doctor_at_the_same_time() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    won = desk.found(appointment).won
    assert won is not None
    [started] = desk.tell(router.Reassign(appointment, ref("cyd")), ADMIN)
    assert (started.start, started.anywhere, started.number) == (won.start, True, 0)
    claim(desk, appointment, "cyd", started.round, started.start)
    [moved] = confirm(desk, appointment, "cyd", started.round, started.start)
    assert moved.cause is MoveCause.REASSIGNED
    [told] = desk.told(PAT, patient.RecordMove)
    assert told.cause == "reassigned"


def refusal(desk: Desk, command: router.Command) -> Refusal:
    with pytest.raises(Refusal) as caught:
        desk.tell(command, ADMIN)
    return caught.value


def test_what_does_not_stand_can_not_be_reassigned() -> None:
    desk = Desk()
    nobody = router.Reassign(AppointmentId("nobody"), ref("bob"))
    assert isinstance(refusal(desk, nobody), NotFound)
    waiting = routed(desk, "wim")
    assert refusal(desk, router.Reassign(waiting, ref("bob"))).code == "not_confirmed"
    desk.by_patient("wim", router.WithdrawRequest(waiting, ""))
    assert refusal(desk, router.Reassign(waiting, ref("bob"))).code == "request_over"


def test_a_visit_is_reassigned_to_a_time_to_come_and_once_at_a_time() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    late = router.Reassign(appointment, ref("bob"), desk.now - HOUR)
    assert isinstance(refusal(desk, late), Invalid)
    unnamed = router.Reassign(appointment, replace(ref("bob"), name=" "))
    assert isinstance(refusal(desk, unnamed), Invalid)
    assert desk.tell(router.Reassign(appointment, ref("ann")), ADMIN) == []
    desk.tell(router.Reassign(appointment, ref("bob")), ADMIN)
    again = router.Reassign(appointment, ref("cyd"))
    assert refusal(desk, again).code == "move_under_way"


# --- other times that the doctor proposes --------------------------------------------------------


def proposed() -> tuple[Desk, AppointmentId, MoveHeld]:
    desk = Desk()
    appointment = visit(desk, "pat", "ann", 48)
    starts = [desk.now + 50 * HOUR, desk.now + 51 * HOUR]
    number = desk.found(appointment).round
    [held] = propose(desk, appointment, "ann", number, starts)
    assert isinstance(held, MoveHeld)
    return desk, appointment, held


def test_one_of_the_proposed_times_is_taken_with_one_tap() -> None:
    desk, appointment, held = proposed()
    [offer] = desk.told(PAT, patient.OfferTimes)
    assert (offer.round, offer.spans, offer.earlier) == (held.round, held.spans, False)
    start = held.spans[1].start
    [taken] = desk.by_patient("pat", router.RecordChoice(appointment, held.round, start))
    grants = desk.told(doctor_at("ann"), doctor.GrantClaim)
    assert (grants[-1].round, grants[-1].start) == (held.round, taken.start)
    assert desk.by_patient("pat", router.RecordChoice(appointment, held.round, start)) == []
    assert desk.by_patient("pat", router.RecordRefusal(appointment, held.round)) == []
    [moved] = confirm(desk, appointment, "ann", held.round, start)
    assert (moved.start, moved.cause) == (start, MoveCause.PROPOSED)
    assert not desk.told(doctor_at("ann"), doctor.CancelVisit)
    desk.check_replay()


def test_a_patient_who_takes_none_keeps_the_visit_and_says_what_would_suit() -> None:
    desk, appointment, held = proposed()
    windows = (Window(desk.now + 80 * HOUR, desk.now + 90 * HOUR),)
    refused = router.RecordRefusal(appointment, held.round, windows, "Evenings.")
    end, wish = desk.by_patient("pat", refused)
    assert (end.why, end.offered) == ("refused", True)
    [closing] = desk.told(doctor_at("ann"), doctor.CloseOffer)
    assert closing.why is Closed.REFUSED
    assert wish.windows == windows
    assert desk.told(doctor_at("ann"), doctor.RecordWish)[0].note == "Evenings."
    assert not desk.told(PAT, patient.RecordMoveEnd)
    assert desk.found(appointment).status is Status.CONFIRMED


def test_a_proposal_that_nobody_answers_lapses() -> None:
    desk, appointment, held = proposed()
    [end] = desk.ring(f"move:{appointment}")
    assert end.why == "lapsed"
    [closed] = desk.told(PAT, patient.CloseChoices)
    assert (closed.round, closed.why) == (held.round, "lapsed")
    start = held.spans[0].start
    assert desk.by_patient("pat", router.RecordChoice(appointment, held.round, start)) == []


def test_a_time_that_was_not_proposed_or_has_passed_is_not_taken() -> None:
    desk, appointment, held = proposed()
    other = router.RecordChoice(appointment, held.round, desk.now + 99 * HOUR)
    assert desk.by_patient("pat", other) == []
    desk.now = held.spans[0].start
    passed = router.RecordChoice(appointment, held.round, held.spans[0].start)
    assert [each.why for each in desk.by_patient("pat", passed)] == ["lapsed"]


def test_a_second_proposal_takes_the_place_of_the_first() -> None:
    desk, appointment, held = proposed()
    [again] = propose(desk, appointment, "ann", held.round, [desk.now + 60 * HOUR])
    assert isinstance(again, MoveHeld)
    moving = desk.found(appointment).move
    assert moving is not None
    assert moving.spans == again.spans


def test_a_proposal_is_denied_while_the_visit_moves_or_once_it_has_begun() -> None:
    desk = Desk()
    appointment = visit(desk, "pat", "ann", 2)
    number = desk.found(appointment).round
    move(desk, "pat", "bob", 30)
    [denied] = propose(desk, appointment, "ann", number, [desk.now + 40 * HOUR])
    assert isinstance(denied, router.ClaimDenied)
    moving = desk.found(appointment).move
    assert moving is not None
    desk.ring(f"move:{appointment}")
    desk.now += 3 * HOUR
    [denied] = propose(desk, appointment, "ann", number, [desk.now + 40 * HOUR])
    assert isinstance(denied, router.ClaimDenied)
    rounds = {each.round for each in desk.told(doctor_at("ann"), doctor.CloseOffer)}
    assert rounds == {number}


def test_a_patient_may_wish_for_another_time() -> None:
    desk = Desk()
    appointment = visit(desk, "pat", "ann", 2)
    [wish] = desk.by_patient("pat", router.WishMove(appointment, (), "Later, please."))
    assert wish.round == desk.found(appointment).round
    assert desk.told(doctor_at("ann"), doctor.RecordWish)
    desk.now += 3 * HOUR
    assert desk.by_patient("pat", router.WishMove(appointment)) == []


# --- who may say what ----------------------------------------------------------------------------


def test_nobody_speaks_for_others() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    start = desk.now + 30 * HOUR
    moving = router.MoveVisit(appointment, ref("bob"), start, 1)
    for caller in (ADMIN, as_patient("pat"), actor_caller(patient_at("quin"))):
        with pytest.raises(NotAllowed):
            desk.tell(moving, caller)
    for command in (
        router.Reassign(appointment, ref("bob")),
        router.NotifyClocks((appointment,)),
        router.MoveDue(appointment, 1),
        router.RecordProgress(appointment, 1, ref("ann").id, Status.IN_CALL),
    ):
        with pytest.raises(NotAllowed):
            desk.by_patient("pat", command)


def test_what_is_said_of_an_unknown_appointment_changes_nothing() -> None:
    desk, nobody = Desk(), AppointmentId("nobody")
    assert desk.by_patient("pat", router.MoveVisit(nobody, ref("bob"), desk.now, 1)) == []
    assert desk.tell(router.MoveDue(nobody, 1), actor_caller(DESK)) == []
    progress = router.RecordProgress(nobody, 1, ref("ann").id, Status.IN_CALL)
    assert desk.by_doctor("ann", progress) == []
