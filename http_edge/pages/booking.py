"""Asking for an appointment: what it is about, the reason, a time; nothing typed is ever lost.

What was typed goes from step to step in the bodies of forms, never in an address.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from msgspec.structs import replace

from actors.appointment import DoctorRef, Picked
from actors.directory.messages import Departments
from actors.doctor.messages import GetHold, Hold, HoldTime
from actors.doctor.messages import address_of as doctor_at
from actors.patient.messages import (
    AppointmentRequested,
    AppointmentView,
    Profile,
    RequestAppointment,
)
from actors.refusal import Refusal
from actors.visit_type import Asking
from http_edge import keys
from http_edge.ask import ask
from http_edge.lookup import Offered, departments_of, doctors_by_id
from http_edge.open_times import bookable, has_asked_for, hold_of, window_at
from http_edge.pages.forms import ONCE, Form, posted, send
from http_edge.pages.free_times import Pick, day_times
from http_edge.pages.patient import me, profile_of
from http_edge.pages.rendering import go_to, render
from http_edge.pages.times import local
from http_edge.pages.windows import read_windows
from http_edge.pages.wishes import Chosen, Wish, chosen_in, doctor_before, my_lately, read_wish

GONE = "That time is not free any more. Choose another one; what you typed is kept."
_OF_A_STEP = frozenset({ONCE, "day", "other-day", "pick", "mode"})


@dataclass(frozen=True, slots=True)
class Desk:
    """What every step of asking needs."""

    shared: dict[str, Any]
    listed: Departments
    lately: tuple[AppointmentView, ...]
    chosen: Chosen | None

    @property
    def zone(self) -> str:
        """The patient's zone."""
        return str(self.shared["zone"])

    @property
    def profile(self) -> Profile:
        """The patient."""
        profile: Profile = self.shared["profile"]
        return profile

    @property
    def offered(self) -> Offered | None:
        """What is asked for, once it is clear."""
        return self.chosen.offered if self.chosen else None

    @property
    def before(self) -> DoctorRef | None:
        """Who saw the patient last for this."""
        return doctor_before(self.lately, self.offered) if self.offered else None


async def _desk(request: web.Request, form: Form) -> Desk:
    shared, listed, lately = await asyncio.gather(
        profile_of(request), departments_of(request), my_lately(request)
    )
    return Desk(shared, listed, lately, chosen_in(form.typed, listed))


async def show_request_form(request: web.Request) -> web.Response:
    """Ask what it is about, or show the form for what was chosen."""
    names = ("category", "visit")
    form = Form({name: request.query[name] for name in names if name in request.query})
    return _form(request, form, await _desk(request, form))


def _form(
    request: web.Request, form: Form, desk: Desk, *, mode: str = "", held: Hold | None = None
) -> web.Response:
    """Show the form; *mode* is `windows`, `times` or `held`."""
    if desk.offered is None:
        return _start(request, form, desk)
    by_windows = desk.offered.visit.asking is Asking.REQUEST
    return render(
        request,
        "request_form.html",
        status=form.status,
        **desk.shared,
        form=form,
        house=desk.listed.house,
        chosen=desk.chosen,
        visit=desk.offered.visit,
        before=desk.before,
        mode="held" if held else mode or ("windows" if by_windows else "times"),
        held=held,
        pick=form.typed.get("pick", ""),
        several=_several(desk.listed),
        today=local(request.app[keys.CLOCK].now(), desk.zone).date(),
    )


def _start(request: web.Request, form: Form, desk: Desk) -> web.Response:
    return render(
        request,
        "request_start.html",
        status=form.status,
        **desk.shared,
        form=form,
        house=desk.listed.house,
        chosen=desk.chosen,
        departments=[each for each in desk.listed.items if each.categories],
    )


def _several(listed: Departments) -> bool:
    """Whether there is anything to choose from at all."""
    visits = [visit for each in listed.items for one in each.categories for visit in one.visits]
    return len(visits) > 1


async def _begun(request: web.Request) -> tuple[Form, Desk, Wish | None]:
    """Return what was sent; the wish is None when something in it does not fit."""
    form = await posted(request)
    desk = await _desk(request, form)
    if desk.offered is None:
        form.wrong("category", "Choose what it is about.")
        return form, desk, None
    return form, desk, read_wish(form, desk.offered)


