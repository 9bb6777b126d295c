"""A stopped clinic's journal, to be read page by page and left as it is."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from actors.store.files import StoreRefused
from actors.store.rows import Row
from actors.store.sqlite import opening, schema
from actors.store.sqlite.desk import Desk
from actors.store.sqlite.statements import MIGRATIONS, QUERIES
from actors.store.tables import PAGE, Table


class Giver:
    """Reads the tables of one journal."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def clinic(self) -> Row:
        """Return shards, id and the time of the clinic's beginning."""
        [row] = await self._desk.fetch(QUERIES["clinic_row"])
        return row

    async def page(self, table: Table, after: Row) -> list[Row]:
        """Return the next rows of *table* after that key, in order."""
        return await self._desk.fetch(QUERIES[f"page_{table.name}"], (*after, PAGE))


@asynccontextmanager
async def giving(path: Path) -> AsyncIterator[Giver]:
    """Hold the journal at *path*, which nobody may have open; refuse one of another release."""
    if not await asyncio.to_thread(path.is_file):
        raise StoreRefused(f"There is no journal at {path}.")
    async with AsyncExitStack() as stack:
        desk = await opening.open_desk(path, stack)
        await desk.do(partial(_check, path=path))
        yield Giver(desk)


def _check(connection: sqlite3.Connection, path: Path) -> None:
    with opening.refusing(path):
        found, known = schema.version(connection), MIGRATIONS[-1].number
    if found != known:
        raise StoreRefused(
            f"{path} is of another release (schema {found}, not {known}): bring it up to date with "
            "`carewire migrate` first."
        )
