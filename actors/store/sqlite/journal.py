"""The journal in SQLite, as the ground floor sees it."""

import asyncio
import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from actors.address import Address
from actors.ids import MessageId
from actors.passages import Hit
from actors.runtime.clock import Clock, SystemClock
from actors.runtime.errors import StoreUnavailable
from actors.runtime.journal import (
    Alarm,
    Commit,
    DeadLetter,
    Entry,
    Line,
    Loaded,
    Outcome,
    Parcel,
)
from actors.runtime.leases import Census, Fence, Member
from actors.store import rows
from actors.store.clinic import SHARDS
from actors.store.found import newest_first, wanted
from actors.store.queries import QUERIES
from actors.store.sqlite import leases, opening, schema
from actors.store.sqlite.desk import Desk, Parameters
from actors.store.sqlite.group import transaction
from actors.store.sqlite.pump import Pump

AT_ONCE: Final = 64
"""So many actors are searched in one go; then commits have their turn."""


class SqliteJournal:
    """The journal of one machine: one file, one process, one connection.

    Commits that arrive while one transaction is being made go into the next. When the disk's
    state is unknown (a failed flush, a damaged file), `failed` is set, nothing is promised any
    more, and the process should stop: its next start checks the file.
    """

    shared = False

    def __init__(
        self, desk: Desk, resources: AsyncExitStack, clock: Clock, clinic_id: str, *, dedupe: bool
    ) -> None:
        self.failed = desk.failed
        self.clinic_id = clinic_id
        self._desk = desk
        self._resources = resources
        self._clock = clock
        self._dedupe = dedupe
        self._pump = Pump(desk)
        self._closed = False

    @classmethod
    async def open(
        cls,
        path: str | Path,
        *,
        clock: Clock | None = None,
        shards: int = SHARDS,
        clinic: str | None = None,
        dedupe: bool = True,
    ) -> "SqliteJournal":
        """Open (or make, or bring up to date) the journal at *path*, or raise `StoreRefused`.

        So it does when it is another clinic's than *clinic* (None: whichever it is; `clinic_id`
        says so then).
        With *dedupe* off a repeated command is kept again, as `id~seq`: a control, for tests
        that must be able to fail.
        """
        async with AsyncExitStack() as stack:
            desk = await opening.open_desk(Path(path), stack)
            await opening.make_ready(desk, Path(path), shards, clinic)
            found = await desk.do(opening.clinic_of)
            resources = stack.pop_all()
            return cls(desk, resources, clock or SystemClock(), found.id, dedupe=dedupe)

    async def close(self) -> None:
        """Finish what was enqueued and let go."""
        if self._closed:
            return
        self._closed = True
        await self._pump.stop()
        await self._resources.aclose()

    # -- leases ---------------------------------------------------------------------------------

    async def beat(self, member: Member, seconds: float) -> Census:
        """Let *member* live for *seconds* from now, and look around."""
        now = self._clock.unix_ms()
        until = now + round(seconds * 1000)
        return await self._desk.do(partial(leases.beat, member=member, now=now, until=until))

    async def census(self) -> Census:
        """Look around without being a member."""
        return await self._desk.do(partial(leases.census, now=self._clock.unix_ms()))

    async def take(
        self, run: str, shards: Iterable[int], *, gone: Collection[str] = ()
    ) -> dict[int, Fence]:
        """Lease those of *shards* that are free or *run*'s own, each with a new epoch."""
        await self._pump.caught_up()
        now, wanted = self._clock.unix_ms(), tuple(shards)
        work = partial(leases.take, run=run, shards=wanted, gone=tuple(gone), now=now)
        return await self._desk.do(work)

    async def hand_over(self, run: str, shards: Iterable[int], heir: str) -> dict[int, Fence]:
        """Make *heir* the owner of those of *shards* that are *run*'s; return its fences."""
        await self._pump.caught_up()
        work = partial(leases.hand_over, run=run, shards=tuple(shards), heir=heir)
        return await self._desk.do(work)

    async def leave(self, run: str) -> None:
        """Give up every lease of *run*, and be no member any more."""
        await self._pump.caught_up()
        await self._desk.do(partial(leases.leave, run=run))

    async def leave_all(self) -> None:
        """Give up everybody's leases."""
        await self._pump.caught_up()
        await self._desk.do(leases.leave_all)

    # -- writing --------------------------------------------------------------------------------

    def append(self, line: Line, commit: Commit, outcome: Outcome) -> None:
        """Enqueue *commit*; its outcome comes later, in the order of these calls."""
        if self._closed:
            line.broken = True
            asyncio.get_running_loop().call_soon(outcome, StoreUnavailable("It is closed."))
            return
        self._pump.add(line, commit if self._dedupe else _marked(commit), outcome)

    # -- reading --------------------------------------------------------------------------------

    async def load(self, actor: Address, schema: int) -> Loaded:
        """Return what rebuilds *actor*; a snapshot of another *schema* mark is left aside."""
        return rows.to_loaded(await self._fetch("load", {"actor": str(actor), "schema": schema}))

    async def entries(self, actor: Address, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """Return the entries with events numbered above *after*, oldest first."""
        wanted = {"actor": str(actor), "after": after, "limit": limit}
        return list(map(rows.to_entry, await self._fetch("entries", wanted)))

    async def find(self, actor: Address, cause: MessageId) -> Entry | None:
        """Return what the command of that id did to *actor*, if it was done."""
        found = await self._fetch("find", (str(actor), cause))
        return rows.to_entry(found[0]) if found else None

    async def about(self, subject: str) -> Sequence[Entry]:
        """Return every entry about *subject*, of all actors, in the order of their commits."""
        return list(map(rows.to_entry, await self._fetch("about", (subject,))))

    async def search(
        self, actors: Sequence[Address], words: str, *, before: int = 0, limit: int = 20
    ) -> Sequence[Hit]:
        """Return the passages of *actors* with words that begin with each of *words*."""
        each, folded = wanted(actors, words)
        by_time = len(each) > 1
        hits: list[Hit] = []
        for start in range(0, len(each), AT_ONCE):
            some = [_match(actor, folded) for actor in each[start : start + AT_ONCE]]
            sought = {"wanted": json.dumps(some), "before": before}
            found = await self._fetch("search", {**sought, "by_time": by_time, "limit": limit})
            hits = newest_first([*hits, *map(rows.to_hit, found)], limit, by_time=by_time)
        return hits

    async def parcels(self, shards: Iterable[int]) -> Sequence[Parcel]:
        """Return the parcels that actors of *shards* still have to deliver, oldest first."""
        return list(map(rows.to_parcel, await self._fetch("parcels", (_array(shards),))))

    async def alarms(self, shards: Iterable[int]) -> Sequence[Alarm]:
        """Return the alarms of the actors of *shards*, earliest first."""
        return list(map(rows.to_alarm, await self._fetch("alarms", (_array(shards),))))

    async def dead_letters(self) -> Sequence[DeadLetter]:
        """Return what could not be delivered, oldest first."""
        return list(map(rows.to_dead, await self._fetch("dead_letters")))

    async def revive(self, parcel: MessageId) -> Parcel | None:
        """Turn a dead letter back into a parcel to be delivered; None when there is none."""
        await self._pump.caught_up()
        return await self._desk.do(partial(_revive, parcel=parcel))

    async def drop(self, parcel: MessageId) -> bool:
        """Forget a dead letter; False when there is none."""
        return bool(await self._fetch("drop", (parcel,)))

    async def counts(self) -> dict[str, int]:
        """Return how many entries, parcels, alarms, dead letters and snapshots there are."""
        (found,) = await self._fetch("counts")
        names = ("entries", "parcels", "alarms", "dead_letters", "snapshots")
        return dict(zip(names, found, strict=True))

    async def _fetch(self, name: str, parameters: Parameters = ()) -> list[rows.Row]:
        """Return what the named query finds once everything enqueued before is there."""
        await self._pump.caught_up()
        return await self._desk.fetch(QUERIES[name], parameters)


async def migrate(path: str | Path) -> list[str]:
    """Bring the journal at *path* up to date and return the names of the migrations made."""
    async with AsyncExitStack() as stack:
        desk = await opening.open_desk(Path(path), stack)
        return await opening.make_ready(desk, Path(path), SHARDS)


async def schema_version(path: str | Path) -> int:
    """Return the number of the last migration of the journal at *path*; 0 for an empty one."""
    async with AsyncExitStack() as stack:
        desk = await opening.open_desk(Path(path), stack)
        return await desk.do(schema.version)


def _array(shards: Iterable[int]) -> str:
    return json.dumps(list(shards))


def _match(actor: Address, folded: Iterable[str]) -> str:
    """Return the full-text expression for *folded* words of *actor*; see `passage.terms`."""
    own = str(actor).encode().hex()
    return " ".join(f'"{own}x{word}"*' for word in folded)


def _marked(commit: Commit) -> Commit:
    """Return *commit* with a cause that no other has, so that nothing is ever a repetition."""
    if commit.entry is None:
        return commit
    cause = MessageId(f"{commit.entry.cause}~{commit.entry.seq}")
    return replace(commit, entry=replace(commit.entry, cause=cause))


def _revive(connection: sqlite3.Connection, parcel: MessageId) -> Parcel | None:
    with transaction(connection):
        found = connection.execute(QUERIES["revive"], (parcel,)).fetchone()
        connection.execute(QUERIES["drop"], (parcel,)).fetchall()
    return None if found is None else rows.to_parcel(found)
