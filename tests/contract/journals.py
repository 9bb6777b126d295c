"""Journals to test, and commits to put into them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeVar

from actors.address import Address
from actors.ids import MessageId
from actors.runtime.clock import SystemClock
from actors.runtime.errors import JournalError
from actors.runtime.journal import Alarm, Commit, DeadLetter, Entry, Journal, Line, Parcel
from actors.runtime.leases import Fence, Member
from actors.store.memory import MemoryDisk, MemoryJournal
from actors.store.postgres import PostgresJournal
from actors.store.sqlite import SqliteJournal
from tests.postgres import PostgresServer

J = TypeVar("J", bound=Journal)

ANNA = Address("patient", "anna")
BERT = Address("doctor", "bert")
LONG = 3_600.0
"""Seconds that no test waits for."""


class SetClock(SystemClock):
    """A clock that says what it was set to."""

    def __init__(self) -> None:
        self.ms = 1_000

    def unix_ms(self) -> int:
        """Return the time that was set."""
        return self.ms


class Shelf(Protocol):
    """A place where one journal is kept: open it, and open it again later."""

    async def open(self) -> Journal:
        """Open the journal that is kept here."""

    async def open_many(self, number: int, /) -> list[Journal]:
        """Open it for *number* nodes, or fewer when it is one process's alone."""

    async def let_pass(self, seconds: float) -> None:
        """Let the store's clock go on."""


class MemoryShelf:
    """A memory disk."""

    def __init__(self) -> None:
        self.clock = SetClock()
        self.disk = MemoryDisk()

    async def open(self) -> MemoryJournal:
        """Open the journal on the disk."""
        return MemoryJournal(self.disk, clock=self.clock)

    async def open_many(self, number: int, /) -> list[Journal]:
        """Open as many journals on the disk."""
        return [await self.open() for _ in range(number)]

    async def let_pass(self, seconds: float) -> None:
        """Move the clock."""
        self.clock.ms += round(seconds * 1000)


class SqliteShelf:
    """A folder."""

    def __init__(self, folder: Path) -> None:
        self.clock = SetClock()
        self.path = folder / "journal.db"

    async def open(self) -> SqliteJournal:
        """Open the journal in the folder."""
        return await SqliteJournal.open(self.path, clock=self.clock)

    async def open_many(self, _number: int, /) -> list[Journal]:
        """Open the one journal that there may be."""
        return [await self.open()]

    async def let_pass(self, seconds: float) -> None:
        """Move the clock."""
        self.clock.ms += round(seconds * 1000)


class PostgresShelf:
    """A database, empty but for its tables."""

    def __init__(self, server: PostgresServer, url: str) -> None:
        self.server = server
        self.url = url

    async def open(self) -> Journal:
        """Open the journal in the database."""
        return await PostgresJournal.open(self.url, connections=2)

    async def open_many(self, number: int, /) -> list[Journal]:
        """Open as many journals, as nodes do."""
        return [await self.open() for _ in range(number)]

    async def let_pass(self, seconds: float) -> None:
        """Make everybody as much older: the clock is the server's own."""
        older = f"UPDATE member SET since = since - {seconds * 1000}, expires = expires - {seconds * 1000}"  # noqa: S608, E501  numbers of ours
        await self.server.run(older, self.url)


@asynccontextmanager
async def opened(opening: Awaitable[J]) -> AsyncIterator[J]:
    """Yield the journal that opens, and close it however that goes on.

    One that a failing test leaves behind is destroyed in the middle of one of the next.
    """
    journal = await opening
    try:
        yield journal
    finally:
        await journal.close()


def entry(actor: Address, seq: int, cause: str = "", count: int = 1, epoch: int = 1) -> Entry:
    """Return an entry of which every field says something, as it is kept under that *epoch*."""
    cause = MessageId(cause or f"cause-{actor.key}-{seq}")
    events = b"event %d" % seq
    return Entry(actor, seq, count, cause, 7, b"caller", events, "Cmd", "trace", epoch)


def parcel(name: str, source: Address = ANNA, to: Address = BERT) -> Parcel:
    """Return a parcel of which every field says something."""
    return Parcel(MessageId(name), source, to, b"caller", b"body", 7, "trace")


def alarm(name: str, due: int, actor: Address = ANNA) -> Alarm:
    """Return an alarm of which every field says something."""
    return Alarm(actor, name, due, b"body", b"caller", "trace")


def dead(letter: Parcel) -> DeadLetter:
    """Return *letter* as a dead letter."""
    return DeadLetter(letter, "not_allowed", "Your role does not allow this.", 9)


@dataclass
class Writer:
    """One node's hand: it holds fences and keeps the outcomes in the order they were told."""

    journal: Journal
    fences: dict[int, Fence] = field(default_factory=dict)
    told: list[tuple[int, JournalError | None]] = field(default_factory=list)
    asked: int = 0

    async def take(self, shards: Iterable[int] = (1, 2), node: str = "node-a") -> "Writer":
        """Lease *shards* as the living run *node*."""
        await self.journal.beat(Member(node, node), LONG)
        self.fences.update(await self.journal.take(node, shards))
        return self

    def step(self, actor: Address = ANNA, shard: int = 1, **parts: Any) -> Commit:  # noqa: ANN401
        """Return a commit of *parts* by *actor* under the fence that is held."""
        return Commit(actor, self.fences[shard], **parts)

    def put(self, commit: Commit, line: Line | None = None) -> asyncio.Future[None]:
        """Append *commit*; the future has its outcome."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.asked += 1
        number = self.asked

        def outcome(error: JournalError | None) -> None:
            self.told.append((number, error))
            if error is None:
                future.set_result(None)
            else:
                future.set_exception(error)

        self.journal.append(line or Line(), commit, outcome)
        return future

    def put_entry(
        self, entry: Entry, line: Line | None = None, shard: int = 1
    ) -> asyncio.Future[None]:
        """Append *entry* alone."""
        return self.put(self.step(entry.actor, shard, entry=entry), line)


async def outcomes(*futures: asyncio.Future[None]) -> list[type[BaseException] | None]:
    """Return the kind of failure of each of *futures*, None for those that are on disk."""
    found = await asyncio.gather(*futures, return_exceptions=True)
    return [None if error is None else type(error) for error in found]
