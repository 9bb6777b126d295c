"""The journal in SQLite, as the ground floor sees it."""

import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from pathlib import Path

from msgspec.structs import replace

from actors.address import Address
from actors.ids import MessageId
from actors.runtime.clock import Clock, SystemClock
from actors.runtime.journal import Commit, Line, Outcome, Parcel
from actors.runtime.leases import Census, Fence, Member
from actors.store import rows
from actors.store.batch import Batch
from actors.store.clinic import SHARDS
from actors.store.sqlite import leases, opening, schema
from actors.store.sqlite.desk import Desk
from actors.store.sqlite.group import Fences, Group, transaction
from actors.store.sqlite.statements import QUERIES
from actors.store.stored import StoredJournal


class SqliteJournal(StoredJournal):
    """The journal of one machine: one file, one process, one connection.

    Commits that arrive while one transaction is being made go into the next. When the disk's
    state is unknown (a failed flush, a damaged file), `failed` is set, nothing is promised any
    more, and the process should stop: its next start checks the file.

    Its one process proves its leases with each commit as those of many machines do. It takes them
    anew when it starts, so that here the epoch of an entry tells one start from another.
    """

    shared = False

    def __init__(
        self, desk: Desk, resources: AsyncExitStack, clock: Clock, clinic_id: str, *, dedupe: bool
    ) -> None:
        self.failed = desk.failed
        self._desk = desk
        self._resources = resources
        self._clock = clock
        self._dedupe = dedupe
        self._fences = Fences()
        super().__init__(self._make, clinic_id)

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

    # -- what SQLite does its own way ----------------------------------------------------------

    def append(self, line: Line, commit: Commit, outcome: Outcome) -> None:
        """Enqueue *commit*; its outcome comes later, in the order of these calls."""
        super().append(line, commit if self._dedupe else _marked(commit), outcome)

    async def revive(self, parcel: MessageId) -> Parcel | None:
        """Turn a dead letter back into a parcel to be delivered; None when there is none."""
        await self._pump.caught_up()
        return await self._desk.do(partial(_revive, parcel=parcel))

    async def _make(self, batch: Batch) -> None:
        group = Group(batch, self._fences)
        await self._desk.lay(group)
        if group.fatal is not None:
            self._desk.fault(group.fatal)

    async def _fetch(self, name: str, *values: object) -> list[rows.Row]:
        await self._pump.caught_up()
        return await self._desk.fetch(QUERIES[name], tuple(map(_plain, values)))

    def _sought(self, actors: Sequence[Address], folded: Sequence[str]) -> tuple[object, ...]:
        return ([_match(actor, folded) for actor in actors],)

    async def _let_go(self) -> None:
        await self._resources.aclose()


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


def _plain(value: object) -> object:
    """Return *value* as SQLite takes it: a list as JSON."""
    return json.dumps(value) if isinstance(value, list) else value


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
