"""What a department's administrators see."""

from datetime import datetime
from typing import assert_never

from actors.admin_router.messages import (
    Board,
    Department,
    GetBoard,
    GetDepartment,
    GetRequest,
    Query,
    RoutedRequest,
    View,
)
from actors.admin_router.state.kept import Router, Routing
from actors.appointment import Stage, Status, Urgency
from actors.asked import Asked
from actors.caller import Caller, is_staff
from actors.refusal import NotAllowed, NotFound

MOST_URGENT_FIRST = (Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE)


def may_see(state: Router, caller: Caller) -> bool:  # noqa: ARG001 - one clinic, one staff
    """Return whether *caller* runs the clinic."""
    return is_staff(caller)


def answer(state: Router, query: Query, asked: Asked) -> View:
    """Return what *asked*'s caller sees, or raise a `Refusal`."""
    if not may_see(state, asked.caller):
        raise NotAllowed
    match query:
        case GetDepartment():
            return _department(state)
        case GetBoard():
            return _board(state, asked.at)
        case GetRequest(appointment):
            routing = state.find(appointment)
            if routing is None:
                raise NotFound
            return _seen(routing)
        case _:
            assert_never(query)


def _department(state: Router) -> Department:
    if not state.name:
        raise NotFound
    categories, groups = tuple(state.categories.values()), tuple(state.groups.values())
    return Department(state.id, state.name, categories, groups, state.deadlines)


def _board(state: Router, now: datetime) -> Board:
    pressing = sorted(state.open.values(), key=_pressing)
    waiting = [each for each in pressing if each.status is Status.ROUTED]
    confirmed = [each for each in pressing if each.status is Status.CONFIRMED]
    to_come = [each for each in confirmed if each.won and each.won.end > now]
    return Board(
        triage=tuple(_seen(each) for each in waiting if _is_in_triage(each)),
        out=tuple(_seen(each) for each in waiting if not _is_in_triage(each)),
        confirmed=tuple(_seen(each) for each in sorted(to_come, key=_start)),
        closed=tuple(_seen(each) for each in reversed(state.closed.values())),
    )


def _pressing(routing: Routing) -> tuple[int, datetime, str]:
    request = routing.request
    return MOST_URGENT_FIRST.index(request.urgency), routing.answer_by, request.appointment


def _start(routing: Routing) -> tuple[datetime, str]:
    start = routing.won.start if routing.won else routing.answer_by
    return start, routing.request.appointment


def _is_in_triage(routing: Routing) -> bool:
    return routing.stage is Stage.TRIAGE and routing.waits


def _seen(routing: Routing) -> RoutedRequest:
    won = routing.won
    return RoutedRequest(
        request=routing.request,
        status=Status.REQUESTED if _is_in_triage(routing) else routing.status,
        stage=routing.stage,
        with_name=routing.with_name,
        answer_by=routing.answer_by if routing.waits else None,
        round=routing.round,
        asked=routing.asked,
        declined=routing.declined,
        doctor=won.doctor if won else None,
        start=won.start if won else None,
        end=won.end if won else None,
        overdue=routing.overdue,
    )
