"""What a patient may do, and what they see of it."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from msgspec.structs import replace

from actors.admin_router import messages as router
from actors.appointment import Stage, Status, Window
from actors.caller import NOBODY, Caller, actor_caller
from actors.ids import AppointmentId, CategoryId
from actors.patient import messages as patient
from actors.patient.actor import ROOM
from actors.patient.messages import Step
from actors.refusal import NotAllowed, NotFound, Refusal
from tests.rooms import (
    ACCOUNT,
    ADMIN,
    CATEGORY,
    DEPARTMENT,
    DESK,
    MONDAY,
    OPERATOR,
    Clinic,
    accept,
    as_doctor,
    as_patient,
    decline,
    patient_at,
    ref,
    request,
    small_clinic,
    suspend,
    withdraw,
)

PAT = patient_at("pat")
HOUR = timedelta(hours=1)
WISH = patient.RequestAppointment(DEPARTMENT, CATEGORY, "Heart", "My heart beats fast.")


def refusal(clinic: Clinic, command: patient.Command, caller: Caller | None = None) -> Refusal:
    """Return why Pat's actor refuses *command*."""
    with pytest.raises(Refusal) as caught:
        clinic.tell(PAT, command, caller or as_patient("pat"))
    return caught.value


def seen(clinic: Clinic, appointment: AppointmentId) -> patient.AppointmentView:
    view = clinic.ask(PAT, patient.GetAppointment(appointment), as_patient("pat"))
    assert isinstance(view, patient.AppointmentView)
    return view


def test_a_request_carries_who_asks_and_in_which_zone() -> None:
    clinic = small_clinic("ann")
    view = seen(clinic, request(clinic))
    assert view.status is Status.REQUESTED
    assert view.request.patient.name == "Pat"
    assert view.request.patient.zone == "Europe/Paris"


def test_a_repeated_command_asks_for_the_same_appointment() -> None:
    clinic = small_clinic("ann")
    assert request(clinic.copy()) == request(clinic.copy())


def test_the_reason_is_kept_without_the_space_around_it() -> None:
    clinic = small_clinic()
    [requested] = clinic.tell(PAT, replace(WISH, reason="  It hurts.\n"), as_patient("pat"))
    assert requested.request.reason == "It hurts."


@pytest.mark.parametrize("reason", ["", " \n ", "x" * 2001, "a\x00b"])
def test_a_reason_has_one_to_two_thousand_plain_characters(reason: str) -> None:
    said = refusal(small_clinic(), replace(WISH, reason=reason))
    assert (said.code, set(said.fields)) == ("invalid", {"reason"})


def window(start: float, end: float) -> Window:
    return Window(MONDAY + start * HOUR, MONDAY + end * HOUR)


@pytest.mark.parametrize(
    "windows",
    [
        (window(2, 1),),
        (window(1, 1),),
        (window(1, 1.1),),
        (window(-3, -1),),
        (window(24 * 366, 24 * 366 + 2),),
        (window(1, 3), window(2, 4)),
        (window(1, 2), window(3, 4), window(5, 6), window(7, 8)),
        (Window(datetime(2026, 3, 3, 9), datetime(2026, 3, 3, 10)),),  # noqa: DTZ001 - on purpose
    ],
)
def test_windows_that_make_no_sense_are_refused(windows: tuple[Window, ...]) -> None:
    said = refusal(small_clinic(), replace(WISH, windows=windows))
    assert (said.code, set(said.fields)) == ("invalid", {"windows"})


def test_windows_are_kept_in_order_and_as_instants() -> None:
    clinic = small_clinic()
    east = timezone(timedelta(hours=5))
    local = Window(window(5, 6).start.astimezone(east), window(5, 6).end.astimezone(east))
    [requested] = clinic.tell(PAT, replace(WISH, windows=(local, window(-1, 1))), as_patient("pat"))
    assert requested.request.windows == (window(-1, 1), window(5, 6))
    assert requested.request.windows[1].start.tzinfo is UTC


def test_eleven_requests_cannot_be_open_at_once() -> None:
    clinic = small_clinic()
    first = request(clinic)
    for _ in range(9):
        request(clinic)
    assert refusal(clinic, WISH).code == "too_many_requests"
    withdraw(clinic, "pat", first)
    request(clinic)


