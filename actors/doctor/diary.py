"""When a doctor is free: weekly hours on the wall, what is booked already, what the patient asked.

Hours are wall time in the doctor's zone, bookings are instants. A start that does not exist on
the day when clocks go forward is skipped; one that comes twice when they go back is offered once,
the first time.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import msgspec

from actors.appointment import Window
from actors.doctor.messages import Hours, WeeklyHours
from actors.zones import ZONES

SEARCH = timedelta(days=60)
"""How far ahead a free time is looked for, from now or from the start of a window."""
DAY = timedelta(days=1)
MIDNIGHT = time(0, 0)


class Span(msgspec.Struct, frozen=True, order=True):
    """A booked time: UTC instants, the end not included."""

    start: datetime
    end: datetime


def visit_length(hours: Hours) -> timedelta:
    """Return how long a visit takes, without the buffers around it."""
    return timedelta(minutes=hours.visit_minutes)


def overlaps(one: Span, others: Sequence[Span]) -> bool:
    """Return whether *one* shares time with any of *others*, which are sorted and disjoint."""
    before = bisect_left(others, one.end, key=lambda each: each.start)
    return before > 0 and others[before - 1].end > one.start


def free_times(
    hours: Hours,
    busy: Sequence[Span],
    windows: Sequence[Window],
    after: datetime,
    limit: int,
) -> list[datetime]:
    """Return the first *limit* starts, not before *after*, of visits that fit.

    A visit fits inside one of *windows* (none: any time from *after* on), lies on the hours, and
    keeps its buffers and those of everything *busy* (in order, not overlapping) apart.
    """
    before = timedelta(minutes=hours.buffer_before_minutes)
    behind = timedelta(minutes=hours.buffer_after_minutes)
    blocked = [Span(each.start - before, each.end + behind) for each in busy]
    fitting = (
        start
        for start in _starts(hours, windows or [Window(after, after + SEARCH)], after)
        if not overlaps(Span(start - before, start + visit_length(hours) + behind), blocked)
    )
    return list(islice(fitting, limit))


def _starts(hours: Hours, windows: Sequence[Window], after: datetime) -> Iterator[datetime]:
    last = datetime.min.replace(tzinfo=UTC)
    for window in sorted(windows, key=lambda each: each.start):
        for start in _starts_in(hours, window):
            if start >= after and start > last:
                last = start
                yield start


def _starts_in(hours: Hours, window: Window) -> Iterator[datetime]:
    zone = ZONES[hours.zone]
    end = min(window.end, window.start + SEARCH)
    day = window.start.astimezone(zone).date()
    while day <= end.astimezone(zone).date():
        for start in _starts_on(day, hours, zone):
            if window.start <= start and start + visit_length(hours) <= end:
                yield start
        day += DAY


def _starts_on(day: date, hours: Hours, zone: ZoneInfo) -> Iterator[datetime]:
    blocks = (each for each in hours.weekly if each.weekday == day.weekday())
    for block in sorted(blocks, key=lambda each: each.start):
        yield from _starts_in_block(day, block, hours, zone)


def _starts_in_block(
    day: date, block: WeeklyHours, hours: Hours, zone: ZoneInfo
) -> Iterator[datetime]:
    step = timedelta(
        minutes=hours.buffer_before_minutes + hours.visit_minutes + hours.buffer_after_minutes
    )
    wall = datetime.combine(day, block.start)
    closing = datetime.combine(day + DAY if block.end == MIDNIGHT else day, block.end)
    end = closing.replace(tzinfo=zone).astimezone(UTC)
    while wall < closing:
        start = wall.replace(tzinfo=zone).astimezone(UTC)
        if _exists(wall, start, zone) and start + visit_length(hours) <= end:
            yield start
        wall += step


def _exists(wall: datetime, instant: datetime, zone: ZoneInfo) -> bool:
    """Return whether clocks in *zone* ever show *wall*; if so, *instant* is when they first do."""
    return instant.astimezone(zone).replace(tzinfo=None) == wall
