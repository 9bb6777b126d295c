"""Whatever people do and in whatever order it arrives: the clinic stays in agreement."""

from collections.abc import Sequence
from datetime import time, timedelta
from typing import NamedTuple

from hypothesis import event, given, settings
from hypothesis import strategies as st

from actors.address import Address
from actors.admin_router import messages as router
from actors.appointment import Urgency, Window
from actors.doctor import messages as doctor
from actors.ids import AppointmentId
from actors.patient import messages as patient
from actors.refusal import Refusal
from tests.agreement import check_always, check_at_rest, check_closings
from tests.rooms import (
    ACCOUNT,
    ADMIN,
    DESK,
    GROUP,
    Clinic,
    accept,
    as_doctor,
    as_patient,
    decline,
    doctor_at,
    patient_at,
    ref,
    request,
    small_clinic,
    suspend,
    withdraw,
)

DOCTORS = ("ann", "bob", "cyd")
PATIENTS = ("pat", "quin")
JUMPS = (5, 20, 60, 26 * 60, 70 * 24 * 60, -30, -25 * 60)
"""Minutes by which the clock goes on, or falls back."""


class Act(NamedTuple):
    """Something that happens; the numbers choose who, to what, and how."""

    kind: str
    who: int
    what: int


ACTS = st.builds(
    Act,
    st.sampled_from(
        ["deliver"] * 6
        + ["settle", "settle", "accept", "accept", "accept"]
        + ["request", "request", "pick", "decline", "withdraw", "suspend", "resume", "hours"]
        + ["to doctor", "to group", "pull back", "decline for clinic", "clock", "ring", "ring"]
    ),
    st.integers(0, 5),
    st.integers(0, 11),
)


def play(clinic: Clinic, acts: Sequence[Act]) -> None:
    """Let *acts* happen after two requests; people are refused now and then, actors never."""
    appointments = [request(clinic, name) for name in PATIENTS]
    clinic.settle()
    for act in acts:
        try:
            happen(clinic, act, appointments)
        except Refusal as refusal:
            event(f"refused: {refusal.code}")
        check_always(clinic.states)


def happen(clinic: Clinic, act: Act, appointments: list[AppointmentId]) -> None:
    """Let *act* happen to the clinic as a whole, or to one of *appointments*."""
    match act.kind:
        case "deliver" | "settle" | "ring" | "clock":
            go_on(clinic, act)
        case "request":
            name = PATIENTS[act.who % len(PATIENTS)]
            urgency = list(Urgency)[act.what % 3]
            wanted = windows(clinic, act.what)
            appointments.append(request(clinic, name, urgency=urgency, windows=wanted))
        case "suspend" | "resume" | "hours":
            about_practice(clinic, act)
        case _ if appointments:
            about(clinic, act, appointments[act.what % len(appointments)])
        case _:
            pass


def go_on(clinic: Clinic, act: Act) -> None:
    """Let a letter arrive, an alarm ring, or time pass."""
    lanes, alarms = clinic.busy_lanes(), clinic.due()
    if act.kind == "settle":
        clinic.settle()
    elif act.kind == "deliver" and lanes:
        clinic.deliver(lanes[(act.who + act.what) % len(lanes)])
    elif act.kind == "ring" and alarms:
        clinic.ring(alarms[act.what % len(alarms)])
    elif act.kind == "clock":
        clinic.now += timedelta(minutes=JUMPS[act.what % len(JUMPS)])


