"""Which simulcast layer each receiver is sent: as high as its way carries, and without flicker.

A receiver tells how much it believes its way carries (REMB) and what share it misses (receiver
reports). A falling estimate or heavy loss means that the way is full: down at once, to what fits.
Up goes one layer at a time, and slowly: when the estimate has room for it, or as a trial. Trials
are needed because an estimate can't grow far beyond what is sent; one that ends badly makes the
next one wait twice as long.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

TELLING: Final = 2.0
"""Seconds for which a fall of the estimate counts."""
FELL: Final = 0.97
"""Of the estimate before: less than that is a fall."""
HEAVY: Final = 0.10
LIGHT: Final = 0.02
"""Shares of packets that are missed: with more than HEAVY down, with less than LIGHT maybe up."""
ROOM: Final = 1.1
"""So many times what would be sent must fit."""

SETTLE: Final = 1.0
"""Seconds between two steps up that the estimate has room for."""
TRIAL: Final = 2.0
LONGEST_TRIAL: Final = 60.0
"""Seconds before a step up is tried without: the first time, and at most."""
VERDICT: Final = 5.0
"""Seconds in which a step up turns out to have been too much."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A video that a receiver wants. *rates*: bits per second that come, by layer (0: doesn't).

    *wish*: the highest layer wanted; *now*: the one that is sent, -1: none yet.
    """

    rates: Sequence[float]
    wish: int
    now: int

    def steps(self) -> list[int]:
        """Return the layers that can be sent, lowest first; there is always one."""
        most = min(self.wish, len(self.rates) - 1)
        return [layer for layer in range(most + 1) if self.rates[layer]] or [0]


class Chooser:
    """Chooses for one receiver."""

    __slots__ = ("_estimate", "_fell_at", "_lowered_at", "_patience", "_raised_at", "_turned_at")

    def __init__(self) -> None:
        self._estimate = 0
        self._fell_at = self._lowered_at = self._raised_at = self._turned_at = float("-inf")
        """When we last went up or down."""
        self._patience = TRIAL

    def hear(self, bits: int, now: float) -> None:
        """Take an estimate."""
        if bits < self._estimate * FELL:
            self._fell_at = now
        self._estimate = bits

    def hasten(self, now: float) -> None:
        """Let the next step up not wait: it is wished for. A way that was full lately stays so."""
        if now - self._fell_at > VERDICT and now - self._lowered_at > VERDICT:
            self._turned_at = self._raised_at = now - LONGEST_TRIAL

    def choose(self, videos: Sequence[Wanted], lost: float, now: float) -> list[int]:
        """Return the layer for each of *videos*, the most important of which come first.

        *lost*: the share of packets that were missed lately.
        """
        if self._turned_at == float("-inf"):
            self._turned_at = self._raised_at = now
        layers = [_start(video) for video in videos]
        sent = _sum(videos, layers)
        falling = now - self._fell_at < TELLING and self._estimate < sent
        if falling or lost > HEAVY:
            return self._lower(videos, layers, self._estimate if falling else int(sent / 2), now)
        raised = _raise(videos, layers)
        if raised is not None and lost < LIGHT and self._may_raise(_sum(videos, raised), now):
            self._turned_at = self._raised_at = now
            return raised
        return layers

    def _lower(
        self, videos: Sequence[Wanted], layers: list[int], budget: int, now: float
    ) -> list[int]:
        """Return *layers*, lowered from the least important one on until they fit *budget*."""
        lowered = list(layers)
        for place in reversed(range(len(videos))):
            steps = videos[place].steps()
            while _sum(videos, lowered) > budget and lowered[place] > steps[0]:
                lowered[place] = steps[steps.index(lowered[place]) - 1]
        if lowered != layers:
            self._judge(now)
            self._turned_at = self._lowered_at = now
            self._fell_at = float("-inf")
        return lowered

    def _judge(self, now: float) -> None:
        """Wait longer with the next trial where the last step up was too much."""
        soon = now - self._raised_at < VERDICT
        self._patience = min(2 * self._patience, LONGEST_TRIAL) if soon else TRIAL

    def _may_raise(self, bits: float, now: float) -> bool:
        waited = now - self._turned_at
        if self._estimate >= bits * ROOM:
            return waited >= (SETTLE if self._turned_at == self._raised_at else self._patience)
        return waited >= self._patience


def _start(video: Wanted) -> int:
    """Return the layer that is sent now, or the nearest lower one that can be."""
    steps = video.steps()
    if video.now < 0:
        return steps[len(steps) // 2]
    return max((layer for layer in steps if layer <= video.now), default=steps[0])


def _raise(videos: Sequence[Wanted], layers: list[int]) -> list[int] | None:
    """Return *layers* with the most important of the lowest one step higher; None: all are."""
    places = [n for n, video in enumerate(videos) if layers[n] < video.steps()[-1]]
    if not places:
        return None
    place, raised = min(places, key=lambda n: layers[n]), list(layers)
    raised[place] = next(layer for layer in videos[place].steps() if layer > layers[place])
    return raised


def _sum(videos: Sequence[Wanted], layers: Sequence[int]) -> float:
    pairs = zip(videos, layers, strict=True)
    return sum(video.rates[layer] for video, layer in pairs)
