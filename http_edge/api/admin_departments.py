"""For administrators: departments, their categories, groups and deadlines."""

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

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
from actors.ids import CategoryId, DepartmentId, GroupId
from http_edge import keys
from http_edge.api.departments import DoctorOut
from http_edge.api.shape import LARGEST, PREFIX, Body, View, api_route, json_response, present
from http_edge.ask import ask, tell
from http_edge.bodies import read_json
from http_edge.credentials import hash_of
from http_edge.lookup import doctors_by_id
from http_edge.policy import ADMIN

Minutes = Annotated[int, Meta(ge=1, le=LARGEST)]


class DepartmentBody(Body, frozen=True):
    """How the department is called."""

    name: str


class CategoryBody(Body, frozen=True):
    """What patients ask for; it goes to *group* first, or (without) to triage by hand."""

    name: str
    group: str | None = None


class GroupBody(Body, frozen=True):
    """Doctors who are asked together, by their ids."""

    name: str
    members: tuple[str, ...]


class AnswerMinutesBody(Body, frozen=True):
    """How long a doctor, a group and triage have to answer, in minutes."""

    doctor: Minutes
    group: Minutes
    triage: Minutes


class DeadlinesBody(Body, frozen=True):
    """How long each stage has to answer, by urgency."""

    routine: AnswerMinutesBody
    soon: AnswerMinutesBody
    urgent: AnswerMinutesBody


class CategorySetUp(View, frozen=True):
    """A category and the group that it goes to first."""

    id: str
    name: str
    group: str | None


class GroupSetUp(View, frozen=True):
    """Doctors who are asked together."""

    id: str
    name: str
    members: tuple[DoctorOut, ...]


class DepartmentSetUp(View, frozen=True):
    """How a department is set up."""

    id: str
    name: str
    categories: tuple[CategorySetUp, ...]
    groups: tuple[GroupSetUp, ...]
    deadlines: DeadlinesBody


async def open_department(request: web.Request) -> web.Response:
    """Open a department."""
    body = await read_json(request, DepartmentBody)
    department = DepartmentId(hash_of(f"department {request[keys.MESSAGE_ID]}")[:26])
    await tell(request, address_of(department), OpenDepartment(body.name))
    view = await ask(request, address_of(department), GetDepartment(), Department)
    location = f"{PREFIX}/admin/departments/{department}"
    return json_response(present(view, DepartmentSetUp), status=201, headers={"Location": location})


async def get_department(request: web.Request) -> web.Response:
    """See how a department is set up."""
    view = await ask(request, _named(request), GetDepartment(), Department)
    return json_response(present(view, DepartmentSetUp))


async def rename_department(request: web.Request) -> web.Response:
    """Rename a department."""
    body = await read_json(request, DepartmentBody)
    await ask(request, _named(request), GetDepartment(), Department)
    return await _changed(request, OpenDepartment(body.name))


async def set_category(request: web.Request) -> web.Response:
    """Add a category, or change it."""
    body = await read_json(request, CategoryBody)
    group = GroupId(body.group) if body.group else None
    category = Category(CategoryId(request.match_info["category"]), body.name, group)
    return await _changed(request, SetCategory(category))


async def remove_category(request: web.Request) -> web.Response:
    """Take a category away; open requests stay."""
    return await _changed(request, RemoveCategory(CategoryId(request.match_info["category"])))


async def set_group(request: web.Request) -> web.Response:
    """Add a group of doctors, or change it."""
    body = await read_json(request, GroupBody)
    members = await doctors_by_id(request, body.members, "members")
    group = Group(GroupId(request.match_info["group"]), body.name, members)
    return await _changed(request, SetGroup(group))


async def set_deadlines(request: web.Request) -> web.Response:
    """Set how soon answers are due."""
    body = await read_json(request, DeadlinesBody)
    deadlines = Deadlines(
        routine=present(body.routine, AnswerMinutes),
        soon=present(body.soon, AnswerMinutes),
        urgent=present(body.urgent, AnswerMinutes),
    )
    return await _changed(request, SetDeadlines(deadlines))


async def _changed(request: web.Request, command: msgspec.Struct) -> web.Response:
    await tell(request, _named(request), command)
    return await get_department(request)


def _named(request: web.Request) -> Address:
    return address_of(DepartmentId(request.match_info["department"]))


_ONE = "/admin/departments/{department}"

ROUTES = (
    api_route(
        "POST",
        "/admin/departments",
        open_department,
        ADMIN,
        request=DepartmentBody,
        response=DepartmentSetUp,
        status=201,
    ),
    api_route("GET", _ONE, get_department, ADMIN, response=DepartmentSetUp),
    api_route(
        "PUT", _ONE, rename_department, ADMIN, request=DepartmentBody, response=DepartmentSetUp
    ),
    api_route(
        "PUT",
        f"{_ONE}/categories/{{category}}",
        set_category,
        ADMIN,
        request=CategoryBody,
        response=DepartmentSetUp,
    ),
    api_route(
        "DELETE",
        f"{_ONE}/categories/{{category}}",
        remove_category,
        ADMIN,
        response=DepartmentSetUp,
    ),
    api_route(
        "PUT",
        f"{_ONE}/groups/{{group}}",
        set_group,
        ADMIN,
        request=GroupBody,
        response=DepartmentSetUp,
    ),
    api_route(
        "PUT",
        f"{_ONE}/deadlines",
        set_deadlines,
        ADMIN,
        request=DeadlinesBody,
        response=DepartmentSetUp,
    ),
)
