"""A real nats-server for the tests, and connections to it."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from actors.runtime.nats_server import NatsServer
from actors.runtime.nats_transport import NatsTransport


class NatsBus:
    """One server, and everybody who is connected to it in one test."""

    def __init__(self, server: NatsServer, stack: AsyncExitStack) -> None:
        self.server = server
        self._stack = stack

    async def connect(self, user: str = "node", *, prefix: str | None = None) -> NatsTransport:
        """Return a new connection of *user*, closed at the end of the test."""
        access = await self.server.access(user)
        transport = await NatsTransport.connect(
            access.url, seed=access.seed, inbox_prefix=prefix or access.inbox_prefix, patience=5
        )
        self._stack.push_async_callback(transport.close)
        return transport

    def signal(self, number: signal.Signals) -> None:
        """Send the server process a signal."""
        os.kill(self.server.pid, number)

    async def down(self) -> None:
        """Kill the server as a crash would."""
        self.signal(signal.SIGKILL)
        await self.server.wait()

    async def up(self) -> None:
        """Start the server again."""
        await self.server.start()


@pytest.fixture(scope="session")
async def nats_server(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[NatsServer]:
    """One server for all tests; a test that kills it starts it again."""
    async with NatsServer(tmp_path_factory.mktemp("bus") / "nats") as server:
        yield server


@pytest.fixture
async def nats_bus(nats_server: NatsServer) -> AsyncIterator[NatsBus]:
    """Yield connections to the server of all tests."""
    async with AsyncExitStack() as stack:
        yield NatsBus(nats_server, stack)


@pytest.fixture
async def own_nats_bus(tmp_path: Path) -> AsyncIterator[NatsBus]:
    """Yield connections to a server for this test alone, to do with it what it likes."""
    async with NatsServer(tmp_path / "nats") as server, AsyncExitStack() as stack:
        yield NatsBus(server, stack)
