"""The main of the role `media`: one worker, alone in its process, that is told what it needs.

It has no data directory, no database and no keys but its own seed of the bus: none of them is in
its arguments, its environment or its open files, and it can't open them (`confining`).
"""

import asyncio
import errno
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

import msgspec
import uvloop

from actors.relay.calls import Calls, lines_over
from actors.relay.certificate import new_certificate
from actors.relay.confining import confine
from actors.relay.port import Port, open_port
from actors.relay.shelf import Shelf
from actors.relay.starting import FirstWord, Serving, Start, Trouble
from actors.relay.worker import Worker
from actors.runtime.clock import SystemClock
from actors.runtime.errors import TransportError
from actors.runtime.mint import SystemMint
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.presence import MEDIA, Present, present
from actors.runtime.subjects import MEDIA_HERE
from config import VERSION, logging
from config.private import TooOpen, private_directory


async def run(start: Start, say: Callable[[Serving], None]) -> None:
    """Carry calls until a signal ends it; *say* is told once it takes them."""
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    async with serving(start) as served:
        say(served)
        await over.wait()


@asynccontextmanager
async def serving(start: Start) -> AsyncIterator[Serving]:
    """Run the worker for as long as the context lasts; what keeps it from starting is raised."""
    port = await open_port(start.host, start.port, start.public_address)
    try:
        transport = await NatsTransport.connect(
            start.bus,
            seed=start.seed,
            inbox_prefix=start.inbox_prefix,
            ca=start.ca,
            name=start.name,
        )
    except BaseException:
        port.close()
        raise
    boot, since = SystemMint().secret()[:16], SystemClock().unix_ms()
    calls, shelf = carrying(boot, port, Path(start.recordings))
    worker = Worker(start.name, boot, transport, calls, shelf)
    port.after = worker.glance
    try:
        await worker.open()
        async with present(transport, MEDIA_HERE, partial(_who, start.name, since, calls)):
            yield Serving(boot, port.number, port.addresses)
    finally:
        await worker.close()
        await transport.close()
        port.close()


def _who(name: str, since: int, calls: Calls) -> Present:
    return Present(name, MEDIA, VERSION, since, calls=calls.count)


def carrying(boot: str, port: Port, recordings: Path) -> tuple[Calls, Shelf]:
    """Return what carries calls over *port*, and records them in *recordings*."""
    certificate, shelf = new_certificate(SystemClock().now()), Shelf(recordings)
    return Calls(boot, lines_over(port, certificate), shelf.open), shelf


def why_not(start: Start, error: Exception) -> str:
    """Return in plain words why the worker can't start, and what to do."""
    at = f"{start.host}, UDP and TCP port {start.port}"
    match error:
        case OSError(errno=errno.EADDRINUSE):
            return (
                f"The media worker {start.name} can't listen on {at}: another program does. "
                "Set another `port` in [media], or end that program."
            )
        case OSError(errno=errno.EADDRNOTAVAIL):
            return (
                f"The media worker {start.name} can't listen on {start.host}: this machine has "
                "no such address. Set `host` in [media] to one that it has."
            )
        case OSError(errno=errno.EACCES):
            return (
                f"The media worker {start.name} may not listen on {at}. "
                "Set a `port` from 1024 on in [media]."
            )
        case _:
            return f"The media worker {start.name} does not start: {error}"


def main() -> int:
    """Read from standard input what it is told, and carry calls until it is stopped."""
    start = msgspec.json.decode(sys.stdin.buffer.read(), type=Start)
    _let_go_of_input()
    logging.configure(start.log)
    try:
        private_directory(Path(start.recordings))
        confine(start.memory_mb, Path(start.recordings))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run(start, _say))
    except (OSError, TransportError, TooOpen) as error:
        _say(Trouble(why_not(start, error)))
        return 1
    return 0


def _let_go_of_input() -> None:
    """Put nothing in the place of the pipe that the settings came through."""
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, sys.stdin.fileno())
    os.close(nothing)


def _say(word: FirstWord) -> None:
    sys.stdout.write(f"{msgspec.json.encode(word).decode()}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
