"""Requests that wait for the doctor's answer, and the department's word on them.

What comes by a durable send is never refused for being late: an answer to a round that is over,
or to an offer that ended meanwhile, changes nothing.
"""

from datetime import datetime
from typing import TypeAlias, assert_never

from actors.appointment import Request, Span
from actors.asked import Asked
from actors.doctor.diary import visit_span
from actors.doctor.messages import (
    AcceptRequest,
    BookVisit,
    CloseOffer,
    DeclineRequest,
    Event,
    GrantClaim,
    HoldOver,
    HoldTime,
    Hours,
    OfferClosed,
    OfferCommand,
    OfferRequest,
    OfferStatus,
    ProposeTimes,
    ReleaseTime,
    RequestDeclined,
    RequestOffered,
    TimeHeld,
    VisitConfirmed,
)
from actors.doctor.state.accepting import is_bookable, is_open_time
from actors.doctor.state.answers import decide_answer
from actors.doctor.state.endings import UNAVAILABLE
from actors.doctor.state.holds import decide_hold, is_held_for
from actors.doctor.state.kept import Doctor, Live
from actors.doctor.state.permissions import check_router
from actors.ids import AppointmentId

TIME_TAKEN = "time_taken"
"""The reason that the actor gives when the time to be booked is not free."""

ByRouter: TypeAlias = OfferRequest | BookVisit | GrantClaim | CloseOffer


def decide_offer(state: Doctor, command: OfferCommand, asked: Asked) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    match command:
        case HoldTime() | ReleaseTime() | HoldOver():
            return decide_hold(state, command, asked)
        case AcceptRequest() | ProposeTimes() | DeclineRequest():
            return decide_answer(state, command, asked)
        case OfferRequest() | BookVisit() | GrantClaim() | CloseOffer():
            check_router(asked)
            return _by_router(state, command, asked)
        case _:
            assert_never(command)


def _by_router(state: Doctor, command: ByRouter, asked: Asked) -> list[Event]:
    match command:
        case OfferRequest():
            return _offer(state, command, asked)
        case BookVisit():
            return _book(state, command, asked)
        case GrantClaim(appointment):
            live = state.live.get(appointment)
            return [] if live is None else _grant(command, live, asked)
        case CloseOffer(appointment):
            live = state.live.get(appointment)
            return [] if live is None else _close(command, live, asked)
        case _:
            assert_never(command)


# --- what is asked of the doctor -----------------------------------------------------------------


def _offer(state: Doctor, command: OfferRequest, asked: Asked) -> list[Event]:
    request = command.request
    if _last_round(state, request.appointment) >= command.round:
        return []
    if state.hours is None or not state.receives:
        return [_declined(command, UNAVAILABLE, asked)]
    return [
        RequestOffered(
            request.appointment,
            request,
            command.round,
            command.answer_by,
            command.group,
            asked.at,
            _reserved(state, state.hours, command, asked.at),
            command.because,
        )
    ]


def _reserved(state: Doctor, hours: Hours, command: OfferRequest, now: datetime) -> Span | None:
    """Return the time that the patient picked here, if it is still asked for and free."""
    request = command.request
    if request.picked is None or request.picked.doctor.id != state.id:
        return None
    span = visit_span(hours, request.visit, request.picked.start)
    asked_for = any(each.start <= span.start and span.end <= each.end for each in request.windows)
    free = asked_for and _is_free(state, hours, request, span.start, now)
    again = command.round > 1
    return span if free and (again or _was_shown(state, hours, request, span.start, now)) else None


def _was_shown(
    state: Doctor, hours: Hours, request: Request, start: datetime, now: datetime
) -> bool:
    """Return whether that time is held for the patient, or one that a patient may pick now."""
    own, patient = request.appointment, request.patient.id
    return is_held_for(state, hours, request, start, now) or is_open_time(
        state, hours, request.visit, start, now, without=own, holder=patient
    )


def _is_free(
    state: Doctor,
    hours: Hours,
    request: Request,
    start: datetime,
    now: datetime,
    *,
    anywhere: bool = False,
) -> bool:
    """Return whether *request* may be booked at *start*; what it has or its patient holds aside."""
    return is_bookable(
        state,
        hours,
        request.visit,
        start,
        now,
        without=request.appointment,
        holder=request.patient.id,
        anywhere=anywhere,
    )


def _book(state: Doctor, command: BookVisit, asked: Asked) -> list[Event]:
    request, hours = command.request, state.hours
    if _last_round(state, request.appointment) >= command.round:
        return []
    if hours is None or not state.receives or _has_begun(state, request.appointment):
        return [_declined(command, UNAVAILABLE, asked)]
    if not _can_have(state, hours, command, asked.at):
        return [_declined(command, TIME_TAKEN, asked)]
    span = visit_span(hours, request.visit, command.start)
    return [
        TimeHeld(
            appointment=request.appointment,
            department=request.department,
            round=command.round,
            doctor_name=state.name,
            doctor_zone=hours.zone,
            start=span.start,
            end=span.end,
            at=asked.at,
            request=request,
        )
    ]


def _can_have(state: Doctor, hours: Hours, command: BookVisit, now: datetime) -> bool:
    """Return whether the visit may be then; a patient can't pick what was not shown to them."""
    request, start = command.request, command.start
    if command.picked and not _was_shown(state, hours, request, start, now):
        return False
    return _is_free(state, hours, request, start, now, anywhere=command.anywhere)


def _declined(command: OfferRequest | BookVisit, reason: str, asked: Asked) -> RequestDeclined:
    request = command.request
    return RequestDeclined(request.appointment, request.department, command.round, reason, asked.at)


def _has_begun(state: Doctor, appointment: AppointmentId) -> bool:
    live = state.live.get(appointment)
    begun = {OfferStatus.IN_CALL, OfferStatus.FULFILLED, OfferStatus.NOSHOW}
    return live is not None and live.status in begun


def _last_round(state: Doctor, appointment: AppointmentId) -> int:
    live, past = state.live.get(appointment), state.past.get(appointment)
    if live is None:
        return past.round if past else 0
    return max(live.round, live.move.round) if live.move else live.round


# --- what the department says then ---------------------------------------------------------------


def _grant(command: GrantClaim, live: Live, asked: Asked) -> list[Event]:
    """Confirm the held time; a hold that is gone was given back, and the router knows."""
    span = _granted(command, live)
    if span is None:
        return []
    moved = not live.status.waits
    return [
        VisitConfirmed(
            command.appointment,
            live.request.department,
            command.round,
            span.start,
            span.end,
            live.move.zone if moved and live.move else live.zone,
            asked.at,
            moved,
            live.request.patient.zone,
            live.sequence + 1,
        )
    ]


def _granted(command: GrantClaim, live: Live) -> Span | None:
    """Return the time, held in that round, that is the visit's now."""
    if live.move is not None and live.move.round == command.round:
        held = live.move.spans
    elif live.round == command.round and live.status is OfferStatus.PROPOSED:
        held = live.proposed
    elif live.round == command.round and live.status is OfferStatus.HELD and live.span:
        return live.span
    else:
        return None
    if command.start is None:
        return held[0] if len(held) == 1 else None
    return next((each for each in held if each.start == command.start), None)


def _close(command: CloseOffer, live: Live, asked: Asked) -> list[Event]:
    """Free what is held for that round; a visit that stands stays."""
    offer = live.round == command.round and live.status.waits
    move = live.move is not None and live.move.round == command.round
    if not (offer or move):
        return []
    return [OfferClosed(command.appointment, command.why, command.by_name, asked.at, command.round)]
