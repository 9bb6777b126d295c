"""Which server of a cluster to connect to: the first that answers, those that are well before."""

import asyncio
from collections.abc import Callable

from actors.runtime.errors import Disconnected
from actors.runtime.mint import SystemMint
from actors.runtime.nats_link import Link
from actors.runtime.nats_login import Login

NEXT_SECONDS = 0.1
"""How long one server may take before the next is tried beside it."""


class Dialer:
    """Opens links to any of *urls*."""

    def __init__(self, urls: tuple[str, ...], login: Login, make: Callable[[], Link]) -> None:
        self._urls = urls
        self._login = login
        self._make = make
        self._chance = SystemMint()
        self._ending: set[asyncio.Task[None]] = set()

    async def dial(self, but: str = "") -> Link:
        """Return the first link that comes up, for as long as it takes; *but* is tried last.

        Raises `TransportError` when each server refuses.
        """
        waiting, trying = self._order(but), set[asyncio.Task[Link]]()
        refusal: BaseException | None = None
        try:
            while waiting or trying:
                if waiting:
                    trying.add(asyncio.create_task(self._open(waiting.pop(0))))
                patience = NEXT_SECONDS if waiting else None
                done, _ = await asyncio.wait(
                    trying, timeout=patience, return_when=asyncio.FIRST_COMPLETED
                )
                for task in done:
                    trying.remove(task)
                    refusal = task.exception()
                    if refusal is None:
                        return task.result()
        finally:
            for task in trying:
                self._give_up(task)
        raise refusal or Disconnected("There is no server of the bus.")

    async def close(self) -> None:
        """Return when every connection that was not needed is gone."""
        while self._ending:
            await asyncio.wait(self._ending)

    def _order(self, but: str) -> list[str]:
        return sorted(self._urls, key=lambda url: (url == but, self._chance.jitter()))

    async def _open(self, url: str) -> Link:
        link = self._make()
        await link.open(url, self._login)
        return link

    def _give_up(self, task: asyncio.Task[Link]) -> None:
        task.cancel()
        ending = asyncio.create_task(_abandon(task))
        self._ending.add(ending)
        ending.add_done_callback(self._ending.discard)


async def _abandon(task: asyncio.Task[Link]) -> None:
    """Let *task* end, and drop whatever it has brought by then."""
    await asyncio.wait({task})
    if not task.cancelled() and task.exception() is None:
        await task.result().abandon()
