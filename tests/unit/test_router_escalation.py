"""What nobody answers climbs, what is pressing is on top, and nothing waits without an alarm."""

from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.admin_router import messages as router
from actors.admin_router.messages import (
    Because,
    Category,
    Deadlines,
    GroupMode,
    Policy,
    Reason,
    Rule,
)
from actors.admin_router.reactions import react
from actors.admin_router.state.triage import NotOut
from actors.appointment import Picked, Stage, Status, Urgency, Window
from actors.doctor import messages as doctor
from actors.effects import Send
from actors.ids import CategoryId, DoctorId, QuestionId, VisitTypeId
from actors.intake import Answer, AnswerKind, Question
from actors.notify import messages as notify
from actors.patient import messages as patient
from actors.visit_type import Asking, VisitType
from tests.rooms import ADMIN, CATEGORY, DESK, GROUP, MONDAY, Clinic, doctor_at, patient_at, ref
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
    wanted,
)

HOUR = timedelta(hours=1)
CHEST_PAIN = Question(QuestionId("pain"), "Does your chest hurt?", AnswerKind.YES_NO, red=("yes",))


def on_call(clinic: Clinic, name: str) -> None:
    clinic.tell(DESK, router.SetPolicy(Policy(on_call=ref(name))), ADMIN)


# --- where it goes first -------------------------------------------------------------------------


def test_the_doctor_of_a_picked_time_is_asked_and_keeps_it() -> None:
    clinic = desk("ann", "bob")
    start = MONDAY + HOUR
    picked = Picked(ref("bob"), start)
    times = VisitType(VisitTypeId("t"), "Times", asking=Asking.TIMES)
    window = Window(start, start + HOUR)
    appointment = ask(clinic, wanted(picked=picked, visit=times, windows=(window,)))
    view = seen(clinic, appointment)
    assert (view.stage, view.asked, view.because) == (
        Stage.DOCTOR,
        (ref("bob"),),
        Because(Reason.PICKED),
    )
    told = patient.RecordRouting(
        appointment, Stage.DOCTOR, "Dr bob", window.end, "first", because="picked"
    )
    effects = react(clinic.journal(DESK)[-1], DESK)
    assert Send(patient_at("pat"), told) in effects
    assert isinstance(effects[0], Send)
    assert isinstance(effects[0].command, doctor.OfferRequest)


def test_a_time_that_is_picked_for_a_direct_booking_is_booked_unasked() -> None:
    clinic = desk("ann", "bob")
    start = MONDAY + HOUR
    direct = VisitType(VisitTypeId("d"), "Direct", asking=Asking.DIRECT)
    clinic.tell(DESK, router.SetVisitType(direct), ADMIN)
    said_by_the_patient = VisitType(direct.id, "Anything")
    asked = wanted(visit=said_by_the_patient, picked=Picked(ref("bob"), start))
    appointment = ask(clinic, asked)
    routed = clinic.journal(DESK)[-1]
    known = seen(clinic, appointment).request
    assert (known.visit, routed.why) == (direct, "booked")
    book = doctor.BookVisit(known, 1, start, picked=True)
    assert react(routed, DESK)[0] == Send(doctor_at("bob"), book)
    by_doctor(clinic, "bob", router.RecordDecline(appointment, 1, DoctorId("bob"), "time_taken"))
    again = clinic.journal(DESK)[-1]
    assert (again.why, again.stage, again.doctors) == ("time_gone", Stage.GROUP, (ref("ann"),))


def test_a_time_of_a_doctor_who_sees_no_such_patients_is_only_a_wish() -> None:
    clinic = desk("ann", "bob")
    start = MONDAY + HOUR
    window = Window(start, start + HOUR)
    strangers = wanted(picked=Picked(ref("stranger"), start), windows=(window,))
    view = seen(clinic, ask(clinic, strangers))
    assert (view.request.picked, view.stage) == (None, Stage.GROUP)
    assert view.request.windows == (window,)
    known = wanted(2, picked=Picked(ref("stranger"), start), preferred=ref("stranger"))
    assert seen(clinic, ask(clinic, known)).asked == (ref("stranger"),)


def test_a_red_flag_puts_a_request_on_top() -> None:
    clinic = desk("ann", questions=(CHEST_PAIN,))
    calm = ask(clinic, wanted(1, urgency=Urgency.URGENT))
    answers = (Answer(CHEST_PAIN.id, CHEST_PAIN.text, "yes"),)
    flagged = ask(clinic, wanted(2, answers=answers))
    view = seen(clinic, flagged)
    assert view.request.red_flags == ("Does your chest hurt? yes",)
    assert (view.request.urgency, view.answer_by) == (
        Urgency.URGENT,
        MONDAY + timedelta(minutes=15),
    )
    board = clinic.ask(DESK, router.GetBoard(), ADMIN)
    assert [each.request.appointment for each in board.out] == [flagged, calm]


