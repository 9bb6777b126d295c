"""The media workers of this machine: what they are called, what each is told, one run by hand."""

import asyncio
import signal
import socket
from contextlib import AsyncExitStack
from ipaddress import ip_address
from pathlib import Path

import anyio

from actors.operations import bus
from actors.operations.arguments import Arguments, Exit
from actors.operations.saying import say
from actors.relay.child import Child
from actors.relay.starting import Start
from actors.runtime.nats_config import inbox_of
from actors.runtime.nats_keys import Access
from actors.runtime.subjects import token
from config.private import private_directory, read_private
from config.settings import Settings

USER = "media"
"""Of the bus: it hears orders, and beats."""
RECORDINGS = "media"
"""Where, in the data directory, workers have a directory each."""


def name_of(number: int, settings: Settings) -> str:
    """Return what worker *number* of this machine is called (from 0 on)."""
    return f"{settings.node.name}-media-{number}" if settings.nats.clustered else f"media-{number}"


def names(settings: Settings) -> tuple[str, ...]:
    """Return what the workers that `up` starts are called: unlike those of any other machine."""
    return tuple(name_of(number, settings) for number in range(settings.media.workers))


def key_of(settings: Settings, url: str, seed: Path | None) -> Access:
    """Return how a worker reaches the bus at *url* with the key in the file *seed*.

    With neither it is the bus that the settings name. It reads files; `OSError`, `TooOpen`,
    `KeysRefused` and `ValueError` say what is wrong.
    """
    if not url and seed is None:
        return bus.key_of(settings.node.directory, settings.nats, USER, settings.node.name)
    if not url or seed is None:
        raise ValueError("`--bus` and `--seed` are only good together.")
    return Access((url,), read_private(seed).decode().strip(), inbox_of(USER))


def start_of(settings: Settings, key: Access, number: int = 0, *, name: str = "") -> Start:
    """Return what worker *number*, or the one called *name*, is told.

    One with a name of its own takes any free port, or the first where `up` starts no workers. It
    makes directories, and may look a host up.
    """
    media, called = settings.media, token(name or name_of(number, settings))
    parent = private_directory(private_directory(settings.node.directory) / RECORDINGS)
    recordings = private_directory(parent / called)
    return Start(
        name=called,
        bus=key.urls,
        seed=key.seed,
        inbox_prefix=key.inbox_prefix,
        host=_address(media.host or settings.edge.host),
        port=media.port + number if media.port and not (name and media.workers) else 0,
        public_address=media.public_address,
        recordings=str(recordings),
        memory_mb=media.memory_mb,
        log=settings.log,
        ca=key.ca,
    )


async def carry(settings: Settings, said: Arguments) -> Exit:
    """Run one worker by hand until a signal stops it: beside those of `up`, or instead of them.

    Raises what `key_of` does, `WorkerNotStarted` and `TooOpen`.
    """
    over, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    key = await asyncio.to_thread(key_of, settings, said.bus, said.seed)
    worker = Child(await asyncio.to_thread(_named, settings, key, said.name))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(worker.stop)
        serving = await worker.start()
        say(f"A media worker listens on UDP and TCP port {serving.port}.")
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(worker.keep)
            await over.wait()
            tasks.cancel_scope.cancel()
    return Exit.DONE


def _named(settings: Settings, key: Access, name: str) -> Start:
    return start_of(settings, key, name=name)


def _address(host: str) -> str:
    """Return *host* as an IP address."""
    try:
        return str(ip_address(host))
    except ValueError:
        return str(socket.getaddrinfo(host, None)[0][4][0])
