"""The media workers of this machine: what they are called, and what each is told at its start."""

import socket
from ipaddress import ip_address
from pathlib import Path

from actors.operations.bus import BUS
from actors.relay.starting import Start
from actors.runtime.nats_server import Access, access, inbox_of
from actors.runtime.subjects import token
from config.private import private_directory, read_private
from config.settings import Settings

USER = "media"
"""Of the bus: it hears orders, and beats."""
RECORDINGS = "media"
"""Where, in the data directory, workers have a directory each."""


def name_of(number: int) -> str:
    """Return what worker *number* is called (from 0 on)."""
    return f"media-{number}"


def names(settings: Settings) -> tuple[str, ...]:
    """Return what the workers that `up` starts are called."""
    return tuple(map(name_of, range(settings.media.workers)))


def key_of(settings: Settings, bus: str, seed: Path | None) -> Access:
    """Return how a worker reaches the *bus* of another machine with the key in the file *seed*.

    With neither it is the bus of this one. It reads files; `OSError`, `TooOpen` and `ValueError`
    say what is wrong.
    """
    if not bus and seed is None:
        return access(settings.node.directory / BUS, USER)
    if not bus or seed is None:
        raise ValueError("`--bus` and `--seed` are only good together.")
    return Access(bus, read_private(seed).decode().strip(), inbox_of(USER))


def start_of(settings: Settings, key: Access, number: int = 0, *, name: str = "") -> Start:
    """Return what worker *number*, or the one called *name*, is told.

    One with a name of its own takes any free port. It makes directories, and may look a host up.
    """
    media, called = settings.media, token(name or name_of(number))
    parent = private_directory(private_directory(settings.node.directory) / RECORDINGS)
    recordings = private_directory(parent / called)
    return Start(
        name=called,
        bus=key.url,
        seed=key.seed,
        inbox_prefix=key.inbox_prefix,
        host=_address(media.host or settings.edge.host),
        port=media.port + number if media.port and not name else 0,
        public_address=media.public_address,
        recordings=str(recordings),
        memory_mb=media.memory_mb,
        log=settings.log,
    )


def _address(host: str) -> str:
    """Return *host* as an IP address."""
    try:
        return str(ip_address(host))
    except ValueError:
        return str(socket.getaddrinfo(host, None)[0][4][0])
