"""A doctor's visits: the day itself, giving one back, and booking a patient again."""

from datetime import datetime
from typing import Annotated

import msgspec
from aiohttp import web
from msgspec import Meta

from actors.doctor.messages import (
    BookSeries,
    Every,
    FinishVisit,
    GetInbox,
    GiveBackVisit,
    Inbox,
    InboxPart,
    MarkNoShow,
    PreviewSeries,
    Repeat,
    SeriesBooked,
    SeriesPlan,
    StartVisit,
)
from http_edge.api.appointments import SpanOut
from http_edge.api.doctor import OfferOut, get_doctor_request, me, named
from http_edge.api.shape import (
    PAGING,
    Body,
    Nothing,
    View,
    api_route,
    json_response,
    limit_of,
    next_link,
    present,
    query_of,
)
from http_edge.ask import ask, tell
from http_edge.bodies import invalid, read_json
from http_edge.marks import after_last, cursor_of, text_of
from http_edge.policy import DOCTOR

MOST_VISITS = 52
LONGEST_INTERVAL = 12


class VisitList(View, frozen=True):
    """A page of confirmed visits that are not over yet, by start; *next* is where to go on."""

    items: tuple[OfferOut, ...]
    next: str | None


class GiveBackBody(Body, frozen=True):
    """Why you can't keep the visit."""

    reason: str


class RepeatBody(Body, frozen=True):
    """*count* further visits, one every *interval* weeks or months (same weekday of the month)."""

    every: Every
    interval: Annotated[int, Meta(ge=1, le=LONGEST_INTERVAL)] = 1
    count: Annotated[int, Meta(ge=1, le=MOST_VISITS)] = 1


class SeriesPlanOut(View, frozen=True):
    """What a series would be: what is free, and what clashes."""

    free: tuple[SpanOut, ...]
    clashes: tuple[SpanOut, ...]


class BookedOut(View, frozen=True):
    """One visit of a series."""

    appointment: str
    start: datetime
    end: datetime


class SeriesOut(View, frozen=True):
    """What was booked of a series, and what was not free."""

    series: str | None
    booked: tuple[BookedOut, ...]
    clashes: tuple[SpanOut, ...]


async def list_visits(request: web.Request) -> web.Response:
    """See your confirmed visits."""
    query = GetInbox(limit_of(request), InboxPart.VISITS, after=cursor_of(request))
    page = await ask(request, me(request), query, Inbox)
    after = after_last(page)
    cursor = text_of(after) if after else None
    items = present(page.visits, tuple[OfferOut, ...])
    return json_response(VisitList(items, next_link(request, cursor)))


async def get_visit(request: web.Request) -> web.Response:
    """See one visit."""
    return await get_doctor_request(request)


async def start_visit(request: web.Request) -> web.Response:
    """Begin a visit, from 30 minutes before its start."""
    return await _told(request, StartVisit(named(request)))


async def finish_visit(request: web.Request) -> web.Response:
    """Say that a visit took place."""
    return await _told(request, FinishVisit(named(request)))


async def mark_no_show(request: web.Request) -> web.Response:
    """Say, once it should have begun, that the patient did not come."""
    return await _told(request, MarkNoShow(named(request)))


async def _told(request: web.Request, command: msgspec.Struct) -> web.Response:
    await read_json(request, Nothing)
    await tell(request, me(request), command)
    return await get_doctor_request(request)


async def give_back_visit(request: web.Request) -> web.Response:
    """Give a visit back; another doctor is looked for, and the patient is told."""
    body = await read_json(request, GiveBackBody)
    await tell(request, me(request), GiveBackVisit(named(request), body.reason))
    return await get_doctor_request(request)


async def preview_series(request: web.Request) -> web.Response:
    """See what a series after this visit would be, with its clashes."""
    if "every" not in request.query:
        raise invalid({"every": "This is needed."})
    repeat = Repeat(
        query_of(request, "every", Every, Every.WEEK),
        query_of(request, "interval", int, 1, lambda number: 1 <= number <= LONGEST_INTERVAL),
        query_of(request, "count", int, 1, lambda number: 1 <= number <= MOST_VISITS),
    )
    plan = await ask(request, me(request), PreviewSeries(named(request), repeat), SeriesPlan)
    return json_response(present(plan, SeriesPlanOut))


async def book_series(request: web.Request) -> web.Response:
    """Book what is free of a series; what clashes is listed."""
    body = await read_json(request, RepeatBody)
    repeat = Repeat(body.every, body.interval, body.count)
    happened = await tell(request, me(request), BookSeries(named(request), repeat))
    booked = happened.first(SeriesBooked)
    return json_response(_series_of(booked) if booked else SeriesOut(None, (), ()))


def _series_of(booked: SeriesBooked) -> SeriesOut:
    visits = tuple(
        BookedOut(each.appointment, each.span.start, each.span.end)
        for each in booked.booked
        if each.appointment is not None
    )
    return SeriesOut(booked.series, visits, present(booked.clashes, tuple[SpanOut, ...]))


_SERIES = {
    "every": "`week` or `month`.",
    "interval": f"Every so many weeks or months, up to {LONGEST_INTERVAL}.",
    "count": f"How many further visits, up to {MOST_VISITS}.",
}
_ONE = "/doctor/visits/{appointment}"

ROUTES = (
    api_route("GET", "/doctor/visits", list_visits, DOCTOR, response=VisitList, query=PAGING),
    api_route("GET", _ONE, get_visit, DOCTOR, response=OfferOut),
    api_route("POST", f"{_ONE}/start", start_visit, DOCTOR, request=Nothing, response=OfferOut),
    api_route("POST", f"{_ONE}/finish", finish_visit, DOCTOR, request=Nothing, response=OfferOut),
    api_route("POST", f"{_ONE}/no-show", mark_no_show, DOCTOR, request=Nothing, response=OfferOut),
    api_route(
        "POST",
        f"{_ONE}/give-back",
        give_back_visit,
        DOCTOR,
        request=GiveBackBody,
        response=OfferOut,
    ),
    api_route(
        "GET", f"{_ONE}/series", preview_series, DOCTOR, response=SeriesPlanOut, query=_SERIES
    ),
    api_route(
        "POST", f"{_ONE}/series", book_series, DOCTOR, request=RepeatBody, response=SeriesOut
    ),
)
