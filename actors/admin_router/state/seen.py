"""One request as the department's administrators see it, and what comes first."""

from datetime import datetime

from actors.admin_router.messages import Moving, RoutedRequest
from actors.admin_router.state.kept import Move, Routing
from actors.appointment import Stage, Status, Urgency

PRESSING = {Urgency.URGENT: 0, Urgency.SOON: 1, Urgency.ROUTINE: 2}

MOST_SHOWN = 200


def page_size(limit: int) -> int:
    """Return how many a page has at most when *limit* are asked for."""
    return max(1, min(limit, MOST_SHOWN))


def pressing(routing: Routing) -> tuple[bool, int, datetime, str]:
    """Return what sorts requests: red flags first, then urgency, then the deadline."""
    request = routing.request
    calm = not request.red_flags
    return calm, PRESSING[request.urgency], routing.answer_by, request.appointment


def is_in_triage(routing: Routing) -> bool:
    """Return whether an administrator has to answer."""
    return routing.stage is Stage.TRIAGE and routing.waits


def seen(routing: Routing, *, timeline: bool = False) -> RoutedRequest:
    """Return *routing* as staff see it, with its timeline if that is wanted."""
    won, choice = routing.won, routing.choice
    offered = routing.status is Status.OFFERED and choice is not None
    return RoutedRequest(
        request=routing.request,
        status=Status.REQUESTED if is_in_triage(routing) else routing.status,
        stage=routing.stage,
        with_name=routing.with_name,
        answer_by=routing.answer_by if routing.waits or offered else None,
        round=routing.round,
        asked=routing.asked,
        declined=routing.declined,
        doctor=won.doctor if won else None,
        start=won.start if won else None,
        end=won.end if won else None,
        overdue=routing.overdue,
        because=routing.because,
        choices=choice.spans if choice and offered else (),
        moving=_moving(routing.move) if routing.move else None,
        earlier=routing.earlier,
        questions=routing.questions,
        waiting_since=routing.arrived_at,
        doctor_zone=won.doctor_zone if won else "",
        timeline=routing.timeline if timeline else (),
    )


def _moving(move: Move) -> Moving:
    offered = move.held and not move.granted
    return Moving(move.round, move.doctor, move.spans, move.cause, move.until, offered)
