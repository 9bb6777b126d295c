"""For administrators: departments, their groups, deadlines and policy."""

from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from actors.address import Address
from actors.admin_router.messages import (
    AnswerMinutes,
    Deadlines,
    Department,
    GetDepartment,
    Group,
    GroupMode,
    OpenDepartment,
    Policy,
    RemoveGroup,
    SetDeadlines,
    SetGroup,
    SetPolicy,
    Share,
    address_of,
)
from actors.ids import DepartmentId, DoctorId, GroupId
from http_edge import keys
from http_edge.api.admin_set_up import (
    CategorySetUp,
    KnownDoctorOut,
    VisitTypeSetUp,
)
from http_edge.api.departments import DoctorOut
from http_edge.api.shape import LARGEST, PREFIX, Body, View, api_route, json_response, present
from http_edge.ask import ask, tell
from http_edge.bodies import read_json
from http_edge.credentials import hash_of
from http_edge.lookup import doctors_by_id
from http_edge.policy import ADMIN

MONTH = 30 * 24 * 60
Minutes = Annotated[int, Meta(ge=1, le=LARGEST)]


class DepartmentBody(Body, frozen=True):
    """How the department is called."""

    name: str


class ShareBody(Body, frozen=True):
    """A member's part of a balanced group's work: twice the *weight*, twice the requests."""

    doctor: str
    weight: Annotated[int, Meta(ge=1, le=100)] = 1
    priority: Annotated[int, Meta(ge=0, le=9)] = 0


class GroupBody(Body, frozen=True):
    """Doctors by their ids; a `pool` is asked all at once, a `balanced` group one by one."""

    name: str
    members: tuple[str, ...]
    mode: GroupMode = GroupMode.POOL
    shares: tuple[ShareBody, ...] = ()


class AnswerMinutesBody(Body, frozen=True):
    """How long a doctor, a group, triage and who is on call have to answer, in minutes."""

    doctor: Minutes
    group: Minutes
    triage: Minutes
    on_call: Minutes = 30


class DeadlinesBody(Body, frozen=True):
    """How long each stage has to answer, by urgency."""

    routine: AnswerMinutesBody
    soon: AnswerMinutesBody
    urgent: AnswerMinutesBody


class PolicyBody(Body, frozen=True):
    """What the department does by default; *on_call* is a doctor's id."""

    reminder_minutes: tuple[Annotated[int, Meta(ge=1, le=MONTH)], ...] = (24 * 60, 60, 10)
    proposal_minutes: Annotated[int, Meta(ge=1, le=MONTH)] = 24 * 60
    earlier_minutes: Annotated[int, Meta(ge=1, le=MONTH)] = 30
    on_call: str | None = None


class PolicyOut(View, frozen=True):
    """What the department does by default."""

    reminder_minutes: tuple[int, ...]
    proposal_minutes: int
    earlier_minutes: int
    on_call: DoctorOut | None


class ShareOut(View, frozen=True):
    """A member's part of a balanced group's work."""

    doctor: str
    weight: int
    priority: int


class GroupSetUp(View, frozen=True):
    """Doctors who share requests."""

    id: str
    name: str
    members: tuple[DoctorOut, ...]
    mode: GroupMode
    shares: tuple[ShareOut, ...]


class DepartmentSetUp(View, frozen=True):
    """How a department is set up, and what is known of the doctors of its groups."""

    id: str
    name: str
    categories: tuple[CategorySetUp, ...]
    groups: tuple[GroupSetUp, ...]
    deadlines: DeadlinesBody
    visits: tuple[VisitTypeSetUp, ...]
    policy: PolicyOut
    doctors: tuple[KnownDoctorOut, ...]


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
    view = await ask(request, department_named(request), GetDepartment(), Department)
    return json_response(present(view, DepartmentSetUp))


async def rename_department(request: web.Request) -> web.Response:
    """Rename a department."""
    body = await read_json(request, DepartmentBody)
    await ask(request, department_named(request), GetDepartment(), Department)
    return await set_up(request, OpenDepartment(body.name))


async def set_group(request: web.Request) -> web.Response:
    """Add a group of doctors, or change it."""
    body = await read_json(request, GroupBody)
    members = await doctors_by_id(request, body.members, "members")
    shares = tuple(Share(DoctorId(each.doctor), each.weight, each.priority) for each in body.shares)
    group = Group(_group(request), body.name, members, body.mode, shares)
    return await set_up(request, SetGroup(group))


async def remove_group(request: web.Request) -> web.Response:
    """Take a group away; refused while a category needs it."""
    return await set_up(request, RemoveGroup(_group(request)))


async def set_deadlines(request: web.Request) -> web.Response:
    """Set how soon answers are due."""
    body = await read_json(request, DeadlinesBody)
    deadlines = Deadlines(
        routine=present(body.routine, AnswerMinutes),
        soon=present(body.soon, AnswerMinutes),
        urgent=present(body.urgent, AnswerMinutes),
    )
    return await set_up(request, SetDeadlines(deadlines))


async def set_policy(request: web.Request) -> web.Response:
    """Set what the department does by default."""
    body = await read_json(request, PolicyBody)
    wanted = (body.on_call,) if body.on_call else ()
    on_call = await doctors_by_id(request, wanted, "on_call")
    policy = Policy(
        body.reminder_minutes,
        body.proposal_minutes,
        body.earlier_minutes,
        on_call[0] if on_call else None,
    )
    return await set_up(request, SetPolicy(policy))


async def set_up(request: web.Request, command: msgspec.Struct) -> web.Response:
    """Tell the department *command*, and return how it is set up then."""
    await tell(request, department_named(request), command)
    return await get_department(request)


def department_named(request: web.Request) -> Address:
    """Return the department that the path names."""
    return address_of(DepartmentId(request.match_info["department"]))


def _group(request: web.Request) -> GroupId:
    return GroupId(request.match_info["group"])


DEPARTMENT = "/admin/departments/{department}"
_GROUP = f"{DEPARTMENT}/groups/{{group}}"

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
    api_route("GET", DEPARTMENT, get_department, ADMIN, response=DepartmentSetUp),
    api_route(
        "PUT",
        DEPARTMENT,
        rename_department,
        ADMIN,
        request=DepartmentBody,
        response=DepartmentSetUp,
    ),
    api_route("PUT", _GROUP, set_group, ADMIN, request=GroupBody, response=DepartmentSetUp),
    api_route("DELETE", _GROUP, remove_group, ADMIN, response=DepartmentSetUp),
    api_route(
        "PUT",
        f"{DEPARTMENT}/deadlines",
        set_deadlines,
        ADMIN,
        request=DeadlinesBody,
        response=DepartmentSetUp,
    ),
    api_route(
        "PUT",
        f"{DEPARTMENT}/policy",
        set_policy,
        ADMIN,
        request=PolicyBody,
        response=DepartmentSetUp,
    ),
)