async def show_times(request: web.Request) -> web.Response:
    """Show free times of a day, to pick one."""
    form, desk, wish = await _begun(request)
    if wish is None or wish.offered.visit.asking is Asking.REQUEST:
        return _form(request, form, desk)
    return await _times(request, form, desk, wish)


async def _times(request: web.Request, form: Form, desk: Desk, wish: Wish) -> web.Response:
    name = "day" if form.typed.get("day") else "other-day"
    day = form.day(name)
    try:
        found = await bookable(request, wish.wanted(desk.before), desk.profile)
        doctors = found.doctors
    except Refusal:
        found, doctors = None, ()
    shown = await day_times(request, doctors, wish.wanted(desk.before), desk.zone, day)
    return render(
        request,
        "request_times.html",
        status=form.status,
        **desk.shared,
        form=form,
        house=desk.listed.house,
        chosen=desk.chosen,
        visit=wish.offered.visit,
        shown=shown,
        because=found.because if found else None,
        kept={name: text for name, text in form.typed.items() if name not in _OF_A_STEP},
    )


async def ask_by_windows(request: web.Request) -> web.Response:
    """Show the form with times of one's own instead of free times."""
    form = await posted(request)
    return _form(request, form, await _desk(request, form), mode="windows")


async def back_to_form(request: web.Request) -> web.Response:
    """Show the form once more, with what was typed."""
    form = await posted(request)
    return _form(request, form, await _desk(request, form))


async def hold(request: web.Request) -> web.Response:
    """Hold the time that was picked, and show the form with it once more."""
    form, desk, wish = await _begun(request)
    if wish is None:
        return _form(request, form, desk)
    pick = Pick.read(form)
    found = await bookable(request, wish.wanted(desk.before), desk.profile)
    if pick is None or pick.doctor not in {doctor.id for doctor in found.doctors}:
        form.wrong("pick", "Choose one of the times.")
        return await _times(request, form, desk, wish)
    command = HoldTime(wish.offered.visit, pick.start)
    if await send(request, doctor_at(pick.doctor), command, form) is None:
        form.errors = {"pick": GONE}
        return await _times(request, form, desk, wish)
    held = await ask(request, doctor_at(pick.doctor), GetHold(), Hold)
    return _form(request, form, desk, held=held)


async def send_request(request: web.Request) -> web.Response:
    """Ask for an appointment."""
    form, desk, wish = await _begun(request)
    pick = Pick.read(form)
    if pick is not None:
        return await _send_picked(request, form, desk, wish, pick)
    windows = read_windows(form, desk.zone, request.app[keys.CLOCK].now())
    if wish is None or not form.ok:
        return _form(request, form, desk, mode="windows")
    return await _send(request, form, desk, replace(_command(wish), windows=windows))


async def _send_picked(
    request: web.Request, form: Form, desk: Desk, wish: Wish | None, pick: Pick
) -> web.Response:
    held = await hold_of(request, pick.doctor)
    if wish is None:
        return _form(request, form, desk, mode="times", held=held)
    asked = has_asked_for(desk.lately, pick.doctor, pick.start)
    if asked and held is None:
        return go_to(f"/appointments/{asked}", "sent")
    (doctor,) = await doctors_by_id(request, (pick.doctor,), "pick")
    window, sure = await window_at(request, doctor, wish.wanted(desk.before), pick.start)
    if not sure:
        form.wrong("pick", GONE)
        return await _times(request, form, desk, wish)
    command = replace(_command(wish), windows=(window,), picked=Picked(doctor, pick.start))
    return await _send(request, form, desk, command, held)


def _command(wish: Wish) -> RequestAppointment:
    offered = wish.offered
    return RequestAppointment(
        department=offered.department.id,
        category=offered.category.id,
        category_name=offered.category.name,
        reason=wish.reason,
        urgency=wish.urgency,
        visit=offered.visit,
        answers=wish.answers,
        same_doctor=wish.same_doctor,
        earlier=wish.earlier,
    )


async def _send(
    request: web.Request,
    form: Form,
    desk: Desk,
    command: RequestAppointment,
    held: Hold | None = None,
) -> web.Response:
    happened = await send(request, me(request), command, form)
    asked = happened.first(AppointmentRequested) if happened else None
    if asked is None:
        return _form(request, form, desk, mode="windows", held=held)
    return go_to(f"/appointments/{asked.appointment}", "sent")
