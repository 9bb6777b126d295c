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
from http_edge.marks import after_day, mark_of
from http_edge.pages.forms import Form
from http_edge.pages.rendering import render
from http_edge.pages.times import local

DAY = timedelta(days=1)
PAGE = 100
"""So many visits of a department are shown at a time."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A page of one department's day, as of event number *seq*; *later*: where it goes on."""

    department: ListedDepartment
    day: DayBoard
    seq: int
    later: str | None


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
    start = mark_of(request.query.get("from", "")) if only else None
    query = GetDay(wanted, zone, PAGE, start)
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
        start=start,
    )


async def _desk(request: web.Request, listed: ListedDepartment, query: GetDay) -> Desk:
    found, seq = await ask_numbered(request, address_of(listed.id), query, DayBoard)
    return Desk(listed, found, seq, after_day(found))
