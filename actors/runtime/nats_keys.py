"""How somebody comes to the bus: its servers, their key and the authority, read from files.

A server of our own on loopback keeps `<role>.seed` of the node `main` in its directory, and those
of further nodes under `nodes/<node>`. For a cluster `carewire certs` makes a directory for each
node, with `<role>.seed`, `bus.json` (where the servers are) and `ca.pem` (who vouches for them).
"""

from pathlib import Path

import msgspec

from actors.runtime.nats_config import MAIN, inbox_of
from config.private import read_private

BUS_FILE = "bus.json"
AUTHORITY_FILE = "ca.pem"


class KeysRefused(Exception):
    """The keys of the bus can't be used; the text says why, and what to do."""


class Access(msgspec.Struct, frozen=True):
    """What one user of the bus needs to connect. Printing it does not show the seed."""

    urls: tuple[str, ...]
    seed: str
    inbox_prefix: str
    ca: str | None = None
    """Who has to have signed the servers' certificates (PEM, not a path). None: no TLS."""

    @property
    def url(self) -> str:
        """The first of the servers."""
        return self.urls[0]

    def __repr__(self) -> str:
        return f"Access({self.urls!r}, inbox_prefix={self.inbox_prefix!r})"


class BusFile(msgspec.Struct, frozen=True):
    """What `bus.json` says."""

    node: str
    servers: tuple[str, ...]
    """`tls://host:port` of each."""
    inboxes: dict[str, str]
    """The prefix of each role."""


class NodeKeys(msgspec.Struct, frozen=True):
    """One node's keys for a cluster."""

    directory: Path
    node: str
    urls: tuple[str, ...]
    inboxes: dict[str, str]

    @property
    def ca(self) -> Path:
        """The file with the authority's certificate."""
        return self.directory / AUTHORITY_FILE

    def access(self, role: str) -> Access:
        """Return how this node connects in that *role*, or raise `KeysRefused` or `TooOpen`.

        Reads files: call it in a thread.
        """
        try:
            seed = read_private(self.directory / f"{role}.seed").decode().strip()
            ca = self.ca.read_text()
            return Access(self.urls, seed, self.inboxes[role], ca)
        except (OSError, KeyError, UnicodeDecodeError) as error:
            raise _unusable(self.directory, error) from error


def open_keys(directory: Path, servers: tuple[str, ...] = ()) -> NodeKeys:
    """Return the keys that `carewire certs` put into *directory*.

    *servers* (`tls://host:port`) take the place of those that it names. Raises `KeysRefused` or
    `TooOpen`. Reads files: call it in a thread.
    """
    try:
        raw = read_private(directory / BUS_FILE)
        bus = msgspec.json.decode(raw, type=BusFile)
    except (OSError, msgspec.MsgspecError) as error:
        raise _unusable(directory, error) from error
    return NodeKeys(directory, bus.node, servers or bus.servers, bus.inboxes)


def access(directory: Path, role: str, node: str = MAIN) -> Access:
    """Return how *node* reaches, in that *role*, the server that keeps its files in *directory*.

    Reads files: call it in a thread. Raises `TooOpen`, or `OSError` before the first start.
    """
    port = int(read_private(directory / "port"))
    seed = read_private(seeds_of(directory, node) / f"{role}.seed").decode()
    return Access((f"nats://127.0.0.1:{port}",), seed, inbox_of(role, node))


def seeds_of(directory: Path, node: str) -> Path:
    """Return where, in the *directory* of a server of our own, the seeds of *node* are."""
    return directory if node == MAIN else directory / "nodes" / node


def _unusable(directory: Path, error: Exception) -> KeysRefused:
    return KeysRefused(
        f"The keys in {directory} can't be used ({type(error).__name__}: {error}): copy there what "
        "`carewire certs` has made for this node, with modes 0600."
    )
