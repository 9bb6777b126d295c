"""What of a stream hasn't come, and asking for it again: NACK (RFC 4585, 6.2.1).

A gap in the sequence numbers is asked for at once, again every 30 ms (the request or its answer may
be lost too), ten times at most. What hasn't come within a second won't be waited for: video then
needs a key frame. The numbers for receiver reports (RFC 3550, 6.4.1) are counted here too.
"""

from typing import Final

from actors.relay.packets import SEQUENCES

EVERY: Final = 0.03
TRIES: Final = 10
PATIENCE: Final = 1.0

MOST: Final = 512
"""Packets that are asked for; with more missing the stream is beyond repair."""
MOST_AT_ONCE: Final = 64
"""Sequence numbers in one request."""


class _Missing:
    __slots__ = ("next_at", "since", "tries")

    def __init__(self, since: float) -> None:
        self.since = self.next_at = since
        self.tries = 0


class Losses:
    """One incoming stream's numbers."""

    __slots__ = ("_missing", "broken", "first", "highest", "received")

    def __init__(self) -> None:
        self.first = self.highest = -1
        """Indexes: sequence numbers, counted on past 65,535. -1: nothing has come."""
        self.received = 0
        self.broken = False
        """Whether something was given up since somebody looked (and set it to False)."""
        self._missing: dict[int, _Missing] = {}

    def take(self, sequence: int, at: float) -> int:
        """Return the index of the packet with *sequence*; -1: it was there already, or given up."""
        delta = (sequence - self.highest) & (SEQUENCES - 1)
        if self.highest < 0:
            self.first = self.highest = sequence + SEQUENCES
        elif delta == 1:
            self.highest += 1
        elif 0 < delta < SEQUENCES // 2:
            self._miss(delta, at)
            self.highest += delta
        else:
            return self._take_late(delta)
        self.received += 1
        return self.highest

    def _take_late(self, delta: int) -> int:
        index = self.highest + delta - SEQUENCES
        if self._missing.pop(index, None) is None:
            return -1
        self.received += 1
        return index

    def _miss(self, delta: int, at: float) -> None:
        if len(self._missing) + delta > MOST:
            self._missing.clear()
            self.broken = True
            return
        for index in range(self.highest + 1, self.highest + delta):
            self._missing[index] = _Missing(at)

    @property
    def missing(self) -> int:
        """How many packets are being waited for."""
        return len(self._missing)

    @property
    def expected(self) -> int:
        """How many packets should have come."""
        return self.highest - self.first + 1 if self.highest >= 0 else 0

    def due(self, now: float) -> list[int]:
        """Return the sequence numbers to ask for *now*, oldest first."""
        if not self._missing:
            return []
        self._give_up(now)
        due = []
        for index, missing in self._missing.items():
            if missing.next_at <= now and missing.tries < TRIES:
                missing.tries += 1
                missing.next_at = now + EVERY
                due.append(index & (SEQUENCES - 1))
                if len(due) == MOST_AT_ONCE:
                    break
        return due

    def _give_up(self, now: float) -> None:
        old = [index for index, missing in self._missing.items() if missing.since < now - PATIENCE]
        for index in old:
            del self._missing[index]
        self.broken |= bool(old)
