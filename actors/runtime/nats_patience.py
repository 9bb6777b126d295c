"""For how long an answer is waited for that a healthy server gives at once. Pure."""

from collections.abc import Callable
from typing import Final

SECONDS: Final = 3.0
"""Without an answer for so long a connection counts as dead."""
MOST_LAG: Final = 12.0
"""By so much, all in all, our own lateness may put that off: a machine may be busy, or stuck."""
LOOK: Final = 0.1
"""Seconds between two looks: the shorter they are, the better it is known how late we are."""


class Patience:
    """One wait. *clock* gives monotonic seconds.

    A loop that wakes up late was not there to hear an answer, which may have come long ago: by
    what it is late the end of the wait moves.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._left = SECONDS
        self._lag_left = MOST_LAG
        self._woken = clock()
        self._meant = 0.0

    def go_on(self) -> float:
        """Count the time since the last call; return how long to wait now. 0: it is over."""
        now = self._clock()
        took, self._woken = now - self._woken, now
        late = min(max(took - self._meant, 0.0), self._lag_left)
        self._lag_left -= late
        self._left -= took - late
        self._meant = max(min(LOOK, self._left), 0.0)
        return self._meant
