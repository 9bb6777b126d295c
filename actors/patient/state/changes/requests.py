"""Requests that look for a doctor and a time."""

from itertools import takewhile
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.appointment import Status
from actors.patient.messages import (
    AppointmentRequested,
    AppointmentRouted,
    AppointmentView,
    AskedByClinic,
    ClinicAnswered,
    ClinicAsked,
    Step,
    TimelineEntry,
)
from actors.patient.state.changes.book import put, stepped, unplaced
from actors.patient.state.kept import Patient

APPOINTMENTS_KEPT = 500
QUESTIONS_KEPT = 20

RequestEvent: TypeAlias = AppointmentRequested | AppointmentRouted | ClinicAsked | ClinicAnswered


def evolve_request(state: Patient, event: RequestEvent) -> Patient:
    """Return the patient to whose request *event* has happened."""
    match event:
        case AppointmentRequested(appointment, request, at):
            view = AppointmentView(appointment, Status.REQUESTED, request, earlier=request.earlier)
            return stepped(_without_the_oldest(state), view, TimelineEntry(Step.REQUESTED, at))
        case AppointmentRouted():
            return _routed(state, event)
        case ClinicAsked(appointment, text, at):
            view = state.appointments[appointment]
            asked = (*view.asked, AskedByClinic(text, at))[-QUESTIONS_KEPT:]
            return stepped(state, replace(view, asked=asked), TimelineEntry(Step.ASKED, at))
        case ClinicAnswered(appointment, _, text, at):
            view = state.appointments[appointment]
            answered = (*view.asked[:-1], replace(view.asked[-1], answer=text))
            entry = TimelineEntry(Step.ANSWERED, at)
            return stepped(state, replace(view, asked=answered), entry)
        case _:
            assert_never(event)


def _without_the_oldest(state: Patient) -> Patient:
    """Forget the oldest appointment that is over, once there are very many."""
    if len(state.appointments) < APPOINTMENTS_KEPT:
        return state
    over = next((key for key, each in state.appointments.items() if each.status.final), None)
    kept = {key: each for key, each in state.appointments.items() if key != over}
    return replace(state, appointments=kept)


def _routed(state: Patient, event: AppointmentRouted) -> Patient:
    before = state.appointments[event.appointment]
    entry = TimelineEntry(
        Step.ROUTED,
        event.at,
        who=event.with_name,
        why=event.why,
        stage=event.stage,
        until=event.answer_by,
    )
    view = replace(
        unplaced(before, Status.ROUTED),
        with_name=event.with_name,
        stage=event.stage,
        answer_by=event.answer_by,
        because=event.because,
    )
    again = _said_before(before, event)
    if again is not None:
        others = tuple(each for each in before.timeline if each is not again)
        return put(state, replace(view, timeline=(*others, entry)))
    return stepped(state, view, entry)


def _said_before(before: AppointmentView, event: AppointmentRouted) -> TimelineEntry | None:
    """Return the entry that is no news a second time: deadlines that pass one after another."""
    if event.why != "deadline":
        return None
    passed = takewhile(lambda entry: entry.why == "deadline", reversed(before.timeline))
    return next((entry for entry in passed if entry.stage is event.stage), None)
