"""What the pages share on which a department is set up."""

import re
import unicodedata
from collections.abc import Awaitable, Callable
from typing import TypeAlias, TypeVar

import msgspec
from aiohttp import web

from actors.address import Address
from actors.admin_router.messages import Department, GetDepartment, address_of
from actors.ids import DepartmentId
from http_edge import keys
from http_edge.ask import ask
from http_edge.pages.forms import ONCE, Form, send
from http_edge.pages.rendering import go_to
from http_edge.problems import Problem

T = TypeVar("T")
Again: TypeAlias = Callable[[web.Request, Form], Awaitable[web.Response]]
"""Shows the page of a form again, with what is wrong in it."""

LONGEST_NAME = 120
SEEN = "seen"
"""The hidden field that tells which state of a category the form was made from."""
NOTHING = "There is nothing here under that name that you may see."


def place_of(request: web.Request) -> Address:
    """Return the department that the page is about."""
    return address_of(DepartmentId(request.match_info["department"]))


def path_of(request: web.Request) -> str:
    """Return the path of the department's own page."""
    return f"/departments/{request.match_info['department']}"


async def department_of(request: web.Request) -> Department:
    """Return how the department that the page is about is set up."""
    return await ask(request, place_of(request), GetDepartment(), Department)


def missing() -> Problem:
    """Return the problem of something that is not there (any more)."""
    return Problem(404, "not_found", NOTHING)


def new_id(request: web.Request, form: Form, name: str) -> str:
    """Return an id that begins like *name*, the same again when the form is sent again."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:24].strip("-")
    suffix = request.app[keys.TOKENS].again("id", f"{request.path}\0{form.typed.get(ONCE, '')}")
    return f"{slug or 'new'}-{re.sub(r'[^a-z0-9]', '', suffix.lower())[:8]}"


async def keep(
    request: web.Request,
    form: Form,
    command: msgspec.Struct,
    done: tuple[str, str],
    again: Again,
) -> web.Response:
    """Tell the department *command* and go on to *done* (path, what is said), or show *again*."""
    if form.ok and await send(request, place_of(request), command, form):
        return go_to(*done)
    return await again(request, form)


def reordered(items: tuple[T, ...], index: int, step: int) -> tuple[T, ...]:
    """Return *items* with the one at *index* moved by *step*, where there is room."""
    other = index + step
    if min(index, other) < 0 or max(index, other) >= len(items):
        return items
    moved = list(items)
    moved[index], moved[other] = moved[other], moved[index]
    return tuple(moved)
