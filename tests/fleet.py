"""A clinic on many machines: three nats-servers, one PostgreSQL and nodes, each a real process.

Every node reaches each server over a line of its own (`Wire`), which may be cut.
"""

import asyncio
import itertools
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Final

from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.leases import Census
from actors.runtime.mint import SystemMint
from actors.runtime.moves import Moves
from actors.runtime.nats_keys import open_keys
from actors.runtime.nats_transport import NatsTransport
from actors.store.postgres import PostgresJournal
from config.private import private_directory
from tests.nats_cluster import NAMES, NODES, NatsCluster, addresses
from tests.postgres import PostgresServer
from tests.wires import Wire

ROOT: Final = Path(__file__).parents[1]
START_SECONDS: Final = 60
CLIENT_PORT: Final = 4222
CLUSTER: Final = 1
"""Its servers' addresses are its own."""


class Machine:
    """One node: a process, and the lines over which it reaches the bus and the store."""

    def __init__(self, name: str, directory: Path, fleet: "Fleet") -> None:
        self.name = name
        self.directory = directory
        self.wrong_by = 0.0
        """Seconds by which its clock is off, from its next start on."""
        self.bus = {each: Wire(at, at, CLIENT_PORT) for each, at in addresses(CLUSTER).items()}
        self.store = Wire("127.0.0.1", "127.0.0.1", fleet.postgres.port)
        self.port = 0
        self.process: Process | None = None
        self._fleet = fleet
        self._reading: asyncio.Task[None] | None = None
        self.log: list[str] = []

    @property
    def wires(self) -> tuple[Wire, ...]:
        """Every line of this node."""
        return (*self.bus.values(), self.store)

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://localhost:{self.port}"

    async def open(self) -> None:
        """Lay its lines."""
        self.port = free_port()
        for wire in self.wires:
            await wire.open()

    async def start(self) -> None:
        """Start the node, and return when it is open."""
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.node_process", str(self.wrong_by), "up"),
            stdout=PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self._environment(),
            cwd=ROOT,
        )
        opened = asyncio.get_running_loop().create_future()
        self._reading = asyncio.create_task(self._read(self.process, opened))
        async with asyncio.timeout(START_SECONDS):
            await opened

    async def _read(self, process: Process, opened: "asyncio.Future[None]") -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.log.append(line.decode(errors="replace"))
            if b"is open at" in line and not opened.done():
                opened.set_result(None)
        if not opened.done():
            opened.set_exception(AssertionError("".join(self.log[-20:])))

    def _environment(self) -> dict[str, str]:
        plain = {name: text for name, text in os.environ.items() if "CAREWIRE_" not in name}
        servers = (f"tls://{addresses(CLUSTER)[name]}:{self.bus[name].entrance}" for name in NAMES)
        return plain | {
            "CAREWIRE_NODE_DATA": str(self.directory),
            "CAREWIRE_NODE_LEASE_SECONDS": "3",
            "CAREWIRE_NATS_KEYS": str(self._fleet.keys / "nodes" / self.name),
            "CAREWIRE_NATS_SERVERS": ",".join(servers),
            "CAREWIRE_STORE_URL": self._fleet.store_url(self.store.entrance),
            "CAREWIRE_FILES_FOLDER": str(self._fleet.files),
            "CAREWIRE_EDGE_PORT": str(self.port),
            "CAREWIRE_EDGE_PUBLIC_URL": "http://localhost:1",
            "CAREWIRE_EDGE_ALLOWED_HOSTS": f"localhost:{self.port}",
            "CAREWIRE_EDGE_ATTEMPTS_PER_MINUTE": "100000",
            "CAREWIRE_MEDIA_WORKERS": "0",
        }

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    async def kill(self) -> None:
        """End it as a power switch would."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
        await self._ended()

    async def stop(self) -> int:
        """Stop it in order; return its exit code."""
        self.send(signal.SIGTERM)
        return await self._ended()

    async def _ended(self) -> int:
        if self.process is None:
            return 0
        code = await self.process.wait()
        if self._reading is not None:
            with suppress(AssertionError):
                await self._reading
        return code

    def cut(self, *, there: bool = True, back: bool = True) -> None:
        """Cut it off from bus and store, one way or both."""
        for wire in self.wires:
            wire.cut(there=there, back=back)

    def mend(self) -> None:
        """End the cut."""
        for wire in self.wires:
            wire.mend()


class Fleet:
    """All of it, and a way to ask its actors."""

    client: Client

    def __init__(self, directory: Path, postgres: PostgresServer, database: str) -> None:
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
        self._stack = AsyncExitStack()

    def store_url(self, port: int) -> str:
        """Return where the database is over a line with that entrance."""
        return self.database.replace(f":{self.postgres.port}/", f":{port}/")

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
        for machine in self.machines.values():
            await machine.open()
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

    async def _make_keys(self) -> None:
        servers = ",".join(f"{name}={address}" for name, address in addresses(CLUSTER).items())
        words = (
            *("supervisor.py", "certs", str(self.keys)),
            *("--servers", servers, "--nodes", ",".join(NODES)),
        )
        making = await asyncio.create_subprocess_exec(sys.executable, *words, stdout=PIPE, cwd=ROOT)
        await making.communicate()
        assert making.returncode == 0

    async def close(self) -> None:
        """End everything."""
        await self._stack.aclose()

    async def _put_away(self, machine: Machine) -> None:
        await machine.kill()
        for wire in machine.wires:
            await wire.close()

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


def free_port() -> int:
    """Return a port that nobody has."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@asynccontextmanager
async def open_fleet(directory: Path, postgres: PostgresServer) -> AsyncIterator[Fleet]:
    """Run a clinic on three machines."""
    fleet = Fleet(directory, postgres, await postgres.fresh_database())
    try:
        await fleet.open()
        yield fleet
    finally:
        await fleet.close()
