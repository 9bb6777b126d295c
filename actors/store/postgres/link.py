"""One connection that comes back by itself.

Nothing of asyncpg runs in a task that others may cancel: its work would be torn apart half-way.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeAlias, TypeVar

import asyncpg
from asyncpg import Connection

from actors.runtime.errors import CommitUncertain, StoreUnavailable
from actors.store.clinic import AnotherClinic
from actors.store.files import StoreRefused
from actors.store.postgres.opening import UNREACHABLE_INSIDE, close

T = TypeVar("T")
Work: TypeAlias = Callable[[Connection], Awaitable[T]]
Dial: TypeAlias = Callable[[], Awaitable[Connection]]

CONFLICTS: Final = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
"""Two transactions were in each other's way; nothing of this one was done."""
ATTEMPTS: Final = 3
SLACK: Final = 1.0
"""Seconds that a statement may be late beyond what the server grants it: then the line is dead."""
WAITS: Final = (0.05, 1.0)
"""Seconds before the first and, doubling, between the last attempts to come back."""

UNREACHABLE: Final = "The database can't be reached now."

log = logging.getLogger(__name__)


class Link:
    """One piece of work at a time, each a whole transaction.

    `failed` is set when the database turns out to be another clinic's than before.
    """

    def __init__(self, dial: Dial, seconds: float, failed: asyncio.Event) -> None:
        self.failed = failed
        self._dial = dial
        self._seconds = seconds
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()
        self._mending: asyncio.Task[None] | None = None
        self._closed = False

    async def open(self) -> None:
        """Connect for the first time, or raise what `dial` raises."""
        self._use(await self._dial())

    async def close(self) -> None:
        """Finish the work at hand and let go."""
        self._closed = True
        if self._mending is not None:
            self._mending.cancel()
            await asyncio.wait({self._mending})
        async with self._turn:
            if self._connection is not None:
                await close(self._connection)

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection, as far as is known."""
        return self._connection is not None and not self._connection.is_closed()

    async def run(self, work: Work[T]) -> T:
        """Do *work* to its end, and return what came of it.

        Raises `StoreUnavailable` when nothing was done, `CommitUncertain` when nobody can tell,
        and whatever else *work* raises.
        """
        async with self._turn:
            for left in reversed(range(ATTEMPTS)):
                try:
                    return await self._do(self._connected(), work)
                except CONFLICTS as error:
                    if not left:
                        raise StoreUnavailable(f"The database is too busy: {error}.") from error
            raise AssertionError

    def _connected(self) -> Connection:
        if self.failed.is_set():
            raise StoreUnavailable("The database is another clinic's now.")
        if self._connection is None or not self.is_connected:
            raise StoreUnavailable(UNREACHABLE)
        return self._connection

    async def _do(self, connection: Connection, work: Work[T]) -> T:
        doing = asyncio.ensure_future(work(connection))
        await asyncio.wait({doing}, timeout=self._seconds + SLACK)
        if not doing.done():
            connection.terminate()
            await asyncio.wait({doing})
        try:
            return doing.result()
        except CONFLICTS:
            raise
        except Exception as error:
            if is_lost(connection, error):
                connection.terminate()
                raise CommitUncertain("The database was lost while it worked.") from error
            if isinstance(error, UNREACHABLE_INSIDE):
                raise StoreUnavailable(f"The database can't do that: {error}.") from error
            raise

    # -- coming back ----------------------------------------------------------------------------

    def _use(self, connection: Connection) -> None:
        self._connection = connection
        connection.add_termination_listener(self._lost)

    def _lost(self, _connection: Connection) -> None:
        if not self._closed and (self._mending is None or self._mending.done()):
            self._mending = asyncio.create_task(self._mend(), name="database")

    async def _mend(self) -> None:
        log.warning("the connection to the database is lost")
        wait, longest = WAITS
        while not self._closed:
            try:
                self._use(await self._dial())
            except AnotherClinic:
                log.exception("the database is another one than before")
                self.failed.set()
                return
            except (*UNREACHABLE_INSIDE, StoreRefused):
                pass
            except Exception:
                log.exception("the database can't be connected to")
            if self.is_connected:  # it may have been lost before anybody listened
                log.info("the connection to the database is back")
                return
            await asyncio.sleep(wait)
            wait = min(2 * wait, longest)


def is_lost(connection: Connection, error: Exception) -> bool:
    """Return whether *error* left it open what the server did."""
    if connection.is_closed() or isinstance(error, asyncpg.InternalClientError | OSError):
        return True
    ended = isinstance(error, asyncpg.OperatorInterventionError)
    cancelled = isinstance(error, asyncpg.QueryCanceledError)
    return (ended and not cancelled) or isinstance(error, asyncpg.PostgresConnectionError)
