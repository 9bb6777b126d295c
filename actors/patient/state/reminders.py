"""Reminders of a visit: which are set, which were too late, and which are sent when due.

A reminder is so many minutes before the visit, by the clock of physics: on a day on which clocks
change, 24 hours before a visit at nine is not nine o'clock.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from actors.appointment import Status
from actors.asked import Asked
from actors.caller import is_actor
from actors.patient.messages import (
    AppointmentView,
    Event,
    Facts,
    Reminder,
    ReminderSent,
    ReminderSkipped,
    RemindersSet,
    ReminderState,
    RemindPatient,
    address_of,
)
from actors.patient.state.kept import Patient, Visit, visit_of
from actors.refusal import NotAllowed

MOST_REMINDERS = 10


def planned(minutes: Iterable[int], start: datetime, now: datetime) -> tuple[Reminder, ...]:
    """Return the reminders of a visit at *start*, the farthest first; past ones are skipped."""
    farthest_first = sorted(set(minutes), reverse=True)[:MOST_REMINDERS]
    return tuple(_planned(each, start, now) for each in farthest_first)


def _planned(minutes: int, start: datetime, now: datetime) -> Reminder:
    due = start - timedelta(minutes=minutes)
    if due <= now:
        return Reminder(minutes, due, ReminderState.SKIPPED, now, "past")
    return Reminder(minutes, due)


def wanted(facts: Facts, clinic_minutes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the minutes that the patient chose, or else the clinic's."""
    return clinic_minutes if facts.reminder_minutes is None else facts.reminder_minutes


def is_set(reminder: Reminder) -> bool:
    """Return whether *reminder* is still to come."""
    return reminder.state is ReminderState.SET


def dropped(before: Sequence[Reminder], after: Sequence[Reminder] = ()) -> tuple[int, ...]:
    """Return (in minutes) those that are set in *before* and not in *after*."""
    going_on = {each.minutes for each in after if is_set(each)}
    return tuple(each.minutes for each in before if is_set(each) and each.minutes not in going_on)


def rewritten(state: Patient, facts: Facts, now: datetime) -> list[Event]:
    """Return how *facts* change the reminders of the visits to come."""
    events: list[Event] = []
    for view in state.appointments.values():
        visit = visit_of(view)
        if visit is None or visit.start <= now or view.status is Status.IN_CALL:
            continue
        reminders = _kept_or_planned(view, visit, facts, now)
        if reminders != view.reminders:
            gone = dropped(view.reminders, reminders)
            events.append(RemindersSet(view.id, reminders, gone, visit.start, now))
    return events


def _kept_or_planned(
    view: AppointmentView, visit: Visit, facts: Facts, now: datetime
) -> tuple[Reminder, ...]:
    """Return what *facts* ask for; what became of one that was there before is kept."""
    before = {each.minutes: each for each in view.reminders}
    fresh = planned(wanted(facts, view.clinic_minutes), visit.start, now)
    return tuple(before.get(each.minutes, each) for each in fresh)


def remind(state: Patient, command: RemindPatient, asked: Asked) -> list[Event]:
    """Return the reminder that is due, unless the visit is another now or it comes too late."""
    if not is_actor(asked.caller, address_of(state.id)):
        raise NotAllowed
    view = state.appointments.get(command.appointment)
    visit = None if view is None else visit_of(view)
    if view is None or visit is None or visit.start != command.start:
        return []
    if not any(each.minutes == command.minutes and is_set(each) for each in view.reminders):
        return []
    if _too_late(view, command, asked.at):
        return [ReminderSkipped(view.id, command.minutes, "late", asked.at)]
    return [ReminderSent(view.id, command.minutes, *visit, asked.at)]


def _too_late(view: AppointmentView, command: RemindPatient, now: datetime) -> bool:
    """Return whether the visit has begun, or a nearer reminder is due as well."""
    nearer = [each.due for each in view.reminders if each.minutes < command.minutes]
    return now >= min([command.start, *nearer])