def windows(clinic: Clinic, choice: int) -> tuple[Window, ...]:
    """Return no window, one of two hours, or two narrow ones."""
    later = clinic.now + timedelta(minutes=45 * (choice // 3))
    two_hours = Window(later, later + timedelta(hours=2))
    tomorrow = later + timedelta(days=1)
    return ((), (two_hours,), (two_hours, Window(tomorrow, tomorrow + timedelta(minutes=30))))[
        choice % 3
    ]


def about_practice(clinic: Clinic, act: Act) -> None:
    """Let a doctor be suspended, come back, or change the hours."""
    name = DOCTORS[act.who % len(DOCTORS)]
    if act.kind == "suspend":
        suspend(clinic, name)
        return
    if act.kind == "resume":
        clinic.tell(doctor_at(name), doctor.ResumePractice(), ACCOUNT)
        return
    all_week = tuple(doctor.WeeklyHours(day, time(0), time(0)) for day in range(7))
    hours = doctor.Hours("America/New_York", all_week, 10 + 7 * act.what, 0, act.what)
    clinic.tell(doctor_at(name), doctor.SetHours(hours), as_doctor(name))


def about(clinic: Clinic, act: Act, appointment: AppointmentId) -> None:
    """Let a person do something about *appointment*."""
    name = DOCTORS[act.who % len(DOCTORS)]
    match act.kind:
        case "accept":
            accept(clinic, name, appointment)
        case "pick":
            later = clinic.now + timedelta(minutes=7 * act.what)
            accept(clinic, name, appointment, later)
        case "decline":
            decline(clinic, name, appointment)
        case "withdraw":
            withdraw(clinic, PATIENTS[act.who % len(PATIENTS)], appointment)
        case "to doctor":
            clinic.tell(DESK, router.RouteToDoctor(appointment, ref(name)), ADMIN)
        case "to group":
            clinic.tell(DESK, router.RouteToGroup(appointment, GROUP), ADMIN)
        case "pull back":
            clinic.tell(DESK, router.PullBack(appointment), ADMIN)
        case _:
            clinic.tell(DESK, router.DeclineForClinic(appointment, "No."), ADMIN)


@settings(max_examples=250, deadline=None)
@given(st.lists(ACTS, min_size=10, max_size=80))
def test_any_run_of_events_in_any_order_ends_in_agreement(acts: list[Act]) -> None:
    clinic = small_clinic(*DOCTORS, patients=PATIENTS)
    play(clinic, acts)
    clinic.settle()
    check_at_rest(clinic.states, clinic.alarms, clinic.latest)
    check_closings(clinic.journals)
    clinic.check_journals()
    assert not clinic.refused


@settings(max_examples=100, deadline=None)
@given(st.lists(ACTS, min_size=10, max_size=60))
def test_every_view_can_be_read_at_any_time(acts: list[Act]) -> None:
    clinic = small_clinic(*DOCTORS, patients=PATIENTS)
    play(clinic, acts)
    board = clinic.ask(DESK, router.GetBoard(), ADMIN)
    assert len(board.triage) + len(board.out) <= len(clinic.state(DESK).open)
    for name in DOCTORS:
        inbox = clinic.ask(doctor_at(name), doctor.GetInbox(), as_doctor(name))
        assert all(offer.request is None for offer in inbox.recent)
        assert all(offer.request is not None for offer in (*inbox.open, *inbox.visits))
    for name in PATIENTS:
        at: Address = patient_at(name)
        seen = clinic.ask(at, patient.ListAppointments(), as_patient(name))
        notices = clinic.ask(at, patient.ListNotices(limit=100), as_patient(name)).items
        assert all(item.request.patient.id == name for item in seen.items)
        assert [n.number for n in notices] == list(range(len(notices), 0, -1))


@settings(max_examples=60, deadline=None)
@given(st.lists(ACTS, min_size=5, max_size=40))
def test_a_request_that_nobody_answers_still_has_an_owner_after_days(acts: list[Act]) -> None:
    clinic = small_clinic(*DOCTORS, patients=PATIENTS)
    play(clinic, acts)
    clinic.settle()
    clinic.wait(timedelta(days=3))
    check_at_rest(clinic.states, clinic.alarms, clinic.latest)
    waiting = [each for each in clinic.state(DESK).open.values() if each.waits]
    assert all(each.answer_by > clinic.now for each in waiting)
