"""What crosses on its way: every order in which the lanes can deliver ends in one agreed state."""

from datetime import timedelta

import pytest

from actors.admin_router import messages as router
from actors.appointment import Stage, Status, Window
from actors.doctor import messages as doctor
from actors.ids import AppointmentId
from actors.patient import messages as patient
from tests.agreement import check_at_rest, check_closings
from tests.rooms import (
    ACCOUNT,
    ADMIN,
    DESK,
    MONDAY,
    Clinic,
    Move,
    accept,
    as_doctor,
    as_patient,
    decline,
    doctor_at,
    every_ending,
    patient_at,
    ref,
    request,
    small_clinic,
    suspend,
    withdraw,
)


def offered(*doctors: str) -> tuple[Clinic, AppointmentId]:
    """Return a clinic in which a request is offered to *doctors*."""
    clinic = small_clinic(*doctors)
    appointment = request(clinic)
    clinic.settle()
    return clinic, appointment


def due(appointment: AppointmentId) -> Move:
    """Return that the first round's deadline comes."""

    def move(clinic: Clinic) -> None:
        if (DESK, f"answer:{appointment}") in clinic.alarms:
            clinic.ring((DESK, f"answer:{appointment}"))

    return move


def endings(clinic: Clinic, *moves: Move) -> list[Clinic]:
    """Return all endings, each checked for agreement."""
    found = list(every_ending(clinic, moves))
    assert found
    for each in found:
        assert not each.refused
        check_at_rest(each.states, each.alarm_times(), each.latest)
        check_closings(each.journals)
        each.check_journals()
    return found


def status(clinic: Clinic, appointment: AppointmentId) -> Status:
    """Return how far the patient sees it."""
    view = clinic.ask(patient_at("pat"), patient.GetAppointment(appointment), as_patient("pat"))
    assert isinstance(view, patient.AppointmentView)
    return view.status


def offer(clinic: Clinic, name: str, appointment: AppointmentId) -> doctor.Offer:
    """Return the offer as the doctor *name* sees it."""
    view = clinic.ask(doctor_at(name), doctor.GetOffer(appointment), as_doctor(name))
    assert isinstance(view, doctor.Offer)
    return view


def test_a_withdrawal_wins_over_an_acceptance_in_every_order() -> None:
    clinic, appointment = offered("ann", "bob")
    for end in endings(
        clinic,
        lambda c: accept(c, "ann", appointment),
        lambda c: withdraw(c, "pat", appointment),
    ):
        assert status(end, appointment) is Status.CANCELLED
        assert offer(end, "bob", appointment).status is doctor.OfferStatus.CLOSED
        assert offer(end, "ann", appointment).patient is None


def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told_who() -> None:
    clinic, appointment = offered("ann", "bob")
    winners = set()
    for end in endings(
        clinic,
        lambda c: accept(c, "ann", appointment),
        lambda c: accept(c, "bob", appointment),
    ):
        assert status(end, appointment) is Status.CONFIRMED
        seen = {name: offer(end, name, appointment) for name in ("ann", "bob")}
        [winner] = [n for n, o in seen.items() if o.status is doctor.OfferStatus.CONFIRMED]
        [loser] = {"ann", "bob"} - {winner}
        assert seen[loser].why is doctor.Closed.TAKEN
        assert seen[loser].by_name == f"Dr {winner}"
        winners.add(winner)
    assert winners == {"ann", "bob"}


def test_an_acceptance_that_crosses_the_deadline_is_confirmed_or_told_too_late() -> None:
    clinic, appointment = offered("ann")
    outcomes = set()
    for end in endings(clinic, lambda c: accept(c, "ann", appointment), due(appointment)):
        mine = offer(end, "ann", appointment)
        outcomes.add((status(end, appointment), mine.status, mine.why))
    assert outcomes == {
        (Status.CONFIRMED, doctor.OfferStatus.CONFIRMED, None),
        (Status.ROUTED, doctor.OfferStatus.CLOSED, doctor.Closed.TOO_LATE),
    }


