"""A clinic with one request on its way, and a router all by itself, for the tests of the router."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest

from actors.admin_router import messages as router
from actors.admin_router.actor import ROOM
from actors.admin_router.messages import Category, Group, GroupMode, Rule, Share
from actors.admin_router.reactions import react
from actors.appointment import DoctorRef, PatientRef, Picked, Request, Span, Urgency, Window
from actors.caller import Caller, actor_caller
from actors.conversation import messages as conversation
from actors.directory import messages as directory
from actors.doctor import messages as doctor
from actors.effects import Effect, Send
from actors.ids import AppointmentId, CategoryId, PatientId
from actors.intake import Answer, Question
from actors.refusal import Refusal
from actors.visit_type import STANDARD, VisitType
from tests.rooms import (
    ADMIN,
    CATEGORY,
    DEPARTMENT,
    DESK,
    GROUP,
    MONDAY,
    Clinic,
    doctor_at,
    patient_at,
    ref,
    request,
    small_clinic,
)


def routed(*doctors: str, category: str = CATEGORY) -> tuple[Clinic, AppointmentId]:
    """Return a clinic with one request on its way."""
    clinic = small_clinic(*doctors)
    appointment = request(clinic, category=category)
    clinic.settle()
    return clinic, appointment


def seen(clinic: Clinic, appointment: AppointmentId) -> router.RoutedRequest:
    view = clinic.ask(DESK, router.GetRequest(appointment), ADMIN)
    assert isinstance(view, router.RoutedRequest)
    return view


def refusal(clinic: Clinic, command: router.Command, caller: Caller = ADMIN) -> Refusal:
    """Return why the router refuses *command*."""
    with pytest.raises(Refusal) as caught:
        clinic.tell(DESK, command, caller)
    return caught.value


def claim(name: str, appointment: AppointmentId, hours: int = 1) -> router.ClaimRequest:
    start = MONDAY + timedelta(hours=hours)
    end = start + timedelta(minutes=20)
    return router.ClaimRequest(appointment, 1, ref(name), "UTC", start, end)


# --- a router alone ------------------------------------------------------------------------------


def desk(
    *doctors: str,
    mode: GroupMode = GroupMode.POOL,
    shares: tuple[Share, ...] = (),
    rules: tuple[Rule, ...] = (),
    questions: tuple[Question, ...] = (),
) -> Clinic:
    """Return a department whose category goes to a group of *doctors*; nobody else is there."""
    clinic = Clinic((ROOM,))
    members = tuple(ref(name) for name in doctors)
    clinic.tell(DESK, router.OpenDepartment("Clinic"), ADMIN)
    clinic.tell(DESK, router.SetGroup(Group(GROUP, "Hearts", members, mode, shares)), ADMIN)
    category = Category(CATEGORY, "Heart", GROUP, rules, questions)
    clinic.tell(DESK, router.SetCategory(category), ADMIN)
    return clinic


def wanted(
    number: int = 1,
    *,
    category: str = CATEGORY,
    urgency: Urgency = Urgency.ROUTINE,
    windows: tuple[Window, ...] = (),
    visit: VisitType = STANDARD,
    answers: tuple[Answer, ...] = (),
    picked: Picked | None = None,
    preferred: DoctorRef | None = None,
    language: str = "",
    born_on: date | None = None,
) -> Request:
    """Return what a patient asks for; *number* tells several apart."""
    return Request(
        appointment=AppointmentId(f"a{number}"),
        department=DEPARTMENT,
        patient=PatientRef(PatientId("pat"), "Pat", "Europe/Paris", language, born_on),
        category=CategoryId(category),
        category_name="Heart",
        reason="My heart beats fast.",
        urgency=urgency,
        windows=windows,
        requested_at=MONDAY,
        visit=visit,
        answers=answers,
        picked=picked,
        preferred=preferred,
    )


def ask(clinic: Clinic, asked: Request) -> AppointmentId:
    """Let the patient's actor ask the router; return the appointment's id."""
    clinic.tell(DESK, router.RouteRequest(asked), actor_caller(patient_at("pat")))
    return asked.appointment


def by_doctor(clinic: Clinic, name: str, command: router.Command) -> Sequence[Any]:
    """Let the actor of the doctor *name* tell the router."""
    return clinic.tell(DESK, command, actor_caller(doctor_at(name)))


def by_patient(clinic: Clinic, command: router.Command) -> Sequence[Any]:
    """Let the patient's actor tell the router."""
    return clinic.tell(DESK, command, actor_caller(patient_at("pat")))


def note(clinic: Clinic, name: str, **facts: object) -> None:
    """Let the router know this of the doctor *name*."""
    said = {"zone": "Europe/Berlin", "receives": True, **facts}
    known = doctor.DoctorFacts(doctor=ref(name), **said)  # type: ignore[arg-type]  # as the test says
    by_doctor(clinic, name, router.NoteDoctor(known))


def spans(*hours: int) -> tuple[Span, ...]:
    """Return visits of twenty minutes that begin so many hours from Monday morning."""
    starts = [MONDAY + timedelta(hours=each) for each in hours]
    return tuple(Span(start, start + timedelta(minutes=20)) for start in starts)


def proposal(
    name: str, appointment: AppointmentId, *hours: int, number: int = 1, lasts: int = 12
) -> router.RecordProposal:
    """Return that the doctor *name* holds these times for *lasts* hours."""
    until = MONDAY + timedelta(hours=lasts)
    return router.RecordProposal(appointment, number, ref(name), "UTC", spans(*hours), until)


def booking_effects(clinic: Clinic) -> list[Effect]:
    """Return what the last event made the router do, but for threads and staff."""
    return [each for each in all_effects(clinic) if not (isinstance(each, Send) and around(each))]


def all_effects(clinic: Clinic) -> list[Effect]:
    """Return all that the last event made the router do."""
    return react(clinic.journal(DESK)[-1], DESK)


def around(send: Send) -> bool:
    """Return whether *send* goes to a thread or to the staff."""
    return send.to.kind in {conversation.KIND, directory.KIND}
