"""What becomes of an offer or a visit that is over, or that goes back to its department."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec.structs import replace

from actors.appointment import Span
from actors.doctor.diary import overlaps
from actors.doctor.messages import OfferStatus, Returned
from actors.doctor.state.kept import Doctor, Live, Past
from actors.ids import AppointmentId

PAST_KEPT = 200
"""Offers that are over and of which the doctor, who may answer late, can still be told why."""
UNAVAILABLE = "unavailable"
"""The reason that the actor gives in place of a doctor who can't see anybody."""


def ended(state: Doctor, appointment: AppointmentId, past: Past) -> Doctor:
    """Return *state* with *appointment* among what is over, and the patient forgotten."""
    past = replace(past, sequence=_last_sequence(state, appointment))
    live = {key: each for key, each in state.live.items() if key != appointment}
    older = [(key, each) for key, each in state.past.items() if key != appointment]
    return replace(state, live=live, past=dict([*older, (appointment, past)][-PAST_KEPT:]))


def _last_sequence(state: Doctor, appointment: AppointmentId) -> int:
    """Return what the calendar is told last: that a visit which stood is struck out."""
    live, past = state.live.get(appointment), state.past.get(appointment)
    if live is not None:
        return live.sequence + live.status.stands
    return past.sequence if past else 0


def returned_in(live: Live, number: int) -> Returned:
    """Return *live* as given back in that round, for the department and for the calendar."""
    request = live.request
    returned = Returned(request.appointment, request.department, number)
    if number != live.round or not live.status.stands:
        return returned
    zone = request.patient.zone
    return replace(returned, stood=live.span, patient_zone=zone, sequence=live.sequence + 1)


def returns_of(live: Live, now: datetime) -> Iterator[Returned]:
    """Return what goes back to routing when the doctor can't: the move first, then the visit.

    A visit that has begun at *now*, or is over, stays.
    """
    if live.move is not None and live.move.round != live.round:
        yield returned_in(live, live.move.round)
    if not _stays(live, now):
        yield returned_in(live, live.round)


def returns_within(live: Live, away: Span, now: datetime) -> Iterator[Returned]:
    """Return what of `returns_of` has a time that lies in *away*."""
    own = () if live.span is None else (live.span,)
    moves = live.move.spans if live.move else ()
    for each in returns_of(live, now):
        times = (*own, *live.proposed) if each.round == live.round else moves
        if any(overlaps(away, [time]) for time in times):
            yield each


def _stays(live: Live, now: datetime) -> bool:
    if live.status in {OfferStatus.OPEN, OfferStatus.HELD, OfferStatus.PROPOSED}:
        return False
    begun = live.span is not None and live.span.start <= now
    return begun or live.status not in {OfferStatus.CONFIRMED, OfferStatus.WAITING}


def given_back(state: Doctor, returned: Iterable[Returned], reason: str = UNAVAILABLE) -> Doctor:
    """Return *state* without what went back: whole visits, or only the time of a move."""
    last: dict[AppointmentId, int] = {}
    for each in returned:
        last[each.appointment] = max(each.round, last.get(each.appointment, 0))
        live = state.live.get(each.appointment)
        if live is None:
            continue
        if live.round == each.round:
            over = max(last[each.appointment], live.move.round if live.move else 0)
            past = Past(over, OfferStatus.DECLINED, reason=reason)
            state = ended(state, each.appointment, past)
        elif live.move is not None and live.move.round == each.round:
            stays = replace(live, move=None)
            state = replace(state, live={**state.live, each.appointment: stays})
    return state
