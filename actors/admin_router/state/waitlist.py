"""Who is offered a time that was freed, in order.

First by red flags and urgency; then those who have no time yet, then those who would come earlier;
among equals who has asked first.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from actors.admin_router.messages import Event, MoveCause, MoveStarted
from actors.admin_router.state.kept import Place, Router, Routing
from actors.admin_router.state.matching import receives, serves
from actors.admin_router.state.routing import rerouted
from actors.admin_router.state.seen import PRESSING, is_in_triage
from actors.admin_router.state.timeline import who
from actors.appointment import DoctorRef, Request, Span, Stage, Status
from actors.asked import Asked
from actors.ids import AppointmentId
from actors.visit_type import VisitType

SOONEST = timedelta(minutes=30)
"""A time that begins sooner than this is not offered to anybody."""


class Freed(NamedTuple):
    """A time that is free again at a doctor; *visit* is the kind that was there."""

    span: Span
    doctor: DoctorRef
    visit: VisitType


def offer_freed(
    state: Router, freed: Span, doctor: DoctorRef, asked: Asked, *, without: AppointmentId
) -> list[Event]:
    """Return to whom the time that is free again at *doctor* goes; *without* is whose it was."""
    if freed.start < asked.at + SOONEST or not receives(state, doctor.id):
        return []
    here = Freed(freed, doctor, state.get(without).request.visit)
    candidates = [each for each in _candidates(state, here) if each.request.appointment != without]
    if not candidates:
        return []
    first = min(candidates, key=_turn)
    return [_offered(state, first, here, asked)]


def _turn(routing: Routing) -> tuple[bool, int, bool, datetime, str]:
    request = routing.request
    pressing = not request.red_flags, PRESSING[request.urgency]
    return *pressing, routing.won is not None, request.requested_at, request.appointment


def _candidates(state: Router, freed: Freed) -> Iterator[Routing]:
    others = _others_at(state, freed.span)
    for routing in state.open.values():
        fits = _could_come(routing, freed) or _would_come_earlier(routing, freed)
        if fits and _is_for(state, routing, freed) and not _is_busy(routing, others):
            yield routing


def _others_at(state: Router, span: Span) -> list[Routing]:
    """Return the visits at that time."""
    return [
        routing
        for routing in state.open.values()
        if routing.won and routing.won.start < span.end and span.start < routing.won.end
    ]


def _is_busy(routing: Routing, others: list[Routing]) -> bool:
    """Return whether the patient has another visit among *others*."""
    patient = routing.request.patient.id
    return any(each.request.patient.id == patient and each is not routing for each in others)


def _is_for(state: Router, routing: Routing, freed: Freed) -> bool:
    """Return whether *routing* may go to the doctor there; a seat in a course stays one."""
    request, doctor = routing.request, freed.doctor.id
    own = routing.won is not None and routing.won.doctor.id == doctor
    same_kind = freed.visit.capacity == 1 or request.visit.id == freed.visit.id
    return same_kind and (own or serves(state, request.category, doctor))


def _could_come(routing: Routing, freed: Freed) -> bool:
    """Return whether a request that lies in triage could have that time."""
    if not is_in_triage(routing) or routing.request.picked:
        return False
    if any(not each.answer for each in routing.questions):
        return False
    if any(each.doctor.id == freed.doctor.id for each in routing.declined):
        return False
    return _suits(routing.request, _needed(routing, freed.span))


def _suits(request: Request, needed: Span | None) -> bool:
    if needed is None:
        return False
    wanted = request.windows
    return not wanted or any(e.start <= needed.start and needed.end <= e.end for e in wanted)


def _needed(routing: Routing, span: Span) -> Span | None:
    """Return the part of *span* that the visit takes; None when it is too short for it.

    A length that only the doctor knows is thought to fit.
    """
    minutes, won = routing.request.visit.minutes, routing.won
    end = span.end
    if minutes is not None:
        end = span.start + timedelta(minutes=minutes)
    elif won is not None:
        end = span.start + (won.end - won.start)
    return Span(span.start, end) if end <= span.end else None


def _would_come_earlier(routing: Routing, freed: Freed) -> bool:
    if not routing.earlier or routing.status is not Status.CONFIRMED or routing.won is None:
        return False
    if routing.move is not None or routing.won.start <= freed.span.start:
        return False
    skipped = any(each.start == freed.span.start for each in routing.skipped)
    return not skipped and _needed(routing, freed.span) is not None


def _offered(state: Router, routing: Routing, freed: Freed, asked: Asked) -> Event:
    if routing.won is None:
        doctor, span = freed.doctor, freed.span
        place = Place(Stage.DOCTOR, doctor.name, (doctor,), book=span.start, freed=span)
        return rerouted(state, routing, place, asked, why="freed")
    lasts = timedelta(minutes=state.policy.earlier_minutes)
    return MoveStarted(
        appointment=routing.request.appointment,
        request=routing.request,
        round=routing.next_round,
        doctor=freed.doctor,
        start=freed.span.start,
        cause=MoveCause.EARLIER,
        number=0,
        until=min(asked.at + lasts, freed.span.start),
        by=who(asked.caller),
        at=asked.at,
    )
