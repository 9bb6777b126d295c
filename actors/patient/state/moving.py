"""How a patient gets another time for a visit that stands."""

from actors.appointment import Span, Status
from actors.asked import Asked
from actors.patient.messages import (
    AppointmentMoved,
    AppointmentView,
    EarlierSet,
    Event,
    MoveAppointment,
    MoveRequested,
    MoveWished,
    RecordMove,
    RecordMoveEnd,
    SetEarlier,
    WishMove,
)
from actors.patient.state.choosing import LONGEST_NOTE, still_there
from actors.patient.state.clocks import walls_of
from actors.patient.state.cutoff import changeable
from actors.patient.state.kept import Patient, Visit, is_taken, ref_of, visit_of
from actors.patient.state.refusals import (
    AppointmentOver,
    MoveUnderWay,
    OwnVisitThen,
    TimesNotShown,
    TooLateToChange,
)
from actors.patient.state.reminders import dropped, planned, wanted
from actors.patient.state.wishes import checked_instant, checked_windows
from actors.refusal import Invalid, optional_text
from actors.visit_type import Asking


def move(state: Patient, command: MoveAppointment, asked: Asked) -> list[Event]:
    """Return the wish for a shown time; the visit stays where it is until that is sure."""
    view = state.get(command.appointment)
    visit = _movable(state, view, asked)
    if view.request.visit.asking is Asking.REQUEST:
        raise TimesNotShown
    start = checked_instant("start", command.start, asked.at)
    doctor = command.doctor or visit.doctor
    if (doctor.id, start) == (visit.doctor.id, visit.start):
        raise Invalid(fields={"start": "The visit is at this time already."})
    if is_taken(state, Span(start, start + (visit.end - visit.start)), without=view.id):
        raise OwnVisitThen
    department, number = view.request.department, view.moves + 1
    return [MoveRequested(view.id, department, doctor, start, number, asked.at)]


def wish(state: Patient, command: WishMove, asked: Asked) -> list[Event]:
    """Return the wish that the doctor proposes other times; one at a time."""
    view = state.get(command.appointment)
    _movable(state, view, asked)
    if view.wished:
        raise MoveUnderWay
    windows = checked_windows(command.windows, asked.at)
    note = optional_text("note", command.note, LONGEST_NOTE)
    return [MoveWished(view.id, view.request.department, windows, note, asked.at)]


def _movable(state: Patient, view: AppointmentView, asked: Asked) -> Visit:
    visit = changeable(state, view, asked.at)
    if view.status is Status.WAITING:
        raise TooLateToChange("You have checked in already. Please call the clinic.")
    proposed = view.choices is not None and not view.choices.earlier
    if view.moving_to is not None or view.chosen is not None or proposed:
        raise MoveUnderWay
    return visit


def set_earlier(state: Patient, command: SetEarlier, asked: Asked) -> list[Event]:
    """Return whether the patient would come earlier, when that is news."""
    view = state.get(command.appointment)
    if view.status.final or (view.start is not None and view.start <= asked.at):
        raise AppointmentOver
    if view.earlier == command.wanted:
        return []
    return [EarlierSet(view.id, view.request.department, command.wanted, asked.at)]


def moved(state: Patient, view: AppointmentView, command: RecordMove, asked: Asked) -> list[Event]:
    """Return that the visit stands elsewhere, with reminders that fit its new time."""
    visit = visit_of(view)
    if visit is None:
        return []
    clinics = command.reminder_minutes
    reminders = planned(wanted(state.facts, clinics), command.start, asked.at)
    event = AppointmentMoved(
        appointment=view.id,
        doctor=command.doctor,
        start=command.start,
        end=command.end,
        doctor_zone=command.doctor_zone,
        cause=command.cause,
        number=command.number,
        walls=walls_of(command.start, command.doctor_zone, state.zone),
        reminders=reminders,
        dropped=dropped(view.reminders, reminders),
        sequence=view.sequence + 1,
        at=asked.at,
        clinic_minutes=clinics,
        patient_name=state.name,
        before=visit.doctor if visit.doctor.id != command.doctor.id else None,
        patient=ref_of(state),
        medium=view.request.visit.medium,
    )
    return [event]


def move_ended(view: AppointmentView, command: RecordMoveEnd, asked: Asked) -> list[Event]:
    """Return that the visit stays, if this is about a move that the patient knows of."""
    own = command.number > 0
    known = view.moving_to is not None and command.number == view.moves
    if not (known if own else view.choices is not None):
        return []
    return still_there(view, command.why, asked, command.number)