def test_who_is_not_registered_yet_is_told_to_wait() -> None:
    clinic = Clinic()
    assert refusal(clinic, WISH).code == "not_registered"
    assert clinic.ask(PAT, patient.GetProfile(), as_patient("pat")).name == ""


def test_the_timeline_tells_every_step_with_who_and_why() -> None:
    clinic = small_clinic("ann")
    appointment = request(clinic)
    clinic.settle()
    decline(clinic, "ann", appointment)
    clinic.settle()
    clinic.tell(DESK, router.RouteToDoctor(appointment, ref("ann")), ADMIN)
    clinic.settle()
    accept(clinic, "ann", appointment)
    clinic.settle()
    steps = [(each.step, each.who, each.why) for each in seen(clinic, appointment).timeline]
    assert steps == [
        (Step.REQUESTED, "", ""),
        (Step.ROUTED, "Hearts", "first"),
        (Step.ROUTED, "Clinic", "declined"),
        (Step.ROUTED, "Dr ann", "chosen"),
        (Step.CONFIRMED, "Dr ann", ""),
    ]


def test_a_confirmed_appointment_whose_doctor_falls_away_is_routed_again() -> None:
    clinic = small_clinic("ann")
    appointment = request(clinic)
    clinic.settle()
    accept(clinic, "ann", appointment)
    clinic.settle()
    assert seen(clinic, appointment).start == MONDAY + timedelta(minutes=25)
    suspend(clinic, "ann")
    clinic.settle()
    view = seen(clinic, appointment)
    assert (view.status, view.stage) == (Status.ROUTED, Stage.TRIAGE)
    assert (view.doctor, view.start, view.end) == (None, None, None)


def test_a_triage_that_is_late_again_and_again_is_no_news() -> None:
    clinic = small_clinic()
    appointment = request(clinic, category="unknown")
    clinic.settle()
    clinic.wait(timedelta(days=4))
    view = seen(clinic, appointment)
    assert [each.why for each in view.timeline] == ["", "first", "deadline"]
    assert view.answer_by is not None
    assert view.answer_by > clinic.now


def test_a_withdrawal_is_repeated_in_vain_and_reaches_nobody_else() -> None:
    clinic = small_clinic("ann")
    appointment = request(clinic)
    withdraw(clinic, "pat", appointment)
    assert not clinic.tell(PAT, patient.WithdrawRequest(appointment), as_patient("pat"))
    clinic.settle()
    view = seen(clinic, appointment)
    assert (view.status, view.reason) == (Status.CANCELLED, "I am well again.")


def test_a_visit_that_is_over_cannot_be_withdrawn() -> None:
    clinic = small_clinic("ann")
    appointment = request(clinic)
    clinic.settle()
    accept(clinic, "ann", appointment)
    clinic.settle()
    clinic.now += HOUR
    assert refusal(clinic, patient.WithdrawRequest(appointment)).code == "appointment_over"


def test_what_the_clinic_declined_or_let_expire_is_said() -> None:
    clinic = small_clinic("ann")
    declined, expired = request(clinic), request(clinic, windows=(window(1, 2),))
    clinic.settle()
    clinic.tell(DESK, router.DeclineForClinic(declined, "We do not treat this."), ADMIN)
    clinic.wait(3 * HOUR)
    assert seen(clinic, declined).reason == "We do not treat this."
    assert seen(clinic, expired).status is Status.EXPIRED
    gone = patient.WithdrawRequest(expired)
    assert refusal(clinic, gone).code == "appointment_over"


def test_appointments_are_listed_newest_first_and_in_pages() -> None:
    clinic = small_clinic()
    asked = [request(clinic) for _ in range(5)]
    first = clinic.ask(PAT, patient.ListAppointments(limit=3), as_patient("pat"))
    assert [each.id for each in first.items] == asked[:1:-1]
    assert first.more
    rest = clinic.ask(PAT, patient.ListAppointments(first.items[-1].id, 3), as_patient("pat"))
    assert [each.id for each in rest.items] == [asked[1], asked[0]]
    assert not rest.more


