"""Which pages of this edge attend calls, and what is told of those whose line broke.

One line speaks for a leg at a time: the newest. A line that breaks may be back in a moment, so
others are told that a leg was lost only when none has spoken for it for `LOSE_AFTER`.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from actors.ids import CallId, LegId

LOSE_AFTER = 2.0
"""Seconds in which a line may be back before anybody is told that it broke."""


@dataclass(frozen=True, slots=True)
class Place:
    """A leg of *user* in *call*: ids of legs are made by browsers, so they are told apart so."""

    user: str
    call: CallId
    leg: LegId


class Line(Protocol):
    """What speaks for a leg."""

    def replaced(self) -> None:
        """Speak no more: a newer one does."""


class Legs:
    """The legs that pages of this edge speak for."""

    def __init__(self) -> None:
        self._lines: dict[Place, Line] = {}
        self._losing: dict[Place, asyncio.Task[None]] = {}

    def __len__(self) -> int:
        return len(self._lines)

    def take(self, place: Place, line: Line) -> None:
        """Let *line* speak for *place*, and nobody else any more."""
        losing = self._losing.pop(place, None)
        if losing is not None:
            losing.cancel()
        older = self._lines.get(place)
        self._lines[place] = line
        if older is not None:
            older.replaced()

    def give_up(self, place: Place, line: Line) -> bool:
        """Let *line* speak no more; return whether it was the one that did."""
        if self._lines.get(place) is not line:
            return False
        del self._lines[place]
        return True

    def lose(self, place: Place, line: Line, tell: Callable[[], Awaitable[None]]) -> None:
        """Let *line*, which broke, speak no more, and *tell* so unless another one does soon."""
        if self.give_up(place, line):
            self._losing[place] = asyncio.create_task(self._lose(place, tell))

    async def _lose(self, place: Place, tell: Callable[[], Awaitable[None]]) -> None:
        await asyncio.sleep(LOSE_AFTER)
        del self._losing[place]
        await tell()

    async def stop(self) -> None:
        """Tell nothing more: the edge stops, and pages look for another one."""
        losing = list(self._losing.values())
        self._losing.clear()
        for task in losing:
            task.cancel()
        await asyncio.gather(*losing, return_exceptions=True)
