"""Every step of a request is told to the staff: what, when and by whom."""

from datetime import timedelta

from actors.admin_router import messages as router
from actors.admin_router.messages import HopKind
from actors.admin_router.state.timeline import TIMELINE_KEPT, who
from actors.appointment import Stage, Urgency
from actors.caller import By, Role, actor_caller
from actors.ids import DoctorId
from tests.rooms import ADMIN, DESK, MONDAY, doctor_at, patient_at, ref
from tests.unit.router_support import (
    ask,
    by_doctor,
    by_patient,
    desk,
    proposal,
    seen,
    spans,
    wanted,
)

PATIENT, ANN, STAFF = By(Role.PATIENT, "pat"), By(Role.DOCTOR, "ann"), By(Role.ADMIN, "admin")
BY_ITSELF = By(Role.ACTOR)


def test_each_step_names_who_took_it() -> None:
    clinic = desk("ann", "bob")
    appointment = ask(clinic, wanted())
    by_doctor(clinic, "bob", router.RecordDecline(appointment, 1, DoctorId("bob"), "Full."))
    clinic.tell(DESK, router.AskPatient(appointment, "Since when?"), ADMIN)
    by_patient(clinic, router.RecordPatientAnswer(appointment, "Today."))
    clinic.tell(DESK, router.SetUrgency(appointment, Urgency.SOON), ADMIN)
    clinic.wait(timedelta(hours=4))
    clinic.tell(DESK, router.RouteToDoctor(appointment, ref("ann")), ADMIN)
    by_doctor(clinic, "ann", proposal("ann", appointment, 20, number=4))
    by_patient(clinic, router.RecordRefusal(appointment, 4, note="Too early."))
    by_doctor(clinic, "ann", proposal("ann", appointment, 30, number=5))
    span = spans(30)[0]
    by_patient(clinic, router.RecordChoice(appointment, 5, span.start))
    stands = router.RecordConfirmation(appointment, 5, DoctorId("ann"), span.start, span.end, "UTC")
    by_doctor(clinic, "ann", stands)
    by_patient(clinic, router.WithdrawRequest(appointment, "Well again."))
    hops = [(each.kind, each.by, each.why) for each in seen(clinic, appointment).timeline]
    assert hops == [
        (HopKind.REQUESTED, PATIENT, ""),
        (HopKind.ROUTED, PATIENT, "first"),
        (HopKind.DECLINED_BY_DOCTOR, By(Role.DOCTOR, "bob"), "Full."),
        (HopKind.ASKED_PATIENT, STAFF, "Since when?"),
        (HopKind.PATIENT_ANSWERED, PATIENT, "Today."),
        (HopKind.URGENCY_SET, STAFF, "soon"),
        (HopKind.ROUTED, STAFF, "urgency"),
        (HopKind.ROUTED, BY_ITSELF, "deadline"),
        (HopKind.ROUTED, STAFF, "chosen"),
        (HopKind.TIMES_OFFERED, ANN, ""),
        (HopKind.TIMES_REFUSED, PATIENT, "Too early."),
        (HopKind.ROUTED, PATIENT, "refused"),
        (HopKind.TIMES_OFFERED, ANN, ""),
        (HopKind.CLAIMED, PATIENT, ""),
        (HopKind.CONFIRMED, ANN, ""),
        (HopKind.WITHDRAWN, PATIENT, "Well again."),
    ]
    clinic.check_journals()


def test_each_hop_says_with_whom_and_until_when() -> None:
    clinic = desk("ann")
    appointment = ask(clinic, wanted())
    routed = seen(clinic, appointment).timeline[-1]
    assert (routed.stage, routed.name, routed.at) == (Stage.GROUP, "Hearts", MONDAY)
    assert routed.until == MONDAY + timedelta(days=1)


def test_what_the_clinic_declines_and_what_expires_is_told() -> None:
    clinic = desk("ann")
    declined = ask(clinic, wanted(1))
    clinic.tell(DESK, router.DeclineForClinic(declined, "Full."), ADMIN)
    last = seen(clinic, declined).timeline[-1]
    assert (last.kind, last.by, last.why) == (HopKind.DECLINED, STAFF, "Full.")


def test_a_timeline_keeps_its_last_steps_and_stands_only_in_one_request() -> None:
    clinic = desk("ann")
    appointment = ask(clinic, wanted())
    for urgency in (Urgency.SOON, Urgency.URGENT) * 20:
        clinic.tell(DESK, router.SetUrgency(appointment, urgency), ADMIN)
    assert len(seen(clinic, appointment).timeline) == TIMELINE_KEPT
    [shown] = clinic.ask(DESK, router.GetBoard(), ADMIN).out
    assert shown.timeline == ()


def test_an_actor_stands_for_the_person_whose_it_is() -> None:
    assert who(actor_caller(doctor_at("ann"))) == ANN
    assert who(actor_caller(patient_at("pat"))) == PATIENT
    assert who(actor_caller(DESK)) == BY_ITSELF
    assert who(ADMIN) == STAFF
