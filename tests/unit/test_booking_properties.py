"""Whatever people do and in whatever order it arrives: the clinic stays in agreement."""

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.address import Address
from actors.admin_router import messages as router
from actors.doctor import messages as doctor
from actors.patient import messages as patient
from tests.agreement import check_at_rest, check_closings
from tests.rooms import ADMIN, DESK, as_doctor, as_patient, doctor_at, patient_at, small_clinic
from tests.unit.booking_acts import ACTS, DOCTORS, PATIENTS, Act, play


@settings(max_examples=250, deadline=None)
@given(st.lists(ACTS, min_size=10, max_size=80))
def test_any_run_of_events_in_any_order_ends_in_agreement(acts: list[Act]) -> None:
    clinic = small_clinic(*DOCTORS, patients=PATIENTS)
    play(clinic, acts)
    clinic.settle()
    check_at_rest(clinic.states, clinic.alarm_times(), clinic.latest)
    check_closings(clinic.journals)
    clinic.check_journals()
    assert not clinic.refused


@settings(max_examples=100, deadline=None)
@given(st.lists(ACTS, min_size=10, max_size=60))
def test_every_view_can_be_read_at_any_time(acts: list[Act]) -> None:
    clinic = small_clinic(*DOCTORS, patients=PATIENTS)
    play(clinic, acts)
    board = clinic.ask(DESK, router.GetBoard(), ADMIN)
    assert len(board.triage) + len(board.out) <= len(clinic.state(DESK).open)
    for name in DOCTORS:
        inbox = clinic.ask(doctor_at(name), doctor.GetInbox(), as_doctor(name))
        assert all(offer.request is None for offer in inbox.recent)
        assert all(offer.request is not None for offer in (*inbox.open, *inbox.visits))
    for name in PATIENTS:
        at: Address = patient_at(name)
        seen = clinic.ask(at, patient.ListAppointments(), as_patient(name))
        assert all(item.request.patient.id == name for item in seen.items)


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, min_size=5, max_size=40))
def test_a_request_that_nobody_answers_still_has_an_owner_after_days(acts: list[Act]) -> None:
    clinic = small_clinic(*DOCTORS, patients=PATIENTS)
    play(clinic, acts)
    clinic.settle()
    clinic.wait(timedelta(days=3))
    check_at_rest(clinic.states, clinic.alarm_times(), clinic.latest)
    waiting = [each for each in clinic.state(DESK).open.values() if each.waits]
    assert all(each.answer_by > clinic.now for each in waiting)
