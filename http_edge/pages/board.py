"""The administrators' board: what waits in triage, what is out for an answer, what stands."""

import asyncio
from dataclasses import dataclass

from aiohttp import web

from actors.address import Address
from actors.admin_router.messages import (
    Board,
    DeclineForClinic,
    Department,
    GetBoard,
    GetDepartment,
    PullBack,
    RoutedRequest,
    RouteToDoctor,
    RouteToGroup,
    address_of,
)
from actors.appointment import DoctorRef
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.directory.messages import (
    Departments,
    ListDepartments,
    ListDoctors,
    ListedDepartment,
    People,
    Person,
)
from actors.ids import AppointmentId, DepartmentId, DoctorId, GroupId
from http_edge.ask import ask, ask_numbered
from http_edge.pages.forms import Form, placed, posted, send
from http_edge.pages.rendering import go_to, render


@dataclass(frozen=True, slots=True)
class Desk:
    """One department's part of the board, as of event number *seq*."""

    department: Department
    board: Board
    seq: int

    @property
    def open(self) -> tuple[RoutedRequest, ...]:
        """What an administrator can still move."""
        return (*self.board.triage, *self.board.out)


async def board(request: web.Request) -> web.Response:
    """Show the board, of one department or of all."""
    return await _board(request, Form(), "")


async def _board(request: web.Request, form: Form, of: str) -> web.Response:
    listed, doctors = await asyncio.gather(
        ask(request, DIRECTORY, ListDepartments(), Departments),
        ask(request, DIRECTORY, ListDoctors(), People),
    )
    only = request.query.get("department", "")
    shown = [each for each in listed.items if only in {"", each.id}]
    desks = await asyncio.gather(*(_desk(request, each) for each in shown))
    return render(
        request,
        "board.html",
        status=form.status,
        departments=listed.items,
        doctors=doctors.items,
        desks=desks,
        only=only,
        **placed(form, of, {each.request.appointment for desk in desks for each in desk.open}),
    )


async def _desk(request: web.Request, listed: ListedDepartment) -> Desk:
    to = address_of(listed.id)
    department, (found, seq) = await asyncio.gather(
        ask(request, to, GetDepartment(), Department),
        ask_numbered(request, to, GetBoard(), Board),
    )
    return Desk(department, found, seq)


def _request_of(request: web.Request) -> tuple[Address, AppointmentId]:
    place = request.match_info
    return address_of(DepartmentId(place["department"])), AppointmentId(place["appointment"])


async def route(request: web.Request) -> web.Response:
    """Ask a doctor, or a group."""
    form = await posted(request)
    to, wanted = _request_of(request)
    command = await _route_of(request, form, wanted)
    if command and await send(request, to, command, form):
        return go_to("/board", "routed")
    return await _board(request, form, wanted)


async def _route_of(
    request: web.Request, form: Form, wanted: AppointmentId
) -> RouteToDoctor | RouteToGroup | None:
    kind, _, key = form.typed.get("to", "").partition(":")
    if kind == "group" and key:
        return RouteToGroup(wanted, GroupId(key))
    doctors = (await ask(request, DIRECTORY, ListDoctors(), People)).items
    doctor = next((each for each in doctors if kind == "doctor" and each.user == key), None)
    if doctor is None:
        form.wrong("to", "Choose a group or a doctor.")
        return None
    return RouteToDoctor(wanted, ref_of(doctor))


def ref_of(doctor: Person) -> DoctorRef:
    """Return *doctor* as other rooms call them."""
    return DoctorRef(DoctorId(doctor.user), doctor.name)


async def pull_back(request: web.Request) -> web.Response:
    """Take a request back to triage."""
    form = await posted(request)
    to, wanted = _request_of(request)
    if await send(request, to, PullBack(wanted), form):
        return go_to("/board", "pulled-back")
    return await _board(request, form, wanted)


async def decline(request: web.Request) -> web.Response:
    """Decline a request for the whole clinic."""
    form = await posted(request)
    to, wanted = _request_of(request)
    reason = form.text("reason", most=500, needed="Say why: the patient reads it.")
    if form.ok and await send(request, to, DeclineForClinic(wanted, reason), form):
        return go_to("/board", "clinic-declined")
    return await _board(request, form, wanted)