# --- climbing ------------------------------------------------------------------------------------


def stages(clinic: Clinic, count: int) -> list[tuple[Stage, int]]:
    """Return where the request is after each deadline, and how often triage was late."""
    found = []
    for _ in range(count):
        view = seen(clinic, wanted().appointment)
        found.append((view.stage, view.overdue))
        assert view.answer_by is not None
        clinic.wait(view.answer_by - clinic.now)
    return found


def test_it_climbs_from_a_doctor_to_the_group_to_triage_to_who_is_on_call_and_back() -> None:
    clinic = desk("ann", rules=(Rule("eve first", doctor=ref("ann"), age_from=0),))
    on_call(clinic, "eve")
    ask(clinic, wanted(preferred=ref("zoe")))
    assert stages(clinic, 6) == [
        (Stage.DOCTOR, 0),
        (Stage.GROUP, 0),
        (Stage.TRIAGE, 0),
        (Stage.ON_CALL, 1),
        (Stage.TRIAGE, 1),
        (Stage.ON_CALL, 2),
    ]


def test_who_is_on_call_gets_the_offer_and_a_notice() -> None:
    clinic = desk("ann")
    on_call(clinic, "eve")
    appointment = ask(clinic, wanted(category="unknown"))
    clinic.wait(timedelta(days=1))
    view = seen(clinic, appointment)
    assert (view.status, view.with_name, view.asked) == (Status.ROUTED, "Dr eve", (ref("eve"),))
    assert view.answer_by == clinic.now + timedelta(minutes=30)
    offer, notice = booking_effects(clinic)[:2]
    why = Because(Reason.ESCALATED)
    asked = doctor.OfferRequest(view.request, 2, view.answer_by, because=why)
    assert offer == Send(doctor_at("eve"), asked)
    said = notify.Notice(notify.Topic.ON_CALL, appointment, until=view.answer_by)
    assert notice == Send(notify.address_of("eve"), notify.Notify(said))
    start = 25  # in hours from Monday morning: after the deadline of triage
    late = claim("eve", appointment, start)
    [won] = by_doctor(
        clinic, "eve", router.ClaimRequest(appointment, 2, ref("eve"), "UTC", late.start, late.end)
    )
    assert isinstance(won, router.RequestClaimed)


def test_a_doctor_of_before_who_declines_leaves_it_to_the_rules() -> None:
    clinic = desk("ann", "bob", rules=(Rule("bob", doctor=ref("bob")),))
    appointment = ask(clinic, wanted(preferred=ref("ann")))
    by_doctor(clinic, "ann", router.RecordDecline(appointment, 1, DoctorId("ann"), "No."))
    assert seen(clinic, appointment).asked == (ref("bob"),)
    by_doctor(clinic, "bob", router.RecordDecline(appointment, 2, DoctorId("bob"), "No."))
    assert seen(clinic, appointment).stage is Stage.TRIAGE, "all of the group have declined"


def test_what_an_administrator_chose_comes_back_to_triage_when_it_is_declined() -> None:
    clinic = desk("ann", "bob")
    appointment = ask(clinic, wanted(category="unknown"))
    clinic.tell(DESK, router.RouteToDoctor(appointment, ref("ann")), ADMIN)
    by_doctor(clinic, "ann", router.RecordDecline(appointment, 2, DoctorId("ann"), "No."))
    assert seen(clinic, appointment).stage is Stage.TRIAGE


# --- urgency, questions --------------------------------------------------------------------------


@pytest.mark.parametrize("category", [CATEGORY, "unknown"])
def test_setting_the_urgency_sets_the_deadline_anew_at_the_same_place(category: str) -> None:
    clinic = desk("ann", "bob")
    appointment = ask(clinic, wanted(category=category))
    before = seen(clinic, appointment)
    clinic.now += HOUR
    clinic.tell(DESK, router.SetUrgency(appointment, Urgency.URGENT), ADMIN)
    view = seen(clinic, appointment)
    assert (view.stage, view.asked, view.with_name) == (
        before.stage,
        before.asked,
        before.with_name,
    )
    assert view.request.urgency is Urgency.URGENT
    assert view.answer_by == clinic.now + timedelta(minutes=15)
    assert clinic.alarms[DESK, f"answer:{appointment}"].at == view.answer_by
    assert not clinic.tell(DESK, router.SetUrgency(appointment, Urgency.URGENT), ADMIN)
    clinic.check_journals()


