"""What each event makes of a patient, and their appointments.

`requests` looks for a doctor and a time, `choices` are times to choose from, `visits` stand,
`endings` end; `book` is how all of them write it down.
"""

from typing import TypeAlias

from msgspec.structs import replace

from actors.patient.messages import (
    AppointmentCancelled,
    AppointmentDeclined,
    AppointmentExpired,
    AppointmentRequested,
    AppointmentRouted,
    ChoicesClosed,
    ClinicAnswered,
    ClinicAsked,
    Event,
    NoticesRead,
    PatientRegistered,
    ProfileChanged,
    ReminderSent,
    ReminderSkipped,
    RemindersSet,
    TimeChosen,
    TimesOffered,
    TimesRefused,
)
from actors.patient.state.changes.choices import ChoiceEvent, evolve_choices
from actors.patient.state.changes.endings import Ending, evolve_ending
from actors.patient.state.changes.reminded import ReminderEvent, evolve_reminders
from actors.patient.state.changes.requests import RequestEvent, evolve_request
from actors.patient.state.changes.visits import VisitEvent, evolve_visit
from actors.patient.state.kept import Patient

AppointmentEvent: TypeAlias = RequestEvent | ChoiceEvent | VisitEvent | ReminderEvent | Ending


def evolve(state: Patient, event: Event) -> Patient:
    """Return the patient to whom *event* has happened."""
    match event:
        case PatientRegistered(name, zone):
            return replace(state, name=name, zone=zone)
        case ProfileChanged(name, zone, _, facts):
            return replace(state, name=name, zone=zone, facts=facts or state.facts)
        case NoticesRead():
            return state
        case _:
            return _evolve_appointment(state, event)


def _evolve_appointment(state: Patient, event: AppointmentEvent) -> Patient:
    match event:
        case AppointmentRequested() | AppointmentRouted() | ClinicAsked() | ClinicAnswered():
            return evolve_request(state, event)
        case TimesOffered() | TimeChosen() | TimesRefused() | ChoicesClosed():
            return evolve_choices(state, event)
        case RemindersSet() | ReminderSent() | ReminderSkipped():
            return evolve_reminders(state, event)
        case AppointmentCancelled() | AppointmentDeclined() | AppointmentExpired():
            return evolve_ending(state, event)
        case _:
            return evolve_visit(state, event)
