"""What the department is told: each thing that the patient does about an appointment."""

import msgspec

from actors.address import Address
from actors.admin_router import messages as router
from actors.directory import messages as directory
from actors.effects import Effect, Send
from actors.ids import DepartmentId, UserId
from actors.patient.messages import (
    AppointmentCancelled,
    AppointmentRequested,
    CheckedIn,
    ClinicAnswered,
    EarlierSet,
    Event,
    MoveRequested,
    MoveWished,
    ProfileChanged,
    TimeChosen,
    TimesRefused,
)


def to_department(event: Event) -> list[Effect]:
    """Return what the router of the appointment's department is told of *event*."""
    match event:
        case AppointmentRequested(request=request, adopted=False):
            return _send(request.department, router.RouteRequest(request))
        case AppointmentCancelled(appointment, department, reason):
            return _send(department, router.WithdrawRequest(appointment, reason))
        case TimeChosen(appointment, department, number, start):
            return _send(department, router.RecordChoice(appointment, number, start))
        case TimesRefused(appointment, department, number, windows, note):
            return _send(department, router.RecordRefusal(appointment, number, windows, note))
        case ClinicAnswered(appointment, department, text):
            return _send(department, router.RecordPatientAnswer(appointment, text))
        case _:
            return _of_visit(event)


def to_directory(event: Event, me: Address) -> list[Effect]:
    """Return what the clinic's directory is told of *event*: how the patient is called."""
    if not isinstance(event, ProfileChanged):
        return []
    told = directory.RecordProfile(UserId(me.key), event.name, event.zone)
    return [Send(directory.ADDRESS, told)]


def _of_visit(event: Event) -> list[Effect]:
    match event:
        case MoveRequested(appointment, department, doctor, start, number):
            return _send(department, router.MoveVisit(appointment, doctor, start, number))
        case MoveWished(appointment, department, windows, note):
            return _send(department, router.WishMove(appointment, windows, note))
        case EarlierSet(appointment, department, wanted):
            return _send(department, router.SetEarlier(appointment, wanted))
        case CheckedIn(appointment, department, at):
            return _send(department, router.RecordCheckIn(appointment, at))
        case _:
            return []


def _send(department: DepartmentId, command: msgspec.Struct) -> list[Effect]:
    return [Send(router.address_of(department), command)]
