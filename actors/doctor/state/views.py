"""What a doctor sees of their practice, of what waits for them, and of their free times."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import islice
from typing import assert_never

from actors.appointment import Urgency, Window
from actors.asked import Asked
from actors.caller import Caller, Role, is_staff
from actors.doctor.diary import free_times
from actors.doctor.messages import (
    FreeTimes,
    GetInbox,
    GetOffer,
    GetPractice,
    Hours,
    Inbox,
    ListFreeTimes,
    Offer,
    OfferStatus,
    Practice,
    Query,
    View,
)
from actors.doctor.state.accepting import NOTICE, first_free
from actors.doctor.state.kept import Doctor, Live, Past
from actors.ids import AppointmentId
from actors.refusal import Invalid, NotFound

MOST_FREE_TIMES = 200
RECENT_SHOWN = 30
MOST_URGENT_FIRST = (Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE)


def may_see(state: Doctor, caller: Caller) -> bool:
    """Return whether *caller* is the doctor, or runs the clinic."""
    owner = caller.role is Role.DOCTOR and caller.user == state.id
    return owner or is_staff(caller)


def answer(state: Doctor, query: Query, asked: Asked) -> View:
    """Return what *asked*'s caller sees, or raise `NotFound`."""
    if state.hours is None or not may_see(state, asked.caller):
        raise NotFound
    match query:
        case GetPractice():
            return Practice(state.id, state.name, state.hours, state.suspended)
        case GetInbox():
            return _inbox(state, state.hours, asked.at)
        case GetOffer(appointment):
            return _offer(state, state.hours, appointment, asked.at)
        case ListFreeTimes():
            return _free_times(state, state.hours, query, asked.at)
        case _:
            assert_never(query)


def _inbox(state: Doctor, hours: Hours, now: datetime) -> Inbox:
    @cache
    def proposed(windows: tuple[Window, ...]) -> datetime | None:
        return next(iter(free_times(hours, state.diary(), windows, now + NOTICE, 1)), None)

    waiting, visits = [], []
    for appointment, live in state.live.items():
        if live.status is OfferStatus.OPEN:
            waiting.append(_seen(appointment, live, proposed(live.request.windows)))
        elif live.status is OfferStatus.HELD:
            waiting.append(_seen(appointment, live))
        elif live.span is not None and live.span.end > now:
            visits.append(_seen(appointment, live))
    newest = islice(reversed(state.past.items()), RECENT_SHOWN)
    recent = tuple(_gone(key, past) for key, past in newest)
    return Inbox(
        open=tuple(sorted(waiting, key=lambda each: _pressing(state.live[each.id]))),
        visits=tuple(sorted(visits, key=lambda each: (each.start or now, each.id))),
        recent=recent,
    )


def _pressing(live: Live) -> tuple[int, datetime, str]:
    urgency = MOST_URGENT_FIRST.index(live.request.urgency)
    return urgency, live.answer_by, live.request.appointment


def _offer(state: Doctor, hours: Hours, appointment: AppointmentId, now: datetime) -> Offer:
    if appointment in state.past:
        return _gone(appointment, state.past[appointment])
    if appointment not in state.live:
        raise NotFound
    live = state.live[appointment]
    is_open = live.status is OfferStatus.OPEN
    return _seen(appointment, live, first_free(state, hours, live, now) if is_open else None)


def _seen(appointment: AppointmentId, live: Live, proposed: datetime | None = None) -> Offer:
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
    )


def _gone(appointment: AppointmentId, past: Past) -> Offer:
    return Offer(
        id=appointment,
        status=past.status,
        patient=None,
        request=None,
        answer_by=None,
        why=past.why,
        by_name=past.by_name,
        reason=past.reason,
    )


def _free_times(state: Doctor, hours: Hours, query: ListFreeTimes, now: datetime) -> FreeTimes:
    windows: Sequence[Window] = ()
    if query.appointment is not None:
        if query.appointment not in state.live:
            raise NotFound
        windows = state.live[query.appointment].request.windows
    after = max(_instant(query.start), now + NOTICE) if query.start else now + NOTICE
    limit = max(1, min(query.limit, MOST_FREE_TIMES))
    starts = free_times(hours, state.diary(), windows, after, limit)
    return FreeTimes(tuple(starts), hours.visit_minutes, hours.zone)


def _instant(start: datetime) -> datetime:
    if start.tzinfo is None:
        raise Invalid(fields={"start": "A time needs to say its time zone."})
    return start.astimezone(UTC)
