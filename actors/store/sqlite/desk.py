"""The way to the connection's thread and back, one hop for a whole piece of work."""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeAlias, TypeVar

import aiosqlite

from actors.runtime.errors import StoreUnavailable
from actors.store.rows import Row
from actors.store.sqlite.group import Work, is_fatal

T = TypeVar("T")
Parameters: TypeAlias = tuple[Any, ...] | Mapping[str, Any]


class Job(Generic[T]):
    """A piece of work that keeps what came of it."""

    result: T

    def __init__(self, work: Callable[[sqlite3.Connection], T]) -> None:
        self._work = work

    def __call__(self, connection: sqlite3.Connection) -> None:
        """Do the work; called in the connection's thread."""
        self.result = self._work(connection)


class Desk:
    """Work for the one connection, done in the order in which it is laid down.

    `failed` is set when the disk's state is unknown; from then on everything is refused.
    """

    def __init__(self, connection: aiosqlite.Connection, tray: deque[Work]) -> None:
        self.failed = asyncio.Event()
        self._connection = connection
        self._tray = tray

    async def lay(self, work: Work) -> None:
        """Have *work* done."""
        if self.failed.is_set():
            raise StoreUnavailable("The disk has failed; the process must be started anew.")
        self._tray.append(work)
        await self._connection.commit()

    async def do(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Have *work* done and return what came of it."""
        job = Job(work)
        try:
            await self.lay(job)
        except sqlite3.Error as error:
            raise self.fault(error) from error
        return job.result

    async def fetch(self, sql: str, parameters: Parameters = ()) -> list[Row]:
        """Return the rows that *sql* finds."""
        try:
            found = await self._connection.execute_fetchall(sql, parameters)
        except sqlite3.Error as error:
            raise self.fault(error) from error
        return [tuple(row) for row in found]

    def fault(self, error: sqlite3.Error) -> StoreUnavailable:
        """Return *error* in the journal's words, and take note when it is fatal."""
        if is_fatal(error):
            self.failed.set()
        return StoreUnavailable(f"The journal can't be used: {error}.")

    async def close(self) -> None:
        """Let the connection go, when its work is done."""
        await self._connection.close()
