"""Which shards this node is in charge of: leases with epochs, proved anew by every commit.

A lease is a hint for liveness, the epoch is what keeps two nodes apart: a node that was paused
and overtaken fails the check of its next commit.
"""

from collections.abc import Iterable

from actors.runtime.clock import Clock
from actors.runtime.journal import Journal
from actors.runtime.leases import Fence


class Shards:
    """The leases of one node."""

    def __init__(self, journal: Journal, clock: Clock, node: str, total: int, lease: float) -> None:
        self.total = total
        self.fences: dict[int, Fence] = {}
        self._journal = journal
        self._clock = clock
        self._node = node
        self._lease_ms = round(lease * 1000)

    @property
    def renew_every(self) -> float:
        """Seconds between two renewals."""
        return self._lease_ms / 3000

    async def take(self, shards: Iterable[int]) -> dict[int, Fence]:
        """Lease what is to be had of *shards*; return all that is leased."""
        self.fences |= await self._journal.take(self._node, shards, self._until())
        return self.fences

    async def renew(self) -> None:
        """Prolong what is leased."""
        await self._journal.renew(self._node, self._until())

    async def release(self) -> None:
        """Give everything up."""
        self.fences.clear()
        await self._journal.release(self._node)

    def _until(self) -> int:
        return self._clock.unix_ms() + self._lease_ms
