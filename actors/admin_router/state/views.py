"""What a department's administrators see, and which doctors a patient may pick times of."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import assert_never

from msgspec.structs import replace

from actors.admin_router.messages import (
    Board,
    Department,
    FindDoctors,
    GetBoard,
    GetDay,
    GetDepartment,
    GetRequest,
    KnownDoctor,
    Lane,
    ListMovedClocks,
    Query,
    RoutedRequest,
    View,
)
from actors.admin_router.state.balance import load
from actors.admin_router.state.bookable import find_doctors
from actors.admin_router.state.clocks import moved_clocks
from actors.admin_router.state.day import day_board
from actors.admin_router.state.kept import Router, Routing
from actors.admin_router.state.seen import MOST_SHOWN, is_in_triage, pressing, seen
from actors.appointment import Status
from actors.asked import Asked, fitting_together
from actors.caller import Caller, Role, is_staff
from actors.ids import DoctorId
from actors.refusal import NotAllowed, NotFound

SOON = timedelta(hours=24)


def may_see(state: Router, caller: Caller) -> bool:  # noqa: ARG001 - one clinic, one staff
    """Return whether *caller* runs the clinic."""
    return is_staff(caller)


def answer(  # noqa: PLR0911 - one case per query
    state: Router, query: Query, asked: Asked
) -> View:
    """Return what *asked*'s caller sees, or raise a `Refusal`."""
    if isinstance(query, FindDoctors) and asked.caller.role is Role.PATIENT:
        return find_doctors(state, query, asked.at)
    if not may_see(state, asked.caller):
        raise NotAllowed
    match query:
        case GetDepartment():
            return _department(state, asked.at)
        case GetBoard():
            return _board(state, query, asked.at)
        case GetRequest(appointment):
            routing = state.find(appointment)
            if routing is None:
                raise NotFound
            return seen(routing, timeline=True)
        case GetDay():
            return day_board(state, query)
        case FindDoctors():
            return find_doctors(state, query, asked.at)
        case ListMovedClocks():
            return moved_clocks(state, asked.at, query)
        case _:
            assert_never(query)


# --- the department ------------------------------------------------------------------------------


def _department(state: Router, now: datetime) -> Department:
    if not state.name:
        raise NotFound
    return Department(
        id=state.id,
        name=state.name,
        categories=tuple(state.categories.values()),
        groups=tuple(state.groups.values()),
        deadlines=state.deadlines,
        visits=tuple(state.visits.values()),
        policy=state.policy,
        doctors=_known_doctors(state, now),
    )


def _known_doctors(state: Router, now: datetime) -> tuple[KnownDoctor, ...]:
    waiting = Counter(doctor for each in state.open.values() for doctor in each.asked_ids)
    soon = Counter(_doctors_of(state.open.values(), now))
    by_name = sorted(state.doctors.values(), key=lambda each: (each.doctor.name, each.doctor.id))
    return tuple(
        KnownDoctor(
            facts=each,
            open=waiting[each.doctor.id],
            today=soon[each.doctor.id],
            week=load(state, each.doctor.id, now),
        )
        for each in by_name
    )


def _doctors_of(routings: Iterable[Routing], now: datetime) -> Iterable[DoctorId]:
    """Return the doctor of each visit within the next hours, as often as they have one."""
    for each in routings:
        if each.status.stands and each.won and now <= each.won.start < now + SOON:
            yield each.won.doctor.id


# --- the board -----------------------------------------------------------------------------------


def _board(state: Router, query: GetBoard, now: datetime) -> Board:
    lanes = _lanes(state, now)
    counts = {lane: len(routings) for lane, routings in lanes.items()}
    lanes[Lane.CONFIRMED].sort(key=_start)
    lanes[Lane.TRIAGE].sort(key=pressing)
    lanes[Lane.OUT].sort(key=pressing)
    pages = {lane: _page(query, lane, routings) for lane, routings in lanes.items()}
    shown = fitting_together(pages)
    board = Board(shown[Lane.TRIAGE], shown[Lane.OUT], shown[Lane.CONFIRMED], shown[Lane.CLOSED])
    return replace(board, counts=counts)


def _lanes(state: Router, now: datetime) -> dict[Lane, list[Routing]]:
    lanes: dict[Lane, list[Routing]] = {lane: [] for lane in Lane}
    for routing in state.open.values():
        lane = _lane(routing, now)
        if lane:
            lanes[lane].append(routing)
    lanes[Lane.CLOSED] = list(reversed(state.closed.values()))
    return lanes


def _lane(routing: Routing, now: datetime) -> Lane | None:
    if is_in_triage(routing):
        return Lane.TRIAGE
    if routing.status.open:
        return Lane.OUT
    goes_on = routing.status is Status.IN_CALL or (routing.won and routing.won.end > now)
    return Lane.CONFIRMED if routing.status.stands and goes_on else None


def _page(query: GetBoard, lane: Lane, routings: list[Routing]) -> tuple[RoutedRequest, ...]:
    if query.only not in {None, lane}:
        return ()
    first = max(0, query.skip)
    return tuple(
        seen(each) for each in routings[first : first + min(max(0, query.limit), MOST_SHOWN)]
    )


def _start(routing: Routing) -> tuple[datetime, str]:
    start = routing.won.start if routing.won else routing.answer_by
    return start, routing.request.appointment
