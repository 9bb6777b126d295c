"""Other times: a doctor holds some, the patient takes one, none, or does not answer."""

from datetime import timedelta

import pytest

from actors.admin_router import messages as router
from actors.admin_router.reactions import react
from actors.appointment import Picked, Stage, Status, Urgency, Window
from actors.caller import Caller, actor_caller
from actors.doctor import messages as doctor
from actors.doctor.messages import Closed
from actors.effects import Effect, Send, Unwake, Wake
from actors.ids import AppointmentId, DoctorId
from actors.patient import messages as patient
from actors.refusal import NotAllowed
from tests.rooms import (
    ADMIN,
    DESK,
    MONDAY,
    Clinic,
    as_doctor,
    as_patient,
    doctor_at,
    patient_at,
    ref,
)
from tests.unit.router_support import (
    ask,
    booking_effects,
    by_doctor,
    by_patient,
    claim,
    desk,
    proposal,
    refusal,
    seen,
    spans,
    wanted,
)

HOUR = timedelta(hours=1)
ANN, BOB = DoctorId("ann"), DoctorId("bob")


def offered(*doctors: str, windows: tuple[Window, ...] = ()) -> tuple[Clinic, AppointmentId]:
    """Return a router where a patient is to choose among two times of the first of *doctors*."""
    clinic = desk(*doctors)
    appointment = ask(clinic, wanted(windows=windows))
    by_doctor(clinic, doctors[0], proposal(doctors[0], appointment, 20, 30))
    return clinic, appointment


def effects(clinic: Clinic) -> list[Effect]:
    """Return what the last event made the router do for patient and doctors."""
    return booking_effects(clinic)


def test_the_first_answer_wins_also_when_it_is_other_times() -> None:
    clinic, appointment = offered("ann", "bob")
    view = seen(clinic, appointment)
    assert (view.status, view.stage, view.with_name) == (Status.OFFERED, Stage.PATIENT, "Dr ann")
    assert (view.choices, view.answer_by) == (spans(20, 30), MONDAY + 12 * HOUR)
    taken = doctor.CloseOffer(appointment, 1, Closed.TAKEN, "Dr ann")
    offer = patient.OfferTimes(appointment, 1, ref("ann"), "UTC", view.choices, MONDAY + 12 * HOUR)
    assert effects(clinic) == [
        Wake(f"answer:{appointment}", MONDAY + 12 * HOUR, router.AnswerDue(appointment, 1)),
        Send(doctor_at("bob"), taken),
        Send(patient_at("pat"), offer),
    ]
    assert not by_doctor(clinic, "ann", proposal("ann", appointment, 20, 30))
    for late in (proposal("bob", appointment, 20), claim("bob", appointment)):
        [denied] = by_doctor(clinic, "bob", late)
        assert isinstance(denied, router.ClaimDenied)
        assert (denied.why, denied.by_name) == ("taken", "Dr ann")


def test_the_patient_takes_one_and_the_doctor_is_told_which() -> None:
    clinic, appointment = offered("ann")
    second = spans(30)[0]
    choice = router.RecordChoice(appointment, 1, second.start)
    [claimed] = by_patient(clinic, choice)
    grant = doctor.GrantClaim(appointment, 1, second.start)
    assert react(claimed, DESK) == [
        Unwake(f"answer:{appointment}"),
        Send(doctor_at("ann"), grant),
    ]
    assert not by_patient(clinic, choice)
    stands = router.RecordConfirmation(appointment, 1, ANN, second.start, second.end, "Asia/Tokyo")
    [confirmed] = by_doctor(clinic, "ann", stands)
    assert isinstance(confirmed, router.RequestConfirmed)
    assert (confirmed.doctor_wall, confirmed.patient_wall) == (
        (second.start + 9 * HOUR).replace(tzinfo=None),
        (second.start + 1 * HOUR).replace(tzinfo=None),
    )
    assert confirmed.reminder_minutes == (24 * 60, 60, 10)
    assert not by_doctor(clinic, "ann", stands)
    view = seen(clinic, appointment)
    assert (view.status, view.start, view.doctor_zone) == (
        Status.CONFIRMED,
        second.start,
        "Asia/Tokyo",
    )
    clinic.check_journals()


