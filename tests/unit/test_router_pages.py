"""A department with very many visits is answered in pages: all of them in order, each fits."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.admin_router import messages as router
from actors.admin_router.actor import ROOM
from actors.admin_router.messages import Lane
from actors.admin_router.state.kept import Routing
from actors.appointment import Mark, Status
from actors.asked import Asked
from actors.ids import AppointmentId, MessageId
from actors.runtime.codec import encode
from tests.rooms import ADMIN
from tests.unit.desk_support import Desk, routed, visit

MOST = 256 * 1024 - 1024
"""Bytes of a view, with room for the envelope around it."""
TODAY = date(2026, 3, 2)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
REASONS = ("Short.", "x" * 1500, "心" * 2000)


def renamed(routing: Routing, name: str, reason: str) -> Routing:
    request = replace(routing.request, appointment=AppointmentId(name), reason=reason)
    return replace(routing, request=request)


def crowded(visits: int, waiting: int = 0, reason: str = REASONS[0]) -> Desk:
    """Return a desk with so many visits, one every minute, and requests with a doctor.

    The patients of these visits were told an hour that is another now.
    """
    desk = Desk()
    stands = desk.found(visit(desk, "pat", "ann", 1))
    waits = desk.found(routed(desk, "quin"))
    won = stands.won
    assert won is not None
    many = dict[AppointmentId, Routing]()
    for number in range(visits):
        name, start = f"v{number * 7919 % 100_003:06}", won.start + number * MINUTE
        wall = won.patient_wall and won.patient_wall + number * MINUTE - HOUR
        moved = replace(won, start=start, end=start + MINUTE, patient_wall=wall)
        many[AppointmentId(name)] = replace(renamed(stands, name, reason), won=moved)
    for number in range(waiting):
        many[AppointmentId(f"w{number:06}")] = renamed(waits, f"w{number:06}", reason)
    desk.state = replace(desk.state, open=dict(sorted(many.items())))
    return desk


def asked(desk: Desk, query: router.Query) -> Any:  # noqa: ANN401 - any view
    view = ROOM.answer(desk.state, query, Asked(ADMIN, desk.now, MessageId("query")))
    assert len(encode(view)) <= MOST
    return view


def by_start(desk: Desk) -> list[AppointmentId]:
    starts = {key: each.won.start for key, each in desk.state.open.items() if each.won}
    return sorted(starts, key=lambda key: (starts[key], key))


def days(desk: Desk, limit: int) -> Iterator[router.DayBoard]:
    """Yield the pages of today."""
    after: Mark | None = None
    while True:
        page = asked(desk, router.GetDay(TODAY, "UTC", limit, after))
        yield page
        if not page.more:
            return
        last = page.visits[-1]
        after = Mark(last.start, last.request.appointment)


@given(visits=st.integers(0, 120), limit=st.integers(-1, 300), reason=st.sampled_from(REASONS))
def test_pages_of_a_day_are_all_of_it_in_order(visits: int, limit: int, reason: str) -> None:
    desk = crowded(visits, 2, reason)
    found = list(days(desk, limit))
    assert [each.request.appointment for page in found for each in page.visits] == by_start(desk)
    assert all(len(page.visits) <= max(1, limit) for page in found)
    counts = {Status.CONFIRMED: visits} if visits else {}
    assert all(page.counts == counts for page in found)


def test_the_longest_wait_of_a_day_is_on_each_of_its_pages() -> None:
    desk = crowded(30)
    last = by_start(desk)[-1]
    here = replace(desk.state.open[last], status=Status.WAITING, arrived_at=desk.now)
    desk.state = replace(desk.state, open={**desk.state.open, last: here})
    assert {page.longest_wait_since for page in days(desk, 10)} == {desk.now}


@pytest.mark.parametrize("visits", [0, 59, 700])
def test_pages_of_moved_clocks_are_all_of_them_in_order(visits: int) -> None:
    desk, found = crowded(visits), list[AppointmentId]()
    after: Mark | None = None
    while True:
        page = asked(desk, router.ListMovedClocks(after=after))
        assert page.count == visits
        found += [each.appointment for each in page.items]
        if not page.more:
            break
        after = Mark(page.items[-1].start, found[-1])
    assert found == by_start(desk)


@pytest.mark.parametrize("reason", REASONS)
def test_a_board_fits_and_its_lanes_go_on_from_what_is_shown(reason: str) -> None:
    desk = crowded(400, 400, reason)
    board = asked(desk, router.GetBoard(limit=100))
    assert board.out
    assert board.confirmed
    assert (board.counts[Lane.OUT], board.counts[Lane.CONFIRMED]) == (400, 400)
    for lane, shown in ((Lane.OUT, board.out), (Lane.CONFIRMED, board.confirmed)):
        found = [each.request.appointment for each in shown]
        while len(found) < 400:
            page = asked(desk, router.GetBoard(200, lane, len(found)))
            more = page.out if lane is Lane.OUT else page.confirmed
            assert more
            found += [each.request.appointment for each in more]
        assert len(set(found)) == 400


def test_a_lane_that_is_short_leaves_its_room_to_the_long_one() -> None:
    board = asked(crowded(2, 400, REASONS[1]), router.GetBoard(limit=100))
    assert len(board.confirmed) == 2
    assert len(board.out) > 60
