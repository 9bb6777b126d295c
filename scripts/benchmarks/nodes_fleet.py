"""What many nodes are measured on: three nats-servers with TLS, PostgreSQL, nodes, a client."""

import asyncio
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from actors.operations.certs import Wish, make
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.mint import SystemMint
from actors.runtime.moves import Moves
from actors.runtime.nats_transport import NatsTransport
from actors.store.postgres import PostgresJournal
from scripts.benchmarks.processes import ROOT, cpu_seconds, cpu_seconds_of_all
from tests.nats_cluster import NAMES, NatsCluster, addresses
from tests.postgres import PostgresServer

MODULE = "scripts.benchmarks.nodes_process"
BALANCE_SECONDS = 60
LOOK_AGAIN = 0.02
CALLERS_SERVER = NAMES[0]
"""Where callers are connected; nodes are spread over the servers that follow."""

CLUSTER = 2
"""Its servers' addresses are its own, also beside those of tests in one process."""


class Ground:
    """The servers that all nodes share."""

    def __init__(self, keys: Path, postgres: PostgresServer) -> None:
        self.bus = NatsCluster(keys, CLUSTER)
        self.postgres = postgres

    def server_of(self, number: int) -> str:
        """Return the URL of the nats-server that node *number* (from 1) is connected to."""
        return self.bus.url(NAMES[number % len(NAMES)])

    @property
    def nats_cpu(self) -> float:
        """Seconds that the nats-servers have used."""
        return cpu_seconds(*(server.pid for server in self.bus.servers.values()))

    @property
    def postgres_cpu(self) -> float:
        """Seconds that PostgreSQL has used, with all its processes."""
        return cpu_seconds_of_all(self.postgres.pid)


@asynccontextmanager
async def open_ground(most: int) -> AsyncIterator[Ground]:
    """Start the servers, with keys for so many nodes."""
    async with AsyncExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory())) / "keys"
        servers = tuple(f"{name}={address}" for name, address in addresses(CLUSTER).items())
        names = tuple(name_of(number) for number in range(1, most + 1))
        await asyncio.to_thread(make, Wish(directory, servers, names), (), SystemClock().now())
        postgres = await asyncio.to_thread(partial(PostgresServer, on_disk=True))
        stack.push_async_callback(asyncio.to_thread, postgres.remove)
        await asyncio.to_thread(postgres.start)
        ground = Ground(directory, postgres)
        stack.push_async_callback(ground.bus.stop)
        await asyncio.gather(*(server.start() for server in ground.bus.servers.values()))
        await ground.bus.joined()
        yield ground


def name_of(number: int) -> str:
    """Return what node *number* is called."""
    return f"n{number}"


class Running:
    """A process of `nodes_process`."""

    def __init__(self, process: Process, run: str) -> None:
        self.pid = process.pid
        self.run = run
        self._process = process

    async def end(self, how: signal.Signals) -> None:
        """Send it a signal, and return when it is gone."""
        if self._process.returncode is None:
            self._process.send_signal(how)
        await self._process.wait()


async def run(ground: Ground, what: str, number: int, database: str = "") -> Running:
    """Start an echo or a node with the keys of node *number*, and return when it takes asks."""
    keys = ground.bus.directory / "nodes" / name_of(number)
    words = (what, str(keys), ground.server_of(number), database)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", MODULE, *words, stdout=PIPE, cwd=ROOT
    )
    said = b"" if process.stdout is None else await process.stdout.readline()
    word, _, name = said.decode().strip().partition(" ")
    if word != "ready":
        raise RuntimeError(f"A process that should be {what} did not start.")
    return Running(process, name)


class Fleet:
    """Nodes by number, on a database of their own, and a client that asks their actors."""

    def __init__(
        self, ground: Ground, database: str, journal: PostgresJournal, client: Client
    ) -> None:
        self.ground = ground
        self.client = client
        self.nodes: dict[int, Running] = {}
        self._database = database
        self._journal = journal

    @property
    def nodes_cpu(self) -> float:
        """Seconds that the nodes have used."""
        return cpu_seconds(*(node.pid for node in self.nodes.values()))

    async def start(self, number: int) -> None:
        """Have node *number* run."""
        self.nodes[number] = await run(self.ground, "node", number, self._database)

    async def end(self, number: int, how: signal.Signals) -> None:
        """Have node *number* killed, or stop in order; return when its process is gone."""
        await self.nodes.pop(number).end(how)

    async def balanced(self) -> None:
        """Return when the nodes that run share all shards fairly."""
        async with asyncio.timeout(BALANCE_SECONDS):
            while not _fair(await self._shares()):  # noqa: ASYNC110  other processes do it
                await asyncio.sleep(LOOK_AGAIN)

    async def _shares(self) -> Sequence[int]:
        """Return how many shards each has; the last number is those of nobody who runs."""
        census = await self._journal.census()
        shares = [len(census.of(node.run)) for node in self.nodes.values()]
        return *shares, len(census.leases) - sum(shares)


def _fair(shares: Sequence[int]) -> bool:
    *nodes, nobody = shares
    return nobody == 0 and min(nodes) > 0 and max(nodes) - min(nodes) <= 1


@asynccontextmanager
async def open_fleet(ground: Ground, count: int) -> AsyncIterator[Fleet]:
    """Run so many nodes."""
    async with AsyncExitStack() as stack:
        database = await ground.postgres.fresh_database()
        journal = await PostgresJournal.open(database, connections=2)
        stack.push_async_callback(journal.close)
        access = ground.bus.access("edge", at=CALLERS_SERVER)
        transport = await NatsTransport.join(access)
        stack.push_async_callback(transport.close)
        await Moves(transport).open()
        client = Client(transport, SystemClock(), SystemMint())
        fleet = Fleet(ground, database, journal, client)
        stack.push_async_callback(_end_all, fleet)
        for number in range(1, count + 1):
            await fleet.start(number)
        await fleet.balanced()
        yield fleet


async def _end_all(fleet: Fleet) -> None:
    for number in tuple(fleet.nodes):
        await fleet.end(number, signal.SIGKILL)
