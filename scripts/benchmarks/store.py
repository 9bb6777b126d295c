"""Commits per second in PostgreSQL: grouped, with and without the fence, and one by one."""

import asyncio
import itertools
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from unittest.mock import patch

import asyncpg  # noqa: TID251  the yardstick is asyncpg itself

from actors.address import Address
from actors.ids import MessageId
from actors.runtime.errors import JournalError
from actors.runtime.journal import Commit, Entry, Line, Parcel
from actors.runtime.leases import Fence, Member
from actors.store.postgres import PostgresJournal, group
from actors.store.postgres.writes import values_of
from actors.store.rows import from_entry, from_parcel
from actors.store.writes import Writes
from scripts.benchmarks.figures import Figures, Load, closed_loop
from tests.postgres import PostgresServer

WIDTHS = (1, 16, 128)
TURNS = 9
ACTORS = 100
BODY = b"x" * 120
PLAIN = (
    "SELECT epoch FROM lease WHERE shard = $1 FOR SHARE",
    (
        "INSERT INTO entry (actor, seq, count, cause, at, caller, events, command, trace, epoch)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    ),
    (
        "INSERT INTO parcel (id, source, target, caller, body, at, trace, shard)"
        " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    ),
)
"""What a commit is without groups: a transaction of three statements."""
_numbers = itertools.count(1)


async def measure(figures: Figures, seconds: float) -> None:
    """Take every figure of PostgreSQL."""
    server = await asyncio.to_thread(partial(PostgresServer, on_disk=True))
    try:
        await asyncio.to_thread(server.start)
        await _measure(figures, server, seconds)
    finally:
        await asyncio.to_thread(server.remove)
    figures.ratio("pg_group_of_per_write_128", "pg_group_128", "pg_per_write_128", 10)
    for width, goal in ((128, 0.95), (16, 0.9), (1, 0.9)):
        of, to = f"pg_group_{width}", f"pg_group_no_fence_{width}"
        figures.ratio(f"pg_fence_{width}", of, to, goal)


async def _measure(figures: Figures, server: PostgresServer, seconds: float) -> None:
    """Take turns, so that a busy moment of the machine is everybody's; note each one's median."""
    url = await server.fresh_database()
    journal = await PostgresJournal.open(url)
    await journal.beat(Member("bench", "bench"), 3600)
    writer = Grouped(journal, await journal.take("bench", range(ACTORS)))
    pool = await asyncpg.create_pool(url, ssl="disable")
    for width in WIDTHS:
        loads: dict[str, list[Load]] = {}
        for _ in range(TURNS):
            for name, one, context in (
                ("pg_group", writer.write, nullcontext()),
                ("pg_group_no_fence", writer.write, without_fence()),
                ("pg_per_write", partial(write_alone, pool), nullcontext()),
            ):
                with context:
                    load = await closed_loop(one, in_flight=width, seconds=seconds / TURNS)
                loads.setdefault(name, []).append(load)
        for name, taken in loads.items():
            figures.note_load(f"{name}_{width}", median(taken))
    await pool.close()
    await journal.close()


def median(loads: list[Load]) -> Load:
    """Return the load in the middle."""
    return sorted(loads, key=lambda load: load.per_second)[len(loads) // 2]


async def write_alone(pool: asyncpg.Pool, _number: int) -> None:
    """Return when an entry with a parcel is on disk, in a transaction of their own."""
    number = next(_numbers)
    entry, parcel = step(number)
    async with pool.acquire() as connection, connection.transaction():
        epoch = await connection.fetchval(PLAIN[0], number % ACTORS)
        await connection.execute(PLAIN[1], *from_entry(entry, epoch))
        await connection.execute(PLAIN[2], *from_parcel(parcel), number % ACTORS)


class Grouped:
    """Writes through the journal, each actor on its own line."""

    def __init__(self, journal: PostgresJournal, fences: dict[int, Fence]) -> None:
        self._journal = journal
        self._fences = fences
        self._lines = [Line() for _ in range(ACTORS)]

    async def write(self, _number: int) -> None:
        """Return when an entry with a parcel is on disk."""
        number = next(_numbers)
        place = number % ACTORS
        entry, parcel = step(number)
        commit = Commit(entry.actor, self._fences[place], entry, parcels=(parcel,))
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def outcome(error: JournalError | None) -> None:
            if error is None:
                done.set_result(None)
            else:
                done.set_exception(error)

        self._journal.append(self._lines[place], commit, outcome)
        await done


def step(number: int) -> tuple[Entry, Parcel]:
    """Return what the commit of that *number* writes."""
    actor = Address("bench", str(number % ACTORS))
    cause = MessageId(f"cause-{number:012}")
    entry = Entry(actor, number, 1, cause, number, b"caller", BODY, "Add")
    parcel = Parcel(MessageId(f"parcel-{number:012}"), actor, actor, b"caller", BODY, number)
    return entry, parcel


@contextmanager
def without_fence() -> Iterator[None]:
    """Let commits prove nothing."""

    def careless(_fences: object, writes: Writes) -> list[object]:
        return list(values_of((), writes))

    with patch.object(group, "values_of", careless):
        yield
