"""The life of a process that runs services: until a signal ends it in order, or they fail."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Final, Protocol

import anyio
import structlog
import uvloop

from actors.operations.arguments import Exit
from actors.operations.saying import fail
from actors.operations.skew import TooFarApart
from actors.runtime.errors import JournalError, TransportError
from actors.runtime.kept_process import ProcessNotStarted
from actors.runtime.nats_keys import KeysRefused
from actors.runtime.nats_server import ServerNotStarted
from actors.runtime.supervision import GaveUp, StartFailed, Tree
from actors.store.files import StoreRefused
from config.floors import BelowFloor
from config.private import TooOpen

_log = structlog.get_logger(__name__)

PLAIN_TROUBLE: Final = (
    OSError,
    StoreRefused,
    JournalError,
    ServerNotStarted,
    ProcessNotStarted,
    TransportError,
    TooOpen,
    KeysRefused,
    TooFarApart,
    BelowFloor,
)
"""What may keep the clinic from starting without anything being wrong with the program."""


class Running(Protocol):
    """What is run: a tree of services, and how it is told to stop."""

    tree: Tree

    def stop(self) -> None:
        """Stop in order."""


def run(make: Callable[[], Running], refuse: Callable[[str], Exit] = fail) -> Exit:
    """Make it and run it; whatever ends it but a stop is a failure, which *refuse* is told."""
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(_keep(make))
    except (*PLAIN_TROUBLE, GaveUp) as error:
        return refuse(str(error))
    except StartFailed as error:
        if not isinstance(error.__cause__, PLAIN_TROUBLE):
            _log.exception("start.failed", service=error.name)
        return refuse(str(error))
    return Exit.DONE


async def _keep(make: Callable[[], Running]) -> None:
    """Run until a signal, or `drain`, stops it; a second signal ends it at once."""
    running, loop = make(), asyncio.get_running_loop()

    def on_signal(number: signal.Signals) -> None:
        loop.remove_signal_handler(number)
        running.stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on_signal, number)
    await running.tree.run()


@asynccontextmanager
async def closing(close: Callable[[], Awaitable[object]]) -> AsyncIterator[None]:
    """Close at the end, also when the service is being cancelled."""
    try:
        yield
    finally:
        with anyio.CancelScope(shield=True):
            await close()
