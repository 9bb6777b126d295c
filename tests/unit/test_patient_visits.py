"""The day of a visit: checking in, how far it came, and how it ended."""

import pytest

from actors.admin_router import messages as router
from actors.appointment import Status
from actors.notify.messages import Topic
from actors.patient import messages as patient
from actors.patient.messages import Step
from tests.unit.patient_support import DAY, HOUR, MINUTE, NOON, Person, moved

START, END = NOON + DAY, NOON + DAY + 20 * MINUTE


def test_who_is_there_checks_in_from_half_an_hour_before() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    checking_in = patient.CheckIn(appointment)
    pat.now = START - 31 * MINUTE
    assert pat.refused(checking_in).code == "too_early"
    pat.now = START - 30 * MINUTE
    pat.does(checking_in)
    assert not pat.does(checking_in)
    view = pat.view(appointment)
    assert (view.status, view.arrived_at) == (Status.WAITING, pat.now)
    assert pat.told_department()[-1] == router.RecordCheckIn(appointment, pat.now)
    pat.check()


def test_there_is_no_checking_in_without_a_visit_or_after_it() -> None:
    pat = Person()
    request, appointment = pat.asks(), pat.has_visit(START)
    assert pat.refused(patient.CheckIn(request)).code == "not_confirmed"
    pat.now = END
    assert pat.refused(patient.CheckIn(appointment)).code == "appointment_over"
    pat.does(patient.WithdrawRequest(request))
    assert pat.refused(patient.CheckIn(request)).code == "appointment_over"


def test_a_visit_goes_on_and_never_back() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    pat.now = START
    pat.does(patient.CheckIn(appointment))
    assert not pat.hears(patient.RecordProgress(appointment, Status.CONFIRMED))
    assert not pat.hears(patient.RecordProgress(appointment, Status.WAITING))
    for status in (Status.IN_CALL, Status.FULFILLED):
        pat.hears(patient.RecordProgress(appointment, status))
        assert pat.view(appointment).status is status
    assert not pat.hears(patient.RecordProgress(appointment, Status.NOSHOW))
    assert pat.bell()[1:] == []
    assert pat.refused(patient.WithdrawRequest(appointment)).code == "appointment_over"


def test_who_did_not_come_is_told() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    pat.now = END
    pat.hears(patient.RecordProgress(appointment, Status.NOSHOW))
    letter = pat.letters()[-1]
    assert (letter.topic, letter.start, letter.with_name) == (Topic.NOSHOW, START, "Dr Ann")
    pat.check()


def test_a_request_without_a_time_makes_no_progress() -> None:
    pat = Person()
    appointment = pat.asks()
    assert not pat.hears(patient.RecordProgress(appointment, Status.FULFILLED))
    assert not pat.hears(moved(appointment, START))


def test_the_clinic_may_say_that_the_patient_is_there() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    pat.hears(patient.RecordProgress(appointment, Status.WAITING))
    assert pat.view(appointment).arrived_at == pat.now
    assert len(pat.alarms) == 3 - 1
    assert pat.bell() == [Step.CONFIRMED]
    pat.check()


@pytest.mark.parametrize(("minutes", "status"), [(25, Status.WAITING), (10 * 60, Status.CONFIRMED)])
def test_who_is_there_is_there_for_a_time_that_is_near(minutes: int, status: Status) -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    pat.now = START - 20 * MINUTE
    pat.does(patient.CheckIn(appointment))
    pat.hears(moved(appointment, pat.now + minutes * MINUTE, cause=router.MoveCause.REASSIGNED))
    view = pat.view(appointment)
    assert view.status is status
    assert (view.arrived_at is None) == (status is Status.CONFIRMED)


def test_a_check_in_is_too_early_by_the_new_time() -> None:
    pat = Person()
    appointment = pat.has_visit(START)
    pat.hears(moved(appointment, START + 2 * HOUR))
    pat.now = START
    assert pat.refused(patient.CheckIn(appointment)).code == "too_early"
