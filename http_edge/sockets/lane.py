"""What waits its turn at a socket: done one after the other, and no more than there is room for."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lane(Generic[T]):
    """At most *most* things, each of which *do* does in turn."""

    def __init__(self, most: int, do: Callable[[T], Awaitable[None]]) -> None:
        self._most = most
        self._do = do
        self._waiting: deque[T] = deque()
        self._more = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def give(self, thing: T) -> bool:
        """Let *thing* wait its turn; return whether there was room."""
        if len(self._waiting) >= self._most:
            return False
        self._waiting.append(thing)
        self._more.set()
        return True

    def take_out(self, fits: Callable[[T], bool]) -> list[T]:
        """Take out what waits and *fits*."""
        found = [thing for thing in self._waiting if fits(thing)]
        self._waiting = deque(thing for thing in self._waiting if not fits(thing))
        return found

    async def run(self) -> None:
        """Do what waits, for ever."""
        while True:
            while self._waiting:
                await self._do(self._waiting.popleft())
            self._more.clear()
            await self._more.wait()
