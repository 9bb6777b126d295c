"""How a request or a visit ends without taking place: by the patient's word, or by the clinic's."""

from actors.admin_router.messages import Event, RequestDeclined, RequestWithdrawn
from actors.admin_router.state.changes import evolve
from actors.admin_router.state.kept import Move, Router, Routing
from actors.admin_router.state.move_ends import dropped
from actors.admin_router.state.waitlist import offer_freed
from actors.appointment import Span, Status
from actors.asked import Asked
from actors.caller import by
from actors.ids import DoctorId
from actors.refusal import Refusal, required_text

LONGEST_REASON = 500


class RequestTaken(Refusal):
    """A doctor has taken this request already."""

    code = "request_taken"


class VisitBegun(Refusal):
    """This visit has begun already, or its time is over."""

    code = "visit_begun"


def withdraw(state: Router, routing: Routing, reason: str, asked: Asked) -> list[Event]:
    """Return that the patient has the last word, even over an end that it crossed."""
    if routing.status is Status.CANCELLED:
        return []
    return _over(state, routing, _withdrawn(routing, reason, asked), asked)


def decline(state: Router, routing: Routing, reason: str, asked: Asked) -> list[Event]:
    """Return that the clinic can't take the request, or cancels the visit before it begins."""
    if not routing.is_open:
        _check_can_be_cancelled(routing, asked)
    return _over(state, routing, _declined(routing, reason, asked), asked)


def _check_can_be_cancelled(routing: Routing, asked: Asked) -> None:
    """Refuse it while the winner's diary is not sure, and once patient and doctor have met."""
    if not routing.status.stands or routing.won is None:
        raise RequestTaken
    if routing.status is Status.IN_CALL or routing.won.end <= asked.at:
        raise VisitBegun


def _over(
    state: Router, routing: Routing, end: RequestWithdrawn | RequestDeclined, asked: Asked
) -> list[Event]:
    """Return *end* after that of the move on its way, and who gets the time that is free now."""
    events = [*dropped(state, routing, asked), end]
    for event in events:
        state = evolve(state, event)
    return [*events, *_freed(state, routing, asked)]


def _withdrawn(routing: Routing, reason: str, asked: Asked) -> RequestWithdrawn:
    elsewhere = _moving_elsewhere(routing)
    return RequestWithdrawn(
        appointment=routing.request.appointment,
        round=routing.round,
        closed=routing.involved,
        winner=_winner(routing),
        reason=reason,
        at=asked.at,
        moving=elsewhere.doctor.id if elsewhere else None,
        moving_round=elsewhere.round if elsewhere else 0,
        left=routing.left_for(),
    )


def _declined(routing: Routing, reason: str, asked: Asked) -> RequestDeclined:
    elsewhere = _moving_elsewhere(routing)
    return RequestDeclined(
        appointment=routing.request.appointment,
        patient=routing.request.patient,
        round=routing.round,
        closed=routing.involved,
        reason=required_text("reason", reason, LONGEST_REASON),
        at=asked.at,
        by=by(asked.caller),
        winner=_winner(routing),
        moving=elsewhere.doctor.id if elsewhere else None,
        moving_round=elsewhere.round if elsewhere else 0,
        left=routing.left_for(),
    )


def _winner(routing: Routing) -> DoctorId | None:
    """Return who may have the visit in the diary still."""
    over = routing.status in {Status.DECLINED, Status.EXPIRED}
    return routing.won.doctor.id if routing.won and not over else None


def _moving_elsewhere(routing: Routing) -> Move | None:
    move = routing.move
    return move if move and move.doctor.id != _winner(routing) else None


def _freed(after: Router, routing: Routing, asked: Asked) -> list[Event]:
    """Return to whom the time goes that it had, or into which it was being booked."""
    won, appointment = routing.won, routing.request.appointment
    if won is not None and routing.status.stands:
        return offer_freed(after, Span(won.start, won.end), won.doctor, asked, without=appointment)
    if routing.freed is None or routing.status.final:
        return []
    doctor = won.doctor if won else routing.asked[0]
    return offer_freed(after, routing.freed, doctor, asked, without=appointment)
