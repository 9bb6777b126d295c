"""One process of the clinic: the services that know neither rooms nor the web.

The composition root adds those that do, and says which of them this process has.
"""

import asyncio
import signal
from abc import ABC, abstractmethod
from contextlib import AsyncExitStack
from enum import Enum, auto
from functools import partial
from typing import Final

import anyio
from msgspec.structs import replace

from actors.operations import bus, demo, local_nodes, media_workers, people, skew
from actors.operations.bus import Operator, login
from actors.operations.demo.robots import run_robots
from actors.operations.journals import AnyJournal, open_journal
from actors.operations.local_nodes import LocalNode
from actors.operations.running import closing
from actors.operations.saying import say
from actors.relay.child import Child as MediaWorker
from actors.runtime.blobs import Blobs
from actors.runtime.clock import AgreedClock, SystemClock
from actors.runtime.mint import SystemMint
from actors.runtime.nats_server import ServerNotStarted
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.supervision import Child, Ready, Restart, Tree
from actors.store.blobs import blobs_of
from config import VERSION
from config.settings import NodeSettings, Settings

LETTER_BOXES: Final = "letter-boxes"
"""Its presence says that the letter boxes know everybody."""
STOP_SECONDS: Final = 2
"""What an orderly stop may take beside the node's own time for it, twice."""


def stop_seconds(node: NodeSettings) -> int:
    """Return after how many seconds a node that stops is ended by force."""
    return STOP_SECONDS + round(2 * node.drain_seconds)


class StoreFailed(Exception):
    """The store has failed; the journal has to be opened and checked anew."""


class Part(Enum):
    """What of the clinic one process is."""

    WHOLE = auto()
    """All that its role says, and what a machine needs once: bus, media workers."""
    MACHINE = auto()
    """What a machine needs once, and a process for each of its nodes."""
    NODE = auto()
    """One of these nodes."""


