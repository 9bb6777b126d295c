"""The day itself: who is there, what has begun, what is over, and the board of it."""

from datetime import date, timedelta
from typing import Any

import pytest

from actors.admin_router import messages as router
from actors.admin_router.messages import GetDay, MoveEnded, VisitProgressed
from actors.admin_router.state.day import day_board
from actors.appointment import Status
from actors.caller import Role
from actors.doctor import messages as doctor
from actors.ids import AppointmentId
from actors.patient import messages as patient
from actors.refusal import Invalid
from tests.rooms import doctor_at, patient_at, ref
from tests.unit.desk_support import Desk, claim, confirm, move, propose, routed, visit

HOUR = timedelta(hours=1)
TODAY = date(2026, 3, 2)


def check_in(desk: Desk, name: str) -> list[Any]:
    appointment = AppointmentId(f"of-{name}")
    return desk.by_patient(name, router.RecordCheckIn(appointment, desk.now))


def progress(desk: Desk, name: str, status: Status, by: str = "ann") -> list[Any]:
    appointment = AppointmentId(f"of-{name}")
    number = desk.found(appointment).round
    return desk.by_doctor(by, router.RecordProgress(appointment, number, ref(by).id, status))


def test_a_patient_who_is_there_is_told_to_the_doctor() -> None:
    desk = Desk()
    appointment = visit(desk, "pat", "ann", 0.5)
    check_in(desk, "pat")
    [arrival] = desk.told(doctor_at("ann"), doctor.RecordArrival)
    assert (arrival.round, arrival.since) == (desk.found(appointment).round, desk.now)
    assert desk.found(appointment).status is Status.WAITING
    assert desk.found(appointment).arrived_at == desk.now
    assert check_in(desk, "pat") == []


@pytest.mark.parametrize(("hours", "status"), [(0.4, Status.WAITING), (30, Status.CONFIRMED)])
def test_who_is_there_stays_there_for_a_time_as_near(hours: float, status: Status) -> None:
    for arrives_first in (True, False):
        desk = Desk()
        appointment = visit(desk, "pat", "ann", 0.5)
        [started] = move(desk, "pat", "bob", hours)
        claim(desk, appointment, "bob", started.round, started.start)
        if arrives_first:
            check_in(desk, "pat")
        confirm(desk, appointment, "bob", started.round, started.start)
        if not arrives_first:
            check_in(desk, "pat")
        assert desk.found(appointment).status is status
        told = desk.told(doctor_at("bob"), doctor.RecordArrival)
        assert [each.round for each in told] == [started.round] * (status is Status.WAITING)
        desk.check_replay()


def test_a_visit_begins_and_ends_by_its_doctors_word() -> None:
    desk = Desk()
    appointment = visit(desk, "pat", "ann", 0.5)
    assert progress(desk, "pat", Status.IN_CALL, "bob") == []
    [begun] = progress(desk, "pat", Status.IN_CALL)
    assert isinstance(begun, VisitProgressed)
    assert (begun.by.role, begun.by.user) == (Role.DOCTOR, "ann")
    assert progress(desk, "pat", Status.IN_CALL) == []
    assert check_in(desk, "pat") == []
    progress(desk, "pat", Status.FULFILLED)
    assert desk.found(appointment).status is Status.FULFILLED
    assert progress(desk, "pat", Status.NOSHOW) == []
    told = desk.told(patient_at("pat"), patient.RecordProgress)
    assert [each.status for each in told] == [Status.IN_CALL, Status.FULFILLED]
    desk.check_replay()


def test_only_a_beginning_or_an_end_is_recorded() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 0.5)
    assert progress(desk, "pat", Status.CANCELLED) == []


def test_a_visit_that_begins_does_not_move_any_more() -> None:
    desk = Desk()
    appointment = visit(desk, "pat", "ann", 0.5)
    [started] = move(desk, "pat", "bob", 30)
    claim(desk, appointment, "bob", started.round, started.start)
    end, begun = progress(desk, "pat", Status.IN_CALL)
    assert isinstance(end, MoveEnded)
    assert isinstance(begun, VisitProgressed)
    assert (end.close, end.cancel) == (True, True)
    [told] = desk.told(patient_at("pat"), patient.RecordMoveEnd)
    assert told.number == 1
    [cancel] = desk.told(doctor_at("bob"), doctor.CancelVisit)
    assert cancel.round == started.round


def test_a_proposal_ends_when_the_visit_begins() -> None:
    desk = Desk()
    appointment = visit(desk, "pat", "ann", 0.5)
    propose(desk, appointment, "ann", desk.found(appointment).round, [desk.now + 9 * HOUR])
    end, _ = progress(desk, "pat", Status.IN_CALL)
    assert isinstance(end, MoveEnded)
    assert desk.told(patient_at("pat"), patient.CloseChoices)
    assert desk.told(patient_at("pat"), patient.RecordMoveEnd)


def test_the_board_of_a_day_shows_its_visits_by_start_with_counts() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 1.2)
    visit(desk, "quin", "bob", 1)
    visit(desk, "una", "ann", 20)
    routed(desk, "wim")
    desk.now += HOUR / 2
    check_in(desk, "quin")
    since = desk.now
    desk.now += HOUR / 4
    check_in(desk, "pat")
    board = day_board(desk.state, GetDay(TODAY, "Europe/Berlin"))
    assert [each.request.appointment for each in board.visits] == ["of-quin", "of-pat"]
    assert board.counts == {Status.WAITING: 2}
    assert board.longest_wait_since == since
    progress(desk, "pat", Status.NOSHOW)
    board = day_board(desk.state, GetDay(TODAY, "Europe/Berlin"))
    assert board.counts == {Status.WAITING: 1, Status.NOSHOW: 1}


def test_a_day_is_that_of_the_zone() -> None:
    desk = Desk()
    visit(desk, "pat", "ann", 15.5)  # 23:30 UTC
    tomorrow = TODAY + timedelta(days=1)
    assert len(day_board(desk.state, GetDay(TODAY, "UTC")).visits) == 1
    assert day_board(desk.state, GetDay(TODAY, "Europe/Berlin")).visits == ()
    assert len(day_board(desk.state, GetDay(tomorrow, "Europe/Berlin")).visits) == 1
    with pytest.raises(Invalid):
        day_board(desk.state, GetDay(TODAY, "Mars/Olympus"))
