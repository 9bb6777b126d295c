"""What each event makes of a patient, their appointments and their notices."""

from typing import assert_never

from msgspec.structs import replace

from actors.appointment import Stage, Status
from actors.ids import AppointmentId
from actors.patient.messages import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentDeclined,
    AppointmentExpired,
    AppointmentRequested,
    AppointmentRouted,
    AppointmentView,
    Event,
    Notice,
    NoticesRead,
    PatientRegistered,
    ProfileChanged,
    Step,
    TimelineEntry,
)
from actors.patient.state.kept import Patient

NOTICES_KEPT = 200
APPOINTMENTS_KEPT = 500


def evolve(state: Patient, event: Event) -> Patient:
    """Return the patient to whom *event* has happened."""
    match event:
        case PatientRegistered(name, zone) | ProfileChanged(name, zone):
            return replace(state, name=name, zone=zone)
        case NoticesRead(up_to):
            return replace(state, read_up_to=up_to)
        case AppointmentRequested():
            return _requested(state, event)
        case AppointmentRouted():
            return _routed(state, event)
        case AppointmentConfirmed():
            return _confirmed(state, event)
        case AppointmentCancelled() | AppointmentDeclined() | AppointmentExpired():
            return _ended(state, event)
        case _:
            assert_never(event)


def _requested(state: Patient, event: AppointmentRequested) -> Patient:
    view = AppointmentView(event.appointment, Status.REQUESTED, event.request)
    entry = TimelineEntry(Step.REQUESTED, event.at)
    return _with(_without_the_oldest(state), view, entry)


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
        _waiting(before, Status.ROUTED),
        with_name=event.with_name,
        stage=event.stage,
        answer_by=event.answer_by,
    )
    if _is_reminder(before, event):
        view = replace(view, timeline=(*before.timeline[:-1], entry))
        return _put(state, view)
    state = _with(state, view, entry)
    return state if event.why == "first" else _noticed(state, event.appointment, entry)


def _is_reminder(before: AppointmentView, event: AppointmentRouted) -> bool:
    """Return whether triage alone let its deadline pass once more, so there is no news."""
    if before.stage is not Stage.TRIAGE or event.stage is not Stage.TRIAGE:
        return False
    return event.why == "deadline" and before.timeline[-1].why == "deadline"


def _confirmed(state: Patient, event: AppointmentConfirmed) -> Patient:
    view = replace(
        _waiting(state.appointments[event.appointment], Status.CONFIRMED),
        doctor=event.doctor,
        start=event.start,
        end=event.end,
        doctor_zone=event.doctor_zone,
    )
    entry = TimelineEntry(Step.CONFIRMED, event.at, who=event.doctor.name, start=event.start)
    return _noticed(_with(state, view, entry), event.appointment, entry)


def _ended(
    state: Patient, event: AppointmentCancelled | AppointmentDeclined | AppointmentExpired
) -> Patient:
    before = state.appointments[event.appointment]
    match event:
        case AppointmentCancelled(reason=reason, at=at):
            view = replace(before, status=Status.CANCELLED, answer_by=None, reason=reason)
            return _with(state, view, TimelineEntry(Step.CANCELLED, at, why=reason))
        case AppointmentDeclined(reason=reason, at=at):
            view = replace(_waiting(before, Status.DECLINED), reason=reason)
            entry = TimelineEntry(Step.DECLINED, at, why=reason)
        case AppointmentExpired(at=at):
            view = _waiting(before, Status.EXPIRED)
            entry = TimelineEntry(Step.EXPIRED, at)
        case _:
            assert_never(event)
    return _noticed(_with(state, view, entry), event.appointment, entry)


def _waiting(view: AppointmentView, status: Status) -> AppointmentView:
    """Return *view* in *status*, with nobody and no time to it yet."""
    return replace(
        view,
        status=status,
        with_name="",
        stage=None,
        answer_by=None,
        doctor=None,
        start=None,
        end=None,
        doctor_zone="",
    )


def _with(state: Patient, view: AppointmentView, entry: TimelineEntry) -> Patient:
    return _put(state, replace(view, timeline=(*view.timeline, entry)))


def _put(state: Patient, view: AppointmentView) -> Patient:
    return replace(state, appointments={**state.appointments, view.id: view})


def _noticed(state: Patient, appointment: AppointmentId, entry: TimelineEntry) -> Patient:
    notice = Notice(
        number=state.noticed + 1,
        step=entry.step,
        appointment=appointment,
        at=entry.at,
        read=False,
        who=entry.who,
        start=entry.start,
    )
    kept = (*state.notices, notice)[-NOTICES_KEPT:]
    return replace(state, notices=kept, noticed=notice.number)
