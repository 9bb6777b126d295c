"""Three real nats-servers that are one bus, from the files that `carewire certs` writes."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import pytest

from actors.operations.certs import Made, Wish, make
from actors.runtime.clock import SystemClock
from actors.runtime.errors import TransportError
from actors.runtime.nats_cluster import ClusterServer
from actors.runtime.nats_keys import Access, open_keys
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.subjects import node_subject

NAMES = ("a", "b", "c")
NODES = ("n1", "n2", "n3")
WAIT = 5.0


def addresses(cluster: int = 0) -> dict[str, str]:
    """Return an address of loopback for each server that no other process of tests uses.

    Each *cluster* of one process has its own.
    """
    own = os.getpid()
    return {
        name: f"127.{64 + own % 128}.{own // 128 % 250}.{10 * cluster + number}"
        for number, name in enumerate(NAMES, start=1)
    }


class NatsCluster:
    """The servers, and everybody who is connected to them in one test."""

    def __init__(self, directory: Path, number: int = 0) -> None:
        self.directory = directory
        self.number = number
        self.servers = {name: self.server(name) for name in NAMES}
        self._stack = AsyncExitStack()

    def server(self, name: str) -> ClusterServer:
        """Return the server called *name*, not started."""
        return ClusterServer(self.directory / "servers" / name)

    def certs(self, **wish: tuple[str, ...]) -> Made:
        """Run `carewire certs` (again)."""
        return make(Wish(self.directory, **wish), (), SystemClock().now())  # type: ignore[arg-type]

    def access(self, role: str, node: str = "n1", *, at: str = "") -> Access:
        """Return how *node* connects, *at* one server alone if one is named."""
        keys = open_keys(self.directory / "nodes" / node)
        return open_keys(keys.directory, (self.url(at),) if at else ()).access(role)

    def url(self, name: str) -> str:
        """Return where the server called *name* is."""
        return f"tls://{addresses(self.number)[name]}:4222"

    def on(self, transport: NatsTransport) -> str:
        """Return which server *transport* is connected to."""
        return next(name for name in NAMES if self.url(name) == transport._link.url)

    async def connect(
        self, role: str = "node", node: str = "n1", *, first: str = "", at: str = ""
    ) -> NatsTransport:
        """Return a connection, closed after the test.

        It begins on the server *first* and may move; *at* a server, it knows no other.
        """
        transport = await NatsTransport.join(self.access(role, node, at=at or first), patience=WAIT)
        self._stack.push_async_callback(transport.close)
        if first:
            transport._dialer._urls = self.access(role, node).urls
        return transport

    def signal(self, name: str, number: signal.Signals) -> None:
        """Send the server called *name* a signal."""
        self.servers[name].send(number)

    async def down(self, name: str) -> None:
        """Kill the server called *name* as a crash would."""
        self.signal(name, signal.SIGKILL)
        await self.servers[name].wait()

    async def up(self, name: str) -> None:
        """Start it again, and return when it is one bus with the others."""
        await self.servers[name].start()
        await self.joined()

    async def joined(self) -> None:
        """Return when whoever is connected to one server reaches everybody on the others."""
        async with AsyncExitStack() as stack:
            there: dict[str, NatsTransport] = {}
            for name in NAMES:
                there[name] = await NatsTransport.join(self.access("node", at=name), patience=WAIT)
                stack.push_async_callback(there[name].close)
                await there[name].serve(
                    node_subject(name), lambda _subject, payload, respond: respond(payload)
                )
            operators = [await stack.enter_async_context(self.operator(name)) for name in NAMES]
            for operator in operators:
                for name in NAMES:
                    await answered(operator, node_subject(name))

    @asynccontextmanager
    async def operator(self, at: str) -> AsyncIterator[NatsTransport]:
        """Connect the operator *at* a server."""
        transport = await NatsTransport.join(self.access("operator", at=at), patience=WAIT)
        yield transport
        await transport.close()

    async def mend(self) -> None:
        """Close what a test has opened, and have every server run again."""
        await self._stack.aclose()
        broken = [name for name, server in self.servers.items() if not server.running]
        for name in broken:
            await self.servers[name].start()
        if broken:
            await self.joined()

    async def stop(self) -> None:
        """Stop all servers at once."""
        await asyncio.gather(*(server.stop() for server in self.servers.values()))


async def answered(asker: NatsTransport, subject: str, payload: bytes = b"") -> None:
    """Ask until there is an answer, as a client does."""
    async with asyncio.timeout(WAIT * 2):
        while True:
            try:
                assert await asker.ask(subject, payload, 0.25) == payload
            except TransportError:
                await asyncio.sleep(0.01)
            else:
                return


@pytest.fixture(scope="session")
async def nats_servers(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[NatsCluster]:
    """Three servers for all tests; one that a test kills is started again."""
    directory = tmp_path_factory.mktemp("cluster") / "keys"
    servers = tuple(f"{name}={address}" for name, address in addresses().items())
    make(Wish(directory, servers, NODES), (), SystemClock().now())
    cluster = NatsCluster(directory)
    await asyncio.gather(*(server.start() for server in cluster.servers.values()))
    await cluster.joined()
    yield cluster
    await cluster.stop()


@pytest.fixture
async def nats_cluster(nats_servers: NatsCluster) -> AsyncIterator[NatsCluster]:
    """Yield the three servers, whole again after each test."""
    yield nats_servers
    await nats_servers.mend()
