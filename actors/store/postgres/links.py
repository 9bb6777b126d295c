"""The connections of one node: one writes, one looks after leases, the others read."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, Final, TypeVar

from asyncpg import Connection

from actors.runtime.errors import CommitUncertain, StoreUnavailable
from actors.store.clinic import check_clinic
from actors.store.postgres import opening, schema
from actors.store.postgres.link import UNREACHABLE, Link, Work
from actors.store.postgres.opening import Target

T = TypeVar("T")
FEWEST: Final = 2


class Links:
    """Connections to the database of one clinic; each comes back by itself."""

    def __init__(self, target: Target, number: int, shards: int, clinic: str) -> None:
        self.failed = asyncio.Event()
        self._target = target
        self._shards = shards
        self._clinic = clinic
        self._tasks: set[asyncio.Task[Any]] = set()
        rest = [self._link(by_index=False) for _ in range(max(number, FEWEST) - 1)]
        self.writer = self._link(by_index=True)
        self._leases = rest[0]
        self._all = [self.writer, *rest]
        self._readers = rest[1:] or rest
        self._idle: asyncio.Queue[Link] = asyncio.Queue()
        for link in self._readers:
            self._idle.put_nowait(link)

    def _link(self, *, by_index: bool) -> Link:
        return Link(partial(self._dial, by_index), self._target.seconds, self.failed)

    async def _dial(self, by_index: bool) -> Connection:
        """Connect, and make sure that it is the same clinic's database, which can be written."""
        connection = await opening.connect(self._target, by_index=by_index)
        try:
            await opening.examine(self._target, connection)
            check_clinic(await schema.clinic_of(connection), self._shards, self._clinic)
        except BaseException:
            connection.terminate()
            raise
        return connection

    async def open(self) -> None:
        """Connect all of them."""
        for link in self._all:
            await link.open()

    async def close(self) -> None:
        """Finish the work at hand and let go."""
        if self._tasks:
            await asyncio.wait(self._tasks)
        for link in self._all:
            await link.close()

    async def lease(self, work: Work[T]) -> T:
        """Do *work* on the connection that no reader ever keeps busy, when there are enough."""
        return await self._shielded(self._leases.run(work))

    async def read(self, work: Work[T]) -> T:
        """Do *work*, which may be done twice, on a connection that is idle."""
        return await self._shielded(self._read(work))

    async def _read(self, work: Work[T]) -> T:
        for _ in self._readers:
            link = await self._idle.get()
            try:
                if link.is_connected:
                    with suppress(CommitUncertain):
                        return await link.run(work)
            finally:
                self._idle.put_nowait(link)
        raise StoreUnavailable(UNREACHABLE)

    async def _shielded(self, work: Coroutine[Any, Any, T]) -> T:
        """Do *work* in a task of its own, to its end, also when nobody waits for it any more."""
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)
        return await asyncio.shield(task)

    def _forget(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()
