"""What a patient does on the day, and what they answer when the clinic asks."""

from datetime import datetime, timedelta

from actors.appointment import Status
from actors.asked import Asked
from actors.patient.messages import AnswerClinic, CheckedIn, CheckIn, ClinicAnswered, Event
from actors.patient.state.kept import Patient, visit_of
from actors.patient.state.refusals import AppointmentOver, NotConfirmed, NothingAsked, TooEarly
from actors.refusal import required_text

CHECK_IN_AHEAD = timedelta(minutes=30)
LONGEST_ANSWER = 1000


def check_in(state: Patient, command: CheckIn, asked: Asked) -> list[Event]:
    """Return that the patient is there: from 30 minutes before the start until the end."""
    view = state.get(command.appointment)
    visit = visit_of(view)
    if view.status.final or (visit is not None and visit.end <= asked.at):
        raise AppointmentOver
    if visit is None:
        raise NotConfirmed
    if view.status is not Status.CONFIRMED:
        return []
    if not counts_for(visit.start, asked.at):
        raise TooEarly
    return [CheckedIn(view.id, view.request.department, asked.at)]


def counts_for(start: datetime, arrived_at: datetime) -> bool:
    """Return whether who arrived at that time has arrived for a visit at *start*."""
    return arrived_at >= start - CHECK_IN_AHEAD


def answer_clinic(state: Patient, command: AnswerClinic, asked: Asked) -> list[Event]:
    """Return the answer to what the clinic asked last."""
    view = state.get(command.appointment)
    if view.status.final:
        raise AppointmentOver
    text = required_text("text", command.text, LONGEST_ANSWER)
    if not view.asked or view.asked[-1].answer not in {"", text}:
        raise NothingAsked
    if view.asked[-1].answer == text:
        return []
    return [ClinicAnswered(view.id, view.request.department, text, asked.at)]
