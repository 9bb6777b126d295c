"""Who else is told of a request: the thread of the group that it lies with, and the staff."""

from datetime import timedelta

from actors.admin_router import messages as router
from actors.appointment import Stage
from actors.conversation import messages as conversation
from actors.conversation.messages import VisitStep
from actors.directory import messages as directory
from actors.effects import Send
from actors.ids import AppointmentId, PatientId
from actors.notify.messages import Notice, Topic
from tests.rooms import ADMIN, DEPARTMENT, DESK, GROUP, Clinic, ref
from tests.unit.router_support import (
    all_effects,
    around,
    ask,
    by_doctor,
    by_patient,
    claim,
    desk,
    proposal,
    seen,
    wanted,
)

TEAM = conversation.address_of(conversation.with_team(PatientId("pat"), DEPARTMENT, GROUP))


def told(clinic: Clinic) -> list[Send]:
    """Return what the last event made the router tell threads and staff."""
    return [each for each in all_effects(clinic) if isinstance(each, Send) and around(each)]


def left(appointment: AppointmentId, step: VisitStep) -> Send:
    """Return that the group's thread is told that the request has left it."""
    return Send(TEAM, conversation.LeaveTeam(appointment, step))


def settled(appointment: AppointmentId) -> Send:
    """Return that the staff is told that it is dealt with."""
    return Send(directory.ADDRESS, directory.SettleStaff(Topic.TRIAGE, appointment))


def test_a_group_that_is_asked_gets_a_thread_with_the_patient() -> None:
    clinic = desk("ann", "bob")
    appointment = ask(clinic, wanted())
    patient = seen(clinic, appointment).request.patient
    opened = conversation.OpenTeam(appointment, patient, "Hearts", (ref("ann"), ref("bob")))
    assert told(clinic) == [Send(TEAM, opened)]


def test_the_thread_ends_when_a_doctor_has_confirmed_and_not_before() -> None:
    clinic = desk("ann", "bob")
    appointment = ask(clinic, wanted())
    answer = claim("ann", appointment)
    by_doctor(clinic, "ann", answer)
    assert told(clinic) == []
    sure = router.RecordConfirmation(appointment, 1, ref("ann").id, answer.start, answer.end, "UTC")
    by_doctor(clinic, "ann", sure)
    assert told(clinic) == [left(appointment, VisitStep.TAKEN)]


def test_the_thread_stays_while_the_patient_chooses_and_when_the_group_is_asked_again() -> None:
    clinic = desk("ann", "bob")
    appointment = ask(clinic, wanted())
    by_doctor(clinic, "ann", proposal("ann", appointment, 20, 30))
    assert told(clinic) == []
    clinic.wait(timedelta(hours=13))
    assert seen(clinic, appointment).stage is Stage.TRIAGE
    assert told(clinic)[0] == left(appointment, VisitStep.RETURNED)
    clinic.tell(DESK, router.RouteToGroup(appointment, GROUP), ADMIN)
    assert [each.to for each in told(clinic)] == [directory.ADDRESS, TEAM]


def test_whatever_ends_the_request_ends_the_thread() -> None:
    for end, step in (
        (router.DeclineForClinic(AppointmentId("a1"), "No."), VisitStep.DECLINED),
        (router.WithdrawRequest(AppointmentId("a1"), "No."), VisitStep.CANCELLED),
    ):
        clinic = desk("ann")
        appointment = ask(clinic, wanted())
        if isinstance(end, router.WithdrawRequest):
            by_patient(clinic, end)
        else:
            clinic.tell(DESK, end, ADMIN)
        assert told(clinic) == [left(appointment, step)]
        if step is VisitStep.DECLINED:
            by_patient(clinic, router.WithdrawRequest(appointment, "No."))
            assert told(clinic) == []


def test_what_lies_with_triage_alerts_the_staff_until_it_is_sent_on() -> None:
    clinic = desk("ann")
    appointment = ask(clinic, wanted(category="unknown"))
    notice = Notice(Topic.TRIAGE, appointment, until=seen(clinic, appointment).answer_by)
    assert told(clinic) == [Send(directory.ADDRESS, directory.AlertStaff(notice))]
    clinic.tell(DESK, router.RouteToDoctor(appointment, ref("ann")), ADMIN)
    assert told(clinic) == [settled(appointment)]
    clinic.tell(DESK, router.PullBack(appointment), ADMIN)
    assert [type(each.command) for each in told(clinic)] == [directory.AlertStaff]
    by_patient(clinic, router.WithdrawRequest(appointment, "Better."))
    assert told(clinic) == [settled(appointment)]