def test_a_doctor_who_is_disabled_gives_everything_back_in_every_order() -> None:
    clinic, appointment = offered("ann")
    for end in endings(
        clinic, lambda c: accept(c, "ann", appointment), lambda c: suspend(c, "ann")
    ):
        assert status(end, appointment) is Status.ROUTED
        seen = end.ask(DESK, router.GetRequest(appointment), ADMIN)
        assert isinstance(seen, router.RoutedRequest)
        assert seen.stage is Stage.TRIAGE
        assert offer(end, "ann", appointment).patient is None


def test_a_disabled_doctor_leaves_the_request_to_the_group() -> None:
    clinic, appointment = offered("ann", "bob")
    statuses = {
        status(end, appointment)
        for end in endings(
            clinic,
            lambda c: accept(c, "ann", appointment),
            lambda c: suspend(c, "ann"),
            lambda c: accept(c, "bob", appointment),
        )
    }
    assert statuses == {Status.CONFIRMED, Status.ROUTED}


def test_everything_at_once_ends_in_agreement() -> None:
    clinic, appointment = offered("ann", "bob")
    statuses = {
        status(end, appointment)
        for end in endings(
            clinic,
            lambda c: accept(c, "ann", appointment),
            lambda c: decline(c, "bob", appointment),
            lambda c: withdraw(c, "pat", appointment),
            due(appointment),
        )
    }
    assert statuses == {Status.CANCELLED}


@pytest.mark.parametrize("to", ["ann", "bob"])
def test_an_administrator_who_routes_anew_crosses_an_acceptance(to: str) -> None:
    clinic, appointment = offered("ann")
    clinic.tell(doctor_at("bob"), doctor.OpenPractice("Dr bob", "America/New_York"), ACCOUNT)

    def route(c: Clinic) -> None:
        c.tell(DESK, router.RouteToDoctor(appointment, ref(to)), ADMIN)

    statuses = {
        status(end, appointment)
        for end in endings(clinic, lambda c: accept(c, "ann", appointment), route)
    }
    assert statuses == {Status.CONFIRMED, Status.ROUTED}


def test_the_clinic_declines_while_a_doctor_accepts() -> None:
    clinic, appointment = offered("ann", "bob")

    def decline_for_clinic(c: Clinic) -> None:
        c.tell(DESK, router.DeclineForClinic(appointment, "We are closed."), ADMIN)

    statuses = {
        status(end, appointment)
        for end in endings(clinic, lambda c: accept(c, "ann", appointment), decline_for_clinic)
    }
    assert statuses == {Status.CONFIRMED, Status.DECLINED}


def test_the_windows_pass_while_a_doctor_accepts() -> None:
    clinic = small_clinic("ann")
    window = Window(MONDAY + timedelta(hours=2), MONDAY + timedelta(hours=4))
    appointment = request(clinic, windows=(window,))
    clinic.settle()

    def over(c: Clinic) -> None:
        if (DESK, f"windows:{appointment}") in c.alarms:
            c.ring((DESK, f"windows:{appointment}"))

    statuses = {
        status(end, appointment)
        for end in endings(clinic, lambda c: accept(c, "ann", appointment), over)
    }
    assert statuses == {Status.CONFIRMED, Status.EXPIRED}


def test_a_request_may_be_withdrawn_while_it_is_still_being_routed() -> None:
    clinic = small_clinic("ann", "bob")
    appointment = request(clinic)
    for end in endings(clinic, lambda c: withdraw(c, "pat", appointment)):
        assert status(end, appointment) is Status.CANCELLED


def test_a_disabled_and_enabled_doctor_may_be_asked_again() -> None:
    clinic, appointment = offered("ann")

    def resume(c: Clinic) -> None:
        c.tell(doctor_at("ann"), doctor.ResumePractice(), ACCOUNT)

    def route(c: Clinic) -> None:
        c.tell(DESK, router.RouteToDoctor(appointment, ref("ann")), ADMIN)

    statuses = {
        status(end, appointment)
        for end in endings(
            clinic,
            lambda c: accept(c, "ann", appointment),
            lambda c: suspend(c, "ann"),
            resume,
            route,
        )
    }
    assert statuses == {Status.CONFIRMED, Status.ROUTED}
