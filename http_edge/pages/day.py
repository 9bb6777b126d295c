"""The day board: every visit of one day, how far it is, and who waits."""

import asyncio
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from actors.admin_router.messages import DayBoard, GetDay, address_of
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.directory.messages import Departments, ListDepartments, ListedDepartment
from http_edge import keys
from http_edge.ask import ask, ask_numbered
from http_edge.pages.forms import Form
from http_edge.pages.rendering import render
from http_edge.pages.times import local

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Desk:
    """One department's day, as of event number *seq*."""

    department: ListedDepartment
    day: DayBoard
    seq: int


async def day(request: web.Request) -> web.Response:
    """Show one day of every department."""
    zone = request[keys.LIVE].zone
    today = local(request.app[keys.CLOCK].now(), zone).date()
    form = Form({"date": request.query.get("date", "")})
    wanted = form.day("date") or today
    if not date.min + 2 * DAY < wanted < date.max - 2 * DAY:
        form.wrong("date", "That day is too far away.")
        wanted = today
    listed = await ask(request, DIRECTORY, ListDepartments(), Departments)
    only = request.query.get("department", "")
    shown = [each for each in listed.items if only in {"", each.id}]
    query = GetDay(wanted, zone)
    return render(
        request,
        "day.html",
        status=form.status,
        form=form,
        desks=await asyncio.gather(*(_desk(request, each, query) for each in shown)),
        departments=listed.items,
        only=only,
        day=wanted,
        today=today,
        before=wanted - DAY,
        after=wanted + DAY,
    )


async def _desk(request: web.Request, listed: ListedDepartment, query: GetDay) -> Desk:
    found, seq = await ask_numbered(request, address_of(listed.id), query, DayBoard)
    return Desk(listed, found, seq)
