"""The only reader of time. Tests and the simulator bring their own `Clock`."""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol

TOLERANCE_MS = 50
"""Clocks that are this near to one another agree."""


class Clock(Protocol):
    """Wall time for deadlines and due times; monotonic time for waiting and idling."""

    def now(self) -> datetime:
        """Return the wall time, UTC."""

    def unix_ms(self) -> int:
        """Return the wall time in Unix milliseconds."""

    def monotonic(self) -> float:
        """Return seconds that never jump."""


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Return the wall time, UTC."""
        return datetime.now(UTC)

    def unix_ms(self) -> int:
        """Return the wall time in Unix milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        return time.monotonic()


class AgreedClock:
    """A clock that goes by what a better one said: its own time, and how far that is off.

    So nodes whose machines' clocks differ agree on deadlines, due times and dates of events.
    """

    def __init__(self, own: Clock) -> None:
        self._own = own
        self.offset_ms = 0
        """How many milliseconds the machine's clock is behind."""

    def now(self) -> datetime:
        """Return the wall time, UTC."""
        return self._own.now() + timedelta(milliseconds=self.offset_ms)

    def unix_ms(self) -> int:
        """Return the wall time in Unix milliseconds."""
        return self._own.unix_ms() + self.offset_ms

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        return self._own.monotonic()

    def agree(self, said_ms: int, asked: float, answered: float) -> None:
        """Go by a clock that said *said_ms* between these two moments (monotonic seconds).

        What can be the way there and back is no difference.
        """
        way_ms = round((answered - asked) * 500)
        offset = said_ms + way_ms - self._own.unix_ms()
        if abs(offset - self.offset_ms) > max(way_ms, TOLERANCE_MS):
            self.offset_ms = offset


def from_unix_ms(moment: int) -> datetime:
    """Return *moment* (Unix milliseconds) as a UTC datetime."""
    return datetime.fromtimestamp(moment / 1000, UTC)


def to_unix_ms(moment: datetime) -> int:
    """Return the aware *moment* in Unix milliseconds."""
    return round(moment.timestamp() * 1000)
