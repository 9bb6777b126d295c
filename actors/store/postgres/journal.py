"""The journal in PostgreSQL, as the ground floor sees it."""

import ssl
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Final, TypeVar

from asyncpg import Connection

from actors.address import Address
from actors.ids import MessageId
from actors.runtime.journal import Parcel
from actors.runtime.leases import Census, Fence, Member
from actors.store import rows
from actors.store.batch import Batch
from actors.store.clinic import SHARDS, check_clinic
from actors.store.files import StoreRefused
from actors.store.postgres import group, leases, opening, schema
from actors.store.postgres.links import Links
from actors.store.postgres.opening import Target
from actors.store.postgres.statements import QUERIES
from actors.store.postgres.terms import expression, long_words
from actors.store.stored import StoredJournal

T = TypeVar("T")
WRITING: Final = frozenset({"revive", "drop"})
"""Queries that are never made twice."""


class PostgresJournal(StoredJournal):
    """The journal of many machines: one database, and a few connections of each node.

    Commits that arrive while one statement is being made go into the next. When the connection
    is lost, what was being written is `CommitUncertain`, what follows `StoreUnavailable` until it
    is back. `failed` is set when it comes back to a database that is another clinic's.
    """

    shared = True

    def __init__(self, links: Links, clinic_id: str) -> None:
        self.failed = links.failed
        self._links = links
        super().__init__(self._make, clinic_id)

    @classmethod
    async def open(
        cls,
        url: str,
        *,
        password: str | None = None,
        tls: ssl.SSLContext | None = None,
        connections: int = 4,
        timeout: float = 5.0,  # noqa: ASYNC109  of each statement
        shards: int = SHARDS,
        clinic: str | None = None,
    ) -> "PostgresJournal":
        """Open (or make, or bring up to date) the journal in the database at *url*.

        *url* is `postgresql://user@host:port/database`, the database has to be there. Without
        *tls* all goes in the clear. *connections* (2 at least) are this node's, *timeout* is in
        seconds. Raises `StoreRefused`, also when the journal is another clinic's than *clinic*
        (None: whichever it is; `clinic_id` says so then).
        """
        target = Target(url, password, tls, timeout)
        found = await _prepared(target, partial(_made_ready, shards=shards, clinic=clinic))
        links = Links(target, connections, shards, found)
        try:
            await links.open()
        except BaseException as error:
            await links.close()
            if isinstance(error, opening.UNREACHABLE_INSIDE):
                raise StoreRefused(opening.unreachable(target, error)) from error
            raise
        return cls(links, found)

    # -- leases ---------------------------------------------------------------------------------

    async def beat(self, member: Member, seconds: float) -> Census:
        """Let *member* live for *seconds* from now, and look around."""
        return await self._links.lease(partial(leases.beat, member=member, seconds=seconds))

    async def census(self) -> Census:
        """Look around without being a member."""
        return await self._links.lease(leases.census)

    async def take(
        self, run: str, shards: Iterable[int], *, gone: Collection[str] = ()
    ) -> dict[int, Fence]:
        """Lease those of *shards* that are free or *run*'s own, each with a new epoch."""
        work = partial(leases.take, run=run, shards=tuple(shards), gone=tuple(gone))
        return await self._change(work)

    async def hand_over(self, run: str, shards: Iterable[int], heir: str) -> dict[int, Fence]:
        """Make *heir* the owner of those of *shards* that are *run*'s; return its fences."""
        return await self._change(
            partial(leases.hand_over, run=run, shards=tuple(shards), heir=heir)
        )

    async def leave(self, run: str) -> None:
        """Give up every lease of *run*, and be no member any more."""
        await self._change(partial(leases.leave, run=run))

    async def leave_all(self) -> None:
        """Give up everybody's leases."""
        await self._change(leases.leave_all)

    async def _change(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        await self._pump.caught_up()
        return await self._links.lease(work)

    # -- what PostgreSQL does its own way -------------------------------------------------------

    async def revive(self, parcel: MessageId) -> Parcel | None:
        """Turn a dead letter back into a parcel to be delivered; None when there is none."""
        found = await self._fetch("revive", parcel)
        return rows.to_parcel(found[0]) if found else None

    async def _make(self, batch: Batch) -> None:
        await self._links.writer.run(partial(group.make, batch=batch))

    async def _fetch(self, name: str, *values: object) -> list[rows.Row]:
        await self._pump.caught_up()
        work = partial(_fetch, sql=QUERIES[name], values=values)
        do = self._links.lease if name in WRITING else self._links.read
        return [tuple(row) for row in await do(work)]

    def _sought(self, actors: Sequence[Address], folded: Sequence[str]) -> tuple[object, ...]:
        return ([expression(str(actor), folded) for actor in actors], long_words(folded))

    async def _let_go(self) -> None:
        await self._links.close()


async def migrate(target: Target) -> list[str]:
    """Bring the journal at *target* up to date and return the names of the migrations made."""
    return await _prepared(target, schema.migrate)


async def schema_version(target: Target) -> int:
    """Return the number of the last migration of the journal there; 0 for an empty database."""
    return await _prepared(target, schema.version)


async def clinic_id(target: Target) -> str:
    """Return the id of the clinic at *target*; empty when there is no clinic in the database."""
    return await _prepared(target, _clinic_id)


async def _prepared(target: Target, work: Callable[[Connection], Awaitable[T]]) -> T:
    """Do *work* on a connection that is closed afterwards."""
    connection = await opening.first(target)
    try:
        return await work(connection)
    finally:
        await opening.close(connection)


async def _made_ready(connection: Connection, shards: int, clinic: str | None) -> str:
    await schema.migrate(connection)
    if clinic is not None:
        await connection.execute(QUERIES["adopt_clinic"], clinic)
    found = await schema.clinic_of(connection)
    check_clinic(found, shards, clinic)
    return found.id


async def _clinic_id(connection: Connection) -> str:
    return (await schema.clinic_of(connection)).id if await schema.version(connection) else ""


async def _fetch(
    connection: Connection, sql: str, values: Sequence[object]
) -> Sequence[Sequence[object]]:
    found: Sequence[Sequence[object]] = await connection.fetch(sql, *values)
    return found
