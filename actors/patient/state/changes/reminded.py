"""Reminders that are set anew, sent or skipped."""

from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.patient.messages import (
    AppointmentView,
    Reminder,
    ReminderSent,
    ReminderSkipped,
    RemindersSet,
    ReminderState,
    Step,
    TimelineEntry,
)
from actors.patient.state.changes.book import put, stepped
from actors.patient.state.kept import Patient

ReminderEvent: TypeAlias = RemindersSet | ReminderSent | ReminderSkipped


def evolve_reminders(state: Patient, event: ReminderEvent) -> Patient:
    """Return the patient to whose reminders *event* has happened."""
    view = state.appointments[event.appointment]
    match event:
        case RemindersSet(reminders=reminders):
            return put(state, replace(view, reminders=reminders))
        case ReminderSkipped(why=why):
            return put(state, _over(view, event, ReminderState.SKIPPED, why))
        case ReminderSent(doctor=doctor, start=start, at=at):
            entry = TimelineEntry(Step.REMINDED, at, who=doctor.name, start=start)
            return stepped(state, _over(view, event, ReminderState.SENT), entry)
        case _:
            assert_never(event)


def _over(
    view: AppointmentView,
    event: ReminderSent | ReminderSkipped,
    became: ReminderState,
    why: str = "",
) -> AppointmentView:
    def after(each: Reminder) -> Reminder:
        if each.minutes != event.minutes:
            return each
        return replace(each, state=became, at=event.at, why=why)

    return replace(view, reminders=tuple(after(each) for each in view.reminders))
