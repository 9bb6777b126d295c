"""What each event of an offer makes of a doctor."""

from datetime import datetime, timedelta
from typing import assert_never

from msgspec.structs import replace

from actors.appointment import Span
from actors.doctor.messages import (
    OfferClosed,
    OfferEvent,
    OfferStatus,
    RequestDeclined,
    RequestOffered,
    TimeHeld,
    TimeKept,
    TimeReleased,
    TimesProposed,
)
from actors.doctor.state.endings import ended
from actors.doctor.state.kept import Doctor, Hold, Live, Move, Past
from actors.doctor.state.visited import with_live
from actors.ids import AppointmentId, PatientId

VISITS_KEPT = timedelta(days=7)
"""How long a visit that is over stays, so that no clock that jumps opens its time again."""


def evolve_offer(state: Doctor, event: OfferEvent) -> Doctor:
    """Return the doctor to whom *event* has happened."""
    match event:
        case TimeKept(hold, patient, visit, span, until, at):
            state = _without_what_is_over(state, at)
            return replace(state, holds={**state.holds, patient: Hold(hold, visit, span, until)})
        case TimeReleased(patient=patient):
            return _without_hold(state, patient)
        case RequestOffered() | TimesProposed():
            return _went_on(_without_what_is_over(state, event.at), event)
        case TimeHeld():
            return _held(state, event)
        case RequestDeclined(appointment=appointment, round=number, reason=reason):
            return _declined(state, appointment, Past(number, OfferStatus.DECLINED, reason=reason))
        case OfferClosed(appointment, why, by_name):
            return _closed(state, appointment, Past(0, OfferStatus.CLOSED, why, by_name))
        case _:
            assert_never(event)


def _went_on(state: Doctor, event: RequestOffered | TimesProposed) -> Doctor:
    match event:
        case RequestOffered(appointment, request, number, answer_by, group):
            reserved, because = event.reserved, event.because
            live = Live(request, number, answer_by, group, span=reserved, because=because)
            if reserved is not None:
                state = _without_hold(state, request.patient.id)
            return _begun(state, appointment, live)
        case TimesProposed():
            return _proposed(state, event)
        case _:
            assert_never(event)


def _begun(state: Doctor, appointment: AppointmentId, live: Live) -> Doctor:
    """Return *state* with *live*; the calendar goes on from where it was with it before."""
    before = state.live.get(appointment) or state.past.get(appointment)
    live = replace(live, sequence=before.sequence if before else 0)
    past = {key: each for key, each in state.past.items() if key != appointment}
    return with_live(replace(state, past=past), appointment, live)


def _held(state: Doctor, event: TimeHeld) -> Doctor:
    """Return *state* with that time held; a visit that stands keeps its own as well."""
    span = Span(event.start, event.end)
    if event.request is not None:
        state = _without_hold(_without_what_is_over(state, event.at), event.request.patient.id)
    live = state.live.get(event.appointment)
    if live is not None and not live.status.waits:
        move = Move(event.round, (span,), event.doctor_zone)
        return with_live(state, event.appointment, replace(live, move=move))
    if event.request is not None:
        live = Live(event.request, event.round, event.at, None)
    if live is None:
        return state
    held = replace(live, status=OfferStatus.HELD, span=span, zone=event.doctor_zone)
    return _begun(state, event.appointment, held)


def _proposed(state: Doctor, event: TimesProposed) -> Doctor:
    live = state.live[event.appointment]
    if not live.status.waits:
        move = Move(event.round, event.spans, event.doctor_zone, event.until)
        return with_live(state, event.appointment, replace(live, move=move))
    proposed = replace(
        live,
        status=OfferStatus.PROPOSED,
        span=None,
        zone=event.doctor_zone,
        proposed=event.spans,
        until=event.until,
    )
    return with_live(state, event.appointment, proposed)


def _declined(state: Doctor, appointment: AppointmentId, past: Past) -> Doctor:
    live = state.live.get(appointment)
    stays = live is not None and not live.status.waits
    return state if stays else ended(state, appointment, past)


def _closed(state: Doctor, appointment: AppointmentId, past: Past) -> Doctor:
    """Return *state* without the offer; of a visit only the time held for its move goes."""
    live = state.live[appointment]
    if live.status.waits:
        return ended(state, appointment, replace(past, round=live.round))
    return with_live(state, appointment, replace(live, move=None))


def _without_hold(state: Doctor, patient: PatientId) -> Doctor:
    holds = {key: each for key, each in state.holds.items() if key != patient}
    return replace(state, holds=holds)


def _without_what_is_over(state: Doctor, now: datetime) -> Doctor:
    live = {
        key: each
        for key, each in state.live.items()
        if each.status.waits or each.span is None or each.span.end + VISITS_KEPT > now
    }
    holds = {key: each for key, each in state.holds.items() if each.until > now}
    return replace(state, live=live, holds=holds)
