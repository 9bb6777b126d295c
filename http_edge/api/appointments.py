"""A patient's requests and appointments."""

from datetime import datetime
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from actors.address import Address
from actors.appointment import Stage, Status, Urgency, Window
from actors.ids import AppointmentId, CategoryId, DepartmentId, PatientId
from actors.patient.messages import (
    AppointmentRequested,
    Appointments,
    AppointmentView,
    GetAppointment,
    ListAppointments,
    RequestAppointment,
    Step,
    WithdrawRequest,
    address_of,
)
from actors.runtime.errors import DeliveryFailed, Fault
from http_edge.api.departments import DoctorOut
from http_edge.api.shape import (
    PAGING,
    PREFIX,
    Body,
    View,
    api_route,
    json_response,
    limit_of,
    next_link,
    present,
    query_of,
)
from http_edge.ask import ask, caller_of, tell
from http_edge.bodies import read_json
from http_edge.lookup import category_name
from http_edge.policy import PATIENT

Instant = Annotated[datetime, Meta(tz=True)]


class WindowBody(Body, frozen=True):
    """A time in which you could come; both with their offset from UTC."""

    start: Instant
    end: Instant


class NewAppointment(Body, frozen=True):
    """What you want to be seen for. No *windows* means "first available"."""

    department: str
    category: str
    reason: str
    urgency: Urgency = Urgency.ROUTINE
    windows: tuple[WindowBody, ...] = ()


class CancelBody(Body, frozen=True):
    """Why you do not want it any more, if you like to say."""

    reason: str = ""


class WindowOut(View, frozen=True):
    """A time in which the patient could come."""

    start: datetime
    end: datetime


class TimelineOut(View, frozen=True):
    """One step in the life of an appointment."""

    step: Step
    at: datetime
    who: str = ""
    why: str = ""
    stage: Stage | None = None
    until: datetime | None = None
    start: datetime | None = None


class AppointmentOut(View, frozen=True):
    """One appointment as its patient sees it."""

    id: str
    status: Status
    department: str
    category: str
    category_name: str
    reason: str
    urgency: Urgency
    windows: tuple[WindowOut, ...]
    requested_at: datetime
    with_name: str
    stage: Stage | None
    answer_by: datetime | None
    doctor: DoctorOut | None
    start: datetime | None
    end: datetime | None
    doctor_zone: str
    closed_because: str
    timeline: tuple[TimelineOut, ...]


class AppointmentPage(View, frozen=True):
    """A page of appointments, newest request first; *next* is the link to the page after."""

    items: tuple[AppointmentOut, ...]
    next: str | None


async def request_appointment(request: web.Request) -> web.Response:
    """Ask to be seen."""
    wanted = await read_json(request, NewAppointment)
    department, category = DepartmentId(wanted.department), CategoryId(wanted.category)
    command = RequestAppointment(
        department=department,
        category=category,
        category_name=await category_name(request, department, category),
        reason=wanted.reason,
        urgency=wanted.urgency,
        windows=tuple(Window(window.start, window.end) for window in wanted.windows),
    )
    requested = (await tell(request, _me(request), command)).first(AppointmentRequested)
    if requested is None:
        raise DeliveryFailed(Fault.UNREADABLE)
    view = await _appointment(request, requested.appointment)
    location = f"{PREFIX}/appointments/{requested.appointment}"
    return json_response(_out(view), status=201, headers={"Location": location})


async def list_appointments(request: web.Request) -> web.Response:
    """See your appointments, without their timelines."""
    after = query_of(request, "cursor", str, "")
    query = ListAppointments(AppointmentId(after) if after else None, limit_of(request))
    page = await ask(request, _me(request), query, Appointments)
    cursor = page.items[-1].id if page.more else None
    items = tuple(_out(view) for view in page.items)
    return json_response(AppointmentPage(items, next_link(request, cursor)))


async def get_appointment(request: web.Request) -> web.Response:
    """See one appointment and what happened to it."""
    return json_response(_out(await _appointment(request, _named(request))))


async def cancel_appointment(request: web.Request) -> web.Response:
    """Withdraw a request, or cancel a confirmed appointment."""
    cancel = await read_json(request, CancelBody)
    await tell(request, _me(request), WithdrawRequest(_named(request), cancel.reason))
    return json_response(_out(await _appointment(request, _named(request))))


def _me(request: web.Request) -> Address:
    return address_of(PatientId(caller_of(request).user))


def _named(request: web.Request) -> AppointmentId:
    return AppointmentId(request.match_info["appointment"])


async def _appointment(request: web.Request, appointment: AppointmentId) -> AppointmentView:
    return await ask(request, _me(request), GetAppointment(appointment), AppointmentView)


def _out(view: AppointmentView) -> AppointmentOut:
    asked = view.request
    return AppointmentOut(
        id=view.id,
        status=view.status,
        department=asked.department,
        category=asked.category,
        category_name=asked.category_name,
        reason=asked.reason,
        urgency=asked.urgency,
        windows=present(asked.windows, tuple[WindowOut, ...]),
        requested_at=asked.requested_at,
        with_name=view.with_name,
        stage=view.stage,
        answer_by=view.answer_by,
        doctor=DoctorOut(view.doctor.id, view.doctor.name) if view.doctor else None,
        start=view.start,
        end=view.end,
        doctor_zone=view.doctor_zone,
        closed_because=view.reason,
        timeline=present(view.timeline, tuple[TimelineOut, ...]),
    )


ROUTES = (
    api_route(
        "POST",
        "/appointments",
        request_appointment,
        PATIENT,
        request=NewAppointment,
        response=AppointmentOut,
        status=201,
    ),
    api_route(
        "GET", "/appointments", list_appointments, PATIENT, response=AppointmentPage, query=PAGING
    ),
    api_route(
        "GET", "/appointments/{appointment}", get_appointment, PATIENT, response=AppointmentOut
    ),
    api_route(
        "POST",
        "/appointments/{appointment}/cancel",
        cancel_appointment,
        PATIENT,
        request=CancelBody,
        response=AppointmentOut,
    ),
)