def test_triage_asks_the_patient_and_reads_the_answer() -> None:
    clinic = desk()
    appointment = ask(clinic, wanted())
    assert not by_patient(clinic, router.RecordPatientAnswer(appointment, "Unasked."))
    [asked] = clinic.tell(DESK, router.AskPatient(appointment, " Since when? "), ADMIN)
    told = patient.AskPatient(appointment, "Since when?")
    assert react(asked, DESK) == [Send(patient_at("pat"), told)]
    by_patient(clinic, router.RecordPatientAnswer(appointment, "Monday."))
    [question] = seen(clinic, appointment).questions
    assert (question.text, question.answer) == ("Since when?", "Monday.")
    assert set(refusal(clinic, router.AskPatient(appointment, " ")).fields) == {"text"}
    for _ in range(19):
        clinic.tell(DESK, router.AskPatient(appointment, "And?"), ADMIN)
    assert refusal(clinic, router.AskPatient(appointment, "?")).code == "too_many_questions"
    clinic.check_journals()


# --- never lost ----------------------------------------------------------------------------------


def take_step(clinic: Clinic, name: str, step: str) -> None:
    """Let *step* happen to the request; *name* is the doctor whom it is about."""
    appointment = wanted().appointment
    number = clinic.state(DESK).find(appointment).round
    hours = int((clinic.now - MONDAY) / HOUR)
    who = DoctorId(name)
    by_doctors: dict[str, router.Command] = {
        "decline": router.RecordDecline(appointment, number, who, "No."),
        "return": router.ReturnRequest(appointment, number, who),
        "away": router.ReturnRequest(appointment, number, who, away=True),
        "propose": proposal(name, appointment, hours + 9, number=number, lasts=hours + 8),
    }
    by_staff: dict[str, router.Command] = {
        "choose": router.RouteToDoctor(appointment, ref(name)),
        "urgent": router.SetUrgency(appointment, Urgency.URGENT),
        "pull": router.PullBack(appointment),
    }
    if step == "wait":
        clinic.wait(timedelta(hours=7))
    elif step == "refuse":
        by_patient(clinic, router.RecordRefusal(appointment, number))
    elif step in by_doctors:
        by_doctor(clinic, name, by_doctors[step])
    else:
        with suppress(NotOut):
            clinic.tell(DESK, by_staff[step], ADMIN)


STEPS = ["wait", "decline", "return", "away", "propose", "refuse", "choose", "urgent", "pull"]
WORTH = {Stage.DOCTOR: 0, Stage.GROUP: 1, Stage.TRIAGE: 2}


@settings(max_examples=80)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ann", "bob", "eve"]), st.sampled_from(STEPS)), max_size=14
    ),
    st.sampled_from(GroupMode),
    st.booleans(),
)
def test_every_waiting_request_has_an_alarm_and_ends_where_somebody_looks(
    steps: list[tuple[str, str]], mode: GroupMode, has_on_call: bool
) -> None:
    clinic = desk("ann", "bob", mode=mode)
    if has_on_call:
        on_call(clinic, "eve")
    appointment = ask(clinic, wanted())
    for name, step in steps:
        take_step(clinic, name, step)
        routing = clinic.state(DESK).find(appointment)
        assert routing.is_open
        alarm = clinic.alarms[DESK, f"answer:{appointment}"]
        assert alarm.at == routing.answer_by > clinic.now
        assert alarm.command.round == routing.round
    climbed = [stage for stage, _ in stages(clinic, 8)]
    first_triage = climbed.index(Stage.TRIAGE)
    worth = [WORTH.get(each, 2) for each in climbed[:first_triage] if each is not Stage.PATIENT]
    assert worth == sorted(worth) or Stage.ON_CALL in climbed[:1]
    assert set(climbed[first_triage:]) <= {Stage.TRIAGE, Stage.ON_CALL}
    assert (Stage.ON_CALL in climbed[first_triage:]) is has_on_call
    assert not clinic.refused
    clinic.check_journals()


def test_a_request_whose_windows_are_replaced_outlives_the_old_ones() -> None:
    clinic = desk("ann")
    window = Window(MONDAY + HOUR, MONDAY + 2 * HOUR)
    appointment = ask(clinic, wanted(windows=(window,)))
    by_doctor(clinic, "ann", proposal("ann", appointment, 30))
    later = Window(MONDAY + 40 * HOUR, MONDAY + 44 * HOUR)
    by_patient(clinic, router.RecordRefusal(appointment, 1, (later,)))
    clinic.wait(3 * HOUR)
    assert seen(clinic, appointment).status is Status.ROUTED
    clinic.wait(42 * HOUR)
    assert seen(clinic, appointment).status is Status.EXPIRED
    assert not clinic.alarms


def test_a_category_without_anybody_still_has_triage() -> None:
    clinic = desk()
    clinic.tell(DESK, router.SetCategory(Category(CategoryId("x"), "X", None)), ADMIN)
    clinic.tell(DESK, router.SetDeadlines(Deadlines()), ADMIN)
    view = seen(clinic, ask(clinic, wanted(category="x")))
    assert (view.stage, view.status, GROUP) == (Stage.TRIAGE, Status.REQUESTED, GROUP)
