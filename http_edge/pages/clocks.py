"""After a change of the zones' rules: visits to come whose hour is another now on some clock."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from actors.admin_router.messages import (
    ListMovedClocks,
    MovedClock,
    MovedClocks,
    NotifyClocks,
    address_of,
)
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.directory.messages import Departments, ListDepartments, ListedDepartment
from actors.ids import DepartmentId
from http_edge.ask import ask
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.rendering import go_to, render

AT_ONCE = 100
"""So many visits are shown, and their patients told by one press."""
FIRST = ListMovedClocks(AT_ONCE)


@dataclass(frozen=True, slots=True)
class Moved:
    """The first of the *count* visits that have moved in one department."""

    department: ListedDepartment
    items: tuple[MovedClock, ...]
    count: int


async def clocks(request: web.Request) -> web.Response:
    """Show every visit to come whose hour has moved on some clock."""
    return await _clocks(request, Form())


async def _clocks(request: web.Request, form: Form) -> web.Response:
    listed = await ask(request, DIRECTORY, ListDepartments(), Departments)
    moved = await asyncio.gather(*(_moved(request, each) for each in listed.items))
    return render(
        request,
        "clocks.html",
        status=form.status,
        form=form,
        moved=[each for each in moved if each.items],
    )


async def _moved(request: web.Request, listed: ListedDepartment) -> Moved:
    found = await ask(request, address_of(listed.id), FIRST, MovedClocks)
    return Moved(listed, found.items[:AT_ONCE], max(found.count, len(found.items)))


async def tell_patients(request: web.Request) -> web.Response:
    """Tell the patients of the visits that were shown what their clocks show now."""
    form = await posted(request)
    to = address_of(DepartmentId(request.match_info["department"]))
    found = await ask(request, to, FIRST, MovedClocks)
    command = NotifyClocks(tuple(each.appointment for each in found.items[:AT_ONCE]))
    if await send(request, to, command, form):
        return go_to("/clocks", "clocks")
    return await _clocks(request, form)
