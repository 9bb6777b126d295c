"""Moves that end without a new time: the visit stays as it was, and nobody is left waiting."""

from actors.admin_router.messages import Event, MoveCause, MoveEnded
from actors.admin_router.state.kept import Move, Router, Routing
from actors.admin_router.state.moved import evolve_visit
from actors.admin_router.state.waitlist import offer_freed
from actors.asked import Asked

UNAVAILABLE = "unavailable"
TIME_TAKEN = "time_taken"
LAPSED = "lapsed"
REFUSED = "refused"
RETURNED = "returned"
WITHDRAWN = "withdrawn"


def is_choice(move: Move) -> bool:
    """Return whether the patient is to choose (or has chosen) one of the times."""
    return move.held and move.cause in {MoveCause.PROPOSED, MoveCause.EARLIER}


def over(routing: Routing, move: Move, why: str, asked: Asked, *, close: bool = True) -> MoveEnded:
    """Return that *move* is over; *close*: its doctor still has to let go."""
    elsewhere = routing.won is None or routing.won.doctor.id != move.doctor.id
    return MoveEnded(
        appointment=routing.request.appointment,
        patient=routing.request.patient,
        round=move.round,
        doctor=move.doctor.id,
        cause=move.cause,
        number=move.number,
        why=why,
        close=close,
        at=asked.at,
        cancel=close and move.granted and elsewhere,
        offered=is_choice(move),
    )


def ended(
    state: Router, routing: Routing, move: Move, why: str, asked: Asked, *, close: bool = True
) -> list[Event]:
    """Return that *move* is over, and to whom the freed time goes that it was about, if it was."""
    end = over(routing, move, why, asked, close=close)
    after = evolve_visit(state, end)
    return [end, *(offered_on(after, routing, move, asked) if close else [])]


def offered_on(state: Router, routing: Routing, move: Move, asked: Asked) -> list[Event]:
    """Return who is next for the freed time of *move*, which *routing* does not take."""
    if move.cause is not MoveCause.EARLIER or not move.held:
        return []
    without = routing.request.appointment
    return offer_freed(state, move.spans[0], move.doctor, asked, without=without)


def dropped(state: Router, routing: Routing, asked: Asked) -> list[Event]:
    """Return the end of the move on its way, when the visit itself has lost its doctor.

    Goes before the event that says so, which is all that the patient is told.
    """
    return ended(state, routing, routing.move, WITHDRAWN, asked) if routing.move else []
