"""What has been asked and not been answered: one future each, one timer for all of them."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from actors.runtime.errors import AskTimedOut, TransportError

TICK = 0.05
"""Seconds between two looks for asks whose time is over: an ask may last so much longer."""

LIMIT = 32_768
"""Asks that may wait at once; further ones are not sent."""


class PendingAsks:
    """Futures of replies, by the token that comes back with the reply."""

    __slots__ = ("_gathered", "_loop", "_pending", "_ticking")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._pending: dict[str, tuple[asyncio.Future[bytes], float, str]] = {}
        self._gathered: dict[asyncio.Future[bytes], list[bytes]] = {}
        """Asks of which every reply is wanted."""
        self._ticking: asyncio.TimerHandle | None = None

    def __len__(self) -> int:
        return len(self._pending)

    def open(self, token: str, wait: float, subject: str = "") -> asyncio.Future[bytes]:
        """Return the future of the reply that will come with *token* within *wait* seconds."""
        if self._ticking is None:
            self._ticking = self._loop.call_later(TICK, self._tick)
        future = self._loop.create_future()
        self._pending[token] = (future, self._loop.time() + wait, subject)
        return future

    def answer(self, token: str, payload: bytes) -> None:
        """Hand the reply to who waits for it, if anybody still does."""
        waiting = self._pending.pop(token, None)
        if waiting is None:
            return
        if self._gathered and waiting[0] in self._gathered:
            self._gathered[waiting[0]].append(payload)
            self._pending[token] = waiting
        elif not waiting[0].done():
            waiting[0].set_result(payload)

    async def gather(self, asked: asyncio.Future[bytes]) -> list[bytes]:
        """Return all replies to what was just *asked*, when its time is over."""
        replies = self._gathered[asked] = []
        try:
            with suppress(TransportError):
                await asked
        finally:
            del self._gathered[asked]
        return replies

    def fail(self, token: str, error: TransportError) -> None:
        """Tell who waits for *token* that no reply will come."""
        waiting = self._pending.pop(token, None)
        if waiting is not None:
            _fail(waiting[0], error)

    def hurry(self, concerns: Callable[[str], bool]) -> None:
        """Give up the asks of subjects that *concerns*: who was asked will not answer."""
        over = [token for token, (_, _, subject) in self._pending.items() if concerns(subject)]
        for token in over:
            self.fail(token, AskTimedOut("Another serves that now."))

    def fail_all(self, why: str, tokens: str = "") -> None:
        """Give up every ask whose token begins with *tokens*: its outcome is unknown."""
        for token in [token for token in self._pending if token.startswith(tokens)]:
            self.fail(token, AskTimedOut(why))

    def forget_all(self) -> None:
        """Drop every ask without a word, as a process that dies does."""
        self._pending.clear()

    def failed(self, error: TransportError) -> asyncio.Future[bytes]:
        """Return the future of an ask that was not even sent."""
        future: asyncio.Future[bytes] = self._loop.create_future()
        _fail(future, error)
        return future

    def full(self) -> bool:
        """Whether too many wait already."""
        return len(self._pending) >= LIMIT

    def _tick(self) -> None:
        now = self._loop.time()
        over = [token for token, (_, until, _) in self._pending.items() if until <= now]
        for token in over:
            self.fail(token, AskTimedOut("No reply came in time."))
        self._ticking = self._loop.call_later(TICK, self._tick) if self._pending else None


def _fail(future: asyncio.Future[bytes], error: TransportError) -> None:
    """Fail *future* quietly: an ask that nobody looks at again is no fault to report."""
    if not future.done():
        future.set_exception(error)
        future.exception()
