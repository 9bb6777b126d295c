"""Over what a node of a fleet reaches bus and store, and how it is cut off from them.

Where root allows, each node has a network of its own, with one cable to that of the servers
(`Cable`): what is cut is dropped by the kernel, packet by packet. Elsewhere all are on loopback,
and each connection goes through a `Wire`. People reach a node's pages also while it is cut off.
"""

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, Protocol, TypeVar

from tests.browser.namespaces import entered, lacking, private_network
from tests.wires import Wire

T = TypeVar("T")

CLIENT_PORT: Final = 4222
LOOPBACK: Final = "127.0.0.1"
NARROW: Final = (
    "ip link set lo up && echo 1 > /proc/sys/net/ipv4/conf/all/route_localnet"
    " && echo 1 > /proc/sys/net/ipv4/conf/default/route_localnet"
    " && ip addr del 127.0.0.1/8 dev lo && ip addr add 127.0.0.1/16 dev lo"
)
"""Leave the most of 127/8 to cables: what the program is willing to speak to without TLS."""


class Lines(Protocol):
    """The lines of one node."""

    @property
    def host(self) -> str:
        """Where its pages listen."""
        ...

    @property
    def port(self) -> int:
        """Theirs, and where the tests find them on their own loopback."""
        ...

    @property
    def command(self) -> tuple[str, ...]:
        """What starts a process that has no other lines."""
        ...

    @property
    def servers(self) -> tuple[str, ...]:
        """Where it finds the bus."""
        ...

    @property
    def store(self) -> str:
        """Where it finds the database: host and port."""
        ...

    async def open(self, store: int) -> None:
        """Lay them; the database is at that port of loopback."""
        ...

    async def close(self) -> None:
        """Take them away."""
        ...

    def cut(self, *, there: bool, back: bool) -> None:
        """Let nothing through to bus and store, nothing back, or neither."""
        ...

    def mend(self) -> None:
        """End the cut."""
        ...


class Wires:
    """Lines on loopback."""

    host = LOOPBACK
    command: tuple[str, ...] = ()

    def __init__(self, buses: tuple[str, ...]) -> None:
        self.port = free_port()
        self._bus = tuple(Wire(at, at, CLIENT_PORT) for at in buses)
        self._store = Wire(LOOPBACK, LOOPBACK, 0)

    @property
    def servers(self) -> tuple[str, ...]:
        """Where it finds the bus."""
        return tuple(f"tls://{wire.host}:{wire.entrance}" for wire in self._bus)

    @property
    def store(self) -> str:
        """Where it finds the database: host and port."""
        return f"{LOOPBACK}:{self._store.entrance}"

    async def open(self, store: int) -> None:
        """Lay them; the database is at that port of loopback."""
        self._store.port = store
        for wire in (*self._bus, self._store):
            await wire.open()

    async def close(self) -> None:
        """Take them away."""
        for wire in (*self._bus, self._store):
            await wire.close()

    def cut(self, *, there: bool, back: bool) -> None:
        """Let nothing through to bus and store, nothing back, or neither."""
        for wire in (*self._bus, self._store):
            wire.cut(there=there, back=back)

    def mend(self) -> None:
        """End the cut."""
        for wire in (*self._bus, self._store):
            wire.mend()


