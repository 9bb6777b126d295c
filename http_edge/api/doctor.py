"""A doctor's requests, visits and hours."""

from datetime import datetime, time
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from actors.address import Address
from actors.appointment import Urgency
from actors.doctor.messages import (
    AcceptRequest,
    Closed,
    DeclineRequest,
    FreeTimes,
    GetInbox,
    GetOffer,
    GetPractice,
    Hours,
    Inbox,
    ListFreeTimes,
    Offer,
    OfferStatus,
    Practice,
    SetHours,
    WeeklyHours,
    address_of,
)
from actors.ids import AppointmentId, DoctorId
from http_edge.accepting import outcome_of
from http_edge.api.appointments import Instant, WindowOut
from http_edge.api.shape import (
    Body,
    Minutes,
    View,
    api_route,
    json_response,
    limit_of,
    present,
    query_of,
)
from http_edge.ask import ask, caller_of, tell
from http_edge.bodies import read_json
from http_edge.policy import DOCTOR


class PatientOut(View, frozen=True):
    """A patient as their doctor may call them."""

    id: str
    name: str
    zone: str


class AskedOut(View, frozen=True):
    """What the patient asked for."""

    category: str
    category_name: str
    reason: str
    urgency: Urgency
    windows: tuple[WindowOut, ...]
    requested_at: datetime


class GroupOut(View, frozen=True):
    """A group whose members are all asked."""

    id: str
    name: str


class OfferOut(View, frozen=True):
    """A request as the doctor sees it. Once closed, only who took it and why is left to see."""

    id: str
    status: OfferStatus
    patient: PatientOut | None
    request: AskedOut | None
    answer_by: datetime | None
    group: GroupOut | None
    proposed: datetime | None
    start: datetime | None
    end: datetime | None
    why: Closed | None
    by_name: str
    reason: str


class InboxOut(View, frozen=True):
    """What waits for an answer (most pressing first), visits by start, and lately closed."""

    open: tuple[OfferOut, ...]
    visits: tuple[OfferOut, ...]
    recent: tuple[OfferOut, ...]


class VisitList(View, frozen=True):
    """Confirmed visits that are not over yet, by start."""

    items: tuple[OfferOut, ...]


class AcceptBody(Body, frozen=True):
    """When you see them; without *start* at the first free time that fits."""

    start: Instant | None = None


class DeclineBody(Body, frozen=True):
    """Why you can't."""

    reason: str


ClockTime = Annotated[
    str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$", examples=["09:00"])
]
"""Wall time to the minute, `HH:MM`; seconds may follow and are 00."""


class WeeklyHoursBody(Body, frozen=True):
    """On every *weekday* (Monday is 0), wall time of your zone; an end of 00:00 is midnight."""

    weekday: Annotated[int, Meta(ge=0, le=6)]
    start: ClockTime
    end: ClockTime


class HoursBody(Body, frozen=True):
    """When you can be seen, and how a visit is laid into that time."""

    zone: str
    weekly: tuple[WeeklyHoursBody, ...]
    visit_minutes: Minutes = 20
    buffer_before_minutes: Minutes = 0
    buffer_after_minutes: Minutes = 5


class PracticeOut(View, frozen=True):
    """Who you are to patients, and your hours."""

    id: str
    name: str
    suspended: bool
    hours: HoursBody


class FreeTimesOut(View, frozen=True):
    """Starts of free times, in order, each long enough for a visit and its buffers."""

    starts: tuple[datetime, ...]
    visit_minutes: int
    zone: str


async def list_doctor_requests(request: web.Request) -> web.Response:
    """See what waits for your answer."""
    return json_response(present(await ask(request, _me(request), GetInbox(), Inbox), InboxOut))


async def get_doctor_request(request: web.Request) -> web.Response:
    """See one request."""
    offer = await ask(request, _me(request), GetOffer(_named(request)), Offer)
    return json_response(present(offer, OfferOut))


