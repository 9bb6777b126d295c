"""Moving a visit: to a free time that is picked, or by wishing for another.

The visit stays where it is until the new time is sure.
"""

import asyncio

from aiohttp import web

from actors.appointment import DoctorRef
from actors.patient.messages import AppointmentView, MoveAppointment, WishMove
from actors.visit_type import Asking
from http_edge import keys
from http_edge.open_times import Wanted, doctors_for_move
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.free_times import Pick, day_times
from http_edge.pages.patient import me, profile_of
from http_edge.pages.rendering import go_to, render
from http_edge.pages.visit import give, named, show, view_of
from http_edge.pages.windows import read_windows


async def show_times(request: web.Request) -> web.Response:
    """Show the free times to which the visit can move."""
    return await _times(request, Form(request.query))


async def _times(request: web.Request, form: Form) -> web.Response:
    shared, view = await asyncio.gather(profile_of(request), view_of(request))
    if not _movable(request, view):
        return await show(request, form)
    anybody = form.typed.get("any") == "yes"
    day = form.day("day" if form.typed.get("day") else "other-day")
    doctors = await _doctors(request, view, anybody=anybody)
    asked = view.request
    now_at = (view.doctor.id, view.start) if view.doctor and view.start else None
    wanted = Wanted(asked.department, asked.category, asked.visit, moving=view.id, now_at=now_at)
    shown = await day_times(request, doctors, wanted, shared["zone"], day)
    return render(
        request,
        "move.html",
        status=form.status,
        **shared,
        form=form,
        view=view,
        visit=asked.visit,
        cutoff=view.cutoff(),
        shown=shown,
        anybody=anybody,
    )


def _movable(request: web.Request, view: AppointmentView) -> bool:
    cutoff = view.cutoff()
    in_time = cutoff is not None and request.app[keys.CLOCK].now() < cutoff
    shown = view.request.visit.asking is not Asking.REQUEST
    return shown and in_time and view.status.value == "confirmed"


async def _doctors(
    request: web.Request, view: AppointmentView, *, anybody: bool
) -> tuple[DoctorRef, ...]:
    if anybody:
        return await doctors_for_move(request, view)
    return (view.doctor,) if view.doctor else ()


async def move(request: web.Request) -> web.Response:
    """Move the visit to the time that was picked."""
    form = await posted(request)
    view, pick = await view_of(request), Pick.read(form)
    doctors = {each.id: each for each in await _doctors(request, view, anybody=True)}
    if pick is None or pick.doctor not in doctors:
        form.wrong("pick", "Choose one of the times.")
        return await _times(request, form)
    same = view.doctor is not None and view.doctor.id == pick.doctor
    command = MoveAppointment(view.id, pick.start, None if same else doctors[pick.doctor])
    if await send(request, me(request), command, form):
        return go_to(f"/appointments/{view.id}", "moving")
    return await _times(request, form)


async def wish(request: web.Request) -> web.Response:
    """Ask the doctor for other times."""
    form = await posted(request, "wish")
    shared = await profile_of(request)
    windows = read_windows(form, shared["zone"], request.app[keys.CLOCK].now())
    command = WishMove(named(request), windows, form.text("note", most=500))
    return await give(request, command, form, "wished")
