"""What goes on for a connection, and ends with it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeAlias

from aiortc import RTCPeerConnection

_CONNECT = "_RTCPeerConnection__connect"
"""What aiortc 1.16 does in the background after each description, and forgets; tests hold it."""

Doing: TypeAlias = Coroutine[Any, Any, None]


class Work:
    """Does things until it ends: then what is under way is cancelled, and nothing more begins."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = False

    def begin(self, doing: Doing) -> asyncio.Task[None] | None:
        """Let *doing* go on by itself; None: all is over."""
        if self._over:
            doing.close()
            return None
        task = asyncio.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def do(self, doing: Doing) -> None:
        """Wait until *doing* is done, or all is over."""
        task = self.begin(doing)
        if task is None:
            return
        try:
            await asyncio.wait([task])
        finally:
            task.cancel()
        if not task.cancelled():
            task.result()

    async def end(self) -> None:
        """End all there is; return when nothing goes on any more."""
        self._over = True
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks)


def connect_within(work: Work, pc: RTCPeerConnection) -> None:
    """Let *pc* connect for no longer than *work* goes on.

    An attempt that outlives its connection would fail with nobody there to hear it, or start a
    receiver which nobody stops.
    """
    connect: Callable[[], Doing] | None = getattr(pc, _CONNECT, None)
    if connect is None:
        raise RuntimeError("This aiortc connects in another way.")
    setattr(pc, _CONNECT, lambda: work.do(connect()))
