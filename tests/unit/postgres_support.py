"""A PostgreSQL journal in trouble: who is in the way, and who waits."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg  # noqa: TID251  speaks of PostgreSQL's own errors

from actors.runtime.journal import Entry
from actors.store.postgres.link import Link
from actors.store.rows import from_entry

BLOCKED = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'carewire' AND wait_event_type = 'Lock'
"""


@asynccontextmanager
async def locked(url: str, table: str = "entry") -> AsyncIterator[asyncpg.Connection]:
    """Let nobody use *table* meanwhile; yield a connection beside, to look on."""
    holder, beside = await asyncpg.connect(url), await asyncpg.connect(url)
    try:
        async with holder.transaction():
            await holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield beside
    finally:
        await holder.close()
        await beside.close()


@asynccontextmanager
async def in_the_way(url: str, row: Entry) -> AsyncIterator[asyncpg.Connection]:
    """Let whoever writes *row* wait, when its fence is held already; yield a connection beside."""
    holder, beside = await asyncpg.connect(url), await asyncpg.connect(url)
    transaction = holder.transaction()
    try:
        await transaction.start()
        await holder.execute(
            "INSERT INTO entry (actor, seq, count, cause, at, caller, events, command, trace,"
            " epoch) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            *from_entry(row, row.epoch),
        )
        yield beside
        await transaction.rollback()
    finally:
        await holder.close()
        await beside.close()


async def blocked(connection: asyncpg.Connection, number: int = 1) -> None:
    """Return when so many of the journal's statements wait for a lock."""
    while await connection.fetchval(BLOCKED) < number:
        pass


def pid(link: Link) -> int:
    """Return which process of the server *link* talks to."""
    assert link._connection is not None
    return int(link._connection.get_server_pid())


async def back(link: Link) -> None:
    """Return when *link* has come back."""
    assert link._mending is not None
    await asyncio.wait({link._mending})