class Cable:
    """The one line between a network of a node's own and that of the servers."""

    def __init__(self, number: int, buses: tuple[str, ...]) -> None:
        self.host, self._here = f"127.88.{number}.2", f"127.88.{number}.1"
        self._name = f"node{number}"
        self._buses = buses
        self._store = Wire(self._here, LOOPBACK, 0)
        self._pages = Wire(LOOPBACK, self.host, 0)
        self._holder: subprocess.Popen[bytes] | None = None

    @property
    def port(self) -> int:
        """Where the pages are, here and there."""
        return self._pages.entrance

    @property
    def command(self) -> tuple[str, ...]:
        """What starts a process that has no other lines."""
        assert self._holder is not None
        return ("nsenter", f"--net=/proc/{self._holder.pid}/ns/net", "--")

    @property
    def servers(self) -> tuple[str, ...]:
        """Where it finds the bus."""
        return tuple(f"tls://{at}:{CLIENT_PORT}" for at in self._buses)

    @property
    def store(self) -> str:
        """Where it finds the database: host and port."""
        return f"{self._here}:{self._store.entrance}"

    async def open(self, store: int) -> None:
        """Make the network, and lay the cable; the database is at that port of loopback."""
        self._store.port = store
        self._holder = held_network()
        near, far = self._name, "eth0"
        shell(f"ip link add {near} type veth peer name {far} netns {self._holder.pid}")
        shell(f"ip addr add {self._here}/24 dev {near} scope global && ip link set {near} up")
        ways = (f"ip route add {at}/32 via {self._here}" for at in self._buses)
        join = f"ip addr add {self.host}/24 dev {far} scope global && ip link set {far} up"
        shell(" && ".join((NARROW, join, *ways)), *self.command)
        await self._store.open()
        await self._pages.open()
        self._pages.port = self._pages.entrance

    async def close(self) -> None:
        """Take the cable away, and the network with it."""
        await self._store.close()
        await self._pages.close()
        assert self._holder is not None
        self._holder.kill()
        self._holder.wait()

    def cut(self, *, there: bool, back: bool) -> None:
        """Drop what comes from the node, what comes to it, or both, but for its pages."""
        if there:
            drop(f"iifname {self._name} tcp sport != {self.port}")
        if back:
            drop(f"iifname eth0 tcp dport != {self.port}", *self.command)

    def mend(self) -> None:
        """End the cut."""
        shell("nft delete table inet cut || true")
        shell("nft delete table inet cut || true", *self.command)


class Network:
    """Where the servers of a fleet are.

    With a *private* one (an open file of it), that this thread is in, each node has its own.
    """

    def __init__(self, buses: tuple[str, ...], private: int | None = None) -> None:
        self._buses = buses
        self._number = 0
        self._private = private
        if private is not None:
            shell(" && ".join((NARROW, *(f"ip addr add {at}/32 dev lo" for at in buses))))

    def lines(self) -> Lines:
        """Return the lines of one more node, not laid yet."""
        self._number += 1
        if self._private is not None:
            return Cable(self._number, self._buses)
        return Wires(self._buses)

    async def run(self, work: Callable[[], T]) -> T:
        """Let a thread that lives in this network do *work*, which starts processes there."""
        if self._private is None:
            return await asyncio.to_thread(work)
        return await asyncio.to_thread(_in_network, self._private, work)


@contextmanager
def loopback(buses: tuple[str, ...]) -> Iterator[Network]:
    """Stay on the loopback of all, with these addresses for a bus."""
    yield Network(buses)


@contextmanager
def open_network(buses: tuple[str, ...]) -> Iterator[Network]:
    """Enter a network with these addresses for a bus; say why if it is all on loopback."""
    reason = lacking() or ("" if shutil.which("ip") else "there is no `ip`")
    if reason:
        print(f"note all on loopback: {reason}")  # noqa: T201  for who reads the figures
        with loopback(buses) as network:
            yield network
        return
    with private_network(), Path("/proc/thread-self/ns/net").open("rb") as here:
        yield Network(buses, here.fileno())


def _in_network(network: int, work: Callable[[], T]) -> T:
    with entered(network):
        return work()


def held_network() -> subprocess.Popen[bytes]:
    """Return a process that does nothing, in a network of its own."""
    holder = subprocess.Popen(
        ["unshare", "--net", "sh", "-c", "echo; exec sleep infinity"],  # noqa: S607
        stdout=subprocess.PIPE,
        process_group=0,
    )
    assert holder.stdout is not None
    with holder.stdout as told:
        told.readline()
    return holder


def drop(rule: str, *at: str) -> None:
    """Drop what matches *rule* (of nft) on its way in, in the network of this thread or *at*."""
    chain = "inet cut in"
    shell(
        "nft add table inet cut"
        f" && nft 'add chain {chain} {{ type filter hook input priority 0; }}'"
        f" && nft 'add rule {chain} {rule} drop'",
        *at,
    )


def shell(words: str, *at: str) -> None:
    """Run *words* by a shell, in the network of this thread or *at*."""
    path = f"{os.environ['PATH']}:/usr/sbin:/sbin"
    told = subprocess.run(  # noqa: S603  words of ours
        [*at, "sh", "-c", words], env={"PATH": path}, capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stderr


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
