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
from actors.appointment import Status
from actors.ids import AppointmentId
from actors.notify.messages import Letters, ListLetters, Resend, Topic, address_of
from actors.zones import is_zone
from http_edge import keys
from http_edge.api.admin_departments import DEPARTMENT, department_named
from http_edge.api.admin_queue import ONE, QueuedRequest, appointment_named, changed
from http_edge.api.appointments import Instant
from http_edge.api.shape import (
    Body,
    Nothing,
    View,
    api_route,
    json_response,
    present,
    query_of,
)
from http_edge.ask import ask, tell
from http_edge.bodies import invalid, read_json
from http_edge.lookup import doctors_by_id
from http_edge.policy import ADMIN


class ReassignBody(Body, frozen=True):
    """To whom the visit goes; *start* when at another time."""

    doctor: str
    start: Instant | None = None


class DayOfDepartment(View, frozen=True):
    """One day's visits by start, with counts by status and since when who waits longest waits."""

    day: date
    visits: tuple[QueuedRequest, ...]
    counts: dict[Status, int]
    longest_wait_since: datetime | None


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
    """Visits to come whose hour a change of law has moved, by start."""

    items: tuple[MovedClockOut, ...]


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
    found = await ask(request, department_named(request), GetDay(day, zone), DayBoard)
    return json_response(present(found, DayOfDepartment))


async def list_moved_clocks(request: web.Request) -> web.Response:
    """See visits to come whose hour a change of law has moved on some clock."""
    found = await ask(request, department_named(request), ListMovedClocks(), MovedClocks)
    return json_response(present(found, MovedClockList))


async def notify_clocks(request: web.Request) -> web.Response:
    """Tell these visits' patients what their clocks show now."""
    body = await read_json(request, NotifyBody)
    appointments = tuple(AppointmentId(each) for each in body.appointments)
    await tell(request, department_named(request), NotifyClocks(appointments))
    return await list_moved_clocks(request)


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
        query={"date": "Which day (YYYY-MM-DD).", "zone": "In which zone; yours otherwise."},
    ),
    api_route("GET", _CLOCKS, list_moved_clocks, ADMIN, response=MovedClockList),
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
