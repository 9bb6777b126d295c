"""Wake-ups for reminders: set and forgotten in the step that changes the visit."""

from collections.abc import Iterable
from datetime import datetime

from actors.effects import Effect, Unwake, Wake
from actors.ids import AppointmentId
from actors.patient.messages import (
    AppointmentCancelled,
    AppointmentConfirmed,
    AppointmentDeclined,
    AppointmentExpired,
    AppointmentMoved,
    AppointmentProgressed,
    AppointmentReturned,
    Event,
    Reminder,
    RemindersSet,
    ReminderState,
    RemindPatient,
)


def alarms(event: Event) -> list[Effect]:
    """Return the reminders that *event* sets, after those that it forgets."""
    match event:
        case AppointmentConfirmed() | AppointmentMoved() | RemindersSet():
            forgotten = _forget(event.appointment, event.dropped)
            return [*forgotten, *_set(event.appointment, event.start, event.reminders)]
        case (
            AppointmentReturned()
            | AppointmentProgressed()
            | AppointmentCancelled()
            | AppointmentDeclined()
            | AppointmentExpired()
        ):
            return _forget(event.appointment, event.dropped)
        case _:
            return []


def _name(appointment: AppointmentId, minutes: int) -> str:
    return f"remind:{appointment}:{minutes}"


def _forget(appointment: AppointmentId, dropped: Iterable[int]) -> list[Effect]:
    return [Unwake(_name(appointment, minutes)) for minutes in dropped]


def _set(
    appointment: AppointmentId, start: datetime, reminders: Iterable[Reminder]
) -> list[Effect]:
    return [
        Wake(
            _name(appointment, each.minutes),
            each.due,
            RemindPatient(appointment, each.minutes, start),
        )
        for each in reminders
        if each.state is ReminderState.SET
    ]
