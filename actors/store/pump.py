"""Group commit, on the event loop's side: whatever arrives while one batch is made is the next."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Final, TypeAlias

from actors.runtime.errors import StoreUnavailable
from actors.runtime.journal import Commit, Line, Outcome
from actors.store.batch import Batch
from actors.store.outcomes import tell

BATCH: Final = 1024
"""At most so many commits go into one transaction."""

Make: TypeAlias = Callable[[Batch], Awaitable[None]]
"""Makes a batch in one transaction and says in it what became of each commit."""

Waiting: TypeAlias = tuple[Line, Commit, Outcome]

log = logging.getLogger(__name__)


class Pump:
    """Has commits made in batches and tells their outcomes, in order."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._queue: list[Waiting] = []
        self._added = 0
        self._told = 0
        self._work = asyncio.Event()
        self._batch_over = asyncio.Event()
        self._task = asyncio.create_task(self._run(), name="journal")

    def add(self, line: Line, commit: Commit, outcome: Outcome) -> None:
        """Enqueue *commit*."""
        self._queue.append((line, commit, outcome))
        self._added += 1
        self._work.set()

    async def caught_up(self) -> None:
        """Return when every commit that was enqueued before has been told its outcome."""
        mark = self._added
        while self._told < mark:
            await self._batch_over.wait()

    async def stop(self) -> None:
        """Finish what was enqueued, and take no more."""
        await self.caught_up()
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task

    async def _run(self) -> None:
        while True:
            await self._work.wait()
            self._work.clear()
            while waiting := self._queue[:BATCH]:
                del self._queue[:BATCH]
                await self._carry(waiting)

    async def _carry(self, waiting: list[Waiting]) -> None:
        lines, commits, _ = zip(*waiting, strict=True)
        batch = Batch(lines, commits)
        try:
            await self._make(batch)
        except StoreUnavailable as error:
            batch.give_up(error)
        except Exception as error:  # every commit gets an outcome, whatever broke
            log.exception("the journal could not make a batch")
            batch.give_up(StoreUnavailable(f"The journal failed: {error}."))
        self._tell(waiting, batch)

    def _tell(self, waiting: list[Waiting], batch: Batch) -> None:
        for (line, _, _), error in zip(waiting, batch.results, strict=True):
            if error is not None:
                line.broken = True
        for (_, _, outcome), error in zip(waiting, batch.results, strict=True):
            tell(outcome, error)
        self._told += len(waiting)
        self._batch_over.set()
        self._batch_over.clear()
