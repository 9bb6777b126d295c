"""Pages of a patient: home and notices."""

import asyncio
from datetime import datetime
from typing import Any

from aiohttp import web

from actors.address import Address
from actors.ids import AppointmentId, PatientId
from actors.patient.messages import (
    Appointments,
    AppointmentView,
    GetProfile,
    ListAppointments,
    ListNotices,
    MarkNoticesRead,
    Notices,
    Profile,
    address_of,
)
from http_edge import keys
from http_edge.ask import ask, ask_numbered, caller_of
from http_edge.emergency import refresh_emergency
from http_edge.lookup import house_of
from http_edge.pages.forms import posted, send, whole_number
from http_edge.pages.rendering import go_to, render

PAGE = 50
MANY = 1_000_000


def me(request: web.Request) -> Address:
    """Return where the patient whose page it is lives."""
    return address_of(PatientId(caller_of(request).user))


async def profile_of(request: web.Request) -> dict[str, Any]:
    """Return what every page of a patient shows: who they are, their zone, unread notices."""
    profile, seq = await ask_numbered(request, me(request), GetProfile(), Profile)
    return {"profile": profile, "zone": profile.zone, "seq": seq}


async def home(request: web.Request) -> web.Response:
    """Show my visits and requests."""
    after = request.query.get("after")
    query = ListAppointments(AppointmentId(after) if after else None, PAGE)
    shared, found, house = await asyncio.gather(
        profile_of(request), ask(request, me(request), query, Appointments), house_of(request)
    )
    now = request.app[keys.CLOCK].now()
    visits = [each for each in found.items if _to_come(each, now)]
    waiting = [each for each in found.items if each.status.open]
    past = [each for each in found.items if each not in visits and each not in waiting]
    return render(
        request,
        "patient_home.html",
        **shared,
        house=house,
        visits=sorted(visits, key=lambda each: each.start or now),
        open=waiting,
        past=past,
        older=found.items[-1].id if found.more else "",
    )


def _to_come(view: AppointmentView, now: datetime) -> bool:
    return view.status.stands and (view.end is None or view.end > now)


async def notices(request: web.Request) -> web.Response:
    """Show my notices, newest first."""
    number = whole_number(request.query.get("before", ""), 0)
    listing = ListNotices(number, PAGE)
    shared, found, _ = await asyncio.gather(
        profile_of(request), ask(request, me(request), listing, Notices), refresh_emergency(request)
    )
    return render(request, "notices.html", **shared, notices=found)


async def read_notices(request: web.Request) -> web.Response:
    """Mark the notices that were shown as read."""
    form = await posted(request)
    up_to = form.number("up_to", 1, MANY, "Notices")
    if form.ok:
        await send(request, me(request), MarkNoticesRead(up_to), form)
    return go_to("/notices", "read" if form.ok else "")
