"""A change of law moves a visit on somebody's clock: it is found, and the patient is told."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.admin_router import messages as router
from actors.admin_router.messages import ClocksNotified
from actors.admin_router.state.clocks import moved_clocks, walls_of
from actors.ids import AppointmentId
from actors.patient import messages as patient
from actors.zones import ZONES
from tests.rooms import ADMIN, patient_at
from tests.unit.desk_support import Desk, confirm, move, routed, visit

EPOCH = datetime(2024, 1, 1, tzinfo=UTC)
NEXT_DECADE = st.integers(0, 12 * 365 * 24 * 4).map(lambda n: EPOCH + timedelta(minutes=15 * n))


def new_law(monkeypatch: pytest.MonkeyPatch, zone: str, like: str) -> None:
    """Let the clocks of *zone* show from now on what those of *like* do."""
    changed = {**ZONES, zone: ZoneInfo(like)}
    monkeypatch.setattr("actors.admin_router.state.clocks.ZONES", changed)


@given(NEXT_DECADE, st.sampled_from(sorted(ZONES)))
def test_walls_are_what_clocks_of_the_zone_show(start: datetime, zone: str) -> None:
    wall = walls_of(start, zone)
    assert wall.tzinfo is None
    shown = start.astimezone(ZoneInfo(zone))
    assert (wall.date(), wall.hour, wall.minute) == (shown.date(), shown.hour, shown.minute)


def test_a_zone_that_is_forgotten_shows_utc() -> None:
    start = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
    assert walls_of(start, "Old/Town") == start.replace(tzinfo=None)


def test_a_visit_whose_hour_is_as_it_was_told_is_not_listed() -> None:
    desk = Desk()
    visit(desk, "pat")
    assert moved_clocks(desk.state, desk.now).items == ()


def test_a_change_of_law_is_found_and_told_once(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    visit(desk, "quin", "bob", 12)
    new_law(monkeypatch, "Europe/Paris", "Europe/London")
    listed = moved_clocks(desk.state, desk.now).items
    assert [each.appointment for each in listed] == ["of-quin", appointment]
    moved = listed[1]
    assert moved.patient_wall - moved.patient_wall_now == timedelta(hours=1)
    assert moved.doctor_wall == moved.doctor_wall_now
    nobody = AppointmentId("nobody")
    [notified] = desk.tell(router.NotifyClocks((appointment, nobody)), ADMIN)
    assert isinstance(notified, ClocksNotified)
    [told] = desk.told(patient_at("pat"), patient.RecordClocks)
    assert told.patient_wall == moved.patient_wall_now
    assert desk.tell(router.NotifyClocks((appointment,)), ADMIN) == []
    desk.check_replay()


def test_visits_that_have_begun_or_are_over_are_not_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    routed(desk, "wim")
    new_law(monkeypatch, "Europe/Paris", "Europe/London")
    assert moved_clocks(desk.state, desk.now + timedelta(days=2)).items == ()
    desk.by_patient("pat", router.WithdrawRequest(appointment, ""))
    assert moved_clocks(desk.state, desk.now).items == ()


def test_a_move_keeps_what_clocks_show_for_the_new_time(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    [started] = move(desk, "pat", "ann", 30)
    desk.by_doctor("ann", claim_of(started))
    [moved] = confirm(desk, appointment, "ann", started.round, started.start)
    assert moved.doctor_wall == walls_of(moved.start, "Europe/Berlin")
    new_law(monkeypatch, "Europe/Berlin", "Europe/Moscow")
    [listed] = moved_clocks(desk.state, desk.now).items
    assert listed.doctor_wall_now - listed.doctor_wall == timedelta(hours=2)


def claim_of(started: router.MoveStarted) -> router.ClaimRequest:
    end = started.start + timedelta(minutes=20)
    doctor, number = started.doctor, started.round
    return router.ClaimRequest(
        started.appointment, number, doctor, "Europe/Berlin", started.start, end
    )
