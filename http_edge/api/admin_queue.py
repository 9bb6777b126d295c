"""For administrators: a department's requests, and where they go."""

from datetime import datetime

import msgspec
from aiohttp import web

from actors.address import Address
from actors.admin_router.messages import (
    Board,
    DeclineForClinic,
    GetBoard,
    GetRequest,
    PullBack,
    RoutedRequest,
    RouteToDoctor,
    RouteToGroup,
    address_of,
)
from actors.appointment import Stage, Status, Urgency
from actors.ids import AppointmentId, DepartmentId, GroupId
from http_edge.api.appointments import WindowOut
from http_edge.api.departments import DoctorOut
from http_edge.api.doctor import PatientOut
from http_edge.api.shape import Body, Nothing, View, api_route, json_response, present
from http_edge.ask import ask, tell
from http_edge.bodies import invalid, read_json
from http_edge.lookup import doctors_by_id
from http_edge.policy import ADMIN


class PatientRequest(View, frozen=True):
    """What a patient asked for."""

    appointment: str
    patient: PatientOut
    category: str
    category_name: str
    reason: str
    urgency: Urgency
    windows: tuple[WindowOut, ...]
    requested_at: datetime


class DeclinedOut(View, frozen=True):
    """A doctor who could not take a request, and why."""

    doctor: DoctorOut
    reason: str
    at: datetime


class QueuedRequest(View, frozen=True):
    """A request as the department's administrators see it."""

    request: PatientRequest
    status: Status
    stage: Stage
    with_name: str
    answer_by: datetime | None
    round: int
    asked: tuple[DoctorOut, ...]
    declined: tuple[DeclinedOut, ...]
    doctor: DoctorOut | None
    start: datetime | None
    end: datetime | None
    overdue: int


class Queue(View, frozen=True):
    """The department's work: each part by urgency, then by deadline."""

    triage: tuple[QueuedRequest, ...]
    out: tuple[QueuedRequest, ...]
    confirmed: tuple[QueuedRequest, ...]
    closed: tuple[QueuedRequest, ...]


class RouteBody(Body, frozen=True):
    """Whom to ask: one *doctor*, or a *group*."""

    doctor: str | None = None
    group: str | None = None


class ClinicDecline(Body, frozen=True):
    """Why the clinic can't take the request; the patient reads it."""

    reason: str


async def get_queue(request: web.Request) -> web.Response:
    """See a department's requests."""
    return json_response(present(await ask(request, _named(request), GetBoard(), Board), Queue))


async def get_queued_request(request: web.Request) -> web.Response:
    """See one request and who was asked."""
    view = await ask(request, _named(request), GetRequest(_appointment(request)), RoutedRequest)
    return json_response(present(view, QueuedRequest))


async def route_request(request: web.Request) -> web.Response:
    """Ask a doctor, or each doctor of a group (and nobody else any more)."""
    body = await read_json(request, RouteBody)
    match body:
        case RouteBody(doctor=str(doctor), group=None):
            (chosen,) = await doctors_by_id(request, (doctor,), "doctor")
            return await _changed(request, RouteToDoctor(_appointment(request), chosen))
        case RouteBody(doctor=None, group=str(group)):
            return await _changed(request, RouteToGroup(_appointment(request), GroupId(group)))
        case _:
            raise invalid({"doctor": "Name a doctor or a group, one of them."})


async def pull_back_request(request: web.Request) -> web.Response:
    """Take a request back to triage."""
    await read_json(request, Nothing)
    return await _changed(request, PullBack(_appointment(request)))


async def decline_for_clinic(request: web.Request) -> web.Response:
    """Decline a request for the clinic."""
    body = await read_json(request, ClinicDecline)
    return await _changed(request, DeclineForClinic(_appointment(request), body.reason))


async def _changed(request: web.Request, command: msgspec.Struct) -> web.Response:
    await tell(request, _named(request), command)
    return await get_queued_request(request)


def _named(request: web.Request) -> Address:
    return address_of(DepartmentId(request.match_info["department"]))


def _appointment(request: web.Request) -> AppointmentId:
    return AppointmentId(request.match_info["appointment"])


_DEPARTMENT = "/admin/departments/{department}"
_ONE = f"{_DEPARTMENT}/requests/{{appointment}}"

ROUTES = (
    api_route("GET", f"{_DEPARTMENT}/queue", get_queue, ADMIN, response=Queue),
    api_route("GET", _ONE, get_queued_request, ADMIN, response=QueuedRequest),
    api_route(
        "POST",
        f"{_ONE}/route",
        route_request,
        ADMIN,
        request=RouteBody,
        response=QueuedRequest,
    ),
    api_route(
        "POST",
        f"{_ONE}/pull-back",
        pull_back_request,
        ADMIN,
        request=Nothing,
        response=QueuedRequest,
    ),
    api_route(
        "POST",
        f"{_ONE}/decline",
        decline_for_clinic,
        ADMIN,
        request=ClinicDecline,
        response=QueuedRequest,
    ),
)
