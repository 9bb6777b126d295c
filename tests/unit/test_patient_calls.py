"""The call session of a visit hears that it stands, that it is over, and that the patient came."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from actors.appointment import DoctorRef, PatientRef, Stage, Status
from actors.call_session import messages as call_session
from actors.conversation.messages import between
from actors.ids import AppointmentId, PatientId
from actors.patient import messages as patient
from actors.visit_type import Medium
from tests.unit.patient_support import ANN, BOB, CLINICS, DESK, HOUR, NOON, PAT, VISIT, WISH, Person

START = NOON + 24 * HOUR
END = START + timedelta(minutes=20)
BY_PHONE = replace(WISH, visit=replace(VISIT, medium=Medium.AUDIO))


def told(person: Person) -> list[Any]:
    """Return what call sessions were told since the last time, each the one of its visit."""
    found = [(to, each) for to, each in person.sent if to.kind == call_session.KIND]
    for to, each in found:
        assert to == call_session.address_of(call_session.of_visit(each.appointment))
    person.sent.clear()
    return [each for _, each in found]


def confirmed(
    wish: patient.RequestAppointment = WISH,
) -> tuple[Person, AppointmentId]:
    """Return a patient with a visit tomorrow, and the visit."""
    person = Person()
    person.does(patient.ChangeProfile("Pat", "Europe/Paris", patient.Facts(language="fr")))
    visit = person.asks(wish)
    assert told(person) == []
    person.hears(patient.ConfirmAppointment(visit, ANN, START, END, "UTC", CLINICS))
    return person, visit


def standing(visit: AppointmentId, doctor: DoctorRef, medium: Medium) -> call_session.SetVisit:
    return call_session.SetVisit(
        appointment=visit,
        conversation=between(PatientId("pat"), doctor.id),
        patient=PatientRef(PatientId("pat"), "Pat", "Europe/Paris", "fr"),
        doctor=doctor,
        start=START,
        end=END,
        medium=medium,
    )


@pytest.mark.parametrize(("wish", "medium"), [(WISH, Medium.VIDEO), (BY_PHONE, Medium.AUDIO)])
def test_a_confirmed_visit_opens_its_session(
    wish: patient.RequestAppointment, medium: Medium
) -> None:
    person, visit = confirmed(wish)
    assert told(person) == [standing(visit, ANN, medium)]


def test_a_moved_visit_is_told_with_its_new_time_and_doctor() -> None:
    person, visit = confirmed()
    told(person)
    moved = patient.RecordMove(visit, BOB, START + HOUR, END + HOUR, "UTC", "reassigned")
    person.hears(moved)
    at_bobs = standing(visit, BOB, Medium.VIDEO)
    assert told(person) == [replace(at_bobs, start=START + HOUR, end=END + HOUR)]


def test_who_checks_in_has_arrived() -> None:
    person, visit = confirmed()
    told(person)
    person.now = START - timedelta(minutes=10)
    person.does(patient.CheckIn(visit))
    assert told(person) == [call_session.RecordArrival(visit, person.now)]


@pytest.mark.parametrize("status", [Status.FULFILLED, Status.NOSHOW])
def test_a_visit_that_is_over_ends_its_session(status: Status) -> None:
    person, visit = confirmed()
    told(person)
    person.hears(patient.RecordProgress(visit, Status.IN_CALL))
    assert told(person) == []
    person.hears(patient.RecordProgress(visit, status))
    assert told(person) == [call_session.EndVisit(visit, status.value)]


@pytest.mark.parametrize(
    ("command", "outcome"),
    [
        (patient.WithdrawRequest, "cancelled"),
        (patient.DeclineAppointment, "declined"),
    ],
)
def test_a_visit_that_is_called_off_ends_its_session(command: Any, outcome: str) -> None:  # noqa: ANN401  a kind of command
    caller = PAT if command is patient.WithdrawRequest else DESK
    person, visit = confirmed()
    told(person)
    person.tell(command(visit, "Sorry."), caller)
    assert told(person) == [call_session.EndVisit(visit, outcome)]
    person = Person()
    person.tell(command(person.asks(), "Sorry."), caller)
    assert told(person) == []


def test_a_visit_that_looks_for_a_doctor_again_ends_its_session_and_may_open_it_again() -> None:
    person, visit = confirmed()
    told(person)
    person.hears(patient.RecordRouting(visit, Stage.TRIAGE, "", NOON + HOUR, "away"))
    assert told(person) == [call_session.EndVisit(visit, "routed")]
    person.hears(patient.ConfirmAppointment(visit, BOB, START, END, "UTC", CLINICS))
    assert told(person) == [standing(visit, BOB, Medium.VIDEO)]


def test_a_visit_whose_time_passed_before_it_was_found_again_is_ended_once() -> None:
    person, visit = confirmed()
    told(person)
    person.hears(patient.ExpireAppointment(visit))
    assert told(person) == [call_session.EndVisit(visit, "routed")]
