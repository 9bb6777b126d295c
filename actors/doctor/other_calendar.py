"""The doctor's other calendar: who reads it, and what is taken over from it."""

from datetime import datetime, timedelta
from typing import Protocol

from actors.appointment import Span
from actors.doctor.diary import inside, merged

BEHIND, AHEAD = timedelta(days=1), timedelta(days=366)
MOST_TIMES = 2000


class FeedTrouble(Exception):
    """The other calendar can't be read; *code* says why, for pages to put into words."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class Fetcher(Protocol):
    """Reads a calendar feed."""

    async def __call__(self, url: str, zone: str) -> tuple[Span, ...]:
        """Return when the calendar at *url* is busy, or raise `FeedTrouble`.

        Its whole days, and its times that name no zone, are those of *zone*, the doctor's.
        """


async def no_calendar(url: str, zone: str) -> tuple[Span, ...]:  # noqa: ARG001  whatever it is
    """Read nothing: for rooms that reach no other calendar."""
    raise FeedTrouble("not_configured")


def taken_over(busy: tuple[Span, ...], now: datetime) -> tuple[Span, ...]:
    """Return of *busy* what matters from *now* on: in order, not overlapping, not too many."""
    first, last = now - BEHIND, now + AHEAD
    near = inside(Span(first, last), merged(busy))
    clipped = (Span(max(each.start, first), min(each.end, last)) for each in near)
    return tuple(clipped)[:MOST_TIMES]
