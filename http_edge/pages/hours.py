"""The page on which a doctor says when they can be seen."""

from collections import defaultdict
from datetime import time

from aiohttp import web

from actors.doctor.messages import GetPractice, Hours, Practice, SetHours, WeeklyHours
from http_edge.ask import ask
from http_edge.pages.doctor import me
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.rendering import go_to, render

DAYS = 7
BLOCKS = 2
"""Blocks of hours per day that the form always offers."""
MOST_BLOCKS = 6


async def show_hours(request: web.Request) -> web.Response:
    """Show my hours."""
    return await _hours(request, Form())


async def _hours(request: web.Request, form: Form) -> web.Response:
    practice = await ask(request, me(request), GetPractice(), Practice)
    typed, blocks = _as_typed(practice.hours)
    return render(
        request,
        "hours.html",
        status=form.status,
        form=form,
        practice=practice,
        typed=typed,
        blocks=range(1, blocks + 1),
    )


def _as_typed(hours: Hours) -> tuple[dict[str, str], int]:
    """Return *hours* as the fields of the form, and how many blocks the fullest day has."""
    days: dict[int, list[WeeklyHours]] = defaultdict(list)
    for block in sorted(hours.weekly, key=lambda each: (each.weekday, each.start)):
        days[block.weekday].append(block)
    typed = {}
    for day, blocks in days.items():
        for number, block in enumerate(blocks, 1):
            typed[f"from-{day}-{number}"] = f"{block.start:%H:%M}"
            typed[f"to-{day}-{number}"] = f"{block.end:%H:%M}"
    return typed, max(BLOCKS, *(len(blocks) for blocks in days.values()), 0)


async def set_hours(request: web.Request) -> web.Response:
    """Keep my hours."""
    form = await posted(request)
    hours = Hours(
        zone=form.zone(),
        weekly=_weekly(form),
        visit_minutes=form.number("visit_minutes", 5, 240, "Length of a visit"),
        buffer_before_minutes=form.number("buffer_before_minutes", 0, 120, "Free before"),
        buffer_after_minutes=form.number("buffer_after_minutes", 0, 120, "Free after"),
    )
    if form.ok and await send(request, me(request), SetHours(hours), form):
        return go_to("/hours", "hours")
    return await _hours(request, form)


def _weekly(form: Form) -> tuple[WeeklyHours, ...]:
    numbers = [(day, block) for day in range(DAYS) for block in range(1, MOST_BLOCKS + 1)]
    blocks = [_block(form, day, block) for day, block in numbers]
    return tuple(block for block in blocks if block)


def _block(form: Form, day: int, number: int) -> WeeklyHours | None:
    names = f"from-{day}-{number}", f"to-{day}-{number}"
    start, end = form.clock(names[0]), form.clock(names[1])
    if start is None and end is None:
        return None
    if start is None or end is None:
        form.wrong(names[0 if start is None else 1], "Fill in both, or neither.")
        return None
    if time(0) != end <= start:
        form.wrong(names[1], "“to” must be later than “from”.")
        return None
    return WeeklyHours(day, start, end)
