"""What a patient should know."""

from datetime import datetime

from aiohttp import web

from actors.ids import PatientId
from actors.patient.messages import ListNotices, MarkNoticesRead, Notices, Step, address_of
from http_edge.api.shape import (
    PAGING,
    Body,
    Number,
    View,
    api_route,
    empty,
    json_response,
    limit_of,
    next_link,
    present,
    query_of,
)
from http_edge.ask import ask, caller_of, tell
from http_edge.bodies import read_json
from http_edge.policy import PATIENT


class NoticeOut(View, frozen=True):
    """A notice. Numbers count up from 1."""

    number: int
    step: Step
    appointment: str
    at: datetime
    read: bool
    who: str = ""
    start: datetime | None = None
    why: str = ""


class NoticePage(View, frozen=True):
    """A page of notices, newest first; *next* is the link to the page after."""

    items: tuple[NoticeOut, ...]
    unread: int
    next: str | None


class ReadMark(Body, frozen=True):
    """Every notice up to and with this number has been seen."""

    up_to: Number


async def list_notices(request: web.Request) -> web.Response:
    """See your notices."""
    before = query_of(request, "cursor", Number, 0)
    patient = PatientId(caller_of(request).user)
    page = await ask(request, address_of(patient), ListNotices(before, limit_of(request)), Notices)
    items = present(page.items, tuple[NoticeOut, ...])
    cursor = items[-1].number if page.more else None
    return json_response(NoticePage(items, page.unread, next_link(request, cursor)))


async def mark_notices_read(request: web.Request) -> web.Response:
    """Mark notices as read."""
    mark = await read_json(request, ReadMark)
    patient = PatientId(caller_of(request).user)
    await tell(request, address_of(patient), MarkNoticesRead(mark.up_to))
    return empty()


ROUTES = (
    api_route("GET", "/notices", list_notices, PATIENT, response=NoticePage, query=PAGING),
    api_route("POST", "/notices/read", mark_notices_read, PATIENT, request=ReadMark, status=204),
)
