"""The page of one group: who belongs to it, and how they share requests."""

import asyncio

from aiohttp import web

from actors.admin_router.messages import (
    Department,
    Group,
    GroupMode,
    RemoveGroup,
    SetGroup,
    Share,
)
from actors.ids import DoctorId, GroupId
from http_edge.lookup import doctors_of
from http_edge.pages.forms import Form, posted
from http_edge.pages.rendering import render
from http_edge.pages.requests import ref_of
from http_edge.pages.setting_up import LONGEST_NAME, department_of, keep, missing, path_of

HEAVIEST = 100
HIGHEST = 9


def _named(request: web.Request) -> GroupId:
    return GroupId(request.match_info["group"])


def group_of(department: Department, wanted: GroupId) -> Group:
    """Return that group of *department*, or raise `Problem` (404)."""
    found = next((each for each in department.groups if each.id == wanted), None)
    if found is None:
        raise missing()
    return found


async def group(request: web.Request) -> web.Response:
    """Show a group."""
    return await _group(request, Form())


async def _group(request: web.Request, form: Form) -> web.Response:
    department, doctors = await asyncio.gather(department_of(request), doctors_of(request))
    found = group_of(department, _named(request))
    return render(
        request,
        "group.html",
        status=form.status,
        form=form,
        department=department,
        group=found,
        doctors=doctors,
        members={each.id for each in found.members},
        shares={each.doctor: each for each in found.shares},
    )


async def set_group(request: web.Request) -> web.Response:
    """Keep a group."""
    form = await posted(request)
    doctors = await doctors_of(request)
    ticked = set(form.chosen("member"))
    members = tuple(ref_of(each) for each in doctors if each.user in ticked)
    mode = form.choice("mode", GroupMode, "Choose how they share requests.")
    changed = Group(
        _named(request),
        form.text("name", most=LONGEST_NAME, needed="Give the group a name."),
        members,
        mode or GroupMode.POOL,
        tuple(share for each in members if (share := _share(form, each.id)) != Share(each.id)),
    )
    done = f"{path_of(request)}/groups/{changed.id}", "group"
    return await keep(request, form, SetGroup(changed), done, _group)


def _share(form: Form, doctor: DoctorId) -> Share:
    if not form.typed.get(f"weight-{doctor}") and not form.typed.get(f"priority-{doctor}"):
        return Share(doctor)
    return Share(
        doctor,
        form.number(f"weight-{doctor}", 1, HEAVIEST, "Weight"),
        form.number(f"priority-{doctor}", 0, HIGHEST, "Priority"),
    )


async def remove_group(request: web.Request) -> web.Response:
    """Let there be no such group any more."""
    form = await posted(request)
    command = RemoveGroup(_named(request))
    return await keep(request, form, command, (path_of(request), "group-removed"), _group)
