"""What each event of a visit makes of a doctor."""

from typing import assert_never

from msgspec.structs import replace

from actors.appointment import Span
from actors.doctor.messages import (
    Closed,
    LineMoved,
    MoveWished,
    OfferStatus,
    PatientArrived,
    Returned,
    SeenHere,
    SeriesBooked,
    VisitCancelled,
    VisitConfirmed,
    VisitEvent,
    VisitProgressed,
    VisitReturned,
)
from actors.doctor.state.endings import ended, given_back
from actors.doctor.state.kept import Doctor, Live, Past, Wish
from actors.doctor.state.line import with_length
from actors.ids import AppointmentId


def evolve_visit(state: Doctor, event: VisitEvent) -> Doctor:
    """Return the doctor to whom *event* has happened."""
    match event:
        case VisitCancelled(appointment=appointment):
            number = state.live[appointment].round
            return ended(state, appointment, Past(number, OfferStatus.CANCELLED, _why_gone(event)))
        case VisitReturned(appointment, department, number, reason):
            return given_back(state, [Returned(appointment, department, number)], reason)
        case SeriesBooked():
            return _with_series(state, event)
        case SeenHere() | LineMoved():
            return replace(state, seen_at=event.at) if isinstance(event, SeenHere) else state
        case VisitProgressed(status=OfferStatus.FULFILLED):
            return _took_place(state, event)
        case _:
            live = _went_on(state.live[event.appointment], event)
            return with_live(state, event.appointment, live)


def _took_place(state: Doctor, event: VisitProgressed) -> Doctor:
    """Return the doctor whose visit took place; how long one took that had a call is known."""
    live = state.live[event.appointment]
    if live.started_at is not None:
        state = replace(state, lengths=with_length(state.lengths, live.started_at, event.at))
    return with_live(state, event.appointment, _went_on(live, event))


def _why_gone(event: VisitCancelled) -> Closed | None:
    """Return why it is not here any more, if it is not by the patient's wish."""
    if event.by_clinic:
        return Closed.DECLINED
    return Closed.MOVED if event.moved else None


def with_live(state: Doctor, appointment: AppointmentId, live: Live) -> Doctor:
    """Return *state* in which *live* is what there is of *appointment*."""
    return replace(state, live={**state.live, appointment: live})


def _went_on(
    live: Live, event: VisitConfirmed | MoveWished | PatientArrived | VisitProgressed
) -> Live:
    match event:
        case VisitConfirmed():
            return _confirmed(live, event)
        case MoveWished(windows=windows, note=note):
            return replace(live, wish=Wish(windows, note))
        case PatientArrived(since=since):
            return replace(live, status=OfferStatus.WAITING, arrived_at=since)
        case VisitProgressed(status=status, at=at):
            began = at if status is OfferStatus.IN_CALL else live.started_at
            return replace(live, status=status, started_at=began, move=None)
        case _:
            assert_never(event)


def _confirmed(live: Live, event: VisitConfirmed) -> Live:
    """Return the visit at its time; all else that was held for it is free."""
    return Live(
        request=live.request,
        round=event.round,
        answer_by=live.answer_by,
        group=live.group,
        status=OfferStatus.CONFIRMED,
        span=Span(event.start, event.end),
        zone=event.doctor_zone,
        sequence=live.sequence + 1,
        because=live.because,
    )


def _with_series(state: Doctor, event: SeriesBooked) -> Doctor:
    booked = {
        each.appointment: Live(
            request=each.request,
            round=1,
            answer_by=event.at,
            group=None,
            status=OfferStatus.HELD,
            span=each.span,
            zone=event.doctor_zone,
        )
        for each in event.booked
        if each.appointment is not None and each.request is not None
    }
    return replace(state, live={**state.live, **booked})