def test_a_profile_has_a_name_and_a_known_zone() -> None:
    clinic = small_clinic()
    clinic.tell(PAT, patient.ChangeProfile(" Patricia ", "Asia/Tokyo"), as_patient("pat"))
    profile = clinic.ask(PAT, patient.GetProfile(), as_patient("pat"))
    assert (profile.name, profile.zone) == ("Patricia", "Asia/Tokyo")
    same = patient.ChangeProfile("Patricia", "Asia/Tokyo")
    assert not clinic.tell(PAT, same, as_patient("pat"))
    assert set(refusal(clinic, patient.ChangeProfile("P", "Nowhere")).fields) == {"zone"}
    assert set(refusal(clinic, patient.ChangeProfile(" ", "UTC")).fields) == {"name"}


BY_THE_PATIENT = (
    WISH,
    patient.WithdrawRequest(AppointmentId("none")),
    patient.ChangeProfile("Eve", "UTC"),
    patient.TakeTime(AppointmentId("none"), MONDAY),
    patient.RefuseTimes(AppointmentId("none")),
    patient.MoveAppointment(AppointmentId("none"), MONDAY),
    patient.WishMove(AppointmentId("none")),
    patient.SetEarlier(AppointmentId("none"), wanted=True),
    patient.CheckIn(AppointmentId("none")),
    patient.AnswerClinic(AppointmentId("none"), "Yes."),
)
STRANGERS = [as_patient("eve"), as_doctor("pat"), ADMIN, OPERATOR, NOBODY, ACCOUNT]


@pytest.mark.parametrize("command", BY_THE_PATIENT)
@pytest.mark.parametrize("caller", STRANGERS)
def test_nobody_acts_for_a_patient(command: patient.Command, caller: Caller) -> None:
    """Z04: not yours and not there answer the same."""
    assert type(refusal(small_clinic(), command, caller)) is NotFound


@pytest.mark.parametrize("command", [BY_THE_PATIENT[1], *BY_THE_PATIENT[4:]])
def test_an_unknown_appointment_is_not_found(command: patient.Command) -> None:
    nothing = AppointmentId("none")
    clinic = small_clinic()
    assert type(refusal(clinic, command)) is NotFound
    with pytest.raises(NotFound):
        clinic.ask(PAT, patient.GetAppointment(nothing), as_patient("pat"))


@pytest.mark.parametrize("caller", [as_patient("eve"), as_doctor("ann"), ADMIN, NOBODY, ACCOUNT])
def test_a_patients_views_are_for_the_patient_and_the_operator(caller: Caller) -> None:
    clinic = small_clinic()
    for query in (patient.GetProfile(), patient.ListAppointments()):
        with pytest.raises(NotFound):
            clinic.ask(PAT, query, caller)
        assert clinic.ask(PAT, query, OPERATOR)
    assert not ROOM.may_watch(clinic.state(PAT), caller)
    assert ROOM.may_watch(clinic.state(PAT), as_patient("pat"))


@pytest.mark.parametrize(
    "caller", [as_patient("pat"), ADMIN, NOBODY, actor_caller(router.address_of(DEPARTMENT))]
)
def test_only_an_account_registers_a_patient(caller: Caller) -> None:
    said = refusal(small_clinic(), patient.RegisterPatient("Eve", "UTC"), caller)
    assert type(said) is NotAllowed


@pytest.mark.parametrize("caller", [as_patient("pat"), ADMIN, ACCOUNT])
def test_only_the_router_that_was_asked_tells_what_became_of_it(caller: Caller) -> None:
    clinic = small_clinic("ann")
    declining = patient.DeclineAppointment(request(clinic), "No.")
    assert type(refusal(clinic, declining, caller)) is NotAllowed


def test_what_a_router_says_of_a_forgotten_appointment_changes_nothing() -> None:
    clinic = small_clinic()
    expiring = patient.ExpireAppointment(AppointmentId("long ago"))
    assert not clinic.tell(PAT, expiring, actor_caller(DESK))
    assert type(refusal(clinic, expiring)) is NotAllowed


def test_only_the_last_appointments_are_kept() -> None:
    clinic = small_clinic()
    for number in range(520):
        clinic.now = MONDAY + number * HOUR
        appointment = request(clinic, category=CategoryId("unknown"))
        clinic.settle()
        clinic.tell(DESK, router.DeclineForClinic(appointment, "No."), ADMIN)
        clinic.settle()
    state = clinic.state(PAT)
    assert len(state.appointments) == 500