async def accept_request(request: web.Request) -> web.Response:
    """Accept a request: 200 when it is yours, 409 when a colleague was faster, 202 undecided."""
    wanted = await read_json(request, AcceptBody)
    await tell(request, _me(request), AcceptRequest(_named(request), wanted.start))
    offer = await outcome_of(request, _me(request), _named(request))
    status = 202 if offer.status is OfferStatus.HELD else 200
    return json_response(present(offer, OfferOut), status=status)


async def decline_request(request: web.Request) -> web.Response:
    """Decline a request; it goes back to routing."""
    body = await read_json(request, DeclineBody)
    await tell(request, _me(request), DeclineRequest(_named(request), body.reason))
    return await get_doctor_request(request)


async def list_visits(request: web.Request) -> web.Response:
    """See your confirmed visits."""
    inbox = await ask(request, _me(request), GetInbox(), Inbox)
    return json_response(VisitList(present(inbox.visits, tuple[OfferOut, ...])))


async def get_hours(request: web.Request) -> web.Response:
    """See your hours."""
    practice = await ask(request, _me(request), GetPractice(), Practice)
    hours = _body_of(practice.hours)
    return json_response(PracticeOut(practice.id, practice.name, practice.suspended, hours))


async def set_hours(request: web.Request) -> web.Response:
    """Set your hours; what is confirmed already stays."""
    hours = _hours_of(await read_json(request, HoursBody))
    await tell(request, _me(request), SetHours(hours))
    return await get_hours(request)


async def list_free_times(request: web.Request) -> web.Response:
    """See your free times, from now, from *start*, or as they fit a request."""
    appointment = query_of(request, "appointment", str, "")
    query = ListFreeTimes(
        appointment=AppointmentId(appointment) if appointment else None,
        start=query_of(request, "start", Instant, None),
        limit=limit_of(request),
    )
    free = await ask(request, _me(request), query, FreeTimes)
    return json_response(present(free, FreeTimesOut))


def _hours_of(body: HoursBody) -> Hours:
    weekly = tuple(
        WeeklyHours(day.weekday, time.fromisoformat(day.start), time.fromisoformat(day.end))
        for day in body.weekly
    )
    return Hours(
        body.zone,
        weekly,
        body.visit_minutes,
        body.buffer_before_minutes,
        body.buffer_after_minutes,
    )


def _body_of(hours: Hours) -> HoursBody:
    weekly = tuple(
        WeeklyHoursBody(day.weekday, f"{day.start:%H:%M}", f"{day.end:%H:%M}")
        for day in hours.weekly
    )
    return HoursBody(
        hours.zone,
        weekly,
        hours.visit_minutes,
        hours.buffer_before_minutes,
        hours.buffer_after_minutes,
    )


def _me(request: web.Request) -> Address:
    return address_of(DoctorId(caller_of(request).user))


def _named(request: web.Request) -> AppointmentId:
    return AppointmentId(request.match_info["appointment"])


ROUTES = (
    api_route("GET", "/doctor/requests", list_doctor_requests, DOCTOR, response=InboxOut),
    api_route(
        "GET", "/doctor/requests/{appointment}", get_doctor_request, DOCTOR, response=OfferOut
    ),
    api_route(
        "POST",
        "/doctor/requests/{appointment}/accept",
        accept_request,
        DOCTOR,
        request=AcceptBody,
        response=OfferOut,
    ),
    api_route(
        "POST",
        "/doctor/requests/{appointment}/decline",
        decline_request,
        DOCTOR,
        request=DeclineBody,
        response=OfferOut,
    ),
    api_route("GET", "/doctor/visits", list_visits, DOCTOR, response=VisitList),
    api_route("GET", "/doctor/hours", get_hours, DOCTOR, response=PracticeOut),
    api_route("PUT", "/doctor/hours", set_hours, DOCTOR, request=HoursBody, response=PracticeOut),
    api_route(
        "GET",
        "/doctor/free-times",
        list_free_times,
        DOCTOR,
        response=FreeTimesOut,
        query={
            "appointment": "Only times that fit this request.",
            "start": "Only times from here on (RFC 3339).",
            "limit": "How many at most, up to 100.",
        },
    ),
)
