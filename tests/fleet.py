"""A clinic on many machines: three nats-servers, one PostgreSQL and nodes, each a real process.

Every node reaches each server over a line of its own (`Wire`), which may be cut.
"""

import asyncio
import itertools
import sys
from asyncio.subprocess import PIPE
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from actors.directory.messages import ADDRESS, ListPeople, People
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.errors import DeliveryFailed
from actors.runtime.leases import Census
from actors.runtime.mint import SystemMint
from actors.runtime.moves import Moves
from actors.runtime.nats_keys import open_keys
from actors.runtime.nats_transport import NatsTransport
from actors.store.postgres import PostgresJournal
from config.private import private_directory
from tests.edge import OPERATOR
from tests.lines import Network, loopback, open_network
from tests.machines import ROOT, START_SECONDS, Machine, MediaMachine
from tests.nats_cluster import NODES, NatsCluster, addresses
from tests.postgres import PostgresServer

CLUSTER: Final = 1
"""Its servers' addresses are its own."""
RELAYS: Final = ("m1", "m2")
"""Machines for media workers."""


class Fleet:
    """All of it, and a way to ask its actors."""

    client: Client

    def __init__(
        self, directory: Path, network: Network, postgres: PostgresServer, database: str
    ) -> None:
        self.network = network
        self.directory = directory
        self.keys = directory / "keys"
        self.files = private_directory(directory / "files")
        self.postgres = postgres
        self.clock = SystemClock()
        self.mint = SystemMint()
        self.numbers = itertools.count()
        """Of people, so that nobody comes twice."""
        self.database = database
        """Its URL, over no line that may be cut."""
        self.nats = NatsCluster(self.keys, CLUSTER)
        self.machines = {name: Machine(name, directory / name, self) for name in NODES}
        self.relays = {name: MediaMachine(name, directory / name, self) for name in RELAYS}
        """Media workers; none is started by itself."""
        self._stack = AsyncExitStack()

    def store_url(self, at: str) -> str:
        """Return where the database is over a line whose entrance is *at* that host and port."""
        return self.database.replace(f"127.0.0.1:{self.postgres.port}/", f"{at}/")

    @property
    def urls(self) -> tuple[str, ...]:
        """Where each node's pages are."""
        return tuple(machine.url for machine in self.machines.values())

    async def open(self) -> None:
        """Start everything."""
        await self._make_keys()
        self._stack.push_async_callback(self.nats.stop)
        await asyncio.gather(*(server.start() for server in self.nats.servers.values()))
        await self.nats.joined()
        for machine in (*self.machines.values(), *self.relays.values()):
            await machine.lines.open(self.postgres.port)
            self._stack.push_async_callback(self._put_away, machine)
        first, *others = self.machines.values()
        await first.start()
        await asyncio.gather(*(machine.start() for machine in others))
        transport = await NatsTransport.join(open_keys(self.keys / "nodes" / "n1").access("edge"))
        self._stack.push_async_callback(transport.close)
        self.client = Client(transport, self.clock, self.mint)
        moves = Moves(transport)
        await moves.open()
        await self.balanced()
        await self._answering()

    async def _answering(self) -> None:
        """Return when actors answer: a busy machine may have nodes that are there and not yet."""
        async with asyncio.timeout(START_SECONDS):
            while True:
                with suppress(DeliveryFailed):
                    await self.client.ask(ADDRESS, ListPeople(), People, OPERATOR)
                    return

    async def _make_keys(self) -> None:
        servers = ",".join(f"{name}={address}" for name, address in addresses(CLUSTER).items())
        words = (
            *("supervisor.py", "certs", str(self.keys)),
            *("--servers", servers, "--nodes", ",".join((*NODES, *RELAYS))),
        )
        making = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=PIPE, cwd=ROOT)
        await making.communicate()
        assert making.returncode == 0

    async def close(self) -> None:
        """End everything."""
        await self._stack.aclose()

    async def _put_away(self, machine: Machine) -> None:
        await machine.kill()
        await machine.lines.close()

    async def journal(self) -> PostgresJournal:
        """Open the journal beside the nodes, to look into it."""
        return await PostgresJournal.open(self.database)

    async def census(self) -> Census:
        """Return who lives and who owns what."""
        journal = await self.journal()
        try:
            return await journal.census()
        finally:
            await journal.close()

    async def balanced(self, among: Sequence[str] = NODES) -> None:
        """Return when the shards are shared fairly among these nodes."""
        async with asyncio.timeout(30):
            while not fair(await self.census(), among):  # noqa: ASYNC110  another process does it
                await asyncio.sleep(0.05)

    async def settled(self) -> None:
        """Return when every durable send has been delivered."""
        journal = await self.journal()
        try:
            async with asyncio.timeout(60):
                while (await journal.counts())["parcels"]:  # noqa: ASYNC110  so do others
                    await asyncio.sleep(0.02)
        finally:
            await journal.close()


def fair(census: Census, among: Sequence[str]) -> bool:
    """Return whether exactly *among* live, and share all shards fairly."""
    names = sorted(member.name for member in census.members)
    shares = [len(census.of(member.run)) for member in census.members]
    whole = sum(shares) == len(census.leases) > 0
    return names == sorted(among) and whole and max(shares) - min(shares) <= 1


@asynccontextmanager
async def open_fleet(
    directory: Path, *, apart: bool = False, release: str = ""
) -> AsyncIterator[Fleet]:
    """Run a clinic on three machines, all of that *release* (empty: of their own).

    *apart*: each is to be on a network of its own, where root allows.
    """
    buses = tuple(addresses(CLUSTER).values())
    with open_network(buses) if apart else loopback(buses) as network:
        postgres = await network.run(PostgresServer)
        try:
            await network.run(postgres.start)
            fleet = Fleet(directory, network, postgres, await postgres.fresh_database())
            for machine in (*fleet.machines.values(), *fleet.relays.values()):
                machine.release = release
            try:
                await fleet.open()
                yield fleet
            finally:
                await fleet.close()
        finally:
            await network.run(postgres.remove)
