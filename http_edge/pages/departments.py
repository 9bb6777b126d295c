"""Pages on which administrators open departments, and see how one is set up."""

import asyncio

import msgspec
from aiohttp import web

from actors.admin_router.messages import (
    AnswerMinutes,
    Category,
    Deadlines,
    Group,
    OpenDepartment,
    Policy,
    SetCategory,
    SetDeadlines,
    SetGroup,
    SetPolicy,
    address_of,
)
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.directory.messages import Departments, ListDepartments
from actors.ids import CategoryId, DepartmentId, GroupId
from http_edge.ask import ask_numbered
from http_edge.lookup import doctors_of
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.reading import words
from http_edge.pages.rendering import go_to, render
from http_edge.pages.requests import chosen_doctor, ref_of
from http_edge.pages.setting_up import LONGEST_NAME, department_of, keep, new_id, path_of

MOST_MINUTES = 30 * 24 * 60
URGENCIES = ("routine", "soon", "urgent")
STAGES = ("doctor", "group", "triage", "on_call")


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
    new = DepartmentId(new_id(request, form, name))
    if form.ok and await send(request, address_of(new), OpenDepartment(name), form):
        return go_to(f"/departments/{new}", "department")
    return await _departments(request, form)


async def department(request: web.Request) -> web.Response:
    """Show how a department is set up."""
    return await _department(request, Form())


async def _department(request: web.Request, form: Form) -> web.Response:
    found, doctors = await asyncio.gather(department_of(request), doctors_of(request))
    return render(
        request,
        "department.html",
        status=form.status,
        form=form,
        department=found,
        doctors=doctors,
        deadlines=_as_typed(found.deadlines),
        stages=STAGES,
    )


def _as_typed(deadlines: Deadlines) -> dict[str, int]:
    return {
        f"{urgency}-{stage}": getattr(getattr(deadlines, urgency), stage)
        for urgency in URGENCIES
        for stage in STAGES
    }


async def _keep(
    request: web.Request, form: Form, command: msgspec.Struct, said: str
) -> web.Response:
    return await keep(request, form, command, (path_of(request), said), _department)


async def rename(request: web.Request) -> web.Response:
    """Call the department otherwise."""
    form = await posted(request, "department")
    name = form.text("name", most=LONGEST_NAME, needed="Give it a name.")
    return await _keep(request, form, OpenDepartment(name), "renamed")


async def add_category(request: web.Request) -> web.Response:
    """Add a category."""
    form = await posted(request, "category")
    name = form.text("name", most=LONGEST_NAME, needed="Give the category a name.")
    group = form.typed.get("group", "")
    category = Category(
        CategoryId(new_id(request, form, name)), name, GroupId(group) if group else None
    )
    return await _keep(request, form, SetCategory(category), "category")


async def add_group(request: web.Request) -> web.Response:
    """Add a group."""
    form = await posted(request, "group")
    name = form.text("name", most=LONGEST_NAME, needed="Give the group a name.")
    doctors = await doctors_of(request)
    ticked = set(form.chosen("member"))
    members = tuple(ref_of(each) for each in doctors if each.user in ticked)
    group = Group(GroupId(new_id(request, form, name)), name, members)
    return await _keep(request, form, SetGroup(group), "group")


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
    return await _keep(request, form, SetDeadlines(Deadlines(**minutes)), "deadlines")


async def set_policy(request: web.Request) -> web.Response:
    """Say what the department does by default."""
    form = await posted(request, "policy")
    wanted = form.typed.get("on_call", "")
    on_call = await chosen_doctor(request, wanted) if wanted else None
    if wanted and on_call is None:
        form.wrong("on_call", "Choose a doctor from the list.")
    policy = Policy(
        reminder_minutes=_reminders(form),
        proposal_minutes=form.number("proposal_minutes", 1, MOST_MINUTES, "Other times"),
        earlier_minutes=form.number("earlier_minutes", 1, MOST_MINUTES, "Freed times"),
        on_call=on_call,
    )
    return await _keep(request, form, SetPolicy(policy), "policy")


def _reminders(form: Form) -> tuple[int, ...]:
    typed = words(form, "reminder_minutes")
    if not all(each.isascii() and each.isdigit() and int(each[:9]) > 0 for each in typed):
        form.wrong("reminder_minutes", "Enter minutes, parted by commas: 1440, 60, 10.")
        return ()
    return tuple(sorted({int(each[:9]) for each in typed}, reverse=True))
