"""The media workers of this machine: what they are called, and what each is told at its start."""

import socket
from ipaddress import ip_address

from actors.relay.starting import Start
from actors.runtime.nats_server import Access
from config.private import private_directory
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


def start_of(settings: Settings, number: int, key: Access, *, name: str = "") -> Start:
    """Return what worker *number* is told. It makes a directory, and may look a name up."""
    media, name = settings.media, name or name_of(number)
    parent = private_directory(settings.node.directory / RECORDINGS)
    recordings = private_directory(parent / name)
    return Start(
        name=name,
        bus=key.url,
        seed=key.seed,
        inbox_prefix=key.inbox_prefix,
        host=_address(media.host or settings.edge.host),
        port=media.port + number if media.port else 0,
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
