"""The page on which a doctor says when they can be seen, every week and on single dates."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, time

import msgspec
from aiohttp import web

from actors.correspondence import AnsweringBlock
from actors.doctor.messages import Block, DateHours, Hours, SetHours, WeeklyHours
from http_edge.pages.doctor import me, my_practice
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.rendering import go_to, render

DAYS = 7
BLOCKS = 2
"""Blocks of hours per day that the form always offers."""
MOST_BLOCKS = 6
MOST_NOTICE = 30 * 24 * 60
MOST_DAYS = 366


async def show_hours(request: web.Request) -> web.Response:
    """Show my hours."""
    return await _hours(request, Form())


async def _hours(request: web.Request, form: Form) -> web.Response:
    practice = await my_practice(request)
    typed, blocks = typed_week(practice.hours.weekly)
    return render(
        request,
        "hours.html",
        status=form.status,
        form=form,
        practice=practice,
        typed=typed,
        blocks=range(1, blocks + 1),
        date_blocks=range(1, BLOCKS + 1),
    )


def typed_week(
    weekly: Iterable[WeeklyHours | AnsweringBlock],
) -> tuple[dict[str, str], int]:
    """Return *weekly* as the fields of the form, and how many blocks the fullest day has."""
    days: dict[int, list[WeeklyHours | AnsweringBlock]] = defaultdict(list)
    for block in sorted(weekly, key=lambda each: (each.weekday, each.start)):
        days[block.weekday].append(block)
    typed = {}
    for day, blocks in days.items():
        for number, block in enumerate(blocks, 1):
            typed[f"from-{day}-{number}"] = f"{block.start:%H:%M}"
            typed[f"to-{day}-{number}"] = f"{block.end:%H:%M}"
    return typed, max(BLOCKS, *(len(blocks) for blocks in days.values()), 0)


async def set_hours(request: web.Request) -> web.Response:
    """Keep my hours."""
    form = await posted(request, "hours")
    kept = (await my_practice(request)).hours
    hours = Hours(
        zone=form.zone(),
        weekly=tuple(WeeklyHours(day, *edges) for day, edges in weekly_of(form)),
        visit_minutes=form.number("visit_minutes", 5, 240, "Length of a visit"),
        buffer_before_minutes=form.number("buffer_before_minutes", 0, 120, "Free before"),
        buffer_after_minutes=form.number("buffer_after_minutes", 0, 120, "Free after"),
        dates=kept.dates,
        notice_minutes=form.number("notice_minutes", 0, MOST_NOTICE, "Notice"),
        window_days=form.number("window_days", 1, MOST_DAYS, "Booking window"),
    )
    if form.ok and await send(request, me(request), SetHours(hours), form):
        return go_to("/hours", "hours")
    return await _hours(request, form)


def weekly_of(form: Form) -> list[tuple[int, tuple[time, time]]]:
    """Return the weekly times that are typed: the day (Monday is 0), from when until when."""
    numbers = [(day, block) for day in range(DAYS) for block in range(1, MOST_BLOCKS + 1)]
    blocks = [(day, _typed_block(form, f"from-{day}-{n}", f"to-{day}-{n}")) for day, n in numbers]
    return [(day, (block.start, block.end)) for day, block in blocks if block]


def _typed_block(form: Form, first: str, second: str) -> Block | None:
    start, end = form.clock(first), form.clock(second)
    if start is None and end is None:
        return None
    if start is None or end is None:
        form.wrong(first if start is None else second, "Fill in both, or neither.")
        return None
    if time(0) != end <= start:
        form.wrong(second, "“to” must be later than “from”.")
        return None
    return Block(start, end)


async def set_date(request: web.Request) -> web.Response:
    """Keep other hours for one date; none at all: closed that day."""
    form = await posted(request, "date")
    day = form.day("day")
    if day is None:
        form.wrong("day", "Enter the date.")
    typed = (
        _typed_block(form, f"date-from-{number}", f"date-to-{number}")
        for number in range(1, BLOCKS + 1)
    )
    blocks = tuple(block for block in typed if block)
    if not form.ok or day is None:
        return await _hours(request, form)
    return await _with_dates(request, form, day, DateHours(day, blocks), "date")


async def remove_date(request: web.Request) -> web.Response:
    """Let a date be like the rest of the week again."""
    form = await posted(request, "date")
    try:
        day = date.fromisoformat(request.match_info["day"])
    except ValueError:
        form.wrong("day", "There are no other hours for that date.")
        return await _hours(request, form)
    return await _with_dates(request, form, day, None, "date-removed")


async def _with_dates(
    request: web.Request, form: Form, day: date, instead: DateHours | None, said: str
) -> web.Response:
    hours = (await my_practice(request)).hours
    others = [each for each in hours.dates if each.day != day]
    dates = sorted([*others, instead] if instead else others, key=lambda each: each.day)
    changed = msgspec.structs.replace(hours, dates=tuple(dates))
    if await send(request, me(request), SetHours(changed), form, dates="day"):
        return go_to("/hours", said)
    return await _hours(request, form)
