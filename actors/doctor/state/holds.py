"""Shown times that are kept for a patient who fills in the form: one per patient."""

from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from actors.appointment import Request
from actors.asked import Asked
from actors.caller import Role, is_actor
from actors.doctor.diary import visit_span
from actors.doctor.messages import (
    Event,
    HoldOver,
    HoldTime,
    Hours,
    ReleaseTime,
    TimeKept,
    TimeReleased,
    address_of,
)
from actors.doctor.messages import Hold as HoldView
from actors.doctor.state.accepting import instant, is_open_time
from actors.doctor.state.kept import Doctor
from actors.ids import AppointmentId, HoldId, PatientId
from actors.refusal import Ground, NotAllowed, NotFound, Refusal

SHORTEST, LONGEST = 1, 60
"""Minutes for which a time may be kept."""

HoldCommand: TypeAlias = HoldTime | ReleaseTime | HoldOver


class TimeGone(Refusal):
    """Somebody else has just taken this time. Please choose another."""

    code = "time_gone"
    ground = Ground.CONFLICT


def decide_hold(state: Doctor, command: HoldCommand, asked: Asked) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    match command:
        case HoldTime():
            return _keep(state, command, asked)
        case ReleaseTime():
            patient = _patient(asked)
            return _release(state, patient, asked)
        case HoldOver(patient, number):
            if not is_actor(asked.caller, address_of(state.id)):
                raise NotAllowed
            held = state.holds.get(patient)
            return _release(state, patient, asked) if held and held.id == number else []
        case _:
            assert_never(command)


def hold_of(state: Doctor, asked: Asked) -> HoldView:
    """Return the time that is kept for *asked*'s caller, or raise `NotFound`."""
    held = state.holds.get(_patient(asked))
    if held is None or held.until <= asked.at or state.hours is None:
        raise NotFound
    return HoldView(
        held.id, held.visit, held.span.start, held.span.end, held.until, state.hours.zone
    )


def is_held_for(
    state: Doctor, hours: Hours, request: Request, start: datetime, now: datetime
) -> bool:
    """Return whether just that time is kept for who asks for *request*."""
    held = state.holds.get(request.patient.id)
    span = visit_span(hours, request.visit, start)
    return held is not None and held.span == span and held.until > now


def own_visit_here(
    state: Doctor, moving: AppointmentId | None, patient: PatientId
) -> AppointmentId | None:
    """Return *moving* if it is a visit of *patient* that stands here: it is in nobody's way."""
    live = state.live.get(moving) if moving is not None else None
    own = live is not None and live.status.stands and live.request.patient.id == patient
    return moving if own else None


def _keep(state: Doctor, command: HoldTime, asked: Asked) -> list[Event]:
    patient, hours = _patient(asked), state.hours
    if hours is None:
        raise NotFound
    start = instant("start", command.start)
    span = visit_span(hours, command.visit, start)
    held = state.holds.get(patient)
    if held and held.span == span and held.visit == command.visit and held.until > asked.at:
        return []
    moving = own_visit_here(state, command.moving, patient)
    if not state.receives or not is_open_time(
        state, hours, command.visit, start, asked.at, without=moving, holder=patient
    ):
        raise TimeGone
    minutes = max(SHORTEST, min(command.visit.hold_minutes, LONGEST))
    until = asked.at + timedelta(minutes=minutes)
    number = HoldId(asked.new_id("hold"))
    return [TimeKept(number, patient, command.visit, span, until, asked.at)]


def _release(state: Doctor, patient: PatientId, asked: Asked) -> list[Event]:
    held = state.holds.get(patient)
    return [TimeReleased(held.id, patient, asked.at)] if held else []


def _patient(asked: Asked) -> PatientId:
    if asked.caller.role is not Role.PATIENT:
        raise NotAllowed
    return PatientId(asked.caller.user)
