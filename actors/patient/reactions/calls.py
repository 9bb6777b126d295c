"""What the call session of a visit is told: that the visit stands so, that it is over, who came."""

from actors.address import Address
from actors.appointment import Status
from actors.call_session.messages import (
    Command,
    EndVisit,
    RecordArrival,
    SetVisit,
    address_of,
    of_visit,
)
from actors.conversation.messages import between
from actors.effects import Effect, Send
from actors.ids import AppointmentId
from actors.patient.messages import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentDeclined,
    AppointmentMoved,
    AppointmentProgressed,
    AppointmentReturned,
    CheckedIn,
    Event,
)


def to_calls(event: Event) -> list[Effect]:
    """Return what the call session of the visit that *event* is about is told."""
    match event:
        case AppointmentConfirmed() | AppointmentMoved():
            return _set(event)
        case CheckedIn(appointment, at=at):
            return _tell(appointment, RecordArrival(appointment, at))
        case AppointmentProgressed(appointment, status) if status.final:
            return _end(appointment, status)
        case _:
            return _ended(event)


def _set(event: AppointmentConfirmed | AppointmentMoved) -> list[Effect]:
    """Return that the visit stands so; of journals from before there were calls, nothing."""
    if event.patient is None:
        return []
    visit = SetVisit(
        appointment=event.appointment,
        conversation=between(event.patient.id, event.doctor.id),
        patient=event.patient,
        doctor=event.doctor,
        start=event.start,
        end=event.end,
        medium=event.medium,
    )
    return _tell(event.appointment, visit)


def _ended(event: Event) -> list[Effect]:
    """Return that a visit which stood is called off, or looks for a doctor again."""
    match event:
        case AppointmentReturned(appointment):
            return _end(appointment, Status.ROUTED)
        case AppointmentCancelled(appointment) if event.doctor is not None:
            return _end(appointment, Status.CANCELLED)
        case AppointmentDeclined(appointment) if event.doctor is not None:
            return _end(appointment, Status.DECLINED)
        case _:
            return []


def _end(appointment: AppointmentId, status: Status) -> list[Effect]:
    return _tell(appointment, EndVisit(appointment, status.value))


def _tell(appointment: AppointmentId, command: Command) -> list[Effect]:
    return [Send(_session(appointment), command)]


def _session(appointment: AppointmentId) -> Address:
    return address_of(of_visit(appointment))
