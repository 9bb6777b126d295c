"""An appointment's page: where it stands, its steps, and what the patient can do about it."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import msgspec
from aiohttp import web

from actors.call_session.messages import of_visit
from actors.ids import AppointmentId
from actors.patient.messages import (
    AnswerClinic,
    AppointmentView,
    CancelReason,
    CheckIn,
    GetAppointment,
    RefuseTimes,
    SetEarlier,
    TakeTime,
    WithdrawRequest,
)
from actors.visit_type import Asking
from http_edge import keys
from http_edge.ask import ask
from http_edge.lookup import house_of
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.patient import me, profile_of
from http_edge.pages.recordings import recorded_in
from http_edge.pages.rendering import go_to, render
from http_edge.pages.times import local
from http_edge.pages.windows import read_windows

CHECK_IN = timedelta(minutes=30)
"""So long before the start a patient may say that they are there."""


def named(request: web.Request) -> AppointmentId:
    """Return which appointment the path names."""
    return AppointmentId(request.match_info["appointment"])


async def view_of(request: web.Request) -> AppointmentView:
    """Return the appointment that the path names, as its patient sees it."""
    return await ask(request, me(request), GetAppointment(named(request)), AppointmentView)


async def appointment(request: web.Request) -> web.Response:
    """Show one appointment and its steps."""
    return await show(request, Form())


async def show(request: web.Request, form: Form) -> web.Response:
    """Show the page, with what is wrong in *form*."""
    shared, view, house, recorded = await asyncio.gather(
        profile_of(request),
        view_of(request),
        house_of(request),
        recorded_in(request, of_visit(named(request))),
    )
    now = request.app[keys.CLOCK].now()
    return render(
        request,
        "appointment.html",
        status=form.status,
        **shared,
        **_possible(view, now),
        form=form,
        forms={form.of: form},
        house=house,
        view=view,
        recorded=recorded,
        cutoff=view.cutoff(),
        today=local(now, shared["zone"]).date(),
    )


def _possible(view: AppointmentView, now: datetime) -> dict[str, Any]:
    """Return what the patient can do now."""
    start, end, cutoff = view.start, view.end, view.cutoff()
    stands = view.status.stands and start is not None
    changeable = view.status.value in {"confirmed", "waiting"} and bool(cutoff and now < cutoff)
    to_come = start is not None and now < start
    near = stands and start is not None and start - CHECK_IN <= now and (end is None or now < end)
    return {
        "stands": stands,
        "changeable": changeable,
        "movable": changeable and view.status.value == "confirmed" and to_come,
        "cancellable": view.status.open or (changeable and to_come),
        "near": near,
        "can_check_in": near and view.status.value == "confirmed",
        "shows_times": view.request.visit.asking is not Asking.REQUEST,
        "question": next((each for each in reversed(view.asked) if not each.answer), None),
    }


async def give(
    request: web.Request, command: msgspec.Struct, form: Form, said: str
) -> web.Response:
    """Give *command* to the patient's actor; say so on the page, or what is wrong."""
    if form.ok and await send(request, me(request), command, form):
        return go_to(f"/appointments/{named(request)}", said)
    return await show(request, form)


async def take(request: web.Request) -> web.Response:
    """Take one of the times that are held for me."""
    form = await posted(request, "choices")
    start = form.moment("start")
    if start is None:
        form.wrong("start", "Choose one of the times.")
        return await show(request, form)
    return await give(request, TakeTime(named(request), start), form, "taken")


async def refuse(request: web.Request) -> web.Response:
    """Take none of the times that are held for me."""
    form = await posted(request, "choices")
    shared = await profile_of(request)
    windows = read_windows(form, shared["zone"], request.app[keys.CLOCK].now())
    command = RefuseTimes(named(request), windows, form.text("note", most=500))
    said = "kept" if form.typed.get("keep") else "refused"
    return await give(request, command, form, said)


async def set_earlier(request: web.Request) -> web.Response:
    """Say whether I would come earlier."""
    form = await posted(request, "earlier")
    wanted = form.typed.get("wanted") == "yes"
    said = "earlier" if wanted else "not-earlier"
    return await give(request, SetEarlier(named(request), wanted), form, said)


async def check_in(request: web.Request) -> web.Response:
    """Say that I am there."""
    form = await posted(request, "check-in")
    return await give(request, CheckIn(named(request)), form, "checked-in")


async def answer(request: web.Request) -> web.Response:
    """Answer what the clinic asked."""
    form = await posted(request, "answer")
    text = form.text("text", most=2000, needed="Say what the clinic would like to know.")
    return await give(request, AnswerClinic(named(request), text), form, "answered")


async def withdraw(request: web.Request) -> web.Response:
    """Withdraw a request, or cancel a visit."""
    form = await posted(request, "cancel")
    known = form.typed.get("why") or CancelReason.OTHER.value
    form.typed["why"] = known
    why = form.choice("why", CancelReason, "Choose why, or leave it at “Something else”.")
    command = WithdrawRequest(
        named(request), form.text("reason", most=500), why or CancelReason.OTHER
    )
    return await give(request, command, form, "withdrawn")
