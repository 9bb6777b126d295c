"""What administrators choose and set up, what they see, and who may not say so."""

from datetime import timedelta

import pytest

from actors.admin_router import messages as router
from actors.admin_router.actor import ROOM
from actors.admin_router.messages import AnswerMinutes, Category, Deadlines, Group
from actors.admin_router.reactions import react
from actors.appointment import Stage, Urgency
from actors.caller import NOBODY, Caller, actor_caller
from actors.directory import messages as directory
from actors.doctor import messages as doctor
from actors.effects import Send
from actors.ids import AppointmentId, CategoryId, DoctorId, GroupId
from actors.refusal import NotAllowed, NotFound
from tests.rooms import (
    ACCOUNT,
    ADMIN,
    CATEGORY,
    DESK,
    GROUP,
    MONDAY,
    OPERATOR,
    Clinic,
    accept,
    as_doctor,
    as_patient,
    doctor_at,
    patient_at,
    ref,
    request,
    small_clinic,
    withdraw,
)
from tests.unit.router_support import claim, refusal, routed, seen

# --- what administrators choose ------------------------------------------------------------------


def test_an_administrator_asks_one_doctor_and_nobody_else_any_more() -> None:
    clinic, appointment = routed("ann", "bob")
    clinic.tell(DESK, router.RouteToDoctor(appointment, ref("bob")), ADMIN)
    clinic.settle()
    assert seen(clinic, appointment).asked == (ref("bob"),)
    offer = clinic.ask(doctor_at("ann"), doctor.GetOffer(appointment), as_doctor("ann"))
    assert offer.why is doctor.Closed.PULLED_BACK


def test_a_request_is_pulled_back_to_triage_once() -> None:
    clinic, appointment = routed("ann")
    clinic.tell(DESK, router.PullBack(appointment), OPERATOR)
    assert seen(clinic, appointment).stage is Stage.TRIAGE
    assert refusal(clinic, router.PullBack(appointment)).code == "not_out"


def choices(appointment: AppointmentId) -> list[router.Command]:
    return [
        router.RouteToDoctor(appointment, ref("ann")),
        router.RouteToGroup(appointment, GROUP),
        router.PullBack(appointment),
        router.DeclineForClinic(appointment, "No."),
    ]


def test_what_a_doctor_has_taken_cannot_be_routed() -> None:
    clinic, appointment = routed("ann")
    accept(clinic, "ann", appointment)
    clinic.settle()
    codes = {refusal(clinic, each).code for each in choices(appointment)[:-1]}
    assert codes == {"request_taken"}


def test_what_is_over_cannot_be_routed() -> None:
    clinic, appointment = routed("ann")
    clinic.tell(DESK, router.DeclineForClinic(appointment, "No."), ADMIN)
    codes = {refusal(clinic, each).code for each in choices(appointment)}
    assert codes == {"request_over"}
    unknown = {type(refusal(clinic, each)) for each in choices(AppointmentId("none"))}
    assert unknown == {NotFound}


def test_a_request_goes_only_to_a_group_with_somebody_in_it() -> None:
    clinic, appointment = routed("ann")
    clinic.tell(DESK, router.SetGroup(Group(GroupId("none"), "Nobody", ())), ADMIN)
    to_nobody = router.RouteToGroup(appointment, GroupId("none"))
    assert refusal(clinic, to_nobody).code == "empty_group"
    to_unknown = router.RouteToGroup(appointment, GroupId("unknown"))
    assert set(refusal(clinic, to_unknown).fields) == {"group"}


def test_declining_for_the_clinic_needs_a_reason() -> None:
    clinic, appointment = routed("ann")
    assert set(refusal(clinic, router.DeclineForClinic(appointment, " ")).fields) == {"reason"}


# --- setting up ----------------------------------------------------------------------------------


def test_a_department_is_opened_before_it_is_set_up() -> None:
    clinic = Clinic()
    category = router.SetCategory(Category(CATEGORY, "Heart", None))
    assert refusal(clinic, category).code == "department_not_open"
    with pytest.raises(NotFound):
        clinic.ask(DESK, router.GetDepartment(), ADMIN)


@pytest.mark.parametrize(
    ("command", "fields"),
    [
        (router.OpenDepartment(" "), {"name"}),
        (router.SetCategory(Category(CATEGORY, "", None)), {"name"}),
        (router.SetCategory(Category(CategoryId(""), "Heart", None)), {"id"}),
        (router.SetCategory(Category(CATEGORY, "Heart", GroupId("none"))), {"group"}),
        (router.SetGroup(Group(GROUP, "x" * 101, ())), {"name"}),
        (router.SetGroup(Group(GROUP, "Hearts", (ref("ann"), ref("ann")))), {"members"}),
        (
            router.SetDeadlines(Deadlines(soon=AnswerMinutes(0, 5, 99999))),
            {"soon.doctor", "soon.triage"},
        ),
    ],
)
def test_what_does_not_fit_is_refused_by_field(command: router.Command, fields: set[str]) -> None:
    assert set(refusal(small_clinic("ann"), command).fields) == fields


