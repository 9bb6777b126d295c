"""Pages of a patient: home, the request form, an appointment, notices."""

import asyncio
from datetime import datetime
from typing import Any

from aiohttp import web

from actors.address import Address
from actors.appointment import Status, Urgency
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.directory.messages import Departments, ListDepartments, ListedDepartment
from actors.ids import AppointmentId, PatientId
from actors.patient.messages import (
    AppointmentRequested,
    Appointments,
    AppointmentView,
    GetAppointment,
    GetProfile,
    ListAppointments,
    ListNotices,
    MarkNoticesRead,
    Notices,
    Profile,
    RequestAppointment,
    WithdrawRequest,
    address_of,
)
from http_edge import keys
from http_edge.ask import ask, ask_numbered, caller_of
from http_edge.pages.forms import Form, posted, send, whole_number
from http_edge.pages.rendering import go_to, render
from http_edge.pages.times import local
from http_edge.pages.windows import read_windows

PAGE = 50
MANY = 1_000_000


def _me(request: web.Request) -> Address:
    return address_of(PatientId(caller_of(request).user))


async def profile_of(request: web.Request) -> dict[str, Any]:
    """Return what every page of a patient shows: who they are, their zone, unread notices."""
    profile, seq = await ask_numbered(request, _me(request), GetProfile(), Profile)
    return {"profile": profile, "zone": profile.zone, "seq": seq}


async def home(request: web.Request) -> web.Response:
    """Show my visits and requests."""
    after = request.query.get("after")
    query = ListAppointments(AppointmentId(after) if after else None, PAGE)
    shared, found = await asyncio.gather(
        profile_of(request), ask(request, _me(request), query, Appointments)
    )
    now = request.app[keys.CLOCK].now()
    visits = [each for each in found.items if _to_come(each, now)]
    waiting = [each for each in found.items if each.status in {Status.REQUESTED, Status.ROUTED}]
    past = [each for each in found.items if each not in visits and each not in waiting]
    return render(
        request,
        "patient_home.html",
        **shared,
        visits=sorted(visits, key=lambda each: each.start or now),
        open=waiting,
        past=past,
        older=found.items[-1].id if found.more else "",
    )


def _to_come(view: AppointmentView, now: datetime) -> bool:
    return view.status is Status.CONFIRMED and (view.end is None or view.end > now)


async def show_request_form(request: web.Request) -> web.Response:
    """Show an empty request form."""
    return await _request_form(request, Form())


async def _request_form(request: web.Request, form: Form) -> web.Response:
    shared, listed = await asyncio.gather(
        profile_of(request), ask(request, DIRECTORY, ListDepartments(), Departments)
    )
    return render(
        request,
        "request_form.html",
        status=form.status,
        **shared,
        form=form,
        departments=[each for each in listed.items if each.categories],
        today=local(request.app[keys.CLOCK].now(), shared["zone"]).date(),
    )


async def send_request(request: web.Request) -> web.Response:
    """Ask for an appointment."""
    form = await posted(request)
    shared, listed = await asyncio.gather(
        profile_of(request), ask(request, DIRECTORY, ListDepartments(), Departments)
    )
    command = _read_request(request, form, listed.items, shared["zone"])
    happened = await send(request, _me(request), command, form) if command else None
    asked = happened.first(AppointmentRequested) if happened else None
    if asked is None:
        return await _request_form(request, form)
    return go_to(f"/appointments/{asked.appointment}", "sent")


def _read_request(
    request: web.Request, form: Form, departments: tuple[ListedDepartment, ...], zone: str
) -> RequestAppointment | None:
    wanted = form.typed.get("category", "")
    found = next(
        (
            (department, category)
            for department in departments
            for category in department.categories
            if f"{department.id}/{category.id}" == wanted
        ),
        None,
    )
    if found is None:
        form.wrong("category", "Choose what it is about.")
    reason = form.text("reason", most=2000, needed="Say what is the matter.")
    urgency = form.choice("urgency", Urgency, "Choose how soon you should be seen.")
    windows = read_windows(form, zone, request.app[keys.CLOCK].now())
    if not (form.ok and found and urgency):
        return None
    department, category = found
    return RequestAppointment(department.id, category.id, category.name, reason, urgency, windows)


async def appointment(request: web.Request) -> web.Response:
    """Show one appointment and its steps."""
    return await _appointment(request, Form())


async def _appointment(request: web.Request, form: Form) -> web.Response:
    query = GetAppointment(AppointmentId(request.match_info["appointment"]))
    shared, view = await asyncio.gather(
        profile_of(request), ask(request, _me(request), query, AppointmentView)
    )
    return render(request, "appointment.html", status=form.status, **shared, form=form, view=view)


async def withdraw(request: web.Request) -> web.Response:
    """Withdraw a request, or cancel a visit."""
    form = await posted(request)
    wanted = AppointmentId(request.match_info["appointment"])
    command = WithdrawRequest(wanted, form.text("reason", most=500))
    if form.ok and await send(request, _me(request), command, form):
        return go_to(f"/appointments/{wanted}", "withdrawn")
    return await _appointment(request, form)


async def notices(request: web.Request) -> web.Response:
    """Show my notices, newest first."""
    number = whole_number(request.query.get("before", ""), 0)
    shared, found = await asyncio.gather(
        profile_of(request), ask(request, _me(request), ListNotices(number, PAGE), Notices)
    )
    return render(request, "notices.html", **shared, notices=found)


async def read_notices(request: web.Request) -> web.Response:
    """Mark the notices that were shown as read."""
    form = await posted(request)
    up_to = form.number("up_to", 1, MANY, "Notices")
    if form.ok:
        await send(request, _me(request), MarkNoticesRead(up_to), form)
    return go_to("/notices", "read" if form.ok else "")
