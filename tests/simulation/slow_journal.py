"""A journal whose answers to questions are on their way for a while, as from another thread."""

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from typing import TypeVar

from actors.address import Address
from actors.ids import MessageId
from actors.passages import Hit
from actors.runtime.journal import Alarm, Entry, Loaded, Parcel
from actors.store.memory import MemoryJournal

T = TypeVar("T")


class SlowJournal(MemoryJournal):
    """Between what it read and who asked, other things happen."""

    async def _slowly(self, reading: Awaitable[T]) -> T:
        found = await reading
        await asyncio.sleep(self._delay())
        return found

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
        return await self._slowly(super().parcels(shards))

    async def alarms(self, shards: Iterable[int]) -> Sequence[Alarm]:
        """Return the alarms of the actors of *shards*, earliest first."""
        return await self._slowly(super().alarms(shards))
