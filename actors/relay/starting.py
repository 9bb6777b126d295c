"""What a media worker is told by the process that starts it, and what it says then.

It comes through standard input, once, and goes into no argument, environment or file.
"""

from typing import TypeAlias

import msgspec

from config.settings import LogSettings


class Start(msgspec.Struct, frozen=True):
    """All that a worker is given. Printing it does not show the seed."""

    name: str
    """A token; it is asked on `media.<name>`."""
    bus: str | tuple[str, ...]
    """URL of the nats-server, or of each of a cluster."""
    seed: str
    """Of the bus user `media`, which may do nothing but this."""
    inbox_prefix: str
    host: str
    port: int
    """UDP and TCP; 0: any free one."""
    public_address: str
    recordings: str
    """The one directory that it writes to."""
    memory_mb: int
    log: LogSettings = LogSettings()
    ca: str | None = None
    """Who has to have signed the servers' certificates (PEM). None: no TLS."""

    def __repr__(self) -> str:
        return f"Start({self.name!r}, {self.host!r}, {self.port!r})"


class Serving(msgspec.Struct, frozen=True, tag=True):
    """It takes calls now."""

    boot: str
    port: int
    addresses: tuple[str, ...]


class Trouble(msgspec.Struct, frozen=True, tag=True):
    """It can't: the sentence says why, and what to do."""

    sentence: str


FirstWord: TypeAlias = Serving | Trouble
"""The one line on its standard output."""
