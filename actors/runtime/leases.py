"""Who is there and who owns which shard: the lease table, as the ground floor needs it.

A *member* is one run of a node. It lives as long as it says so: `beat` prolongs its life by the
store's own clock, so that no node's clock matters. A shard whose owner is no living member is free.

A lease is a hint for liveness; its epoch is what keeps two nodes apart. Each change of an owner
raises it, and every commit proves it in its own transaction (`Fence`), so taking over is safe at
any time, also from a node that only seems to be dead.
"""

from collections.abc import Collection, Iterable
from typing import Protocol

import msgspec

LONGER_MS = 60_000
"""Milliseconds by which one member may live longer than another that beats: more than that only if
the store's clock was set back, and then the dead would live on."""


class Fence(msgspec.Struct, frozen=True, array_like=True):
    """The claim to own a shard: good while the lease table has this epoch for it."""

    shard: int
    epoch: int


class Member(msgspec.Struct, frozen=True, array_like=True):
    """One run of a node. *run* is a token of subjects, and new with each start."""

    run: str
    name: str
    version: str = ""
    wants: bool = True
    """Whether it takes shards: a node on its way out does not."""
    since: int = 0
    """Unix milliseconds of its first beat, by the store's clock; whoever beats leaves it out."""


class Lease(msgspec.Struct, frozen=True, array_like=True):
    """Who owns a shard, living or not; an empty *owner* (a run) means that it was given up."""

    shard: int
    owner: str
    epoch: int


class Census(msgspec.Struct, frozen=True, array_like=True):
    """How things stood at one moment."""

    now: int
    """Unix milliseconds of the store's clock."""
    members: tuple[Member, ...]
    """The living, the longest there first."""
    leases: tuple[Lease, ...]
    """By shard; a shard that nobody ever owned is left out."""

    def of(self, run: str) -> dict[int, Fence]:
        """Return what *run* owns."""
        return {
            lease.shard: Fence(lease.shard, lease.epoch)
            for lease in self.leases
            if lease.owner == run
        }


class Leases(Protocol):
    """The lease table's promises: a part of every journal, with the same contract suite.

    Each of these is one transaction. Those that change an owner come after every commit that was
    enqueued before. All raise `StoreUnavailable` when the store can't be reached.
    """

    shared: bool
    """Whether several processes may open the store at once. Else who has it owns everything."""

    async def beat(self, member: Member, seconds: float) -> Census:
        """Let *member* live for *seconds* from now (its first beat begins its life); look around.

        What a member owns it keeps although its time was over, if nobody has taken it since. Who
        would live longer than *seconds* by more than `LONGER_MS` is a member no more.
        """

    async def census(self) -> Census:
        """Look around without being a member."""

    async def take(
        self, run: str, shards: Iterable[int], *, gone: Collection[str] = ()
    ) -> dict[int, Fence]:
        """Lease those of *shards* that are free or *run*'s own, each with a new epoch.

        A shard is free when its owner is no living member, or is one of *gone*: runs that don't
        answer any more. Returns what was got.
        """

    async def hand_over(self, run: str, shards: Iterable[int], heir: str) -> dict[int, Fence]:
        """Make *heir* the owner of those of *shards* that are *run*'s; return its fences.

        An empty *heir* gives them up.
        """

    async def leave(self, run: str) -> None:
        """Give up every lease of *run*, and be no member any more; epochs stay."""

    async def leave_all(self) -> None:
        """Give up everybody's leases: only for a store that one process alone can open."""
