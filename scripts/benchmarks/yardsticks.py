"""What the ground floor is measured against: nats-py itself, and SQLite's own group commit."""

import asyncio
import queue
import sqlite3  # noqa: TID251  the yardstick is SQLite itself
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiosqlite  # noqa: TID251

TABLES = """
CREATE TABLE dedupe (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE state (key TEXT PRIMARY KEY, body BLOB) WITHOUT ROWID;
CREATE TABLE outbox (seq INTEGER PRIMARY KEY, body BLOB);
"""
WRITES = (
    "INSERT INTO dedupe VALUES (?)",
    "INSERT INTO state VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET body = excluded.body",
    "INSERT INTO outbox (body) VALUES (?)",
)
BODY = b"x" * 120


def prepare(path: Path) -> None:
    """Make an empty file with the three tables, in WAL."""
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(TABLES)
    connection.close()


class GroupCommit:
    """A writer thread: whatever waits goes into one transaction of three statements each."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._loop = asyncio.get_running_loop()
        self._waiting: queue.SimpleQueue[tuple[int, asyncio.Future[None]] | None] = (
            queue.SimpleQueue()
        )
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    async def write(self, number: int) -> None:
        """Return when the write of *number* is on disk."""
        done = self._loop.create_future()
        self._waiting.put((number, done))
        await done

    def close(self) -> None:
        """End the thread."""
        self._waiting.put(None)
        self._thread.join()

    def _run(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        while batch := self._batch():
            connection.execute("BEGIN IMMEDIATE")
            for statement, values in zip(WRITES, _rows(batch), strict=True):
                connection.executemany(statement, values)
            connection.execute("COMMIT")
            self._loop.call_soon_threadsafe(_all_done, [done for _, done in batch])
        connection.close()

    def _batch(self) -> list[tuple[int, asyncio.Future[None]]]:
        batch = []
        item = self._waiting.get()
        while item is not None:
            batch.append(item)
            if self._waiting.empty():
                break
            item = self._waiting.get()
        return batch


def _rows(batch: list[tuple[int, asyncio.Future[None]]]) -> tuple[list[tuple[object, ...]], ...]:
    return (
        [(f"id-{number}",) for number, _ in batch],
        [(f"key-{number % 100}", BODY) for number, _ in batch],
        [(BODY,) for _ in batch],
    )


def _all_done(futures: list[asyncio.Future[None]]) -> None:
    for future in futures:
        future.set_result(None)


async def commit_per_write(
    path: Path,
) -> tuple[Callable[[int], Awaitable[None]], aiosqlite.Connection]:
    """Return a writer that commits each write through aiosqlite, and its connection."""
    connection = await aiosqlite.connect(path, isolation_level=None)
    await connection.execute("PRAGMA synchronous = FULL")
    lock = asyncio.Lock()

    async def write(number: int) -> None:
        async with lock:
            await connection.execute("BEGIN IMMEDIATE")
            for statement, values in zip(WRITES, _rows([(number, None)]), strict=True):  # type: ignore[list-item]
                await connection.execute(statement, values[0])
            await connection.execute("COMMIT")

    return write, connection
