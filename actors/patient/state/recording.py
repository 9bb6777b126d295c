"""What a patient's actor records of what a router tells.

What comes by a durable send is never refused for being late: when it crossed something that
ended the appointment, nothing happens.
"""

from typing import assert_never

from msgspec.structs import replace

from actors.admin_router.messages import address_of as router_of
from actors.appointment import Status
from actors.asked import Asked
from actors.caller import Role, is_actor
from actors.patient.messages import (
    AdoptAppointment,
    AppointmentConfirmed,
    AppointmentDeclined,
    AppointmentExpired,
    AppointmentProgressed,
    AppointmentRequested,
    AppointmentReturned,
    AppointmentRouted,
    AppointmentView,
    AskPatient,
    ChoicesClosed,
    ClinicAsked,
    ClocksChanged,
    CloseChoices,
    ConfirmAppointment,
    DeclineAppointment,
    Event,
    ExpireAppointment,
    OfferTimes,
    RecordClocks,
    RecordMove,
    RecordMoveEnd,
    RecordProgress,
    RecordRouting,
    RouterCommand,
    Walls,
)
from actors.patient.state import choosing, moving
from actors.patient.state.clocks import walls_of
from actors.patient.state.kept import Patient, ref_of, visit_of
from actors.patient.state.reminders import dropped, planned, wanted
from actors.refusal import NotAllowed

_DAY = (Status.CONFIRMED, Status.WAITING, Status.IN_CALL, Status.FULFILLED, Status.NOSHOW)


def adopt(state: Patient, command: AdoptAppointment, asked: Asked) -> list[Event]:
    """Return a further visit of a series, unless it is known; its time follows."""
    request = command.request
    if not is_actor(asked.caller, router_of(request.department)):
        raise NotAllowed
    if request.appointment in state.appointments or request.patient.id != state.id:
        return []
    return [AppointmentRequested(request.appointment, request, asked.at, adopted=True)]


def record(state: Patient, command: RouterCommand, asked: Asked) -> list[Event]:
    """Return what the router that was asked says of an appointment that is not over."""
    view = state.appointments.get(command.appointment)
    if view is None:
        return _from_a_router(asked)
    if not is_actor(asked.caller, router_of(view.request.department)):
        raise NotAllowed
    return [] if view.status.final else _recorded(state, view, command, asked)


def _from_a_router(asked: Asked) -> list[Event]:
    """Nothing happens when a router speaks of an appointment that is long forgotten."""
    if asked.caller.role is not Role.ACTOR:
        raise NotAllowed
    return []


def _recorded(
    state: Patient, view: AppointmentView, command: RouterCommand, asked: Asked
) -> list[Event]:
    match command:
        case RecordRouting():
            return _routed(view, command, asked)
        case AskPatient(appointment, text):
            return [ClinicAsked(appointment, text, asked.at)]
        case OfferTimes() | CloseChoices():
            return choosing.offered_or_closed(view, command, asked)
        case DeclineAppointment(appointment, reason):
            return [_declined(view, AppointmentDeclined(appointment, reason, asked.at))]
        case ExpireAppointment(appointment):
            return [*_returned(view, "expired", asked), AppointmentExpired(appointment, asked.at)]
        case _:
            return _recorded_of_visit(state, view, command, asked)


def _recorded_of_visit(
    state: Patient,
    view: AppointmentView,
    command: ConfirmAppointment | RecordMove | RecordMoveEnd | RecordProgress | RecordClocks,
    asked: Asked,
) -> list[Event]:
    match command:
        case ConfirmAppointment():
            return _confirmed(state, view, command, asked)
        case RecordMove():
            return moving.moved(state, view, command, asked)
        case RecordMoveEnd():
            return moving.move_ended(view, command, asked)
        case RecordProgress():
            return _progressed(state, view, command, asked)
        case RecordClocks():
            return _clocks(view, command, asked)
        case _:
            assert_never(command)


def _routed(view: AppointmentView, command: RecordRouting, asked: Asked) -> list[Event]:
    """Return where the request lies now; a time that it had, or was offered, is gone first."""
    routed = AppointmentRouted(
        view.id,
        command.stage,
        command.with_name,
        command.answer_by,
        command.why,
        asked.at,
        command.because,
    )
    if visit_of(view) is not None:
        return [*_returned(view, command.why, asked), routed]
    if view.choices is not None:
        return [ChoicesClosed(view.id, command.why, asked.at), routed]
    return [routed]


def _returned(view: AppointmentView, why: str, asked: Asked) -> list[Event]:
    visit = visit_of(view)
    if visit is None:
        return []
    gone = dropped(view.reminders)
    return [AppointmentReturned(view.id, why, gone, *visit, view.sequence + 1, asked.at)]


def _declined(view: AppointmentView, event: AppointmentDeclined) -> AppointmentDeclined:
    """Return *event* with what its reminders and a calendar need, if *view* stood."""
    visit = visit_of(view)
    if visit is None:
        return event
    return replace(
        event,
        dropped=dropped(view.reminders),
        doctor=visit.doctor,
        start=visit.start,
        end=visit.end,
        doctor_zone=visit.doctor_zone,
        sequence=view.sequence + 1,
    )


def _confirmed(
    state: Patient, view: AppointmentView, command: ConfirmAppointment, asked: Asked
) -> list[Event]:
    """Return that it stands, with its reminders; told again, it changes nothing."""
    visit = (command.doctor, command.start, command.end, command.doctor_zone)
    if visit_of(view) == visit:
        return []
    clinics = command.reminder_minutes
    reminders = planned(wanted(state.facts, clinics), command.start, asked.at)
    return [
        AppointmentConfirmed(
            view.id,
            *visit,
            asked.at,
            walls=walls_of(command.start, command.doctor_zone, state.zone),
            reminders=reminders,
            dropped=dropped(view.reminders, reminders),
            sequence=_next_sequence(view),
            clinic_minutes=clinics,
            patient_name=state.name,
            patient=ref_of(state),
            medium=view.request.visit.medium,
        )
    ]


def _next_sequence(view: AppointmentView) -> int:
    """Return the calendar's next number: the first time that it has is number 0."""
    return 0 if view.start is None and view.sequence == 0 else view.sequence + 1


def _progressed(
    state: Patient, view: AppointmentView, command: RecordProgress, asked: Asked
) -> list[Event]:
    visit, status = visit_of(view), command.status
    if visit is None or not _goes_on(view.status, status):
        return []
    gone = () if status is Status.WAITING else dropped(view.reminders)
    event = AppointmentProgressed(
        view.id, status, asked.at, gone, visit.doctor, visit.start, visit.doctor_zone, state.name
    )
    return [event]


def _goes_on(before: Status, after: Status) -> bool:
    """Return whether a visit on its day goes on from *before* to *after*, and not back."""
    return after in _DAY and _DAY.index(after) > _DAY.index(before)


def _clocks(view: AppointmentView, command: RecordClocks, asked: Asked) -> list[Event]:
    visit = visit_of(view)
    walls = Walls(command.doctor_wall, command.patient_wall)
    if visit is None or walls == view.walls:
        return []
    return [
        ClocksChanged(view.id, walls, asked.at, visit.doctor, visit.start, visit.doctor_zone),
    ]
