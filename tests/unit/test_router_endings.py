"""The clinic cancels a visit that stands: everybody is told, and nothing of it is left."""

from datetime import timedelta

import pytest

from actors.admin_router import messages as router
from actors.admin_router.messages import HopKind, MoveCause, MoveEnded, MoveStarted, RequestDeclined
from actors.appointment import Status
from actors.caller import By, Role
from actors.doctor import messages as doctor
from actors.ids import AppointmentId, DoctorId
from actors.patient import messages as patient
from actors.refusal import NotAllowed, Refusal
from tests.rooms import ADMIN, OPERATOR, as_doctor, as_patient, doctor_at, patient_at
from tests.unit.desk_support import Desk, claim, confirm, move, propose, routed, visit

PAT = patient_at("pat")
ANN, BOB = doctor_at("ann"), doctor_at("bob")
HOUR = timedelta(hours=1)
CLOSED = "We are closed."


def cancelling(appointment: AppointmentId, reason: str = CLOSED) -> router.DeclineForClinic:
    return router.DeclineForClinic(appointment, reason)


def refused(desk: Desk, command: router.DeclineForClinic) -> Refusal:
    """Return why an administrator may not do that."""
    with pytest.raises(Refusal) as caught:
        desk.tell(command, ADMIN)
    return caught.value


def test_the_clinic_cancels_a_visit_in_one_step() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    start = desk.now + 24 * HOUR
    [ended] = desk.tell(cancelling(appointment), ADMIN)
    assert (ended.winner, ended.reason, ended.moving) == (DoctorId("ann"), CLOSED, None)
    assert desk.found(appointment).status is Status.DECLINED
    assert desk.told(ANN, doctor.CancelVisit) == [
        doctor.CancelVisit(appointment, CLOSED, by_clinic=True)
    ]
    assert desk.told(PAT, patient.DeclineAppointment) == [
        patient.DeclineAppointment(appointment, CLOSED)
    ]
    hop = desk.found(appointment).timeline[-1]
    assert (hop.kind, hop.why, hop.start) == (HopKind.DECLINED, CLOSED, start)
    assert hop.by == By(Role.ADMIN, ADMIN.user)
    desk.check_replay()


def test_a_patient_who_waits_can_still_be_told_that_it_does_not_take_place() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    desk.now += 24 * HOUR + timedelta(minutes=5)
    desk.by_patient("pat", router.RecordCheckIn(appointment, desk.now))
    assert desk.found(appointment).status is Status.WAITING
    desk.tell(cancelling(appointment), OPERATOR)
    assert desk.found(appointment).status is Status.DECLINED


def test_a_visit_that_has_begun_or_is_over_cannot_be_cancelled() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    number = desk.found(appointment).round
    late = desk.now + 24 * HOUR + timedelta(minutes=20)
    before, desk.now = desk.now, late
    assert refused(desk, cancelling(appointment)).code == "visit_begun"
    desk.now = before + 24 * HOUR
    for status, code in ((Status.IN_CALL, "visit_begun"), (Status.FULFILLED, "request_over")):
        went_on = router.RecordProgress(appointment, number, DoctorId("ann"), status)
        desk.by_doctor("ann", went_on)
        assert refused(desk, cancelling(appointment)).code == code


def test_a_claim_that_is_not_sure_yet_cannot_be_cancelled() -> None:
    desk = Desk()
    appointment = routed(desk, "pat")
    claim(desk, appointment, "ann", 1, desk.now + 24 * HOUR)
    assert refused(desk, cancelling(appointment)).code == "request_taken"


def test_only_staff_cancel_a_visit_and_say_why() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    assert set(refused(desk, cancelling(appointment, " ")).fields) == {"reason"}
    for caller in (as_doctor("ann"), as_patient("pat")):
        with pytest.raises(NotAllowed):
            desk.tell(cancelling(appointment), caller)


@pytest.mark.parametrize("granted", [False, True])
def test_the_doctor_to_whom_it_was_moving_lets_go_as_well(granted: bool) -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    [started] = move(desk, "pat", "bob", 30)
    if granted:
        claim(desk, appointment, "bob", started.round, started.start)
    events = desk.tell(cancelling(appointment), ADMIN)
    assert [type(each) for each in events] == [MoveEnded, RequestDeclined]
    assert (events[1].winner, events[1].moving) == (DoctorId("ann"), DoctorId("bob"))
    assert events[1].moving_round == started.round
    everything = doctor.CancelVisit(appointment, CLOSED, by_clinic=True)
    assert everything in desk.told(ANN, doctor.CancelVisit)
    assert everything in desk.told(BOB, doctor.CancelVisit)
    assert f"move:{appointment}" not in desk.alarms
    assert not confirm(desk, appointment, "bob", started.round, started.start)
    desk.check_replay()


def test_times_that_were_offered_for_a_visit_are_not_offered_any_more() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    number = desk.found(appointment).round
    propose(desk, appointment, "ann", number, [desk.now + 30 * HOUR])
    desk.tell(cancelling(appointment), ADMIN)
    choice = router.RecordChoice(appointment, number, desk.now + 30 * HOUR)
    assert not desk.by_patient("pat", choice)
    [told] = desk.told(PAT, patient.CloseChoices)
    assert told.round == number


def test_the_time_goes_to_who_would_come_earlier() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    later = visit(desk, "lea", "ann", 48, earlier=True)
    [_, started] = desk.tell(cancelling(appointment), ADMIN)
    assert isinstance(started, MoveStarted)
    assert (started.appointment, started.cause) == (later, MoveCause.EARLIER)
    assert started.start == desk.now + 24 * HOUR


def test_a_freed_time_that_is_just_being_booked_goes_on_when_the_request_is_declined() -> None:
    desk = Desk()
    first = visit(desk, "pat")
    waiting = [routed(desk, name) for name in ("una", "wim")]
    for each in waiting:
        desk.tell(router.PullBack(each), ADMIN)
    [_, booked] = desk.tell(cancelling(first), ADMIN)
    assert (booked.appointment, booked.why) == (waiting[0], "freed")
    [_, passed_on] = desk.tell(cancelling(waiting[0]), ADMIN)
    assert (passed_on.appointment, passed_on.book) == (waiting[1], booked.book)


def test_a_withdrawal_that_crossed_it_has_the_last_word() -> None:
    desk = Desk()
    appointment = visit(desk, "pat")
    desk.tell(cancelling(appointment), ADMIN)
    [withdrawn] = desk.by_patient("pat", router.WithdrawRequest(appointment, "Well again."))
    assert withdrawn.winner is None
    assert desk.found(appointment).status is Status.CANCELLED
