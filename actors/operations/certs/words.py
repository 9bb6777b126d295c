"""What `carewire certs` is asked for, and what it says when it is done."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from actors.runtime.nats_cluster import Server

DAYS = 825
"""How long a server's certificate is good."""
AUTHORITY_KEY = "ca.key"
SECRETS = "secrets"
SERVERS = "servers"
NODES = "nodes"


class Secret(NamedTuple):
    """A file with something that all nodes of a clinic must have the same."""

    file: str
    open: Callable[[Path], object]
    """Makes the file in that directory if there is none, and may renew what it holds."""
    holds: str
    """What is over when it is replaced by another, in a few plain words."""


class Wish(msgspec.Struct, frozen=True):
    """What was asked for."""

    directory: Path
    servers: tuple[str, ...] = ()
    """`name=host[:port[:port of routes]]` each."""
    nodes: tuple[str, ...] = ()
    days: int = DAYS
    """How long certificates of servers are good."""
    renew: tuple[str, ...] = ()
    """Nodes that get new keys."""
    source: Path | None = None
    """The data directory of a clinic of one machine, whose secrets are taken over."""
    clinic: str = ""
    """The clinic's id; empty: that in `source`, or of the run before, else a new one."""


class Plan(msgspec.Struct, frozen=True):
    """Which servers and nodes there are."""

    servers: tuple[Server, ...] = ()
    nodes: tuple[str, ...] = ()


class Made(msgspec.Struct, frozen=True):
    """What `carewire certs` has done. As a string it says so, and what to do next."""

    directory: Path
    clinic: str
    news: tuple[str, ...]
    servers: tuple[str, ...]
    """Those whose files have changed."""
    nodes: tuple[str, ...]
    """Those whose files have changed."""
    renewed: tuple[str, ...]
    holds: tuple[tuple[str, str], ...]
    """The file of each secret, and what is over when it is replaced."""
    ends: datetime
    """When the first certificate of a server ends, UTC."""

    def __str__(self) -> str:
        """Say what was made, and what to copy where."""
        return "\n".join([*self.news, *self._copies(), *self._losses(), *self._advice()])

    def _copies(self) -> list[str]:
        if not self.servers and not self.nodes:
            return ["Everything is as it was: there is nothing to copy."]
        return [
            "Copy these, for the user alone that runs Carewire there (modes 0700 and 0600):",
            *(self._copy(SERVERS, name, "the machine of server") for name in self.servers),
            *(self._copy(NODES, name, "the machine of node") for name in self.nodes),
            *self._reloads(),
        ]

    def _copy(self, kind: str, name: str, to: str) -> str:
        return f"  {self.directory / kind / name}  to {to} {name}"

    def _reloads(self) -> list[str]:
        text = (
            "Then have each of these servers read its configuration anew: send its nats-server "
            "SIGHUP (`nats-server --signal reload=PID`); one that does not run yet needs nothing."
        )
        return [text] if self.servers else []

    def _losses(self) -> list[str]:
        if not self.renewed:
            return []
        text = (
            f"The old keys of {', '.join(self.renewed)} are good until every server has read its "
            "new configuration. Where the machine was lost or broken into, the clinic's secrets "
            "were on it, too: change the store's password. To replace one of the secrets, remove "
            "its file and run this again:"
        )
        secrets = self.directory / SECRETS
        return [text, *(f"  {secrets / file}: that ends {over}" for file, over in self.holds)]

    def _advice(self) -> list[str]:
        key = self.directory / AUTHORITY_KEY
        return [
            f"Keep {key} off these machines: who has it can pose as a server.",
            f"Run this again before {self.ends:%Y-%m-%d}: then the first certificate ends.",
        ]
