"""When a doctor can be seen: every week, and on single dates."""

from datetime import date, time
from typing import Annotated

from aiohttp import web
from msgspec import Meta

from actors.doctor.messages import (
    Block,
    DateHours,
    GetPractice,
    Hours,
    Practice,
    SetHours,
    WeeklyHours,
)
from http_edge.api.doctor import me
from http_edge.api.shape import Body, Minutes, View, api_route, json_response
from http_edge.ask import ask, tell
from http_edge.bodies import read_json
from http_edge.policy import DOCTOR

MONTH = 30 * 24 * 60
YEAR_DAYS = 366

ClockTime = Annotated[
    str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9](:00)?$", examples=["09:00"])
]
"""Wall time to the minute, `HH:MM`; seconds may follow and are 00."""


class WeeklyHoursBody(Body, frozen=True):
    """On every *weekday* (Monday is 0), wall time of your zone; an end of 00:00 is midnight."""

    weekday: Annotated[int, Meta(ge=0, le=6)]
    start: ClockTime
    end: ClockTime


class BlockBody(Body, frozen=True):
    """From *start* until *end* of one day; an end of 00:00 is midnight."""

    start: ClockTime
    end: ClockTime


class DateHoursBody(Body, frozen=True):
    """On this date these hours and not the weekly ones; no *blocks*: closed that day."""

    day: date
    blocks: tuple[BlockBody, ...] = ()


class HoursBody(Body, frozen=True):
    """When you can be seen, and how a visit is laid into that time."""

    zone: str
    weekly: tuple[WeeklyHoursBody, ...]
    visit_minutes: Minutes = 20
    buffer_before_minutes: Minutes = 0
    buffer_after_minutes: Minutes = 5
    dates: tuple[DateHoursBody, ...] = ()
    notice_minutes: Annotated[int, Meta(ge=0, le=MONTH)] = 15
    window_days: Annotated[int, Meta(ge=1, le=YEAR_DAYS)] = 60


class PracticeOut(View, frozen=True):
    """Who you are to the clinic, and when you can be seen."""

    id: str
    name: str
    suspended: bool
    hours: HoursBody


async def get_hours(request: web.Request) -> web.Response:
    """See your hours."""
    practice = await ask(request, me(request), GetPractice(), Practice)
    hours = _body_of(practice.hours)
    return json_response(PracticeOut(practice.id, practice.name, practice.suspended, hours))


async def set_hours(request: web.Request) -> web.Response:
    """Set your hours; what is confirmed already stays."""
    hours = _hours_of(await read_json(request, HoursBody))
    await tell(request, me(request), SetHours(hours))
    return await get_hours(request)


def _hours_of(body: HoursBody) -> Hours:
    return Hours(
        zone=body.zone,
        weekly=tuple(
            WeeklyHours(day.weekday, time.fromisoformat(day.start), time.fromisoformat(day.end))
            for day in body.weekly
        ),
        visit_minutes=body.visit_minutes,
        buffer_before_minutes=body.buffer_before_minutes,
        buffer_after_minutes=body.buffer_after_minutes,
        dates=tuple(DateHours(each.day, _blocks_of(each.blocks)) for each in body.dates),
        notice_minutes=body.notice_minutes,
        window_days=body.window_days,
    )


def _blocks_of(blocks: tuple[BlockBody, ...]) -> tuple[Block, ...]:
    return tuple(
        Block(time.fromisoformat(each.start), time.fromisoformat(each.end)) for each in blocks
    )


def _body_of(hours: Hours) -> HoursBody:
    return HoursBody(
        zone=hours.zone,
        weekly=tuple(
            WeeklyHoursBody(day.weekday, f"{day.start:%H:%M}", f"{day.end:%H:%M}")
            for day in hours.weekly
        ),
        visit_minutes=hours.visit_minutes,
        buffer_before_minutes=hours.buffer_before_minutes,
        buffer_after_minutes=hours.buffer_after_minutes,
        dates=tuple(
            DateHoursBody(
                each.day,
                tuple(
                    BlockBody(f"{block.start:%H:%M}", f"{block.end:%H:%M}") for block in each.blocks
                ),
            )
            for each in hours.dates
        ),
        notice_minutes=hours.notice_minutes,
        window_days=hours.window_days,
    )


ROUTES = (
    api_route("GET", "/doctor/hours", get_hours, DOCTOR, response=PracticeOut),
    api_route("PUT", "/doctor/hours", set_hours, DOCTOR, request=HoursBody, response=PracticeOut),
)
