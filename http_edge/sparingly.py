"""A log that anybody on the network can write to, held to a few lines a second."""

from collections.abc import Callable

from structlog.typing import FilteringBoundLogger

BURST = 10
PER_SECOND = 1.0


class Sparingly:
    """Writes at most ten lines at once and one a second after; says how many it left out."""

    def __init__(self, log: FilteringBoundLogger, monotonic: Callable[[], float]) -> None:
        self._log = log
        self._monotonic = monotonic
        self._left = float(BURST)
        self._at = 0.0
        self._left_out = 0

    def __call__(self, event: str, **fields: str | int) -> None:
        """Write *event*, or count it."""
        now = self._monotonic()
        self._left = min(BURST, self._left + (now - self._at) * PER_SECOND)
        self._at = now
        if self._left < 1:
            self._left_out += 1
            return
        self._left -= 1
        self._log.warning(event, **fields, left_out=self._left_out)
        self._left_out = 0
