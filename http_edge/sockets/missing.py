"""Signals that did not come through: what is told after one of them waits until it does.

A browser takes `held` for all up to its number. So none may overtake one that was refused and is
to be sent again; but not for ever, for a page may have given it up.
"""

from collections import OrderedDict
from typing import TypeAlias

from http_edge.sockets.call_frames import SignalTo

WAITS = 20.0
"""Seconds in which what is missing is waited for; browsers send it again after 4."""
MOST = 64

Way: TypeAlias = tuple[str, str, str]
"""A call, a leg, and whom it tells."""


class Missing:
    """The first signal on each way that did not come through."""

    def __init__(self) -> None:
        self._first: OrderedDict[Way, tuple[int, float]] = OrderedDict()

    def holds_up(self, told: SignalTo, now: float) -> bool:
        """Return whether *told* has to wait for an earlier one."""
        number, until = self._first.get(_way(told), (told.number, now))
        return told.number > number and now < until

    def lacks(self, told: SignalTo, now: float) -> None:
        """Wait for *told*, unless an earlier one is waited for."""
        number, until = self._first.get(_way(told), (told.number, 0.0))
        if told.number <= number or now >= until:
            self._first[_way(told)] = told.number, now + WAITS
        if len(self._first) > MOST:
            self._first.popitem(last=False)

    def settles(self, told: SignalTo) -> None:
        """Wait for *told* no more: it came, or never will."""
        number, _ = self._first.get(_way(told), (0, 0.0))
        if told.number >= number:
            self._first.pop(_way(told), None)


def _way(told: SignalTo) -> Way:
    return told.call, told.leg, told.to
