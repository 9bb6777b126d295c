"""A patient's home, and what their other pages share."""

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
    Profile,
    address_of,
)
from http_edge import keys
from http_edge.ask import ask, ask_numbered, caller_of
from http_edge.lookup import house_of
from http_edge.pages.rendering import render

PAGE = 50


def me(request: web.Request) -> Address:
    """Return where the patient whose page it is lives."""
    return address_of(PatientId(caller_of(request).user))


async def profile_of(request: web.Request) -> dict[str, Any]:
    """Return what every page of a patient shows: who they are, and their zone."""
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
