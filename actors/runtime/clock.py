"""The only reader of time. Tests and the simulator bring their own `Clock`."""

import time
from datetime import UTC, datetime
from typing import Protocol


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


def from_unix_ms(moment: int) -> datetime:
    """Return *moment* (Unix milliseconds) as a UTC datetime."""
    return datetime.fromtimestamp(moment / 1000, UTC)


def to_unix_ms(moment: datetime) -> int:
    """Return the aware *moment* in Unix milliseconds."""
    return round(moment.timestamp() * 1000)
