"""How a patient asks to be seen, and how often."""

from datetime import UTC, timedelta

from actors.appointment import DoctorRef, PatientRef, Picked, Request, Span, Status, Window
from actors.asked import Asked
from actors.ids import AppointmentId, QuestionId
from actors.intake import Answer
from actors.patient.messages import AppointmentRequested, AppointmentView, Event, RequestAppointment
from actors.patient.state.kept import Patient, is_taken
from actors.patient.state.refusals import OwnVisitThen, TooManyRequests, TooManyToday
from actors.patient.state.wishes import checked_instant, checked_windows, is_time
from actors.refusal import Invalid, required_text
from actors.visit_type import Asking, VisitType
from actors.zones import ZONES

MOST_OPEN_REQUESTS = 10
MOST_ANSWERS = 30
LONGEST_REASON = 2000
LONGEST_NAME = 200
LONGEST_QUESTION = 300
LONGEST_ANSWER = 1000
INSTANT = timedelta(seconds=1)
LONGEST_VISIT = timedelta(hours=8)
"""The longest that any visit may be."""


def request(state: Patient, command: RequestAppointment, asked: Asked) -> list[Event]:
    """Return the request, or refuse one that does not fit or is one too many."""
    appointment = AppointmentId(asked.new_id("appointment"))
    request = Request(
        appointment=appointment,
        department=command.department,
        patient=_as_others_call(state),
        category=command.category,
        category_name=required_text("category", command.category_name, LONGEST_NAME),
        reason=required_text("reason", command.reason, LONGEST_REASON),
        urgency=command.urgency,
        windows=_windows(command, asked),
        requested_at=asked.at,
        visit=command.visit,
        answers=_answers(command.answers),
        picked=_picked(command, asked),
        preferred=_seen_before(state, command) if command.same_doctor else None,
        earlier=command.earlier,
    )
    required_text("department", command.department, LONGEST_NAME)
    required_text("category", command.category, LONGEST_NAME)
    _check_limits(state, command, asked)
    if request.picked and is_taken(state, _shortest(command, request)):
        raise OwnVisitThen
    return [AppointmentRequested(appointment, request, asked.at)]


def _as_others_call(state: Patient) -> PatientRef:
    return PatientRef(state.id, state.name, state.zone, state.facts.language, state.facts.born_on)


def _check_limits(state: Patient, command: RequestAppointment, asked: Asked) -> None:
    if sum(each.status.open for each in state.appointments.values()) >= MOST_OPEN_REQUESTS:
        raise TooManyRequests
    if _asked_today(state, command, asked) >= command.visit.most_per_day:
        raise TooManyToday


def _asked_today(state: Patient, command: RequestAppointment, asked: Asked) -> int:
    """Return how often this kind of visit was asked for on this day of the patient's calendar."""
    zone = ZONES[state.zone]
    today = asked.at.astimezone(zone).date()
    own = [each.request for each in state.appointments.values() if each.request.series is None]
    return sum(
        each.visit.id == command.visit.id and each.requested_at.astimezone(zone).date() == today
        for each in own
    )


def _picked(command: RequestAppointment, asked: Asked) -> Picked | None:
    if command.picked is None:
        return None
    if command.visit.asking is Asking.REQUEST:
        raise Invalid(fields={"picked": "For this kind of visit no times are shown."})
    start = checked_instant("picked", command.picked.start, asked.at)
    return Picked(command.picked.doctor, start)


def _windows(command: RequestAppointment, asked: Asked) -> tuple[Window, ...]:
    """Return when the patient could come: a picked time is the only window."""
    picked = _picked(command, asked)
    if picked is None:
        return checked_windows(command.windows, asked.at)
    match command.windows:
        case ():
            return (Window(picked.start, picked.start + _longest(command.visit)),)
        case (window,) if is_time(window, picked.start, LONGEST_VISIT):
            return (Window(picked.start, window.end.astimezone(UTC)),)
        case _:
            raise Invalid(fields={"windows": "A picked time is the only time that is asked for."})


def _shortest(command: RequestAppointment, request: Request) -> Span:
    """Return the picked time, as far as it is known how long it takes."""
    [window] = request.windows
    known = command.windows or command.visit.minutes is not None
    return Span(window.start, window.end if known else window.start + INSTANT)


def _longest(visit: VisitType) -> timedelta:
    """Return how long *visit* takes at most: its length may be the doctor's own."""
    return LONGEST_VISIT if visit.minutes is None else timedelta(minutes=visit.minutes)


def _answers(answers: tuple[Answer, ...]) -> tuple[Answer, ...]:
    if len(answers) > MOST_ANSWERS:
        raise Invalid(fields={"answers": f"At most {MOST_ANSWERS} answers, please."})
    trouble: dict[str, str] = {}
    for answer in answers:
        if len(answer.value) > LONGEST_ANSWER or len(answer.text) > LONGEST_QUESTION:
            trouble[_field(answer.question)] = f"At most {LONGEST_ANSWER} characters, please."
    if trouble:
        raise Invalid(fields=trouble)
    return answers


def _field(question: QuestionId) -> str:
    return f"answers.{question[:LONGEST_NAME]}"


def _seen_before(state: Patient, command: RequestAppointment) -> DoctorRef | None:
    """Return the doctor of the last visit for this category that stood or took place."""
    doctors = (
        each.doctor
        for each in reversed(state.appointments.values())
        if _is_for(each, command) and (each.status.stands or each.status is Status.FULFILLED)
    )
    return next((doctor for doctor in doctors if doctor is not None), None)


def _is_for(view: AppointmentView, command: RequestAppointment) -> bool:
    asked_for = (view.request.department, view.request.category)
    return asked_for == (command.department, command.category)
