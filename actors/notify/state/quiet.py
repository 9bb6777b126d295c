"""Quiet hours: wall time of the person's zone, across midnight and over changes of clocks."""

from datetime import datetime, time, timedelta, tzinfo

from actors.notify.messages import Quiet

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def loud_from(quiet: Quiet | None, zone: tzinfo, at: datetime) -> datetime:
    """Return *at* if clocks do not show a quiet time then, else the first instant after it.

    UTC in, UTC out. When clocks jump out of the quiet time, it ends with the jump; an hour that
    comes twice is quiet twice.
    """
    if quiet is None:
        return at
    while left := _left(quiet, at.astimezone(zone).time()):
        at = _before_a_change(at.replace(second=0, microsecond=0), at + left, zone)
    return at


def _left(quiet: Quiet, wall: time) -> timedelta:
    """Return how long a clock that shows *wall* goes on to the end of the quiet time, if in it."""
    length = (_of_day(quiet.end) - _of_day(quiet.start)) % DAY
    since = (_of_day(wall) - _of_day(quiet.start)) % DAY
    return length - since if since < length else timedelta()


def _of_day(wall: time) -> timedelta:
    return timedelta(
        hours=wall.hour,
        minutes=wall.minute,
        seconds=wall.second,
        microseconds=wall.microsecond,
    )


def _before_a_change(at: datetime, end: datetime, zone: tzinfo) -> datetime:
    """Return *end*, or the minute from *at* on at which the clocks of *zone* change before it.

    Clocks change on whole minutes, and not twice within a day.
    """
    offset = at.astimezone(zone).utcoffset()
    if end.astimezone(zone).utcoffset() == offset:
        return end
    low, high = 0, -((at - end) // MINUTE)
    while high - low > 1:
        middle = (low + high) // 2
        same = (at + middle * MINUTE).astimezone(zone).utcoffset() == offset
        low, high = (middle, high) if same else (low, middle)
    return at + high * MINUTE
