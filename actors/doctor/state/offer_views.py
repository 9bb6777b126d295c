"""What a doctor sees of a request, as far as it came, and of all that waits for them."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from itertools import islice

from actors.appointment import Urgency, Window
from actors.doctor.diary import bookable, free_times
from actors.doctor.messages import Hours, Inbox, Offer, OfferStatus
from actors.doctor.state.accepting import first_free
from actors.doctor.state.kept import Doctor, Live, Past
from actors.doctor.state.schedule import calendar_of
from actors.ids import AppointmentId
from actors.refusal import NotFound
from actors.visit_type import VisitType

RECENT_SHOWN = 30
MOST_URGENT_FIRST = (Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE)

Proposing = Callable[[Live], datetime | None]


def inbox(state: Doctor, hours: Hours, now: datetime) -> Inbox:
    """Return what waits for an answer, the visits to come, and the news."""
    proposed = _proposing(state, hours, now)
    waiting = [(key, live) for key, live in state.live.items() if live.status.waits]
    visits = [seen(key, live) for key, live in state.live.items() if _is_to_come(live, now)]
    newest = islice(reversed(state.past.items()), RECENT_SHOWN)
    return Inbox(
        open=tuple(
            seen(key, live, proposed(live) if live.status is OfferStatus.OPEN else None)
            for key, live in sorted(waiting, key=lambda each: _pressing(each[1]))
        ),
        visits=tuple(sorted(visits, key=lambda each: (each.start or now, each.id))),
        recent=tuple(gone(key, past) for key, past in newest),
    )


def _proposing(state: Doctor, hours: Hours, now: datetime) -> Proposing:
    """Return what proposes a time for an open offer, and looks once for those that are alike."""
    calendar, booked = calendar_of(state, hours), state.booked(now)

    @cache
    def free(visit: VisitType, windows: tuple[Window, ...]) -> datetime | None:
        within = bookable(hours, visit, now)
        return next(iter(free_times(calendar, booked, visit, within, windows, limit=1)), None)

    def proposed(live: Live) -> datetime | None:
        if live.span is not None:
            return first_free(state, hours, live, now)
        return free(live.request.visit, live.request.windows)

    return proposed


def _is_to_come(live: Live, now: datetime) -> bool:
    """Return whether it stands and is not over, or goes on."""
    if not live.status.stands or live.span is None:
        return False
    return live.span.end > now or live.status is not OfferStatus.CONFIRMED


def _pressing(live: Live) -> tuple[bool, int, datetime, str]:
    request = live.request
    urgency = MOST_URGENT_FIRST.index(request.urgency)
    return not request.red_flags, urgency, live.answer_by, request.appointment


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
