"""What a patient may do, and what the clinic may record about their requests.

What comes by a durable send is never refused for being late: when it crossed something that
ended the appointment, nothing happens.
"""

from typing import TypeAlias, assert_never

from actors.accounts.messages import KIND as ACCOUNT
from actors.admin_router.messages import address_of as router_of
from actors.appointment import PatientRef, Request, Status
from actors.asked import Asked
from actors.caller import Role, is_actor, is_actor_of_kind
from actors.ids import AppointmentId
from actors.patient.messages import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentDeclined,
    AppointmentExpired,
    AppointmentRequested,
    AppointmentRouted,
    AppointmentView,
    ChangeProfile,
    Command,
    ConfirmAppointment,
    DeclineAppointment,
    Event,
    ExpireAppointment,
    MarkNoticesRead,
    NoticesRead,
    PatientRegistered,
    ProfileChanged,
    RecordRouting,
    RegisterPatient,
    RequestAppointment,
    WithdrawRequest,
)
from actors.patient.state.kept import Patient
from actors.patient.state.wishes import checked_windows
from actors.refusal import (
    Ground,
    Invalid,
    NotAllowed,
    NotFound,
    Refusal,
    optional_text,
    required_text,
)
from actors.zones import is_zone

MOST_OPEN_REQUESTS = 10
LONGEST_REASON = 2000
LONGEST_WITHDRAWAL = 500
LONGEST_NAME = 200

ByRouter: TypeAlias = RecordRouting | ConfirmAppointment | DeclineAppointment | ExpireAppointment


class NotRegistered(Refusal):
    """Your account is still being set up. Please try again in a moment."""

    code = "not_registered"


class TooManyRequests(Refusal):
    """You have as many open requests as we can take. Withdraw one, or wait for an answer."""

    code = "too_many_requests"
    ground = Ground.TOO_MANY


class AppointmentOver(Refusal):
    """This appointment is over already."""

    code = "appointment_over"


def decide(state: Patient, command: Command, asked: Asked) -> list[Event]:
    """Return what happens when *asked*'s caller gives *command*, or raise a `Refusal`."""
    match command:
        case RegisterPatient():
            return _register(state, command, asked)
        case RecordRouting() | ConfirmAppointment() | DeclineAppointment() | ExpireAppointment():
            return _record(state, command, asked)
        case _:
            return _by_owner(state, command, asked)


def _by_owner(
    state: Patient,
    command: ChangeProfile | RequestAppointment | WithdrawRequest | MarkNoticesRead,
    asked: Asked,
) -> list[Event]:
    if asked.caller.role is not Role.PATIENT or asked.caller.user != state.id:
        raise NotFound
    if not state.registered:
        raise NotRegistered
    match command:
        case ChangeProfile():
            return _change_profile(state, command, asked)
        case RequestAppointment():
            return _request(state, command, asked)
        case WithdrawRequest():
            return _withdraw(state, command, asked)
        case MarkNoticesRead(up_to):
            seen = min(up_to, state.noticed)
            return [NoticesRead(seen, asked.at)] if seen > state.read_up_to else []
        case _:
            assert_never(command)


def _register(state: Patient, command: RegisterPatient, asked: Asked) -> list[Event]:
    if not is_actor_of_kind(asked.caller, ACCOUNT):
        raise NotAllowed
    if state.registered:
        return []
    zone = command.zone if is_zone(command.zone) else "UTC"
    return [PatientRegistered(command.name, zone, asked.at)]


def _change_profile(state: Patient, command: ChangeProfile, asked: Asked) -> list[Event]:
    name = required_text("name", command.name, LONGEST_NAME)
    if not is_zone(command.zone):
        raise Invalid(fields={"zone": "We do not know this time zone."})
    if (name, command.zone) == (state.name, state.zone):
        return []
    return [ProfileChanged(name, command.zone, asked.at)]


def _request(state: Patient, command: RequestAppointment, asked: Asked) -> list[Event]:
    request = Request(
        appointment=AppointmentId(asked.new_id("appointment")),
        department=command.department,
        patient=PatientRef(state.id, state.name, state.zone),
        category=command.category,
        category_name=required_text("category", command.category_name, LONGEST_NAME),
        reason=required_text("reason", command.reason, LONGEST_REASON),
        urgency=command.urgency,
        windows=checked_windows(command.windows, asked.at),
        requested_at=asked.at,
    )
    required_text("department", command.department, LONGEST_NAME)
    required_text("category", command.category, LONGEST_NAME)
    if sum(_is_open(each) for each in state.appointments.values()) >= MOST_OPEN_REQUESTS:
        raise TooManyRequests
    return [AppointmentRequested(request.appointment, request, asked.at)]


def _is_open(appointment: AppointmentView) -> bool:
    return appointment.status in {Status.REQUESTED, Status.ROUTED}


def _withdraw(state: Patient, command: WithdrawRequest, asked: Asked) -> list[Event]:
    reason = optional_text("reason", command.reason, LONGEST_WITHDRAWAL)
    appointment = state.appointments.get(command.appointment)
    if appointment is None:
        raise NotFound
    if appointment.status is Status.CANCELLED:
        return []
    if appointment.status.final or (appointment.end and appointment.end <= asked.at):
        raise AppointmentOver
    department = appointment.request.department
    return [AppointmentCancelled(appointment.id, department, reason, asked.at)]


def _record(state: Patient, command: ByRouter, asked: Asked) -> list[Event]:
    appointment = state.appointments.get(command.appointment)
    if appointment is None:
        return _from_a_router(asked)
    if not is_actor(asked.caller, router_of(appointment.request.department)):
        raise NotAllowed
    return [] if appointment.status.final else [_recorded(command, asked)]


def _from_a_router(asked: Asked) -> list[Event]:
    """Nothing happens when a router speaks of an appointment that is long forgotten."""
    if asked.caller.role is not Role.ACTOR:
        raise NotAllowed
    return []


def _recorded(command: ByRouter, asked: Asked) -> Event:
    match command:
        case RecordRouting(appointment, stage, with_name, answer_by, why):
            return AppointmentRouted(appointment, stage, with_name, answer_by, why, asked.at)
        case ConfirmAppointment(appointment, doctor, start, end, zone):
            return AppointmentConfirmed(appointment, doctor, start, end, zone, asked.at)
        case DeclineAppointment(appointment, reason):
            return AppointmentDeclined(appointment, reason, asked.at)
        case ExpireAppointment(appointment):
            return AppointmentExpired(appointment, asked.at)
        case _:
            assert_never(command)
