"""What somebody should know, and what waits for them."""

from datetime import datetime

from aiohttp import web

from actors.ids import AppointmentId, ConversationId
from actors.notify.messages import Bell as BellSeen
from actors.notify.messages import (
    GetBell,
    Hush,
    ListNotices,
    MarkSeen,
    Notices,
    NoticeView,
    Topic,
    address_of,
)
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
from http_edge.policy import SIGNED_IN


class NoticeOut(View, frozen=True):
    """A notice. Numbers count up from 1; *appointment* is empty for what is about none."""

    number: int
    topic: Topic
    appointment: AppointmentId
    at: datetime
    seen: bool
    with_name: str = ""
    start: datetime | None = None
    until: datetime | None = None
    choices: tuple[datetime, ...] = ()
    minutes: int = 0
    thread: ConversationId | None = None
    count: int = 0


class NoticePage(View, frozen=True):
    """A page of notices, newest first; *next* is the link to the page after."""

    items: tuple[NoticeOut, ...]
    unseen: int
    next: str | None


class ReadMark(Body, frozen=True):
    """Every notice up to and with this number has been seen."""

    up_to: Number


class Alert(View, frozen=True):
    """Something that waits for you. *rings*: pages ring for it."""

    topic: Topic
    appointment: AppointmentId
    since: datetime
    rings: bool
    until: datetime | None = None


class Bell(View, frozen=True):
    """What every page shows: notices not seen, messages not read, and what waits for you."""

    unseen: int
    unread: int
    alerts: tuple[Alert, ...]
    sound: bool


class HushFor(Body, frozen=True):
    """What pages are not to ring for any more."""

    topic: Topic
    appointment: str = ""


async def list_notices(request: web.Request) -> web.Response:
    """See your notices."""
    before = query_of(request, "cursor", Number, 0)
    mine = address_of(caller_of(request).user)
    page = await ask(request, mine, ListNotices(before, limit_of(request)), Notices)
    items = tuple(_out(each) for each in page.items)
    cursor = items[-1].number if page.more else None
    return json_response(NoticePage(items, page.unseen, next_link(request, cursor)))


def _out(view: NoticeView) -> NoticeOut:
    notice = view.notice
    return NoticeOut(
        number=view.number,
        topic=notice.topic,
        appointment=notice.appointment,
        at=view.at,
        seen=view.seen,
        with_name=notice.with_name,
        start=notice.start,
        until=notice.until,
        choices=notice.choices,
        minutes=notice.minutes,
        thread=notice.thread,
        count=notice.count,
    )


async def mark_notices_read(request: web.Request) -> web.Response:
    """Mark notices as read."""
    mark = await read_json(request, ReadMark)
    await tell(request, address_of(caller_of(request).user), MarkSeen(mark.up_to))
    return empty()


async def get_bell(request: web.Request) -> web.Response:
    """See what waits for you."""
    bell = await ask(request, address_of(caller_of(request).user), GetBell(), BellSeen)
    return json_response(present(bell, Bell))


async def hush_alert(request: web.Request) -> web.Response:
    """Have pages ring no more for something that still waits for you."""
    body = await read_json(request, HushFor)
    command = Hush(body.topic, AppointmentId(body.appointment))
    await tell(request, address_of(caller_of(request).user), command)
    return empty()


ROUTES = (
    api_route("GET", "/notices/bell", get_bell, SIGNED_IN, response=Bell),
    api_route("GET", "/notices", list_notices, SIGNED_IN, response=NoticePage, query=PAGING),
    api_route("POST", "/notices/read", mark_notices_read, SIGNED_IN, request=ReadMark, status=204),
    api_route("POST", "/notices/hush", hush_alert, SIGNED_IN, request=HushFor, status=204),
)
