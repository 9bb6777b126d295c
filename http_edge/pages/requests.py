"""One request as triage sees it: what was answered, what happened, and what can be done."""

import asyncio
from collections.abc import Iterable

from aiohttp import web

from actors.address import Address
from actors.admin_router.messages import (
    AskPatient,
    DeclineForClinic,
    Department,
    GetDepartment,
    GetRequest,
    KnownDoctor,
    PullBack,
    Reassign,
    RoutedRequest,
    RouteToDoctor,
    RouteToGroup,
    SetUrgency,
    address_of,
)
from actors.appointment import DoctorRef, Urgency
from actors.directory.messages import Person
from actors.ids import AppointmentId, DepartmentId, DoctorId, GroupId
from http_edge import keys
from http_edge.ask import ask, ask_numbered, caller_of
from http_edge.lookup import doctors_of
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.rendering import go_to, render


def _place(request: web.Request) -> tuple[Address, AppointmentId]:
    place = request.match_info
    return address_of(DepartmentId(place["department"])), AppointmentId(place["appointment"])


def _path(request: web.Request) -> str:
    place = request.match_info
    return f"/board/{place['department']}/{place['appointment']}"


def ref_of(doctor: Person) -> DoctorRef:
    """Return *doctor* as other rooms call them."""
    return DoctorRef(DoctorId(doctor.user), doctor.name)


def by_fitness(doctors: Iterable[KnownDoctor]) -> list[KnownDoctor]:
    """Return *doctors*: who receives, then who is on duty, then who was asked least, first."""
    return sorted(
        doctors,
        key=lambda each: (
            not each.facts.receives,
            not each.facts.on_duty,
            each.week,
            each.facts.doctor.name,
        ),
    )


async def show(request: web.Request) -> web.Response:
    """Show one request."""
    return await _show(request, Form())


async def _show(request: web.Request, form: Form) -> web.Response:
    to, wanted = _place(request)
    (item, seq), department, doctors = await asyncio.gather(
        ask_numbered(request, to, GetRequest(wanted), RoutedRequest),
        ask(request, to, GetDepartment(), Department),
        doctors_of(request),
    )
    known = {str(each.facts.doctor.id) for each in department.doctors}
    patient = item.request.patient
    return render(
        request,
        "request.html",
        status=form.status,
        form=form,
        item=item,
        seq=seq,
        department=department,
        known=by_fitness(department.doctors),
        others=[each for each in doctors if str(each.user) not in known],
        doctors=doctors,
        names={
            **{each.user: each.name for each in doctors},
            patient.id: patient.name,
            caller_of(request).user: "You",
        },
    )


async def route(request: web.Request) -> web.Response:
    """Ask a doctor, or a group."""
    form = await posted(request, "route")
    to, wanted = _place(request)
    command = await _route_of(request, form, wanted)
    if command and await send(request, to, command, form, doctor="to", group="to"):
        return go_to("/board", "routed")
    return await _show(request, form)


async def _route_of(
    request: web.Request, form: Form, wanted: AppointmentId
) -> RouteToDoctor | RouteToGroup | None:
    kind, _, key = form.typed.get("to", "").partition(":")
    if kind == "group" and key:
        return RouteToGroup(wanted, GroupId(key))
    doctor = await chosen_doctor(request, key) if kind == "doctor" else None
    if doctor is None:
        form.wrong("to", "Choose a group or a doctor.")
        return None
    return RouteToDoctor(wanted, doctor)


async def chosen_doctor(request: web.Request, user: str) -> DoctorRef | None:
    """Return the active doctor *user*, if there is one."""
    doctors = await doctors_of(request)
    return next((ref_of(each) for each in doctors if each.user == user), None)


async def pull_back(request: web.Request) -> web.Response:
    """Take a request back to triage."""
    form = await posted(request)
    to, wanted = _place(request)
    if await send(request, to, PullBack(wanted), form):
        return go_to("/board", "pulled-back")
    return await _show(request, form)


async def decline(request: web.Request) -> web.Response:
    """Decline a request for the whole clinic, or cancel a visit that has not begun."""
    form = await posted(request, "decline")
    to, wanted = _place(request)
    reason = form.text("reason", most=500, needed="Say why: the patient reads it.")
    if form.ok and await send(request, to, DeclineForClinic(wanted, reason), form):
        visit = form.typed.get("visit") == "yes"
        return go_to("/board", "clinic-cancelled" if visit else "clinic-declined")
    return await _show(request, form)


async def set_urgency(request: web.Request) -> web.Response:
    """Say how soon a request must be answered."""
    form = await posted(request, "urgency")
    to, wanted = _place(request)
    urgency = form.choice("urgency", Urgency, "Choose how soon.")
    if urgency and await send(request, to, SetUrgency(wanted, urgency), form):
        return go_to(_path(request), "urgency")
    return await _show(request, form)


async def ask_patient(request: web.Request) -> web.Response:
    """Ask the patient something."""
    form = await posted(request, "ask")
    to, wanted = _place(request)
    text = form.text("text", most=1000, needed="Write what you would like to know.")
    if form.ok and await send(request, to, AskPatient(wanted, text), form):
        return go_to(_path(request), "asked")
    return await _show(request, form)


async def reassign(request: web.Request) -> web.Response:
    """Give a visit to another doctor, at its time or at another."""
    form = await posted(request, "reassign")
    to, wanted = _place(request)
    doctor = await chosen_doctor(request, form.typed.get("doctor", ""))
    if doctor is None:
        form.wrong("doctor", "Choose a doctor.")
    start = form.wall_moment("at", request[keys.LIVE].zone)
    if not form.ok or doctor is None:
        return await _show(request, form)
    if await send(request, to, Reassign(wanted, doctor, start), form, start="at"):
        return go_to(_path(request), "reassigned")
    return await _show(request, form)
