"""What legs tell one another while they connect: held in memory until it came, and no longer.

All of it is volatile. What a leg was told is counted within one `run`, the life of this board; who
sees another run sends again what matters.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from actors.call_session.messages import SendSignal, Signalled
from actors.call_session.state.refusals import TooManySignals
from actors.ids import CallId, LegId
from actors.runtime.clock import Clock
from actors.runtime.mint import Mint

MOST_HELD: Final = 256
"""Signals that are held for one leg."""

SILENT_SECONDS: Final = 10.0
"""Of whom nothing was heard for so long may be lost."""

FORGET_SECONDS: Final = 600.0
"""A call of which nothing was heard for so long is forgotten."""

AT_ONCE: Final = 96 * 1024
"""Bytes of signals after which no more are answered at once; the bus carries 256 KiB."""


def _at_once(signals: Iterable[Signalled]) -> Iterator[Signalled]:
    """Return the first of *signals*: one, and more while they are not too much together."""
    size = 0
    for each in signals:
        size += len(each.body.encode())
        if size > AT_ONCE:
            return
        yield each


@dataclass(slots=True)
class _Box:
    """What one leg was told and has not had yet."""

    told: int = 0
    held: deque[Signalled] = field(default_factory=deque)
    last: dict[LegId, int] = field(default_factory=dict)
    """Who told -> the number of the last that was held."""


@dataclass(slots=True)
class _Line:
    """One call."""

    heard_at: float
    boxes: dict[LegId, _Box] = field(default_factory=dict)
    heard: dict[LegId, float] = field(default_factory=dict)


class Switchboard:
    """The signals of all calls whose sessions are on this node."""

    def __init__(self, clock: Clock, mint: Mint) -> None:
        self._clock = clock
        self._begun = clock.monotonic()
        self._lines: dict[CallId, _Line] = {}
        self.run: Final = mint.secret()[:16]
        """The name of this life of the board."""

    def hold(self, call: CallId, message: SendSignal) -> Signalled | None:
        """Hold *message* for whom it is; None: it was held before. Raises `TooManySignals`."""
        line = self._line(call)
        line.heard[message.leg] = line.heard_at
        box = line.boxes.setdefault(message.to, _Box())
        if message.number <= box.last.get(message.leg, 0):
            return None
        if len(box.held) >= MOST_HELD:
            raise TooManySignals
        box.told += 1
        box.last[message.leg] = message.number
        signalled = Signalled(
            to=message.to,
            number=box.told,
            run=self.run,
            leg=message.leg,
            signal=message.signal.value,
            body=message.body,
        )
        box.held.append(signalled)
        return signalled

    def hear(self, call: CallId, leg: LegId, number: int) -> None:
        """Take note that *leg* lives and has had what it was told up to *number*.

        A number that was never told is one of an earlier run, and says nothing about this one.
        """
        line = self._line(call)
        line.heard[leg] = line.heard_at
        box = line.boxes.get(leg)
        if box is not None and number <= box.told:
            while box.held and box.held[0].number <= number:
                box.held.popleft()

    def after(self, call: CallId, leg: LegId, number: int) -> tuple[Signalled, ...]:
        """Return what *leg* was told after *number* and is held, in order: as much as travels.

        What did not come with it is asked for after the last that did.
        """
        line = self._lines.get(call)
        box = line.boxes.get(leg) if line else None
        return tuple(_at_once(each for each in box.held if each.number > number)) if box else ()

    def silent(self, call: CallId, leg: LegId) -> bool:
        """Return whether nothing was heard of *leg* lately."""
        line = self._lines.get(call)
        heard = line.heard.get(leg, self._begun) if line else self._begun
        return self._clock.monotonic() - heard >= SILENT_SECONDS

    def keep_only(self, call: CallId, legs: frozenset[LegId]) -> None:
        """Forget what other legs of *call* than these were told, or have told."""
        line = self._lines.get(call)
        if line is None:
            return
        for gone in (line.boxes.keys() | line.heard.keys()) - legs:
            line.boxes.pop(gone, None)
            line.heard.pop(gone, None)
        for box in line.boxes.values():
            if not box.last.keys() <= legs:
                box.held = deque(each for each in box.held if each.leg in legs)
                box.last = {leg: number for leg, number in box.last.items() if leg in legs}

    def _line(self, call: CallId) -> _Line:
        """Return the line of *call*, heard of now; a new one makes room first."""
        now = self._clock.monotonic()
        line = self._lines.get(call)
        if line is None:
            self._lines = {
                name: each
                for name, each in self._lines.items()
                if now - each.heard_at < FORGET_SECONDS
            }
            line = self._lines[call] = _Line(now)
        line.heard_at = now
        return line
