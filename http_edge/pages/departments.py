"""Pages on which administrators set departments up: categories, groups, deadlines."""

import asyncio
import re
import unicodedata

import msgspec
from aiohttp import web

from actors.address import Address
from actors.admin_router.messages import (
    AnswerMinutes,
    Category,
    Deadlines,
    Department,
    GetDepartment,
    Group,
    OpenDepartment,
    RemoveCategory,
    SetCategory,
    SetDeadlines,
    SetGroup,
    address_of,
)
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.directory.messages import Departments, ListDepartments, ListDoctors, People
from actors.ids import CategoryId, DepartmentId, GroupId
from http_edge import keys
from http_edge.ask import ask, ask_numbered
from http_edge.pages.board import ref_of
from http_edge.pages.forms import ONCE, Form, posted, send
from http_edge.pages.rendering import go_to, render

LONGEST_NAME = 120
MOST_MINUTES = 30 * 24 * 60
URGENCIES = ("routine", "soon", "urgent")
STAGES = ("doctor", "group", "triage")


async def departments(request: web.Request) -> web.Response:
    """Show all departments."""
    return await _departments(request, Form())


async def _departments(request: web.Request, form: Form) -> web.Response:
    listed, seq = await ask_numbered(request, DIRECTORY, ListDepartments(), Departments)
    return render(
        request,
        "departments.html",
        status=form.status,
        form=form,
        departments=listed.items,
        seq=seq,
    )


async def open_department(request: web.Request) -> web.Response:
    """Open a department."""
    form = await posted(request)
    name = form.text("name", most=LONGEST_NAME, needed="Give it a name.")
    new = DepartmentId(_new_id(request, form, name))
    if form.ok and await send(request, address_of(new), OpenDepartment(name), form):
        return go_to(f"/departments/{new}", "department")
    return await _departments(request, form)


def _new_id(request: web.Request, form: Form, name: str) -> str:
    """Return an id that begins like *name*, the same again when the form is sent again."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:24].strip("-")
    suffix = request.app[keys.TOKENS].again("id", f"{request.path}\0{form.typed.get(ONCE, '')}")
    return f"{slug or 'new'}-{re.sub(r'[^a-z0-9]', '', suffix.lower())[:8]}"


def _place(request: web.Request) -> Address:
    return address_of(DepartmentId(request.match_info["department"]))


async def department(request: web.Request) -> web.Response:
    """Show how a department is set up."""
    return await _department(request, Form())


async def _department(request: web.Request, form: Form) -> web.Response:
    found, doctors = await asyncio.gather(
        ask(request, _place(request), GetDepartment(), Department),
        ask(request, DIRECTORY, ListDoctors(), People),
    )
    return render(
        request,
        "department.html",
        status=form.status,
        form=form,
        department=found,
        doctors=doctors.items,
        deadlines=_as_typed(found.deadlines),
    )


def _as_typed(deadlines: Deadlines) -> dict[str, int]:
    return {
        f"{urgency}-{stage}": getattr(getattr(deadlines, urgency), stage)
        for urgency in URGENCIES
        for stage in STAGES
    }


async def _set(
    request: web.Request, form: Form, command: msgspec.Struct, said: str
) -> web.Response:
    if form.ok and await send(request, _place(request), command, form):
        return go_to(f"/departments/{request.match_info['department']}", said)
    return await _department(request, form)


async def rename(request: web.Request) -> web.Response:
    """Call the department otherwise."""
    form = await posted(request, "department")
    name = form.text("name", most=LONGEST_NAME, needed="Give it a name.")
    return await _set(request, form, OpenDepartment(name), "renamed")


async def set_category(request: web.Request) -> web.Response:
    """Add a category, or change one."""
    form = await posted(request, "category")
    name = form.text("name", most=LONGEST_NAME, needed="Give the category a name.")
    group = form.typed.get("group", "")
    category = Category(
        CategoryId(form.typed.get("id") or _new_id(request, form, name)),
        name,
        GroupId(group) if group else None,
    )
    return await _set(request, form, SetCategory(category), "category")


async def remove_category(request: web.Request) -> web.Response:
    """Let nobody ask for it any more."""
    form = await posted(request, "category")
    command = RemoveCategory(CategoryId(request.match_info["category"]))
    return await _set(request, form, command, "category-removed")


async def set_group(request: web.Request) -> web.Response:
    """Add a group, or change one."""
    form = await posted(request, "group")
    name = form.text("name", most=LONGEST_NAME, needed="Give the group a name.")
    doctors = (await ask(request, DIRECTORY, ListDoctors(), People)).items
    ticked = set(form.chosen("member"))
    group = Group(
        GroupId(form.typed.get("id") or _new_id(request, form, name)),
        name,
        tuple(ref_of(each) for each in doctors if each.user in ticked),
    )
    return await _set(request, form, SetGroup(group), "group")


async def set_deadlines(request: web.Request) -> web.Response:
    """Say how soon answers are due."""
    form = await posted(request, "deadlines")
    minutes = {
        urgency: AnswerMinutes(
            *(
                form.number(f"{urgency}-{stage}", 1, MOST_MINUTES, f"{urgency}, {stage}")
                for stage in STAGES
            )
        )
        for urgency in URGENCIES
    }
    return await _set(request, form, SetDeadlines(Deadlines(**minutes)), "deadlines")