def test_who_takes_none_asks_the_same_doctor_again() -> None:
    clinic, appointment = offered("ann", "bob")
    window = Window(MONDAY + 50 * HOUR, MONDAY + 52 * HOUR)
    by_patient(clinic, router.RecordRefusal(appointment, 1, (window,), "Only then."))
    view = seen(clinic, appointment)
    assert (view.status, view.asked, view.round) == (Status.ROUTED, (ref("ann"),), 2)
    assert view.request.windows == (window,)
    close, offer = effects(clinic)[:2]
    assert close == Send(doctor_at("ann"), doctor.CloseOffer(appointment, 1, Closed.REFUSED))
    assert isinstance(offer, Send)
    assert isinstance(offer.command, doctor.OfferRequest)
    assert not by_patient(clinic, router.RecordRefusal(appointment, 1))
    clinic.check_journals()


def test_who_asks_for_another_time_has_let_go_of_the_picked_one() -> None:
    clinic = desk("ann")
    picked = Picked(ref("ann"), MONDAY + HOUR)
    window = Window(MONDAY + HOUR, MONDAY + 2 * HOUR)
    appointment = ask(clinic, wanted(picked=picked, windows=(window,)))
    by_doctor(clinic, "ann", proposal("ann", appointment, 20))
    by_patient(clinic, router.RecordRefusal(appointment, 1))
    request = seen(clinic, appointment).request
    assert (request.picked, request.windows) == (None, ())


def test_who_does_not_choose_in_time_leaves_it_to_triage() -> None:
    clinic, appointment = offered("ann")
    clinic.wait(12 * HOUR)
    view = seen(clinic, appointment)
    assert (view.stage, view.status, view.choices) == (Stage.TRIAGE, Status.REQUESTED, ())
    to_doctor, to_patient = (
        [each.command for each in effects(clinic) if isinstance(each, Send) and each.to == at]
        for at in (doctor_at("ann"), patient_at("pat"))
    )
    assert to_doctor == [doctor.CloseOffer(appointment, 1, Closed.LAPSED)]
    closed, routing = to_patient
    assert closed == patient.CloseChoices(appointment, 1, "lapsed")
    assert isinstance(routing, patient.RecordRouting)
    assert not by_patient(clinic, router.RecordChoice(appointment, 1, spans(20)[0].start))


def test_windows_that_pass_while_the_patient_chooses_end_it_only_when_nothing_is_chosen() -> None:
    window = Window(MONDAY + HOUR, MONDAY + 2 * HOUR)
    clinic, appointment = offered("ann", windows=(window,))
    clinic.wait(3 * HOUR)
    assert seen(clinic, appointment).status is Status.OFFERED
    clinic.wait(12 * HOUR)
    assert seen(clinic, appointment).status is Status.EXPIRED
    assert not clinic.alarms


def test_a_time_that_has_begun_can_not_be_taken() -> None:
    clinic, appointment = offered("ann")
    clinic.now = spans(20)[0].start
    assert not by_patient(clinic, router.RecordChoice(appointment, 1, MONDAY))
    [routed] = by_patient(clinic, router.RecordChoice(appointment, 1, clinic.now))
    assert (routed.why, routed.stage) == ("lapsed", Stage.TRIAGE)


def test_times_are_held_no_longer_than_the_clinic_allows_and_not_at_all_when_passed() -> None:
    clinic = desk("ann", "bob")
    clinic.tell(DESK, router.SetPolicy(router.Policy(proposal_minutes=60)), ADMIN)
    appointment = ask(clinic, wanted())
    clinic.now += 2 * HOUR
    denied, declined = by_doctor(clinic, "bob", proposal("bob", appointment, 1))
    assert isinstance(denied, router.ClaimDenied)
    assert isinstance(declined, router.OfferDeclined)
    by_doctor(clinic, "ann", proposal("ann", appointment, 1, 20))
    view = seen(clinic, appointment)
    assert (view.choices, view.answer_by) == (spans(1, 20), clinic.now + HOUR)


@pytest.mark.parametrize("away", [True, False])
def test_a_doctor_who_falls_away_while_the_patient_chooses_leaves_it_to_the_others(
    away: bool,
) -> None:
    clinic, appointment = offered("ann", "bob")
    by_doctor(clinic, "ann", router.ReturnRequest(appointment, 1, ANN, away))
    view = seen(clinic, appointment)
    assert (view.stage, view.asked, view.status) == (Stage.GROUP, (ref("bob"),), Status.ROUTED)
    assert clinic.journal(DESK)[-1].why == ("away" if away else "returned")
    assert not by_doctor(clinic, "ann", router.ReturnRequest(appointment, 1, ANN, away))


