"""What holds for the whole clinic: emergency wording, telephone number, days of closure."""

from datetime import date

import msgspec
from aiohttp import web

from actors.directory.messages import (
    ADDRESS,
    Closure,
    GetHouse,
    House,
    HouseView,
    SetHouse,
)
from http_edge import keys
from http_edge.ask import ask, ask_numbered
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.hours import typed_week
from http_edge.pages.rendering import go_to, render

LONGEST_WORDING = 500
LONGEST_PHONE = 30


async def clinic(request: web.Request) -> web.Response:
    """Show what holds for the whole clinic."""
    return await show_clinic(request, Form())


async def show_clinic(request: web.Request, form: Form) -> web.Response:
    """Show it with *form* as typed."""
    view, seq = await ask_numbered(request, ADDRESS, GetHouse(), HouseView)
    request.app[keys.EMERGENCY].note(view.house)
    typed, blocks = typed_week(view.house.answering.weekly)
    return render(
        request,
        "clinic.html",
        status=form.status,
        form=form,
        house=view.house,
        seq=seq,
        answering=view.house.answering,
        typed=typed,
        blocks=range(1, blocks + 1),
    )


async def _house(request: web.Request) -> House:
    return (await ask(request, ADDRESS, GetHouse(), HouseView)).house


async def _keep(request: web.Request, form: Form, house: House, said: str) -> web.Response:
    renamed = {"closures": "first", "emergency": "emergency", "phone": "phone"}
    if form.ok and await send(request, ADDRESS, SetHouse(house), form, **renamed):
        return go_to("/clinic", said)
    return await show_clinic(request, form)


async def set_emergency(request: web.Request) -> web.Response:
    """Keep the emergency wording."""
    form = await posted(request, "emergency")
    needed = "Write what somebody in danger should do."
    wording = form.text("emergency", most=LONGEST_WORDING, needed=needed)
    house = msgspec.structs.replace(await _house(request), emergency=wording)
    return await _keep(request, form, house, "emergency")


async def set_phone(request: web.Request) -> web.Response:
    """Keep the clinic's telephone number."""
    form = await posted(request, "phone")
    phone = form.text("phone", most=LONGEST_PHONE)
    house = msgspec.structs.replace(await _house(request), phone=phone)
    return await _keep(request, form, house, "phone")


async def add_closure(request: web.Request) -> web.Response:
    """Close the clinic on some days."""
    form = await posted(request, "closure")
    first, last = form.day("first"), form.day("last")
    if first is None:
        form.wrong("first", "Enter the first day.")
    name = form.text("name", most=60, needed="Give it a name: patients read it.")
    if first and last and last < first:
        form.wrong("last", "The last day must not be before the first.")
    if not form.ok or first is None:
        return await show_clinic(request, form)
    house = await _house(request)
    closures = sorted({*house.closures, Closure(first, last or first, name)}, key=_by_day)
    house = msgspec.structs.replace(house, closures=tuple(closures))
    return await _keep(request, form, house, "closure")


def _by_day(closure: Closure) -> tuple[date, date, str]:
    return closure.first, closure.last, closure.name


async def remove_closure(request: web.Request) -> web.Response:
    """Open the clinic on these days after all."""
    form = await posted(request, "closure")
    house = await _house(request)
    gone = form.typed.get("first", ""), form.typed.get("last", ""), form.typed.get("name", "")
    closures = tuple(
        each
        for each in house.closures
        if (each.first.isoformat(), each.last.isoformat(), each.name) != gone
    )
    house = msgspec.structs.replace(house, closures=closures)
    return await _keep(request, form, house, "closure-removed")
