"""A doctor's requests: what waits for an answer, and the answers."""

from datetime import date, datetime
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from actors.address import Address
from actors.appointment import Reason, Urgency
from actors.doctor.messages import (
    AcceptRequest,
    Closed,
    DeclineRequest,
    FreeTimes,
    GetInbox,
    GetOffer,
    Inbox,
    InboxPart,
    ListFreeTimes,
    Offer,
    OfferStatus,
    ProposeTimes,
    address_of,
)
from actors.ids import AppointmentId, DoctorId
from http_edge.accepting import outcome_of
from http_edge.api.appointments import AnswerOut, Instant, SpanOut, WindowOut
from http_edge.api.departments import DoctorOut, VisitTypeOut
from http_edge.api.shape import (
    Body,
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

LONGEST_HOLD = 14 * 24 * 60
MOST_SKIPPED = 100_000


class PatientOut(View, frozen=True):
    """A patient as staff may call them; *language* is a BCP 47 tag, or empty."""

    id: str
    name: str
    zone: str
    language: str
    born_on: date | None


class PickedOut(View, frozen=True):
    """The shown time that the patient picked."""

    doctor: DoctorOut
    start: datetime


class RequestOut(View, frozen=True):
    """What the patient asked for, with their answers; red flags put it on top."""

    category: str
    category_name: str
    reason: str
    urgency: Urgency
    windows: tuple[WindowOut, ...]
    requested_at: datetime
    visit: VisitTypeOut
    answers: tuple[AnswerOut, ...]
    red_flags: tuple[str, ...]
    picked: PickedOut | None
    preferred: DoctorOut | None
    series: str | None


class GroupOut(View, frozen=True):
    """A group of doctors."""

    id: str
    name: str


class BecauseOut(View, frozen=True):
    """Why a request is with this doctor or group; *load* counts requests within 7 days."""

    reason: Reason
    rule: str
    matched: tuple[str, ...]
    load: int | None


class OfferOut(View, frozen=True):
    """A request as the doctor sees it. Once closed, only who took it and why is left to see.

    *choices* are held for the patient until *until*; a *wish* is for another time of a visit.
    """

    id: str
    status: OfferStatus
    patient: PatientOut | None
    request: RequestOut | None
    answer_by: datetime | None
    group: GroupOut | None
    proposed: datetime | None
    start: datetime | None
    end: datetime | None
    why: Closed | None
    by_name: str
    reason: str
    round: int
    choices: tuple[SpanOut, ...]
    until: datetime | None
    moving_to: SpanOut | None
    wish: tuple[WindowOut, ...] | None
    wish_note: str
    arrived_at: datetime | None
    started_at: datetime | None
    because: BecauseOut | None


class InboxOut(View, frozen=True):
    """What waits for an answer (most pressing first), visits by start, and lately closed.

    *counts* says how many there are of the first two; all visits are at `/doctor/visits`.
    """

    open: tuple[OfferOut, ...]
    visits: tuple[OfferOut, ...]
    recent: tuple[OfferOut, ...]
    counts: dict[InboxPart, int]


class AcceptBody(Body, frozen=True):
    """When you see them; without *start* at the first free time that fits."""

    start: Instant | None = None


class ProposeBody(Body, frozen=True):
    """One to three other times, held for the patient at most for *hold_minutes*."""

    starts: Annotated[tuple[Instant, ...], Meta(min_length=1, max_length=3)]
    hold_minutes: Annotated[int, Meta(ge=1, le=LONGEST_HOLD)] = 24 * 60


class DeclineBody(Body, frozen=True):
    """Why you can't."""

    reason: str


class FreeTimesOut(View, frozen=True):
    """Starts of free times, in order, each long enough for a visit and its buffers."""

    starts: tuple[datetime, ...]
    visit_minutes: int
    zone: str


async def list_doctor_requests(request: web.Request) -> web.Response:
    """See what waits for your answer, your next visits, and what closed lately."""
    skip = query_of(request, "skip", int, 0, lambda number: 0 <= number <= MOST_SKIPPED)
    query = GetInbox(limit_of(request), skip=skip)
    return json_response(present(await ask(request, me(request), query, Inbox), InboxOut))


async def get_doctor_request(request: web.Request) -> web.Response:
    """See one request, as far as it came with you."""
    offer = await ask(request, me(request), GetOffer(named(request)), Offer)
    return json_response(present(offer, OfferOut))


async def accept_request(request: web.Request) -> web.Response:
    """Accept a request; 409 with the reason when it went to somebody else meanwhile."""
    body = await read_json(request, AcceptBody)
    await tell(request, me(request), AcceptRequest(named(request), body.start))
    offer = await outcome_of(request, me(request), named(request))
    status = 202 if offer.status is OfferStatus.HELD else 200
    return json_response(present(offer, OfferOut), status=status)


async def propose_times(request: web.Request) -> web.Response:
    """Offer other times, for a request or for a visit that stands; the patient chooses one."""
    body = await read_json(request, ProposeBody)
    command = ProposeTimes(named(request), body.starts, body.hold_minutes)
    await tell(request, me(request), command)
    return await get_doctor_request(request)


async def decline_request(request: web.Request) -> web.Response:
    """Decline a request; it goes back to routing."""
    body = await read_json(request, DeclineBody)
    await tell(request, me(request), DeclineRequest(named(request), body.reason))
    return await get_doctor_request(request)


async def list_free_times(request: web.Request) -> web.Response:
    """See your free times, from now, from *start*, or as they fit a request."""
    appointment = query_of(request, "appointment", str, "")
    query = ListFreeTimes(
        appointment=AppointmentId(appointment) if appointment else None,
        start=query_of(request, "start", Instant, None),
        limit=limit_of(request),
    )
    free = await ask(request, me(request), query, FreeTimes)
    return json_response(present(free, FreeTimesOut))


def me(request: web.Request) -> Address:
    """Return where the doctor who asks lives."""
    return address_of(DoctorId(caller_of(request).user))


def named(request: web.Request) -> AppointmentId:
    """Return the appointment that the path names."""
    return AppointmentId(request.match_info["appointment"])


_ONE = "/doctor/requests/{appointment}"

ROUTES = (
    api_route(
        "GET",
        "/doctor/requests",
        list_doctor_requests,
        DOCTOR,
        response=InboxOut,
        query={
            "limit": "How many of each at most, up to 100.",
            "skip": "How many of those that wait to leave out first.",
        },
    ),
    api_route("GET", _ONE, get_doctor_request, DOCTOR, response=OfferOut),
    api_route(
        "POST", f"{_ONE}/accept", accept_request, DOCTOR, request=AcceptBody, response=OfferOut
    ),
    api_route(
        "POST", f"{_ONE}/propose", propose_times, DOCTOR, request=ProposeBody, response=OfferOut
    ),
    api_route(
        "POST", f"{_ONE}/decline", decline_request, DOCTOR, request=DeclineBody, response=OfferOut
    ),
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
