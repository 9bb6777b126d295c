"""How much one socket may say: two token buckets, and a third one for all sockets of its person.

Chat comes in bursts: a page that was offline sends all that was written meanwhile. So a socket may
send 120 frames at once and 20 in each second, and a person over all sockets 240 and 40. Who sends
more is closed. What only passes (somebody types, somebody looks) has a bucket of its own, and is
dropped, not closed, where it would need more than half of its person's: it takes no place of what
is kept.
"""

from actors.runtime.clock import Clock
from http_edge.limits import Bucket
from http_edge.sockets.hub import Hub

BURST = 120
PER_SECOND = 20.0
"""Frames of one socket; as many passing ones besides."""


class Flow:
    """Counts the frames of one socket of *user*."""

    def __init__(self, hub: Hub, clock: Clock, user: str) -> None:
        self._hub = hub
        self._clock = clock
        self._user = user
        self._kept = Bucket(BURST, clock.monotonic())
        self._passing = Bucket(BURST, clock.monotonic())

    def takes(self) -> bool:
        """Count a frame; return whether socket and person keep within their bounds."""
        return self._has(self._kept) and self._hub.may_send(self._user)

    def takes_passing(self) -> bool:
        """Count a passing frame; return whether the socket keeps within its bounds."""
        return self._has(self._passing)

    def tells_passing(self) -> bool:
        """Return whether a passing frame is told on, or dropped to leave place for others."""
        return self._hub.may_pass(self._user)

    def _has(self, bucket: Bucket) -> bool:
        return not bucket.take(self._clock.monotonic(), BURST, PER_SECOND)
