"""Which actors crashed, how often, and which of them rest for a while."""

import logging

from actors.address import Address
from actors.runtime.clock import Clock
from actors.runtime.errors import where
from actors.runtime.intensity import RestartIntensity
from actors.runtime.limits import Limits

log = logging.getLogger(__name__)


class Crashes:
    """The crashes of one node's actors."""

    def __init__(self, clock: Clock, limits: Limits) -> None:
        self.counts: dict[str, int] = {}
        """Since the start, by kind."""
        self.resting: dict[Address, float] = {}
        """Actors that crashed too often, and until when (monotonic) they rest."""
        self._clock = clock
        self._limits = limits
        self._intensities: dict[Address, RestartIntensity] = {}

    def note(self, actor: Address, error: Exception) -> bool:
        """Note a crash; return whether the actor has to rest now."""
        limits, now = self._limits, self._clock.monotonic()
        self.counts[actor.kind] = self.counts.get(actor.kind, 0) + 1
        intensity = self._intensities.setdefault(
            actor, RestartIntensity(limits.crashes, limits.crash_period)
        )
        rests = intensity.exceeded(now)
        if rests:
            self.resting[actor] = now + limits.rest
            del self._intensities[actor]
        log.error("actor of kind %s crashed: %s, rests: %s", actor.kind, where(error), rests)
        return rests

    def lately(self, actor: Address) -> int:
        """Return how often the actor crashed lately."""
        intensity = self._intensities.get(actor)
        return 0 if intensity is None else len(intensity)

    def rests(self, actor: Address) -> bool:
        """Return whether the actor still rests."""
        until = self.resting.get(actor)
        if until is None:
            return False
        if until > self._clock.monotonic():
            return True
        del self.resting[actor]
        return False

    def forget(self, now: float) -> None:
        """Forget crashes of long ago."""
        self._intensities = {
            address: kept for address, kept in self._intensities.items() if not kept.over(now)
        }