def test_saying_the_same_again_changes_nothing() -> None:
    clinic = small_clinic("ann")
    same: list[router.Command] = [
        router.OpenDepartment("Clinic"),
        router.SetCategory(Category(CATEGORY, "Heart", GROUP)),
        router.SetGroup(Group(GROUP, "Hearts", (ref("ann"),))),
        router.SetDeadlines(Deadlines()),
    ]
    assert not any(clinic.tell(DESK, each, ADMIN) for each in same)


def test_the_directory_hears_of_each_change_of_the_categories() -> None:
    clinic = small_clinic("ann")
    [changed] = clinic.tell(DESK, router.RemoveCategory(CATEGORY), ADMIN)
    [send] = react(changed, DESK)
    listed = directory.ListedDepartment(changed.department, "Clinic", ())
    assert send == Send(directory.ADDRESS, directory.NoteDepartment(listed))
    assert type(refusal(clinic, router.RemoveCategory(CATEGORY))) is NotFound


# --- views and callers ---------------------------------------------------------------------------


def test_the_board_has_each_request_in_its_part() -> None:
    clinic = small_clinic("ann")
    triage = request(clinic, category="unknown")
    out, confirmed, gone = request(clinic), request(clinic), request(clinic)
    clinic.settle()
    accept(clinic, "ann", confirmed)
    withdraw(clinic, "pat", gone)
    clinic.settle()
    board = clinic.ask(DESK, router.GetBoard(), ADMIN)
    parts = [board.triage, board.out, board.confirmed, board.closed]
    assert [[each.request.appointment for each in part] for part in parts] == [
        [triage],
        [out],
        [confirmed],
        [gone],
    ]


def test_the_board_has_the_most_pressing_request_first() -> None:
    clinic = small_clinic("ann")
    asked = {urgency: request(clinic, urgency=urgency) for urgency in Urgency}
    clinic.settle()
    board = clinic.ask(DESK, router.GetBoard(), ADMIN)
    urgent_first = [asked[each] for each in (Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE)]
    assert [each.request.appointment for each in board.out] == urgent_first


def test_only_the_last_fifty_closed_requests_are_kept() -> None:
    clinic = small_clinic("ann", patients=[f"p{n}" for n in range(60)])
    for number in range(60):
        withdraw(clinic, f"p{number}", request(clinic, f"p{number}"))
    clinic.settle()
    assert len(clinic.ask(DESK, router.GetBoard(), ADMIN).closed) == 50


def test_a_visit_that_is_long_over_is_forgotten() -> None:
    clinic, appointment = routed("ann")
    accept(clinic, "ann", appointment)
    clinic.settle()
    clinic.now += timedelta(days=9)
    request(clinic)
    clinic.settle()
    with pytest.raises(NotFound):
        seen(clinic, appointment)


@pytest.mark.parametrize("caller", [as_doctor("ann"), as_patient("pat"), NOBODY, ACCOUNT])
def test_a_department_is_seen_and_run_by_staff_alone(caller: Caller) -> None:
    clinic, appointment = routed("ann")
    for query in (router.GetBoard(), router.GetDepartment(), router.GetRequest(appointment)):
        with pytest.raises(NotAllowed):
            clinic.ask(DESK, query, caller)
        assert clinic.ask(DESK, query, OPERATOR)
    for command in (*choices(appointment), router.OpenDepartment("Mine")):
        assert type(refusal(clinic, command, caller)) is NotAllowed
    assert not ROOM.may_watch(clinic.state(DESK), caller)


@pytest.mark.parametrize(
    "caller", [ADMIN, as_doctor("ann"), as_patient("pat"), actor_caller(doctor_at("eve"))]
)
def test_nobody_answers_for_a_doctor_a_patient_or_a_timer(caller: Caller) -> None:
    clinic, appointment = routed("ann")
    ann, ask = DoctorId("ann"), clinic.state(DESK).open[appointment].request
    forged: list[router.Command] = [
        claim("ann", appointment),
        router.RecordDecline(appointment, 1, ann, "No."),
        router.RecordConfirmation(appointment, 1, ann, MONDAY, MONDAY, "UTC"),
        router.ReturnRequest(appointment, 1, ann),
        router.RouteRequest(ask),
        router.WithdrawRequest(appointment, ""),
        router.AnswerDue(appointment, 1),
        router.WindowsOver(appointment),
    ]
    assert {type(refusal(clinic, each, caller)) for each in forged} == {NotAllowed}


def test_a_request_that_is_sent_twice_is_routed_once() -> None:
    clinic, appointment = routed("ann")
    again = router.RouteRequest(clinic.state(DESK).open[appointment].request)
    assert not clinic.tell(DESK, again, actor_caller(patient_at("pat")))
