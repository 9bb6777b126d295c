"""An empty database that becomes a clinic's, page by page; it can be gone on with at any time."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from asyncpg import Connection

from actors.store.clinic import AnotherClinic
from actors.store.files import StoreRefused
from actors.store.postgres import opening, schema
from actors.store.postgres.opening import Target
from actors.store.postgres.statements import QUERIES
from actors.store.postgres.terms import terms_of
from actors.store.rows import Row
from actors.store.tables import PAGE, Table


class Receiver:
    """Writes and reads the tables of one database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def last(self, table: Table) -> Row:
        """Return the key of the last row of *table* that is here."""
        row = await self._connection.fetchrow(QUERIES[f"last_{table.name}"])
        return table.before if row is None else tuple(row)

    async def put(self, table: Table, rows: list[Row]) -> None:
        """Keep *rows*, all or none."""
        kept = [_passage(row) for row in rows] if table.name == "passage" else rows
        async with self._connection.transaction():
            await self._connection.executemany(QUERIES[f"put_{table.name}"], kept)

    async def page(self, table: Table, after: Row) -> list[Row]:
        """Return the next rows of *table* after that key, as they were put."""
        rows = await self._connection.fetch(QUERIES[f"page_{table.name}"], *after, PAGE)
        return [_plain(table, tuple(row)) for row in rows]

    async def finish(self) -> None:
        """Let new rows come after those that are here."""
        await self._connection.execute(QUERIES["count_on"])
        await self._connection.execute(QUERIES["analyze"])


def _passage(row: Row) -> Row:
    pos, actor, number, at, text, folded = row
    return (pos, actor, number, at, text.encode(), folded, terms_of(actor, folded))


def _plain(table: Table, row: Row) -> Row:
    return (*row[:4], row[4].decode(), row[5]) if table.name == "passage" else row


@asynccontextmanager
async def receiving(target: Target, clinic: Row) -> AsyncIterator[Receiver]:
    """Open *target* for *clinic* (shards, id, beginning), or raise `StoreRefused`."""
    connection = await opening.first(target)
    try:
        await schema.migrate(connection)
        await _become(connection, target, clinic)
        yield Receiver(connection)
    finally:
        await opening.close(connection)


async def _become(connection: Connection, target: Target, clinic: Row) -> None:
    """Make the database *clinic*'s, unless it is another's or nodes work in it already."""
    if await connection.fetchval(QUERIES["is_lived_in"]):
        raise StoreRefused(f"Nodes work in {target.name} already; nothing was changed there.")
    if tuple(await connection.fetchrow(QUERIES["clinic_row"])) == clinic:
        return
    if not await connection.fetchval(QUERIES["is_untouched"]):
        raise AnotherClinic(f"There is another clinic in {target.name}: choose an empty one.")
    await connection.execute(QUERIES["become_clinic"], *clinic)
