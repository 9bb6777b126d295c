"""Who speaks: by how loud browsers say that their packets are (RFC 6464), not by listening.

Loudness is smoothed per track; somebody else becomes the speaker only when they have been clearly
louder for a while, so that a cough doesn't turn everybody's screen over.
"""

from collections.abc import Mapping
from typing import Final

from actors.ids import LegId

SPEECH: Final = 60.0
"""dB above silence from which somebody speaks (-67 dBov)."""
CLEARLY: Final = 6.0
"""dB."""
LONG_ENOUGH: Final = 1.0
"""Seconds."""


class Speaker:
    """The active speaker of one call."""

    __slots__ = ("_louder", "_since", "leg")

    def __init__(self) -> None:
        self.leg: LegId | None = None
        self._louder: LegId | None = None
        self._since = 0.0

    def hear(self, loudness: Mapping[LegId, float], now: float) -> LegId | None:
        """Return who speaks, given how loud everybody is *now* (dB above silence)."""
        if self.leg not in loudness:
            self.leg = None
        loudest = max(loudness, key=lambda leg: loudness[leg], default=None)
        if loudest is None or loudness[loudest] < SPEECH or loudest == self.leg:
            self._louder = None
        elif self.leg is None:
            self.leg = loudest
        elif loudness[loudest] >= loudness[self.leg] + CLEARLY:
            self._wait(loudest, now)
        else:
            self._louder = None
        return self.leg

    def _wait(self, loudest: LegId, now: float) -> None:
        if loudest != self._louder:
            self._louder, self._since = loudest, now
        elif now - self._since >= LONG_ENOUGH:
            self.leg, self._louder = loudest, None
