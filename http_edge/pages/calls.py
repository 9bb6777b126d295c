"""The page of a call: one for everybody in it, from the door to what it came to.

What a script shows as it happens stands here as plain sentences and forms too: who has none checks
in, sees their place in the line and reads what the doctor tells; only the call itself needs one.
"""

import asyncio
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

import msgspec
from aiohttp import web

from actors.address import Address
from actors.appointment import DoctorRef
from actors.call_session.messages import CallView, GetCall, LegState, Part, address_of
from actors.directory.messages import Person
from actors.doctor.messages import GetLine, GetOffer, Line, Offer
from actors.doctor.messages import address_of as doctor_at
from actors.ids import CallId, DoctorId
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed
from http_edge import keys
from http_edge.ask import ask, ask_numbered
from http_edge.emergency import refresh_emergency
from http_edge.lookup import doctors_of
from http_edge.pages.call_wording import mine, others, part_of
from http_edge.pages.devices import device_of
from http_edge.pages.forms import Form, send
from http_edge.pages.rendering import go_to, render

V = TypeVar("V")


class Stage(StrEnum):
    """Where the reader is: which part of the page is shown."""

    EARLY = "early"
    """The session does not open yet."""
    DOOR = "door"
    """The patient has not checked in."""
    WAITING = "waiting"
    READY = "ready"
    """The reader may start the call, or come in."""
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Around:
    """What else the page shows: the line, the visit as its doctor knows it, colleagues."""

    line: Line | None = None
    offer: Offer | None = None
    doctors: tuple[DoctorRef, ...] = ()

    @property
    def born_on(self) -> date | None:
        """The patient's date of birth, where the doctor knows it."""
        return self.offer.patient.born_on if self.offer and self.offer.patient else None


def call_of(request: web.Request) -> CallId:
    """Return which call the path names."""
    return CallId(request.match_info["call"])


def here(request: web.Request) -> Address:
    """Return where the call that the path names lives."""
    return address_of(call_of(request))


def base_of(request: web.Request) -> str:
    """Return the address of the call's page: under `/join` for guests."""
    return ("/join/" if request.path.startswith("/join/") else "/calls/") + call_of(request)


def stage_of(view: CallView, now: datetime) -> Stage:
    """Return which part of the page its reader sees first."""
    if not view.open:
        early = view.opens_at is not None and now < view.opens_at
        return Stage.EARLY if early else Stage.OVER
    if view.ask_outcome:
        return Stage.OVER
    if view.hosting is None or view.part in {Part.HOST, Part.DOCTOR}:
        return Stage.READY
    me = mine(view)
    if view.part is Part.PATIENT and (me is None or me.arrived_at is None):
        return Stage.DOOR
    return Stage.WAITING


async def call(request: web.Request) -> web.Response:
    """Show a call: check in, wait, talk, and what comes after."""
    return await show(request, Form())


async def show(request: web.Request, form: Form, link: str = "") -> web.Response:
    """Show the page, with what is wrong in *form*; *link* is a guest's that was just made."""
    view, seq = await ask_numbered(request, here(request), GetCall(), CallView)
    around, _ = await asyncio.gather(around_of(request, view), refresh_emergency(request))
    now = request.app[keys.CLOCK].now()
    return render(
        request,
        "call.html",
        status=form.status,
        form=form,
        forms={form.of: form},
        seq=seq,
        view=view,
        base=base_of(request),
        device=device_of(request.headers.get("User-Agent", "")),
        stage=stage_of(view, now),
        other=others(view),
        around=around,
        link=link,
        talking=_talking(view),
    )


def _talking(view: CallView) -> bool:
    states = {leg.state for each in view.people for leg in each.legs}
    return bool(states & {LegState.IN_CALL, LegState.HELD})


async def around_of(request: web.Request, view: CallView) -> Around:
    """Return what else the page shows; what can't be read just now is left out."""
    host = part_of(view, Part.HOST)
    if view.hosting is None or host is None:
        return Around()
    doctor, visit = doctor_at(DoctorId(host.person.user)), view.hosting.appointment
    if view.part in {Part.PATIENT, Part.GUEST}:
        return Around(line=await _found(request, doctor, GetLine(visit), Line))
    offer, people = await asyncio.gather(
        _found(request, doctor_at(DoctorId(view.me)), GetOffer(visit), Offer),
        _doctors(request),
    )
    return Around(offer=offer, doctors=_colleagues(people, view))


async def _doctors(request: web.Request) -> tuple[Person, ...]:
    try:
        return await doctors_of(request)
    except (Refusal, DeliveryFailed):
        return ()


def _colleagues(people: tuple[Person, ...], view: CallView) -> tuple[DoctorRef, ...]:
    known = {each.person.user for each in view.people}
    found = (each for each in people if each.user not in known)
    refs = (DoctorRef(DoctorId(each.user), each.name) for each in found)
    return tuple(sorted(refs, key=lambda each: each.name))


async def _found(
    request: web.Request, to: Address, query: msgspec.Struct, kind: type[V]
) -> V | None:
    try:
        return await ask(request, to, query, kind)
    except (Refusal, DeliveryFailed):
        return None


async def line(request: web.Request) -> web.Response:
    """Send the place in the line alone, as the page shows it."""
    view = await ask(request, here(request), GetCall(), CallView)
    around = await around_of(request, view)
    return render(request, "call_line.html", view=view, around=around, base=base_of(request))


async def give(
    request: web.Request,
    command: msgspec.Struct,
    form: Form,
    said: str,
    *,
    at: Address | None = None,
    onward: str = "",
) -> web.Response:
    """Give *command* to the call, or to the actor *at*; say so *onward*, or what is wrong here."""
    if form.ok and await send(request, at or here(request), command, form):
        return go_to(onward or base_of(request), said)
    return await show(request, form)
