"""For administrators: a department's requests, and where they go."""

from datetime import datetime

import msgspec
from aiohttp import web

from actors.admin_router.messages import (
    AskPatient,
    Board,
    DeclineForClinic,
    GetBoard,
    GetRequest,
    HopKind,
    Lane,
    MoveCause,
    PullBack,
    RoutedRequest,
    RouteToDoctor,
    RouteToGroup,
    SetUrgency,
)
from actors.appointment import Stage, Status, Urgency
from actors.caller import Role
from actors.ids import AppointmentId, GroupId
from http_edge.api.admin_departments import DEPARTMENT, department_named
from http_edge.api.appointments import SpanOut
from http_edge.api.departments import DoctorOut
from http_edge.api.doctor import BecauseOut, PatientOut, RequestOut
from http_edge.api.shape import (
    Body,
    Nothing,
    View,
    api_route,
    json_response,
    limit_of,
    present,
    query_of,
)
from http_edge.ask import ask, tell
from http_edge.bodies import invalid, read_json
from http_edge.lookup import doctors_by_id
from http_edge.policy import ADMIN

MOST_SKIPPED = 100_000


class PatientRequest(RequestOut, frozen=True, kw_only=True):
    """What a patient asked for, and who they are."""

    appointment: str
    patient: PatientOut


class DeclinedOut(View, frozen=True):
    """A doctor who could not take a request, and why."""

    doctor: DoctorOut
    reason: str
    at: datetime


class MovingOut(View, frozen=True):
    """A move that is on its way; *offered* when the patient is to choose."""

    round: int
    doctor: DoctorOut
    spans: tuple[SpanOut, ...]
    cause: MoveCause
    until: datetime
    offered: bool


class AskedPatientOut(View, frozen=True):
    """What triage asked the patient, and what came back."""

    text: str
    at: datetime
    answer: str
    answered_at: datetime | None


class ByOut(View, frozen=True):
    """Who did something."""

    role: Role
    user: str


class HopOut(View, frozen=True):
    """One step of a request."""

    kind: HopKind
    at: datetime
    by: ByOut
    stage: Stage | None
    name: str
    why: str
    until: datetime | None
    start: datetime | None


class QueuedRequest(View, frozen=True):
    """A request as the department's administrators see it; *timeline* only where one is asked."""

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
    because: BecauseOut | None
    choices: tuple[SpanOut, ...]
    moving: MovingOut | None
    earlier: bool
    questions: tuple[AskedPatientOut, ...]
    waiting_since: datetime | None
    doctor_zone: str
    timeline: tuple[HopOut, ...]


class Queue(View, frozen=True):
    """The department's work: red flags first, then by urgency, then by deadline."""

    triage: tuple[QueuedRequest, ...]
    out: tuple[QueuedRequest, ...]
    confirmed: tuple[QueuedRequest, ...]
    closed: tuple[QueuedRequest, ...]
    counts: dict[Lane, int]


class RouteBody(Body, frozen=True):
    """Whom to ask: one *doctor*, or a *group*."""

    doctor: str | None = None
    group: str | None = None


class ClinicDecline(Body, frozen=True):
    """Why the clinic can't take the request; the patient reads it."""

    reason: str


class UrgencyBody(Body, frozen=True):
    """How soon it must be answered."""

    urgency: Urgency


class QuestionToPatient(Body, frozen=True):
    """What you would like to know; the patient answers on the request's page."""

    text: str


async def get_queue(request: web.Request) -> web.Response:
    """See a department's requests, of each lane the first *limit*; or more of one lane."""
    lane = query_of(request, "lane", Lane, Lane.TRIAGE) if "lane" in request.query else None
    skip = query_of(request, "skip", int, 0, lambda number: 0 <= number <= MOST_SKIPPED)
    query = GetBoard(limit_of(request), lane, skip)
    return json_response(
        present(await ask(request, department_named(request), query, Board), Queue)
    )


async def get_queued_request(request: web.Request) -> web.Response:
    """See one request, who was asked, and its timeline."""
    query = GetRequest(appointment_named(request))
    view = await ask(request, department_named(request), query, RoutedRequest)
    return json_response(present(view, QueuedRequest))


async def route_request(request: web.Request) -> web.Response:
    """Ask a doctor, or a group in its mode (and nobody else any more)."""
    body = await read_json(request, RouteBody)
    match body:
        case RouteBody(doctor=str(doctor), group=None):
            (chosen,) = await doctors_by_id(request, (doctor,), "doctor")
            return await changed(request, RouteToDoctor(appointment_named(request), chosen))
        case RouteBody(doctor=None, group=str(group)):
            return await changed(request, RouteToGroup(appointment_named(request), GroupId(group)))
        case _:
            raise invalid({"doctor": "Name a doctor or a group, one of them."})


async def pull_back_request(request: web.Request) -> web.Response:
    """Take a request back to triage."""
    await read_json(request, Nothing)
    return await changed(request, PullBack(appointment_named(request)))


async def set_urgency(request: web.Request) -> web.Response:
    """Say how soon a request must be answered."""
    body = await read_json(request, UrgencyBody)
    return await changed(request, SetUrgency(appointment_named(request), body.urgency))


async def ask_patient(request: web.Request) -> web.Response:
    """Ask the patient something."""
    body = await read_json(request, QuestionToPatient)
    return await changed(request, AskPatient(appointment_named(request), body.text))


async def decline_for_clinic(request: web.Request) -> web.Response:
    """Decline a request for the clinic, or cancel a confirmed visit that has not begun."""
    body = await read_json(request, ClinicDecline)
    return await changed(request, DeclineForClinic(appointment_named(request), body.reason))


async def changed(request: web.Request, command: msgspec.Struct) -> web.Response:
    """Tell the department *command*, and return what the request is then."""
    await tell(request, department_named(request), command)
    return await get_queued_request(request)


def appointment_named(request: web.Request) -> AppointmentId:
    """Return the appointment that the path names."""
    return AppointmentId(request.match_info["appointment"])


ONE = f"{DEPARTMENT}/requests/{{appointment}}"

ROUTES = (
    api_route(
        "GET",
        f"{DEPARTMENT}/queue",
        get_queue,
        ADMIN,
        response=Queue,
        query={
            "lane": "Only this part: `triage`, `out`, `confirmed` or `closed`.",
            "limit": "How many of each at most, up to 100.",
            "skip": "How many of them to leave out first.",
        },
    ),
    api_route("GET", ONE, get_queued_request, ADMIN, response=QueuedRequest),
    api_route(
        "POST", f"{ONE}/route", route_request, ADMIN, request=RouteBody, response=QueuedRequest
    ),
    api_route(
        "POST",
        f"{ONE}/pull-back",
        pull_back_request,
        ADMIN,
        request=Nothing,
        response=QueuedRequest,
    ),
    api_route(
        "POST", f"{ONE}/urgency", set_urgency, ADMIN, request=UrgencyBody, response=QueuedRequest
    ),
    api_route(
        "POST", f"{ONE}/ask", ask_patient, ADMIN, request=QuestionToPatient, response=QueuedRequest
    ),
    api_route(
        "POST",
        f"{ONE}/decline",
        decline_for_clinic,
        ADMIN,
        request=ClinicDecline,
        response=QueuedRequest,
    ),
)
