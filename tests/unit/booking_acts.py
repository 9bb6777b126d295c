"""Things that happen to a clinic on paper, drawn by chance: whoever may do what to whatever."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from typing import NamedTuple

from hypothesis import event
from hypothesis import strategies as st

from actors.admin_router import messages as router
from actors.appointment import Picked, Urgency, Window
from actors.doctor import messages as doctor
from actors.doctor.messages import Every, Repeat
from actors.ids import AppointmentId
from actors.patient import messages as patient
from actors.patient.messages import AppointmentView
from actors.refusal import Refusal
from actors.visit_type import VisitType
from actors.zones import ZONES
from tests.agreement import check_always
from tests.rooms import (
    ACCOUNT,
    ADMIN,
    DESK,
    GROUP,
    QUICK,
    SHOWN,
    Clinic,
    as_doctor,
    as_patient,
    doctor_at,
    patient_at,
    ref,
    request,
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
        + ["propose", "propose", "take", "take", "refuse", "move", "move", "wish", "earlier"]
        + ["reassign", "check in", "start", "finish", "no-show", "give back", "series", "away"]
        + ["urgency", "ask", "answer", "shown", "quick", "hold"]
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
        case "shown" | "quick" | "hold":
            appointments.extend(at_a_shown_time(clinic, act))
        case "suspend" | "resume" | "hours" | "away":
            about_practice(clinic, act)
        case _ if appointments:
            known = every_appointment(clinic) or appointments
            about(clinic, act, known[act.what % len(known)])
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


def every_appointment(clinic: Clinic) -> list[AppointmentId]:
    """Return all appointments of all patients, those of series too."""
    return [key for name in PATIENTS for key in clinic.state(patient_at(name)).appointments]


def at_a_shown_time(clinic: Clinic, act: Act) -> list[AppointmentId]:
    """Let a patient pick a shown time, and (but for a hold) ask for it."""
    who, name = DOCTORS[act.who % len(DOCTORS)], PATIENTS[act.what % len(PATIENTS)]
    visit = SHOWN if act.kind == "shown" else QUICK
    starts = shown(clinic, who, name, visit)
    if not starts:
        return []
    start = starts[act.what % len(starts)]
    if act.kind == "hold" or act.what % 2:
        clinic.tell(doctor_at(who), doctor.HoldTime(visit, start), as_patient(name))
    if act.kind == "hold":
        return []
    window = Window(start, start + timedelta(minutes=visit.minutes or 20))
    picked = Picked(ref(who), start)
    return [request(clinic, name, visit=visit, windows=(window,), picked=picked)]


def shown(clinic: Clinic, who: str, name: str, visit: VisitType) -> tuple[datetime, ...]:
    """Return free times of the doctor *who*, as the patient *name* sees them."""
    query = doctor.ListOpenTimes(visit, clinic.now, clinic.now + timedelta(days=3), 12)
    view = clinic.ask(doctor_at(who), query, as_patient(name))
    assert isinstance(view, doctor.FreeTimes)
    return view.starts


def about_practice(clinic: Clinic, act: Act) -> None:
    """Let a doctor be suspended, come back, go away, or change the hours."""
    name = DOCTORS[act.who % len(DOCTORS)]
    if act.kind == "suspend":
        suspend(clinic, name)
        return
    if act.kind == "resume":
        clinic.tell(doctor_at(name), doctor.ResumePractice(), ACCOUNT)
        return
    if act.kind == "away":
        wall = clinic.now.astimezone(ZONES["Europe/Berlin"]).replace(tzinfo=None)
        start = wall + timedelta(minutes=30 * act.what)
        away = doctor.AddAbsence(start, start + timedelta(hours=2), "", act.what % 3 > 0)
        clinic.tell(doctor_at(name), away, as_doctor(name))
        return
    all_week = tuple(doctor.WeeklyHours(day, time(0), time(0)) for day in range(7))
    hours = doctor.Hours("America/New_York", all_week, 10 + 7 * act.what, 0, act.what)
    clinic.tell(doctor_at(name), doctor.SetHours(hours), as_doctor(name))


def about(clinic: Clinic, act: Act, appointment: AppointmentId) -> None:
    """Let a person do something about *appointment*."""
    if act.kind in BY_PATIENT:
        by_patient(clinic, act, appointment)
    elif act.kind in BY_DOCTOR:
        by_doctor(clinic, act, appointment)
    else:
        by_administrator(clinic, act, appointment)


BY_PATIENT = frozenset(
    {"withdraw", "take", "refuse", "move", "wish", "earlier", "check in", "answer"}
)
BY_DOCTOR = frozenset(
    {"accept", "pick", "decline", "propose", "start", "finish", "no-show", "give back", "series"}
)


def by_patient(clinic: Clinic, act: Act, appointment: AppointmentId) -> None:
    """Let a patient do something about *appointment*, which may be another's."""
    name = PATIENTS[act.who % len(PATIENTS)]
    if act.kind == "withdraw":
        withdraw(clinic, name, appointment)
        return
    view = clinic.ask(patient_at(name), patient.GetAppointment(appointment), as_patient(name))
    assert isinstance(view, AppointmentView)
    command = wanted_of(clinic, act, view)
    if command is not None:
        clinic.tell(patient_at(name), command, as_patient(name))