def test_a_visit_whose_doctor_is_away_goes_to_the_others_of_the_group() -> None:
    window = Window(MONDAY + HOUR, MONDAY + 2 * HOUR)
    clinic = desk("ann", "bob")
    appointment = ask(clinic, wanted(windows=(window,)))
    by_doctor(clinic, "ann", claim("ann", appointment))
    won = claim("ann", appointment)
    stands = router.RecordConfirmation(appointment, 1, ANN, won.start, won.end, "UTC")
    by_doctor(clinic, "ann", stands)
    by_doctor(clinic, "ann", router.ReturnRequest(appointment, 1, ANN, True, "Ill."))
    view = seen(clinic, appointment)
    assert (view.asked, view.start, view.request.windows) == ((ref("bob"),), None, (window,))
    told = effects(clinic)[-1]
    assert isinstance(told, Send)
    assert isinstance(told.command, patient.RecordRouting)
    assert told.command.why == "away"


def test_a_visit_outside_the_windows_that_is_given_back_is_wanted_still() -> None:
    window = Window(MONDAY + HOUR, MONDAY + 2 * HOUR)
    clinic, appointment = offered("ann", windows=(window,))
    second = spans(30)[0]
    by_patient(clinic, router.RecordChoice(appointment, 1, second.start))
    clinic.now += 5 * HOUR
    by_doctor(clinic, "ann", router.ReturnRequest(appointment, 1, ANN))
    view = seen(clinic, appointment)
    assert (view.stage, view.request.windows) == (Stage.TRIAGE, ())
    clinic.wait(HOUR)
    assert seen(clinic, appointment).status is Status.REQUESTED


def test_an_administrator_takes_times_back_that_a_doctor_holds() -> None:
    clinic, appointment = offered("ann", "bob")
    clinic.tell(DESK, router.SetUrgency(appointment, Urgency.URGENT), ADMIN)
    view = seen(clinic, appointment)
    assert (view.status, view.answer_by) == (Status.OFFERED, MONDAY + 12 * HOUR)
    clinic.tell(DESK, router.RouteToDoctor(appointment, ref("bob")), ADMIN)
    assert effects(clinic)[0] == Send(
        doctor_at("ann"), doctor.CloseOffer(appointment, 1, Closed.PULLED_BACK)
    )
    by_doctor(clinic, "bob", proposal("bob", appointment, 20, number=2))
    clinic.tell(DESK, router.DeclineForClinic(appointment, "Full."), ADMIN)
    assert effects(clinic)[2] == Send(
        doctor_at("bob"), doctor.CloseOffer(appointment, 2, Closed.DECLINED)
    )
    assert seen(clinic, appointment).choices == ()


def test_a_patient_who_withdraws_lets_go_of_the_held_times() -> None:
    clinic, appointment = offered("ann")
    by_patient(clinic, router.WithdrawRequest(appointment, "Well again."))
    assert effects(clinic)[-1] == Send(
        doctor_at("ann"), doctor.CloseOffer(appointment, 1, Closed.WITHDRAWN)
    )
    assert seen(clinic, appointment).status is Status.CANCELLED
    assert not clinic.alarms
    clinic.check_journals()


@pytest.mark.parametrize(
    "caller", [ADMIN, as_patient("pat"), as_doctor("ann"), actor_caller(patient_at("eve"))]
)
def test_nobody_answers_for_another(caller: Caller) -> None:
    clinic, appointment = offered("ann")
    forged: list[router.Command] = [
        proposal("ann", appointment, 20),
        router.RecordChoice(appointment, 1, MONDAY),
        router.RecordRefusal(appointment, 1),
        router.RecordPatientAnswer(appointment, "Yes."),
    ]
    assert {type(refusal(clinic, each, caller)) for each in forged} == {NotAllowed}


def test_what_is_about_an_unknown_request_changes_nothing() -> None:
    clinic, unknown = desk("ann"), AppointmentId("none")
    assert not by_patient(clinic, router.RecordChoice(unknown, 1, MONDAY))
    assert not by_doctor(clinic, "ann", router.RecordDecline(unknown, 1, ANN, "No."))
    assert not by_doctor(clinic, "ann", router.ReturnRequest(unknown, 1, ANN))
    [denied] = by_doctor(clinic, "ann", proposal("ann", unknown, 20))
    assert isinstance(denied, router.ClaimDenied)
