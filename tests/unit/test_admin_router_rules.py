"""Where requests go, by when somebody answers, and who wins them."""

from datetime import timedelta

import pytest

from actors.admin_router import messages as router
from actors.admin_router.messages import AnswerMinutes, Category, Deadlines, Group
from actors.admin_router.reactions import react
from actors.appointment import Stage, Status, Urgency, Window
from actors.caller import actor_caller
from actors.doctor import messages as doctor
from actors.effects import Send
from actors.ids import AppointmentId
from tests.rooms import (
    ADMIN,
    CATEGORY,
    DESK,
    GROUP,
    MONDAY,
    accept,
    as_doctor,
    decline,
    doctor_at,
    ref,
    request,
    small_clinic,
    suspend,
    withdraw,
)
from tests.unit.router_support import claim, routed, seen

# --- where a request goes first --------------------------------------------------------------


def test_a_request_goes_to_the_group_of_its_category() -> None:
    view = seen(*routed("ann", "bob"))
    assert (view.stage, view.with_name, view.round) == (Stage.GROUP, "Hearts", 1)
    assert [each.id for each in view.asked] == ["ann", "bob"]
    assert view.answer_by == MONDAY + timedelta(days=1)


def test_an_unknown_category_goes_to_triage() -> None:
    view = seen(*routed("ann", category="unknown"))
    assert (view.stage, view.status, view.with_name) == (Stage.TRIAGE, Status.REQUESTED, "Clinic")


def test_a_category_without_a_group_goes_to_triage() -> None:
    clinic = small_clinic("ann")
    clinic.tell(DESK, router.SetCategory(Category(CATEGORY, "Heart", None)), ADMIN)
    appointment = request(clinic)
    clinic.settle()
    assert seen(clinic, appointment).stage is Stage.TRIAGE


def test_an_empty_group_leaves_the_request_to_triage() -> None:
    assert seen(*routed()).stage is Stage.TRIAGE


@pytest.mark.parametrize(
    ("urgency", "minutes"),
    [(Urgency.ROUTINE, 24 * 60), (Urgency.SOON, 4 * 60), (Urgency.URGENT, 15)],
)
def test_the_deadline_follows_the_urgency(urgency: Urgency, minutes: int) -> None:
    clinic = small_clinic("ann")
    appointment = request(clinic, urgency=urgency)
    clinic.settle()
    assert seen(clinic, appointment).answer_by == MONDAY + timedelta(minutes=minutes)


def test_an_answer_is_due_before_the_last_asked_for_time_is_over() -> None:
    clinic = small_clinic("ann")
    window = Window(MONDAY, MONDAY + timedelta(hours=3))
    appointment = request(clinic, windows=(window,))
    clinic.settle()
    assert seen(clinic, appointment).answer_by == window.end


# --- climbing ----------------------------------------------------------------------------------


def test_what_nobody_answers_climbs_to_triage_and_is_counted_there() -> None:
    clinic, appointment = routed("ann", "bob", category="unknown")
    clinic.tell(DESK, router.RouteToDoctor(appointment, ref("ann")), ADMIN)
    clinic.settle()
    stages = []
    for _ in range(4):
        view = seen(clinic, appointment)
        stages.append((view.stage, view.overdue))
        clinic.wait(timedelta(days=1))
    assert stages == [
        (Stage.DOCTOR, 0),
        (Stage.TRIAGE, 0),
        (Stage.TRIAGE, 1),
        (Stage.TRIAGE, 2),
    ]


def test_a_doctor_who_does_not_answer_leaves_it_to_the_categorys_group() -> None:
    clinic = small_clinic("ann", "bob")
    clinic.tell(DESK, router.SetGroup(Group(GROUP, "Hearts", ())), ADMIN)
    appointment = request(clinic)
    clinic.settle()
    members = (ref("ann"), ref("bob"))
    clinic.tell(DESK, router.SetGroup(Group(GROUP, "Hearts", members)), ADMIN)
    clinic.tell(DESK, router.RouteToDoctor(appointment, ref("ann")), ADMIN)
    clinic.wait(timedelta(days=1))
    view = seen(clinic, appointment)
    assert (view.stage, view.asked) == (Stage.GROUP, members)


