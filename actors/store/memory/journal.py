"""A journal on a memory disk: commits in groups, and trouble to order."""

import asyncio
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Final, TypeAlias

from msgspec.structs import replace

from actors.address import Address
from actors.ids import MessageId
from actors.passages import Hit
from actors.runtime.clock import Clock, SystemClock
from actors.runtime.errors import FenceLost, JournalError, StoreUnavailable, Undone
from actors.runtime.journal import Alarm, Commit, DeadLetter, Entry, Line, Loaded, Outcome, Parcel
from actors.runtime.leases import LONGER_MS, Census, Fence, Member
from actors.store.found import newest_first, wanted
from actors.store.memory.disk import MemoryDisk
from actors.store.outcomes import tell

BATCH: Final = 1024
Waiting: TypeAlias = tuple[Line, Commit, Outcome]


class MemoryJournal:
    """One process's hold on a disk. What it had not written is lost when it crashes.

    *delay* says how long each step takes (writing a batch, telling its outcomes, a read), in
    seconds of the event loop. *fails* says whether the next transaction fails as a whole.
    The switches break one promise each: controls, for tests that must be able to fail.
    """

    shared = True

    def __init__(
        self,
        disk: MemoryDisk,
        *,
        clock: Clock | None = None,
        delay: Callable[[], float] = lambda: 0,
        fails: Callable[[], bool] = lambda: False,
        check_fence: bool = True,
        dedupe: bool = True,
        break_lines: bool = True,
    ) -> None:
        self.disk = disk
        self._clock = clock or SystemClock()
        self._delay = delay
        self._fails = fails
        self._check_fence = check_fence
        self._dedupe = dedupe
        self._break_lines = break_lines
        self._loop = asyncio.get_running_loop()
        self._queue: list[Waiting] = []
        self._step: asyncio.Handle | None = None
        self._added = 0
        self._told = 0
        self._batch_over = asyncio.Event()
        self._open = True
        self.failed = asyncio.Event()

    def crash(self) -> None:
        """Die here and now: what was not written is lost, what was not told stays untold."""
        self._open = False
        self._queue.clear()
        if self._step is not None:
            self._step.cancel()
        self._batch_over.set()

    async def close(self) -> None:
        """Finish what was enqueued and let go."""
        if self._open:
            await self._caught_up()
            self.crash()

    # -- leases ---------------------------------------------------------------------------------

    async def beat(self, member: Member, seconds: float) -> Census:
        """Let *member* live for *seconds* from now, and look around."""
        await self._step_aside()
        now, members = self._clock.unix_ms(), self.disk.members
        since = members[member.run][0].since if member.run in members else now
        until = now + round(seconds * 1000)
        members[member.run] = (replace(member, since=since), until)
        self.disk.bury(now, until + LONGER_MS)
        return self.disk.census(now)

    async def census(self) -> Census:
        """Look around without being a member."""
        await self._step_aside()
        return self.disk.census(self._clock.unix_ms())

    async def take(
        self, run: str, shards: Iterable[int], *, gone: Collection[str] = ()
    ) -> dict[int, Fence]:
        """Lease those of *shards* that are free or *run*'s own, each with a new epoch."""
        await self._caught_up()
        living = {each.run for each in self.disk.census(self._clock.unix_ms()).members}
        held = living - {run, *gone}
        free = (shard for shard in shards if self.disk.owner(shard) not in held)
        return {shard: self.disk.own(shard, run) for shard in free}

    async def hand_over(self, run: str, shards: Iterable[int], heir: str) -> dict[int, Fence]:
        """Make *heir* the owner of those of *shards* that are *run*'s; return its fences."""
        await self._caught_up()
        mine = (shard for shard in shards if self.disk.owner(shard) == run)
        return {shard: self.disk.own(shard, heir) for shard in mine}

    async def leave(self, run: str) -> None:
        """Give up every lease of *run*, and be no member any more."""
        await self._caught_up()
        self.disk.give_up(run)

    async def leave_all(self) -> None:
        """Give up everybody's leases."""
        await self._caught_up()
        for run in {lease.owner for lease in self.disk.leases.values()} | set(self.disk.members):
            self.disk.give_up(run)

    # -- writing --------------------------------------------------------------------------------

    def append(self, line: Line, commit: Commit, outcome: Outcome) -> None:
        """Enqueue *commit*; its outcome comes later, in the order of these calls."""
        if not self._open:
            line.broken = True
            return
        self._queue.append((line, commit, outcome))
        self._added += 1
        if self._step is None:
            self._step = self._soon(self._take_batch)

    def _soon(self, step: Callable[[], None]) -> asyncio.Handle:
        wait = self._delay()
        return self._loop.call_later(wait, step) if wait > 0 else self._loop.call_soon(step)

    def _take_batch(self) -> None:
        """Close the batch; what arrives from here on is the next."""
        batch, self._queue = self._queue[:BATCH], self._queue[BATCH:]
        self._step = self._soon(lambda: self._write(batch))

    def _write(self, batch: list[Waiting]) -> None:
        """Make the transaction; a crash after it leaves the outcomes untold."""
        if self._fails():
            results = [self._broken(line, StoreUnavailable()) for line, _, _ in batch]
        else:
            results = [self._write_one(line, commit) for line, commit, _ in batch]
        self._step = self._soon(lambda: self._tell(batch, results))

    def _write_one(self, line: Line, commit: Commit) -> JournalError | None:
        try:
            if line.broken and self._break_lines:
                raise Undone
            if self._check_fence and not self.disk.holds(commit.fence):
                raise FenceLost(f"Shard {commit.fence.shard} is another's now.")
            self.disk.refuse(commit, dedupe=self._dedupe)
        except JournalError as error:
            return self._broken(line, error)
        self.disk.write(commit)
        return None

    def _broken(self, line: Line, error: JournalError) -> JournalError | None:
        line.broken = line.broken or self._break_lines
        return error

    def _tell(self, batch: list[Waiting], results: Sequence[JournalError | None]) -> None:
        self._step = self._soon(self._take_batch) if self._queue else None
        self._told += len(batch)
        for (_, _, outcome), error in zip(batch, results, strict=True):
            if self._open:
                tell(outcome, error)
        self._batch_over.set()
        self._batch_over.clear()

    async def _caught_up(self) -> None:
        """Return when every commit that was enqueued before has been told its outcome."""
        mark = self._added
        while self._told < mark and self._open:
            await self._batch_over.wait()
        await self._step_aside()

    async def _step_aside(self) -> None:
        """Take as long as a step takes."""
        await asyncio.sleep(self._delay())
        if not self._open:
            raise StoreUnavailable("The process of this journal is dead.")

    # -- reading --------------------------------------------------------------------------------

    async def load(self, actor: Address, schema: int) -> Loaded:
        """Return what rebuilds *actor*; a snapshot of another *schema* mark is left aside."""
        await self._caught_up()
        kept = self.disk.snapshots.get(actor)
        snapshot = kept if kept is not None and kept.schema == schema else None
        after = 0 if snapshot is None else snapshot.seq
        return Loaded(snapshot, tuple(self.disk.history(actor, after)))

    async def entries(self, actor: Address, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """Return the entries with events numbered above *after*, oldest first."""
        await self._caught_up()
        return self.disk.history(actor, after)[:limit]

    async def find(self, actor: Address, cause: MessageId) -> Entry | None:
        """Return what the command of that id did to *actor*, if it was done."""
        await self._caught_up()
        return self.disk.done.get((actor, cause))

    async def about(self, subject: str) -> Sequence[Entry]:
        """Return every entry about *subject*, of all actors, in the order of their commits."""
        await self._caught_up()
        return list(self.disk.subjects.get(subject, ()))

    async def search(
        self, actors: Sequence[Address], words: str, *, before: int = 0, limit: int = 20
    ) -> Sequence[Hit]:
        """Return the passages of *actors* with words that begin with each of *words*."""
        await self._caught_up()
        each, folded = wanted(actors, words)
        hits = [hit for actor in each for hit in self.disk.search(actor, folded, before)]
        return newest_first(hits, limit, by_time=len(each) > 1)

    async def parcels(self, shards: Iterable[int]) -> Sequence[Parcel]:
        """Return the parcels that actors of *shards* still have to deliver, oldest first."""
        await self._caught_up()
        wanted = set(shards)
        return [parcel for shard, parcel in self.disk.parcels.values() if shard in wanted]

    async def alarms(self, shards: Iterable[int]) -> Sequence[Alarm]:
        """Return the alarms of the actors of *shards*, earliest first."""
        await self._caught_up()
        wanted = set(shards)
        found = [alarm for shard, alarm in self.disk.alarms.values() if shard in wanted]
        return sorted(found, key=lambda alarm: (alarm.due, str(alarm.actor), alarm.name))

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return what could not be delivered, oldest first."""
        await self._caught_up()
        return [dead for _, dead in self.disk.dead.values()]

    async def revive(self, parcel: MessageId) -> Parcel | None:
        """Turn a dead letter back into a parcel to be delivered; None when there is none."""
        await self._caught_up()
        shard, dead = self.disk.dead.pop(parcel, (0, None))
        if dead is None:
            return None
        self.disk.parcels[parcel] = (shard, dead.parcel)
        return dead.parcel

    async def drop(self, parcel: MessageId) -> bool:
        """Forget a dead letter; False when there is none."""
        await self._caught_up()
        return self.disk.dead.pop(parcel, None) is not None

    async def counts(self) -> dict[str, int]:
        """Return how many entries, parcels, alarms, dead letters and snapshots there are."""
        await self._caught_up()
        disk = self.disk
        return {
            "entries": len(disk.entries),
            "parcels": len(disk.parcels),
            "alarms": len(disk.alarms),
            "dead_letters": len(disk.dead),
            "snapshots": len(disk.snapshots),
        }
