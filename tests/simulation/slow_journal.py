"""A journal on another machine than its disk: answers are on their way for a while, or get lost."""

import asyncio
from collections.abc import Awaitable, Collection, Iterable, Sequence
from typing import Any, TypeVar

from msgspec.structs import replace

from actors.address import Address
from actors.ids import MessageId
from actors.passages import Hit
from actors.runtime.errors import CommitUncertain, JournalError, StoreUnavailable
from actors.runtime.journal import Alarm, Commit, Entry, Line, Loaded, Parcel
from actors.runtime.leases import Census, Fence, Member
from actors.store.memory import MemoryJournal
from actors.store.memory.journal import Waiting
from tests.simulation.ledger import Ledger
from tests.simulation.store_link import PATIENCE, StoreLink

T = TypeVar("T")


class SlowJournal(MemoryJournal):
    """Between what it read and who asked, other things happen; commits may be torn.

    *control* is empty, or what it forgets to tell a new owner of a shard: `outbox` or `timers`.
    """

    def __init__(self, ledger: Ledger, link: StoreLink, control: str, **options: Any) -> None:  # noqa: ANN401  the journal's own
        super().__init__(ledger, **options)
        self.run = ""
        """Who writes; set once that is known."""
        self._ledger = ledger
        self._link = link
        self._control = control

    async def _step_aside(self) -> None:
        await super()._step_aside()
        await self._link.there()

    async def _slowly(self, asking: Awaitable[T]) -> T:
        found = await asking
        await asyncio.sleep(self._delay())
        self._link.back()
        return found

    # -- leases ---------------------------------------------------------------------------------

    async def beat(self, member: Member, seconds: float) -> Census:
        """Let *member* live for *seconds* from now, and look around."""
        return await self._slowly(super().beat(member, seconds))

    async def take(
        self, run: str, shards: Iterable[int], *, gone: Collection[str] = ()
    ) -> dict[int, Fence]:
        """Lease those of *shards* that are free or *run*'s own, each with a new epoch."""
        return await self._slowly(super().take(run, shards, gone=gone))

    async def hand_over(self, run: str, shards: Iterable[int], heir: str) -> dict[int, Fence]:
        """Make *heir* the owner of those of *shards* that are *run*'s; return its fences."""
        return await self._slowly(super().hand_over(run, shards, heir))

    # -- writing --------------------------------------------------------------------------------

    def _write(self, batch: list[Waiting]) -> None:
        if not self._link.up:
            if self._link.hangs:
                self._step = self._loop.call_later(PATIENCE, self._lose, batch)
            else:
                self._lose(batch)
        elif self._link.disk.tears():
            self._tear(batch, made=self._link.disk.made())
        else:
            super()._write(batch)

    def _lose(self, batch: list[Waiting]) -> None:
        """Give up; nothing of it reached the disk."""
        results = [self._broken(line, StoreUnavailable()) for line, _, _ in batch]
        self._step = self._soon(lambda: self._tell(batch, results))

    def _tear(self, batch: list[Waiting], *, made: bool) -> None:
        """Make the commits or don't, and leave who asked for them without an answer."""
        if made:
            for line, commit, _ in batch:
                self._write_one(line, commit)
        results = [self._broken(line, CommitUncertain()) for line, _, _ in batch]
        self._step = self._soon(lambda: self._tell(batch, results))

    def _write_one(self, line: Line, commit: Commit) -> JournalError | None:
        error = super()._write_one(line, commit)
        if error is None:
            self._ledger.wrote(commit, self.run)
        return error

    def _tell(self, batch: list[Waiting], results: Sequence[JournalError | None]) -> None:
        if not self._link.up:
            results = [self._broken(line, CommitUncertain()) for line, _, _ in batch]
        super()._tell(batch, results)

    # -- reading --------------------------------------------------------------------------------

    async def load(self, actor: Address, schema: int) -> Loaded:
        """Return what rebuilds *actor*."""
        return await self._slowly(super().load(actor, schema))

    async def entries(self, actor: Address, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """Return the entries with events numbered above *after*, oldest first."""
        return await self._slowly(super().entries(actor, after, limit))

    async def find(self, actor: Address, cause: MessageId) -> Entry | None:
        """Return what the command of that id did to *actor*, if it was done."""
        return await self._slowly(super().find(actor, cause))

    async def search(
        self, actors: Sequence[Address], words: str, *, before: int = 0, limit: int = 20
    ) -> Sequence[Hit]:
        """Return the passages of *actors* with words that begin with each of *words*."""
        return await self._slowly(super().search(actors, words, before=before, limit=limit))

    async def parcels(self, shards: Iterable[int]) -> Sequence[Parcel]:
        """Return the parcels that actors of *shards* still have to deliver, oldest first."""
        found = await self._slowly(super().parcels(shards))
        return () if self._control == "outbox" else found

    async def alarms(self, shards: Iterable[int]) -> Sequence[Alarm]:
        """Return the alarms of the actors of *shards*, earliest first."""
        found = await self._slowly(super().alarms(shards))
        return () if self._control == "timers" else [replace(alarm) for alarm in found]
