"""Who reads at the other end of a socket, and by which ways actors and socket reach them."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from actors.caller import Caller
from actors.runtime.client import Client
from actors.runtime.clock import Clock
from http_edge.emergency import Emergency
from http_edge.sockets.frames import Outgoing


@dataclass(frozen=True, slots=True)
class Reader:
    """What every part of a socket needs to ask in the reader's name and to write to them."""

    caller: Caller
    client: Client
    clock: Clock
    subject: str
    """Where actors tell this socket."""
    emergency: Emergency
    """The clinic's words for whoever is in danger."""
    put: Callable[[Outgoing], None]
    """Let a frame wait for the reader."""
    room: Callable[[], Awaitable[None]]
    """Wait until less than half of what may wait does."""
    spawn: Callable[[Coroutine[Any, Any, None]], Callable[[], object]]
    """Do something beside, and return what stops it; a socket ends with what it does, and breaks
    when that does."""
