"""How long a visit takes, with and without its buffers, and how soon and late it may be."""

from datetime import datetime, timedelta

import msgspec

from actors.appointment import Span, Window
from actors.doctor.messages import Hours
from actors.visit_type import VisitType


class Booked(msgspec.Struct, frozen=True):
    """A time that is taken, and the kind of visit that takes it."""

    span: Span
    visit: VisitType


def visit_length(hours: Hours, visit: VisitType) -> timedelta:
    """Return how long a *visit* takes, without the buffers around it."""
    return timedelta(minutes=_own_or(visit.minutes, hours.visit_minutes))


def visit_span(hours: Hours, visit: VisitType, start: datetime) -> Span:
    """Return the time that a *visit* from *start* on takes, without the buffers around it."""
    return Span(start, start + visit_length(hours, visit))


def buffers(hours: Hours, visit: VisitType) -> tuple[int, int]:
    """Return the minutes that are kept free before and after a *visit*."""
    return (
        _own_or(visit.buffer_before_minutes, hours.buffer_before_minutes),
        _own_or(visit.buffer_after_minutes, hours.buffer_after_minutes),
    )


def bookable(hours: Hours, visit: VisitType, now: datetime) -> Window:
    """Return when a *visit* may start that is asked for *now*: notice and booking window."""
    notice = _own_or(visit.notice_minutes, hours.notice_minutes)
    days = _own_or(visit.window_days, hours.window_days)
    return Window(now + timedelta(minutes=notice), now + timedelta(days=days))


def _own_or(own: int | None, other: int) -> int:
    return other if own is None else own
