"""Visits that stand: confirmed, moved, or given back; and their day."""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.appointment import Status
from actors.patient.messages import (
    AppointmentConfirmed,
    AppointmentMoved,
    AppointmentProgressed,
    AppointmentReturned,
    AppointmentView,
    CheckedIn,
    ClocksChanged,
    EarlierSet,
    MoveEnded,
    MoveRequested,
    MoveWished,
    Step,
    TimelineEntry,
)
from actors.patient.state.arriving import counts_for
from actors.patient.state.changes.book import put, stepped, unplaced, without_offers
from actors.patient.state.kept import Patient
from actors.patient.state.reminders import is_set

Moving: TypeAlias = MoveRequested | MoveWished | EarlierSet | MoveEnded
Day: TypeAlias = CheckedIn | AppointmentProgressed | ClocksChanged
VisitEvent: TypeAlias = AppointmentConfirmed | AppointmentMoved | AppointmentReturned | Moving | Day


def evolve_visit(state: Patient, event: VisitEvent) -> Patient:
    """Return the patient to whose visit *event* has happened."""
    view = state.appointments[event.appointment]
    match event:
        case AppointmentConfirmed():
            return _confirmed(state, view, event)
        case AppointmentMoved():
            return _moved(state, view, event)
        case AppointmentReturned(sequence=sequence):
            return put(state, replace(unplaced(view, Status.ROUTED), sequence=sequence))
        case MoveRequested() | MoveWished() | EarlierSet() | MoveEnded():
            return _moving(state, view, event)
        case _:
            return _on_the_day(state, view, event)


def _placed(
    view: AppointmentView, event: AppointmentConfirmed | AppointmentMoved
) -> AppointmentView:
    return replace(
        view,
        with_name="",
        stage=None,
        answer_by=None,
        doctor=event.doctor,
        start=event.start,
        end=event.end,
        doctor_zone=event.doctor_zone,
        walls=event.walls,
        reminders=event.reminders,
        sequence=event.sequence,
        clinic_minutes=event.clinic_minutes,
        last_time=None,
    )


def _confirmed(state: Patient, view: AppointmentView, event: AppointmentConfirmed) -> Patient:
    view = replace(_placed(without_offers(view), event), status=Status.CONFIRMED, arrived_at=None)
    entry = TimelineEntry(Step.CONFIRMED, event.at, who=event.doctor.name, start=event.start)
    return stepped(state, view, entry)


def _moved(state: Patient, view: AppointmentView, event: AppointmentMoved) -> Patient:
    """Settle the patient's own move if it is this one; another that is asked for goes on."""
    going_on = None if event.number == view.moves else view.moving_to
    view = replace(_placed(without_offers(view), event), moving_to=going_on)
    if view.arrived_at is not None and not counts_for(event.start, view.arrived_at):
        view = replace(view, status=Status.CONFIRMED, arrived_at=None)
    step = Step.REASSIGNED if event.cause == "reassigned" else Step.MOVED
    entry = TimelineEntry(step, event.at, who=event.doctor.name, why=event.cause, start=event.start)
    return stepped(state, view, entry)


def _moving(state: Patient, view: AppointmentView, event: Moving) -> Patient:
    match event:
        case MoveRequested(_, _, doctor, start, number, at):
            view = replace(view, moving_to=start, moves=number, choices=None)
            entry = TimelineEntry(Step.MOVING, at, who=doctor.name, start=start)
            return stepped(state, view, entry)
        case MoveWished(note=note, at=at):
            return stepped(
                state, replace(view, wished=True), TimelineEntry(Step.WISHED, at, why=note)
            )
        case EarlierSet(wanted=wanted):
            return put(state, replace(view, earlier=wanted))
        case MoveEnded():
            return _stayed(state, view, event)
        case _:
            assert_never(event)


def _stayed(state: Patient, view: AppointmentView, event: MoveEnded) -> Patient:
    if event.number:
        view = replace(view, moving_to=None)
    else:
        view = replace(view, choices=None, chosen=None)
    who = "" if event.doctor is None else event.doctor.name
    step = Step.LAPSED if event.why == "lapsed" else Step.STAYED
    return stepped(
        state, view, TimelineEntry(step, event.at, who=who, why=event.why, start=event.start)
    )


def _on_the_day(state: Patient, view: AppointmentView, event: Day) -> Patient:
    match event:
        case CheckedIn(at=at):
            view = replace(view, status=Status.WAITING, arrived_at=at)
            return stepped(state, view, TimelineEntry(Step.WAITING, at))
        case ClocksChanged(walls=walls, at=at):
            view = replace(view, walls=walls)
            return stepped(state, view, TimelineEntry(Step.CLOCKS, at, start=view.start))
        case AppointmentProgressed():
            return _progressed(state, view, event)
        case _:
            assert_never(event)


def _progressed(state: Patient, view: AppointmentView, event: AppointmentProgressed) -> Patient:
    view = replace(view, status=event.status)
    if event.status is Status.WAITING:
        return stepped(
            state, replace(view, arrived_at=event.at), TimelineEntry(Step.WAITING, event.at)
        )
    going_on = tuple(each for each in view.reminders if not is_set(each))
    view = replace(without_offers(view), reminders=going_on)
    who = "" if view.doctor is None else view.doctor.name
    entry = TimelineEntry(Step(event.status.value), event.at, who=who, start=view.start)
    return stepped(state, view, entry)
