"""The clocks of the simulated world: virtual time, and wall clocks that may jump."""

from datetime import UTC, datetime

from actors.runtime.clock import from_unix_ms, to_unix_ms
from tests.simulation.loop import VirtualLoop

START = to_unix_ms(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
"""A Monday morning."""


class WorldClock:
    """A wall clock over virtual time that may jump: the database's, or with *off* a machine's."""

    def __init__(self, loop: VirtualLoop, off: float = 0.0) -> None:
        self._loop = loop
        self._jumped = off

    def now(self) -> datetime:
        """Return the wall time, UTC."""
        return from_unix_ms(self.unix_ms())

    def unix_ms(self) -> int:
        """Return the wall time in Unix milliseconds."""
        return START + round((self._loop.time() + self._jumped) * 1000)

    def monotonic(self) -> float:
        """Return the virtual time."""
        return self._loop.time()

    def jump(self, seconds: float) -> None:
        """Set the wall clock forward, or back."""
        self._jumped += seconds