def test_a_group_that_had_the_request_is_not_asked_again_by_itself() -> None:
    clinic, appointment = routed("ann", "bob")
    clinic.tell(DESK, router.RouteToDoctor(appointment, ref("ann")), ADMIN)
    clinic.wait(timedelta(days=1))
    assert seen(clinic, appointment).stage is Stage.TRIAGE


def test_an_old_alarm_changes_nothing() -> None:
    clinic, appointment = routed("ann")
    clinic.tell(DESK, router.PullBack(appointment), ADMIN)
    assert not clinic.tell(DESK, router.AnswerDue(appointment, 1), actor_caller(DESK))
    unknown = AppointmentId("none")
    assert not clinic.tell(DESK, router.WindowsOver(unknown), actor_caller(DESK))


def test_changed_deadlines_hold_for_what_is_routed_from_then_on() -> None:
    clinic, appointment = routed("ann")
    hour = AnswerMinutes(60, 60, 60)
    clinic.tell(DESK, router.SetDeadlines(Deadlines(routine=hour)), ADMIN)
    later = request(clinic)
    clinic.settle()
    assert seen(clinic, appointment).answer_by == MONDAY + timedelta(days=1)
    assert seen(clinic, later).answer_by == MONDAY + timedelta(hours=1)


# --- answers -----------------------------------------------------------------------------------


def test_one_who_declines_leaves_it_to_the_others_of_the_group() -> None:
    clinic, appointment = routed("ann", "bob")
    decline(clinic, "ann", appointment)
    clinic.settle()
    view = seen(clinic, appointment)
    assert [each.id for each in view.asked] == ["bob"]
    assert [(each.doctor, each.reason) for each in view.declined] == [(ref("ann"), "Not my field.")]


def test_when_all_have_declined_triage_has_it() -> None:
    clinic, appointment = routed("ann", "bob")
    decline(clinic, "ann", appointment)
    decline(clinic, "bob", appointment)
    clinic.settle()
    view = seen(clinic, appointment)
    assert (view.stage, view.round, view.asked) == (Stage.TRIAGE, 2, ())


def test_the_first_claim_wins_and_is_repeated_in_vain() -> None:
    clinic, appointment = routed("ann", "bob")
    accept(clinic, "ann", appointment)
    clinic.settle()
    view = seen(clinic, appointment)
    assert (view.status, view.doctor) == (Status.CONFIRMED, ref("ann"))
    again = claim("ann", appointment)
    assert not clinic.tell(DESK, again, actor_caller(doctor_at("ann")))
    [denied] = clinic.tell(DESK, claim("bob", appointment), actor_caller(doctor_at("bob")))
    assert (denied.why, denied.by_name) == ("taken", "Dr ann")


def test_a_claim_of_a_time_that_has_passed_counts_as_declined() -> None:
    clinic, appointment = routed("ann")
    events = clinic.tell(DESK, claim("ann", appointment, -1), actor_caller(doctor_at("ann")))
    assert [type(each).__name__ for each in events] == [
        "ClaimDenied",
        "OfferDeclined",
        "RequestRouted",
    ]


def test_a_claim_of_something_unknown_is_denied_so_that_the_hold_ends() -> None:
    clinic = small_clinic("ann")
    unknown = claim("ann", AppointmentId("none"))
    [denied] = clinic.tell(DESK, unknown, actor_caller(doctor_at("ann")))
    [close] = react(denied, DESK)
    expected = doctor.CloseOffer(AppointmentId("none"), 1, doctor.Closed.TOO_LATE)
    assert close == Send(doctor_at("ann"), expected)


def test_a_confirmed_visit_that_is_given_back_lies_in_triage() -> None:
    clinic, appointment = routed("ann", "bob")
    accept(clinic, "ann", appointment)
    clinic.settle()
    suspend(clinic, "ann")
    clinic.settle()
    view = seen(clinic, appointment)
    assert (view.stage, view.doctor, view.start) == (Stage.TRIAGE, None, None)
    assert view.answer_by == MONDAY + timedelta(days=1)


def test_a_withdrawn_request_is_closed_for_all_who_were_asked() -> None:
    clinic, appointment = routed("ann", "bob")
    withdraw(clinic, "pat", appointment)
    clinic.settle()
    assert seen(clinic, appointment).status is Status.CANCELLED
    for name in ("ann", "bob"):
        offer = clinic.ask(doctor_at(name), doctor.GetOffer(appointment), as_doctor(name))
        assert offer.why is doctor.Closed.WITHDRAWN
    assert not clinic.alarms
