"""What a doctor sees of a request, as far as it came."""

from datetime import datetime

from actors.doctor.messages import Hours, Offer, OfferStatus
from actors.doctor.state.accepting import first_free
from actors.doctor.state.kept import Doctor, Live, Past
from actors.ids import AppointmentId
from actors.refusal import NotFound


def offer(state: Doctor, hours: Hours, appointment: AppointmentId, now: datetime) -> Offer:
    """Return one offer, or raise `NotFound`."""
    if appointment in state.past:
        return gone(appointment, state.past[appointment])
    if appointment not in state.live:
        raise NotFound
    live = state.live[appointment]
    is_open = live.status is OfferStatus.OPEN
    return seen(appointment, live, first_free(state, hours, live, now) if is_open else None)


def seen(appointment: AppointmentId, live: Live, proposed: datetime | None = None) -> Offer:
    """Return what the doctor still has to do with."""
    move, wish = live.move, live.wish
    choosing = move is not None and move.until is not None
    return Offer(
        id=appointment,
        status=live.status,
        patient=live.request.patient,
        request=live.request,
        answer_by=live.answer_by,
        group=live.group,
        proposed=proposed,
        start=live.span.start if live.span else None,
        end=live.span.end if live.span else None,
        round=live.round,
        choices=move.spans if move and choosing else live.proposed,
        until=move.until if move and choosing else live.until,
        moving_to=move.spans[0] if move and not choosing else None,
        wish=wish.windows if wish else None,
        wish_note=wish.note if wish else "",
        arrived_at=live.arrived_at,
        started_at=live.started_at,
        sequence=live.sequence,
        because=live.because,
    )


def gone(appointment: AppointmentId, past: Past) -> Offer:
    """Return what is left to see of an offer that is over."""
    return Offer(
        id=appointment,
        status=past.status,
        patient=None,
        request=None,
        answer_by=None,
        why=past.why,
        by_name=past.by_name,
        reason=past.reason,
        round=past.round,
    )
