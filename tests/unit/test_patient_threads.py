"""Each step of a visit becomes a line in the thread with its doctor."""

from datetime import timedelta
from typing import Any

from actors.appointment import Stage, Status
from actors.conversation import messages as conversation
from actors.conversation.messages import RecordVisit, VisitStep
from actors.ids import AppointmentId, DoctorId, PatientId
from actors.patient import messages as patient
from tests.unit.patient_support import ANN, BOB, CLINICS, DESK, HOUR, NOON, PAT, WISH, Person

START = NOON + 24 * HOUR
END = START + timedelta(minutes=20)


def thread(name: str) -> Any:  # noqa: ANN401  an address
    """Return the address of the thread with the doctor *name*."""
    return conversation.address_of(conversation.between(PatientId("pat"), DoctorId(name)))


def told(person: Person) -> list[tuple[str, RecordVisit]]:
    """Return what threads were told since the last time: the doctor's name and the step."""
    names = {thread("ann"): "ann", thread("bob"): "bob"}
    found = [(names[to], each) for to, each in person.sent if to.kind == conversation.KIND]
    person.sent.clear()
    return found


def confirmed() -> tuple[Person, AppointmentId]:
    """Return a patient with a visit tomorrow, and the visit."""
    person = Person()
    [requested] = person.tell(WISH, PAT)
    visit = requested.appointment
    person.tell(patient.ConfirmAppointment(visit, ANN, START, END, "UTC", CLINICS), DESK)
    return person, visit


def test_a_confirmed_visit_opens_the_thread_with_the_patients_name() -> None:
    person, visit = confirmed()
    step = RecordVisit(visit, VisitStep.CONFIRMED, ANN, "Pat", START, END)
    assert told(person) == [("ann", step)]


def test_a_move_stays_in_the_thread_and_another_doctor_has_a_thread_of_their_own() -> None:
    person, visit = confirmed()
    told(person)
    for number, doctor in enumerate((ANN, BOB)):
        start = START + number * HOUR + HOUR
        moved = patient.RecordMove(
            appointment=visit,
            doctor=doctor,
            start=start,
            end=start + timedelta(minutes=20),
            doctor_zone="UTC",
            cause="reassigned",
            number=0,
            reminder_minutes=CLINICS,
        )
        person.tell(moved, DESK)
    steps = [(name, step.step, step.patient_name) for name, step in told(person)]
    assert steps == [
        ("ann", VisitStep.MOVED, "Pat"),
        ("ann", VisitStep.REASSIGNED, ""),
        ("bob", VisitStep.CONFIRMED, "Pat"),
    ]


def test_the_day_and_every_end_are_told() -> None:
    for status, step in (
        (Status.IN_CALL, VisitStep.STARTED),
        (Status.FULFILLED, VisitStep.FULFILLED),
        (Status.NOSHOW, VisitStep.NOSHOW),
    ):
        person, visit = confirmed()
        told(person)
        person.tell(patient.RecordProgress(visit, status), DESK)
        assert told(person) == [("ann", RecordVisit(visit, step, ANN, "Pat", START))]


def test_what_is_cancelled_declined_or_given_back_is_told_once_it_had_a_doctor() -> None:
    for command, caller, step in (
        (patient.WithdrawRequest, PAT, VisitStep.CANCELLED),
        (patient.DeclineAppointment, DESK, VisitStep.DECLINED),
    ):
        person, visit = confirmed()
        told(person)
        person.tell(command(visit, "Sorry."), caller)
        assert [(name, each.step) for name, each in told(person)] == [("ann", step)]
    person, visit = confirmed()
    told(person)
    again = patient.RecordRouting(visit, Stage.TRIAGE, "", NOON + HOUR, "away")
    person.tell(again, DESK)
    assert [(name, each.step) for name, each in told(person)] == [("ann", VisitStep.RETURNED)]


def test_a_request_without_a_doctor_has_no_thread() -> None:
    person = Person()
    [requested] = person.tell(WISH, PAT)
    person.tell(patient.DeclineAppointment(requested.appointment, "Sorry."), DESK)
    assert told(person) == []