class House(ABC):
    """What is in this process. Each service sets up what the later ones stand on."""

    journal: AnyJournal
    blobs: Blobs
    node_transport: NatsTransport
    edge_transport: NatsTransport
    operator: Operator

    def __init__(
        self,
        settings: Settings,
        part: Part = Part.WHOLE,
        *,
        demonstrate: bool = False,
        nodes: int = 1,
        number: int = 1,
    ) -> None:
        self.settings = settings
        self.part = part
        self.demonstrate = demonstrate
        self.names = local_nodes.names(settings, nodes) if part is Part.MACHINE else ()
        """Of the nodes that are processes of their own."""
        self.number = number
        """Of this node, among those of this machine."""
        self.role = settings.node.role
        self.edge = settings.edge
        self.data = settings.node.directory
        self.home = bus.home_of(self.data, settings.nats)
        """Where the clinic's id and secrets are."""
        self.clock = AgreedClock(SystemClock())
        self.mint = SystemMint()
        self.server = bus.server_of(settings, (settings.node.name, *self.names))
        self.tree = Tree(self.children())

    @property
    def has_actors(self) -> bool:
        """Whether actors live in this process."""
        return self.part is not Part.MACHINE and self.role != "edge"

    @property
    def has_edge(self) -> bool:
        """Whether people come in here."""
        return self.part is not Part.MACHINE and self.role != "actors"

    @abstractmethod
    def children(self) -> list[Child]:
        """Return the services in start order; they are stopped in reverse."""

    def stop(self) -> None:
        """Stop in order; when that takes too long, the kernel ends the process.

        It does so even where this is all that runs in a container (see `first_process`).
        """
        signal.alarm(max(1, len(self.names)) * self._stop_seconds)
        self.tree.stop()

    @property
    def _stop_seconds(self) -> int:
        return stop_seconds(self.settings.node)

    # -- what a node stands on ------------------------------------------------------------------

    async def _journal(self, ready: Ready) -> None:
        self.journal = await open_journal(self.settings, self.home)
        async with closing(self.journal.close):
            skew.hold(VERSION, (await self.journal.census()).members)
            ready()
            await self.journal.failed.wait()
            raise StoreFailed

    async def _blobs(self, ready: Ready) -> None:
        self.blobs = await asyncio.to_thread(blobs_of, self.settings.files, self.data)
        async with closing(self.blobs.close):
            ready()
            await anyio.sleep_forever()

    async def _bus(self, ready: Ready) -> None:
        assert self.server is not None  # noqa: S101  else it is no service of this process
        lock = await asyncio.to_thread(bus.hold, self.settings)
        async with closing(partial(asyncio.to_thread, lock.release)), closing(self.server.stop):
            await self.server.start()
            ready()
            code = await self.server.wait()
            raise ServerNotStarted(f"nats-server has ended with code {code}.")

    async def _connections(self, ready: Ready) -> None:
        ways = AsyncExitStack()
        async with closing(ways.aclose):
            if self.has_actors:
                self.node_transport = await self._connect("node")
                ways.push_async_callback(self.node_transport.close)
            if self.has_edge:
                self.edge_transport = await self._connect("edge")
                ways.push_async_callback(self.edge_transport.close)
            ready()
            await anyio.sleep_forever()

    async def _connect(self, role: str) -> NatsTransport:
        name = self.settings.node.name
        key = await asyncio.to_thread(bus.key_of, self.data, self.settings.nats, role, name)
        return await NatsTransport.join(key, name=f"carewire {role} {name}")

    async def _letter_boxes(self, ready: Ready) -> None:
        """Tell the letter boxes, once, of everybody who was here before there were any."""
        done = self.data / LETTER_BOXES
        if self.number == 1 and not await asyncio.to_thread(done.exists):
            operator = Operator(self.node_transport, login(), self.mint, self.clock)
            await people.fill_letter_boxes(operator)
            await asyncio.to_thread(done.touch, 0o600)
        ready()
        await anyio.sleep_forever()

    # -- other processes of this machine --------------------------------------------------------

    def _media_workers(self) -> list[Child]:
        names = media_workers.names(self.settings) if self.role != "edge" else ()
        return [
            Child(name, partial(self._media_worker, number), Restart.ALONE)
            for number, name in enumerate(names)
        ]

    async def _media_worker(self, number: int, ready: Ready) -> None:
        key = await asyncio.to_thread(media_workers.key_of, self.settings, "", None)
        start = await asyncio.to_thread(media_workers.start_of, self.settings, key, number)
        worker = MediaWorker(start)
        async with closing(worker.stop):
            await worker.start()
            ready()
            await worker.keep()

    def _nodes(self) -> list[Child]:
        return [
            Child(f"node {name}", partial(self._node_process, number), Restart.ALONE)
            for number, name in enumerate(self.names, 1)
        ]

    async def _node_process(self, number: int, ready: Ready) -> None:
        settings = replace(self.settings, edge=self.edge)
        start = local_nodes.start_of(settings, number, demonstrate=self.demonstrate)
        node = LocalNode(start, self._stop_seconds)
        async with closing(node.stop):
            await node.launch()
            ready()
            await node.keep(local_nodes.ENDED_AS_ASKED)
            await anyio.sleep_forever()

    # -- who has started it ---------------------------------------------------------------------

    async def _operator(self, ready: Ready) -> None:
        transport = await self._connect(bus.USER)
        async with closing(transport.close):
            self.operator = Operator(transport, login(), self.mint, self.clock)
            ready()
            await anyio.sleep_forever()

    async def _demo(self, ready: Ready) -> None:
        cast = await demo.fill(self.operator.client, self.clock, self.mint, self.data)
        say(demo.introduce(cast))
        ready()
        await anyio.sleep_forever()

    async def _robots(self, ready: Ready) -> None:
        await run_robots(self.edge.public_url, self.data, ready)
