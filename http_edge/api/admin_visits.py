"""For administrators: visits that stand, the day board, changed clocks, and people's letters."""

from datetime import date, datetime
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from actors.admin_router.messages import (
    DayBoard,
    GetDay,
    ListMovedClocks,
    MovedClocks,
    NotifyClocks,
    Reassign,
)
from actors.appointment import Mark, Status
from actors.ids import AppointmentId
from actors.notify.messages import Letters, ListLetters, Resend, Topic, address_of
from actors.zones import is_zone
from http_edge import keys
from http_edge.api.admin_departments import DEPARTMENT, department_named
from http_edge.api.admin_queue import ONE, QueuedRequest, appointment_named, changed
from http_edge.api.appointments import Instant
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
from http_edge.lookup import doctors_by_id
from http_edge.marks import after_day, cursor_of, text_of
from http_edge.policy import ADMIN


class ReassignBody(Body, frozen=True):
    """To whom the visit goes; *start* when at another time."""

    doctor: str
    start: Instant | None = None


class DayOfDepartment(View, frozen=True):
    """A page of one day's visits by start, and of the whole day: counts by status, longest wait.

    *next* is where to go on.
    """

    day: date
    visits: tuple[QueuedRequest, ...]
    counts: dict[Status, int]
    longest_wait_since: datetime | None
    next: str | None


class MovedClockOut(View, frozen=True):
    """A visit whose hour is another now on some clock; wall times have no offset."""

    appointment: str
    start: datetime
    doctor_zone: str
    doctor_wall: datetime
    doctor_wall_now: datetime
    patient_zone: str
    patient_wall: datetime
    patient_wall_now: datetime


class MovedClockList(View, frozen=True):
    """A page of the *count* visits to come whose hour a change of law has moved, by start."""

    items: tuple[MovedClockOut, ...]
    count: int
    next: str | None


class NotifyBody(Body, frozen=True):
    """Whose patients to tell."""

    appointments: Annotated[tuple[str, ...], Meta(min_length=1, max_length=1000)]


class LetterOut(View, frozen=True):
    """One letter and how far it came; it holds no words of care."""

    number: int
    topic: Topic
    appointment: str
    at: datetime
    state: str
    attempts: int
    said: str
    due: datetime | None


class LetterList(View, frozen=True):
    """Somebody's letters, newest first."""

    items: tuple[LetterOut, ...]


async def reassign_visit(request: web.Request) -> web.Response:
    """Give a visit to another doctor; it stays until that doctor's diary has it."""
    body = await read_json(request, ReassignBody)
    (doctor,) = await doctors_by_id(request, (body.doctor,), "doctor")
    return await changed(request, Reassign(appointment_named(request), doctor, body.start))


async def get_day(request: web.Request) -> web.Response:
    """See the visits that start on one day."""
    zone = query_of(request, "zone", str, request[keys.LIVE].zone)
    if not is_zone(zone):
        raise invalid({"zone": "There is no such time zone."})
    day = query_of(request, "date", date, request.app[keys.CLOCK].now().date())
    query = GetDay(day, zone, limit_of(request), cursor_of(request))
    found = await ask(request, department_named(request), query, DayBoard)
    return json_response(
        DayOfDepartment(
            day=found.day,
            visits=present(found.visits, tuple[QueuedRequest, ...]),
            counts=found.counts,
            longest_wait_since=found.longest_wait_since,
            next=next_link(request, after_day(found)),
        )
    )


async def list_moved_clocks(request: web.Request) -> web.Response:
    """See visits to come whose hour a change of law has moved on some clock."""
    return await _moved_clocks(request, ListMovedClocks(limit_of(request), cursor_of(request)))


async def _moved_clocks(request: web.Request, query: ListMovedClocks) -> web.Response:
    found = await ask(request, department_named(request), query, MovedClocks)
    last = found.items[-1] if found.more else None
    cursor = text_of(Mark(last.start, last.appointment)) if last else None
    after = next_link(request, cursor, path=request.path.removesuffix("/notify"))
    items = present(found.items, tuple[MovedClockOut, ...])
    return json_response(MovedClockList(items, found.count, after))


async def notify_clocks(request: web.Request) -> web.Response:
    """Tell these visits' patients what their clocks show now."""
    body = await read_json(request, NotifyBody)
    appointments = tuple(AppointmentId(each) for each in body.appointments)
    await tell(request, department_named(request), NotifyClocks(appointments))
    return await _moved_clocks(request, ListMovedClocks(limit_of(request)))


async def list_letters(request: web.Request) -> web.Response:
    """See which letters to somebody have left."""
    found = await ask(request, address_of(request.match_info["user"]), ListLetters(), Letters)
    return json_response(present(found, LetterList))


async def resend_letter(request: web.Request) -> web.Response:
    """Carry a letter again."""
    await read_json(request, Nothing)
    digits = request.match_info["letter"][:9]
    number = int(digits) if digits.isascii() and digits.isdigit() else 0
    await tell(request, address_of(request.match_info["user"]), Resend(number))
    return await list_letters(request)


_CLOCKS = f"{DEPARTMENT}/moved-clocks"
_LETTERS = "/admin/accounts/{user}/letters"

ROUTES = (
    api_route(
        "POST",
        f"{ONE}/reassign",
        reassign_visit,
        ADMIN,
        request=ReassignBody,
        response=QueuedRequest,
    ),
    api_route(
        "GET",
        f"{DEPARTMENT}/day",
        get_day,
        ADMIN,
        response=DayOfDepartment,
        query={
            "date": "Which day (YYYY-MM-DD).",
            "zone": "In which zone; yours otherwise.",
            **PAGING,
        },
    ),
    api_route("GET", _CLOCKS, list_moved_clocks, ADMIN, response=MovedClockList, query=PAGING),
    api_route(
        "POST",
        f"{_CLOCKS}/notify",
        notify_clocks,
        ADMIN,
        request=NotifyBody,
        response=MovedClockList,
    ),
    api_route("GET", _LETTERS, list_letters, ADMIN, response=LetterList),
    api_route(
        "POST",
        f"{_LETTERS}/{{letter}}/resend",
        resend_letter,
        ADMIN,
        request=Nothing,
        response=LetterList,
    ),
)