def wanted_of(  # noqa: PLR0911  one per command
    clinic: Clinic, act: Act, view: AppointmentView
) -> patient.Command | None:
    """Return what the patient says, if there is something to say it about."""
    match act.kind:
        case "take" if view.choices:
            spans = view.choices.spans
            return patient.TakeTime(view.id, spans[act.what % len(spans)].start)
        case "refuse" if view.choices:
            return patient.RefuseTimes(view.id, windows(clinic, act.what), "Not then.")
        case "move" if view.doctor:
            who = DOCTORS[act.what % len(DOCTORS)]
            starts = shown(clinic, who, view.request.patient.id, view.request.visit)
            same = who == view.doctor.id
            start = starts[act.what % len(starts)] if starts else clinic.now
            return patient.MoveAppointment(view.id, start, None if same else ref(who))
        case "wish":
            return patient.WishMove(view.id, windows(clinic, act.what), "")
        case "earlier":
            return patient.SetEarlier(view.id, act.what % 3 > 0)
        case "check in":
            return patient.CheckIn(view.id)
        case "answer":
            return patient.AnswerClinic(view.id, "Since Monday.")
        case _:
            return None


def by_doctor(clinic: Clinic, act: Act, appointment: AppointmentId) -> None:
    """Let a doctor do something about *appointment*, which may not be theirs."""
    name = DOCTORS[act.who % len(DOCTORS)]
    later = clinic.now + timedelta(minutes=7 * act.what)
    commands: dict[str, doctor.Command] = {
        "accept": doctor.AcceptRequest(appointment),
        "pick": doctor.AcceptRequest(appointment, later),
        "decline": doctor.DeclineRequest(appointment, "Not my field."),
        "propose": doctor.ProposeTimes(
            appointment, (later, later + timedelta(hours=1))[: 1 + act.who % 2], 60
        ),
        "start": doctor.StartVisit(appointment),
        "finish": doctor.FinishVisit(appointment),
        "no-show": doctor.MarkNoShow(appointment),
        "give back": doctor.GiveBackVisit(appointment, "I am ill."),
        "series": doctor.BookSeries(appointment, Repeat(Every.WEEK, 1, 1 + act.what % 3)),
    }
    clinic.tell(doctor_at(name), commands[act.kind], as_doctor(name))


def by_administrator(clinic: Clinic, act: Act, appointment: AppointmentId) -> None:
    """Let an administrator do something about *appointment*."""
    name = DOCTORS[act.who % len(DOCTORS)]
    commands: dict[str, router.Command] = {
        "to doctor": router.RouteToDoctor(appointment, ref(name)),
        "to group": router.RouteToGroup(appointment, GROUP),
        "pull back": router.PullBack(appointment),
        "reassign": router.Reassign(appointment, ref(name)),
        "urgency": router.SetUrgency(appointment, list(Urgency)[act.what % 3]),
        "ask": router.AskPatient(appointment, "Since when?"),
        "decline for clinic": router.DeclineForClinic(appointment, "No."),
    }
    clinic.tell(DESK, commands[act.kind], ADMIN)
