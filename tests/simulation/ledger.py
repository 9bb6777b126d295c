"""The one database of a simulated clinic; it also keeps who wrote as the owner of which shard."""

from typing import NamedTuple

from actors.address import Address
from actors.runtime.journal import Alarm, Commit
from actors.runtime.leases import Fence, Lease
from actors.store.memory import MemoryDisk
from tests.simulation.loop import VirtualLoop


class Grant(NamedTuple):
    """From *at* (virtual seconds) on, *run* owned a shard."""

    epoch: int
    run: str
    at: float


class Ledger(MemoryDisk):
    """A disk that looks at every commit: whether the run that made it owned the shard then."""

    def __init__(self, loop: VirtualLoop, *, raise_epochs: bool = True) -> None:
        super().__init__()
        self.wrongs: list[str] = []
        """What should never have been written, or answered."""
        self.grants: dict[int, list[Grant]] = {}
        """Who owned each shard, one after the other."""
        self.stale_answers = 0
        """Queries that were answered by a run whose shard another had taken already."""
        self._loop = loop
        self._raise_epochs = raise_epochs
        self._latest: dict[int, Fence] = {}
        self._gone_off: dict[tuple[Address, str, int], None] = {}

    def own(self, shard: int, run: str) -> Fence:
        """Make *run* the owner of *shard*."""
        before = self.leases.get(shard)
        fence = super().own(shard, run)
        if before is not None and not self._raise_epochs:
            fence = Fence(shard, before.epoch)
            self.leases[shard] = Lease(shard, run, before.epoch)
        self.grants.setdefault(shard, []).append(Grant(fence.epoch, run, self._loop.time()))
        return fence

    def overtaken_at(self, shard: int, run: str) -> float | None:
        """Return when another run became the owner of *shard* after *run*; None if none did."""
        grants = self.grants.get(shard, [])
        overtaken = None
        for grant in reversed(grants):
            if grant.run == run:
                return overtaken
            overtaken = grant.at
        return None

    def moved_since(self, shard: int, moment: float) -> bool:
        """Return whether *shard* got a new owner after *moment*."""
        grants = self.grants.get(shard)
        return grants is not None and grants[-1].at >= moment

    def wrote(self, commit: Commit, run: str) -> None:
        """Look at a commit that *run* made."""
        shard, epoch = commit.fence.shard, commit.fence.epoch
        owners = [grant.run for grant in self.grants[shard] if grant.epoch == epoch]
        if owners != [run]:
            self.wrongs.append(f"{run} wrote in shard {shard} in epoch {epoch} of {owners}")
        latest = self._latest.setdefault(shard, commit.fence)
        if epoch < latest.epoch:
            self.wrongs.append(f"shard {shard}: epoch {epoch} wrote after {latest.epoch}")
        self._latest[shard] = max(latest, commit.fence, key=lambda fence: fence.epoch)
        for name, due in commit.fired if commit.entry is not None else ():
            self._went_off((commit.actor, name, due))
        for alarm in commit.set_alarms:
            self._is_set(alarm)

    def _went_off(self, alarm: tuple[Address, str, int]) -> None:
        if alarm in self._gone_off:
            self.wrongs.append(f"{alarm} went off twice")
        self._gone_off[alarm] = None

    def _is_set(self, alarm: Alarm) -> None:
        self._gone_off.pop((alarm.actor, alarm.name, alarm.due), None)
