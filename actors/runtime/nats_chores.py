"""What nats-py leaves to its user: tasks that must end, sockets that must close."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

INSIST_PAUSE = 0.05


class Chores:
    """Tasks of one connection."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self, work: Coroutine[Any, Any, T]) -> "asyncio.Task[T]":
        """Have *work* done, whoever is cancelled meanwhile."""
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(look_at)
        return task

    async def end(self) -> None:
        """Return when all of them are over.

        asyncio.wait_for, of which nats-py is full, may swallow a cancellation: insist.
        """
        while self._tasks:
            for task in self._tasks:
                task.cancel()
            await asyncio.wait(self._tasks, timeout=INSIST_PAUSE)


def look_at(task: "asyncio.Task[Any]") -> None:
    """Take note of how *task* ended, so that nobody complains that nobody did."""
    if not task.cancelled():
        task.exception()


def mark_tls(wire: Any) -> None:  # noqa: ANN401  nats-py's transport
    """Tell asyncio what nats-py forgets: that TLS can't be half closed, else it complains."""
    writer = getattr(wire, "_io_writer", None)
    if writer is not None and writer.get_extra_info("sslcontext") is not None:
        writer.transport.get_protocol()._over_ssl = True  # noqa: SLF001


def abort(wire: Any) -> None:  # noqa: ANN401  nats-py's transport
    """Close the socket under *wire* at once."""
    bare, top = (getattr(wire, name, None) for name in ("_bare_io_writer", "_io_writer"))
    if bare is None or top is None:
        return
    if top.transport is None:
        top._transport = bare.transport  # noqa: SLF001  asyncio would stumble over it when it is freed
    top.transport.abort()
    bare.transport.abort()
