"""What each event makes of a doctor, their offers and their diary."""

from datetime import datetime, timedelta
from typing import assert_never

from msgspec.structs import replace

from actors.doctor.diary import Span
from actors.doctor.messages import (
    Event,
    HoursSet,
    OfferClosed,
    OfferStatus,
    PracticeOpened,
    PracticeResumed,
    PracticeSuspended,
    RequestDeclined,
    RequestOffered,
    TimeHeld,
    VisitCancelled,
    VisitConfirmed,
)
from actors.doctor.state.kept import Doctor, Live, Past
from actors.doctor.state.schedule import first_hours
from actors.ids import AppointmentId

PAST_KEPT = 200
"""Offers that are over and of which the doctor, who may answer late, can still be told why."""
VISITS_KEPT = timedelta(days=7)
"""How long a visit that is over stays, so that no clock that jumps opens its time again."""


def evolve(state: Doctor, event: Event) -> Doctor:
    """Return the doctor to whom *event* has happened."""
    match event:
        case RequestOffered() | TimeHeld() | VisitConfirmed():
            return _went_on(state, event)
        case RequestDeclined() | OfferClosed() | VisitCancelled():
            return _over(state, event)
        case _:
            return _practised(state, event)


def _practised(
    state: Doctor, event: PracticeOpened | PracticeSuspended | PracticeResumed | HoursSet
) -> Doctor:
    match event:
        case PracticeOpened(name, zone):
            return replace(state, name=name, hours=state.hours or first_hours(zone))
        case PracticeSuspended(returned):
            for each in returned:
                given_back = Past(each.round, OfferStatus.DECLINED, reason="unavailable")
                state = _moved(state, each.appointment, given_back)
            return replace(state, suspended=True)
        case PracticeResumed():
            return replace(state, suspended=False)
        case HoursSet(hours):
            return replace(state, hours=hours)
        case _:
            assert_never(event)


def _went_on(state: Doctor, event: RequestOffered | TimeHeld | VisitConfirmed) -> Doctor:
    match event:
        case RequestOffered(appointment, request, number, answer_by, group, at):
            state = _without_old_visits(state, at)
            past = {key: each for key, each in state.past.items() if key != appointment}
            live = Live(request, number, answer_by, group)
            return replace(state, live={**state.live, appointment: live}, past=past)
        case TimeHeld(appointment=appointment, start=start, end=end, doctor_zone=zone):
            held = replace(
                state.live[appointment],
                status=OfferStatus.HELD,
                span=Span(start, end),
                zone=zone,
            )
            return replace(state, live={**state.live, appointment: held})
        case VisitConfirmed(appointment=appointment):
            confirmed = replace(state.live[appointment], status=OfferStatus.CONFIRMED)
            return replace(state, live={**state.live, appointment: confirmed})
        case _:
            assert_never(event)


def _without_old_visits(state: Doctor, now: datetime) -> Doctor:
    live = {
        key: each
        for key, each in state.live.items()
        if each.status is not OfferStatus.CONFIRMED
        or each.span is None
        or each.span.end + VISITS_KEPT > now
    }
    return replace(state, live=live)


def _over(state: Doctor, event: RequestDeclined | OfferClosed | VisitCancelled) -> Doctor:
    match event:
        case RequestDeclined(appointment=appointment, round=number, reason=reason):
            past = Past(number, OfferStatus.DECLINED, reason=reason)
        case OfferClosed(appointment, why, by_name):
            number = state.live[appointment].round
            past = Past(number, OfferStatus.CLOSED, why, by_name)
        case VisitCancelled(appointment=appointment):
            past = Past(state.live[appointment].round, OfferStatus.CANCELLED)
        case _:
            assert_never(event)
    return _moved(state, appointment, past)


def _moved(state: Doctor, appointment: AppointmentId, past: Past) -> Doctor:
    """Return *state* with *appointment* among what is over, and the patient forgotten."""
    live = {key: each for key, each in state.live.items() if key != appointment}
    older = [(key, each) for key, each in state.past.items() if key != appointment]
    return replace(state, live=live, past=dict([*older, (appointment, past)][-PAST_KEPT:]))
