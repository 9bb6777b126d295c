"""Moving a stopped clinic from one machine's SQLite file into PostgreSQL.

Page by page, each in one transaction. How far it came is told by what is there, so that a move that
was cut off goes on where it stopped. At the end every row is read again on both sides.
"""

import ssl
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from actors.store.files import StoreRefused, mark_moved
from actors.store.postgres import Target
from actors.store.postgres.receiving import Receiver, receiving
from actors.store.rows import Row
from actors.store.sqlite.giving import Giver, giving
from actors.store.tables import TABLES, Sum, Table

MOVED: Final = "Every row was read again on both sides, and they are the same."


class Moved(NamedTuple):
    """What a move came to."""

    clinic: str
    """The clinic's id, the same as before."""
    rows: dict[str, int]
    """By table."""
    digests: dict[str, str]
    """SHA-256 over the rows of each table."""


class Side(Protocol):
    """Where pages of a table are read."""

    async def page(self, table: Table, after: Row) -> list[Row]:
        """Return the next rows of *table* after that key, in order."""


async def move(
    source: Path,
    url: str,
    *,
    password: str | None = None,
    tls: ssl.SSLContext | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Moved:
    """Copy the clinic in the journal at *source* into the empty database at *url*.

    *source* is not changed; a file beside it keeps the clinic from being started on it by
    accident. *say* is told in sentences how it goes. Raises `StoreRefused` in plain words, when
    the clinic runs, the database is not empty, or what arrived is not what left.
    """
    target = Target(url, password, tls)
    async with giving(source) as giver:
        clinic = await giver.clinic()
        async with receiving(target, clinic) as receiver:
            for table in TABLES:
                await _copy(giver, receiver, table, say)
            await receiver.finish()
            sums = {table.name: await _compared(giver, receiver, table) for table in TABLES}
        say(MOVED)
        mark_moved(source, target.name)
    digests = {name: each.digest for name, each in sums.items()}
    return Moved(clinic[1], {name: each.rows for name, each in sums.items()}, digests)


async def _copy(giver: Giver, receiver: Receiver, table: Table, say: Callable[[str], None]) -> None:
    """Copy what is not there yet."""
    copied = 0
    after = await receiver.last(table)
    while rows := await giver.page(table, after):
        await receiver.put(table, rows)
        after = table.key(rows[-1])
        copied += len(rows)
        say(f"{table.name}: {copied} rows copied.")


async def _compared(giver: Giver, receiver: Receiver, table: Table) -> Sum:
    """Return what both sides have of *table*, or refuse what is not the same."""
    here, there = await _sum(giver, table), await _sum(receiver, table)
    if (here.rows, here.digest) != (there.rows, there.digest):
        raise StoreRefused(
            f"What arrived is not what left: {table.name} has {here.rows} rows here and "
            f"{there.rows} there (SHA-256 {here.digest[:12]} and {there.digest[:12]}). Make the "
            "database anew, and move again."
        )
    return here


async def _sum(side: Side, table: Table) -> Sum:
    found, after = Sum(), table.before
    while rows := await side.page(table, after):
        found.add(rows)
        after = table.key(rows[-1])
    return found
