"""What the journals in databases have in common: a pump before them and named queries behind."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from typing import Final

from actors.address import Address
from actors.ids import MessageId
from actors.passages import Hit
from actors.runtime.errors import StoreUnavailable
from actors.runtime.journal import Alarm, Commit, DeadLetter, Entry, Line, Loaded, Outcome, Parcel
from actors.store import rows
from actors.store.found import newest_first, wanted
from actors.store.pump import Make, Pump

AT_ONCE: Final = 64
"""So many actors are searched in one go; then others have their turn."""


class StoredJournal(ABC):
    """A journal whose dialect's statements have the same names, values and columns."""

    failed: asyncio.Event

    def __init__(self, make: Make, clinic_id: str) -> None:
        self.clinic_id = clinic_id
        self._pump = Pump(make)
        self._closed = False

    async def close(self) -> None:
        """Finish what was enqueued and let go."""
        if not self._closed:
            self._closed = True
            await self._pump.stop()
            await self._let_go()

    @abstractmethod
    async def _let_go(self) -> None:
        """Close what is open."""

    @abstractmethod
    async def _fetch(self, name: str, *values: object) -> list[rows.Row]:
        """Return what the named query finds once everything enqueued before is there.

        A list among *values* is an array in the dialect's form.
        """

    @abstractmethod
    def _sought(self, actors: Sequence[Address], folded: Sequence[str]) -> tuple[object, ...]:
        """Return the first values of the query `search`: *folded* words of each of *actors*."""

    # -- writing --------------------------------------------------------------------------------

    def append(self, line: Line, commit: Commit, outcome: Outcome) -> None:
        """Enqueue *commit*; its outcome comes later, in the order of these calls."""
        if self._closed:
            line.broken = True
            asyncio.get_running_loop().call_soon(outcome, StoreUnavailable("It is closed."))
            return
        self._pump.add(line, commit, outcome)

    # -- reading --------------------------------------------------------------------------------

    async def load(self, actor: Address, schema: int) -> Loaded:
        """Return what rebuilds *actor*; a snapshot of another *schema* mark is left aside."""
        return rows.to_loaded(await self._fetch("load", str(actor), schema))

    async def entries(self, actor: Address, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """Return the entries with events numbered above *after*, oldest first."""
        found = await self._fetch("entries", str(actor), after, limit)
        return list(map(rows.to_entry, found))

    async def find(self, actor: Address, cause: MessageId) -> Entry | None:
        """Return what the command of that id did to *actor*, if it was done."""
        found = await self._fetch("find", str(actor), cause)
        return rows.to_entry(found[0]) if found else None

    async def about(self, subject: str) -> Sequence[Entry]:
        """Return every entry about *subject*, of all actors, in the order of their commits."""
        return list(map(rows.to_entry, await self._fetch("about", subject)))

    async def search(
        self, actors: Sequence[Address], words: str, *, before: int = 0, limit: int = 20
    ) -> Sequence[Hit]:
        """Return the passages of *actors* with words that begin with each of *words*."""
        each, folded = wanted(actors, words)
        by_time = len(each) > 1
        hits: list[Hit] = []
        for start in range(0, len(each), AT_ONCE):
            sought = self._sought(each[start : start + AT_ONCE], folded)
            found = await self._fetch("search", *sought, before, by_time, limit)
            hits = newest_first([*hits, *map(rows.to_hit, found)], limit, by_time=by_time)
        return hits

    async def parcels(self, shards: Iterable[int]) -> Sequence[Parcel]:
        """Return the parcels that actors of *shards* still have to deliver, oldest first."""
        return list(map(rows.to_parcel, await self._fetch("parcels", list(shards))))

    async def alarms(self, shards: Iterable[int]) -> Sequence[Alarm]:
        """Return the alarms of the actors of *shards*, earliest first."""
        return list(map(rows.to_alarm, await self._fetch("alarms", list(shards))))

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return what could not be delivered, oldest first."""
        return list(map(rows.to_dead, await self._fetch("dead_letters")))

    async def drop(self, parcel: MessageId) -> bool:
        """Forget a dead letter; False when there is none."""
        return bool(await self._fetch("drop", parcel))

    async def counts(self) -> dict[str, int]:
        """Return how many entries, parcels, alarms, dead letters and snapshots there are."""
        (found,) = await self._fetch("counts")
        names = ("entries", "parcels", "alarms", "dead_letters", "snapshots")
        return dict(zip(names, found, strict=True))
