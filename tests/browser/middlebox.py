"""A box between browsers and a port of the clinic's, as networks have them: it loses, blocks, cuts.

It takes 127.0.0.1 and passes all on to the same port of `BEHIND`, so that addresses stay true.
"""

import asyncio
import random  # noqa: TID251  what is lost comes from a seed
import socket
import struct
from asyncio import DatagramProtocol, DatagramTransport, StreamReader, StreamWriter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import cast

FRONT = "127.0.0.1"
BEHIND = "127.0.0.2"
AT_ONCE = struct.pack("ii", 1, 0)
"""To linger for no time: a connection is reset, not closed."""
CHUNK = 65_536

Address = tuple[str, int]


@dataclass
class Middlebox:
    """What passes, and what has passed."""

    port: int = 0
    loss: float = 0.0
    """Share of the datagrams that are lost, each way."""
    takes_udp: bool = True
    takes_tcp: bool = True
    blocked: set[Address] = field(default_factory=set)
    """Ports of browsers to and from which no datagram passes."""
    passed: int = 0
    lost: int = 0
    drawn: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311
    lines: set[StreamWriter] = field(default_factory=set)
    ways: dict[Address, DatagramTransport] = field(default_factory=dict)
    """By the browser's port: the way to who is behind."""

    def is_lost(self, browser: Address) -> bool:
        """Tell whether a datagram to or from that port is lost, and count it."""
        is_blocked = not self.takes_udp or browser in self.blocked
        gone = is_blocked or self.drawn.random() < self.loss
        self.lost += gone
        self.passed += not gone
        return gone

    def block_now(self) -> None:
        """Let nothing pass any more over the ways that browsers have now."""
        self.blocked |= set(self.ways)

    def cut(self) -> int:
        """Reset every connection that there is; return how many there were."""
        lines = [line for line in self.lines if not line.is_closing()]
        for line in lines:
            line.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            line.transport.abort()
        return len(lines) // 2

    def heal(self) -> None:
        """Pass everything, and count anew."""
        self.loss, self.takes_udp, self.takes_tcp = 0.0, True, True
        self.passed = self.lost = 0
        self.blocked.clear()


class Front(DatagramProtocol):
    """Takes datagrams of browsers."""

    def __init__(self, box: Middlebox) -> None:
        self._box = box
        self._coming: dict[Address, list[bytes]] = {}
        self._opening: set[asyncio.Task[None]] = set()
        self.transport: DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Be open."""
        self.transport = cast("DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        """Pass on what a browser has sent."""
        if self._box.is_lost(addr):
            return
        if addr in self._box.ways:
            self._box.ways[addr].sendto(data)
        else:
            self._wait(data, addr)

    def _wait(self, data: bytes, addr: Address) -> None:
        if addr not in self._coming:
            task = asyncio.create_task(self._open(addr))
            self._opening.add(task)
            task.add_done_callback(self._opening.discard)
        self._coming.setdefault(addr, []).append(data)

    async def _open(self, addr: Address) -> None:
        loop = asyncio.get_running_loop()
        way, _ = await loop.create_datagram_endpoint(
            lambda: Back(self, self._box, addr), remote_addr=(BEHIND, self._box.port)
        )
        self._box.ways[addr] = way
        for data in self._coming.pop(addr):
            way.sendto(data)


class Back(DatagramProtocol):
    """Takes what is sent to one browser."""

    def __init__(self, front: Front, box: Middlebox, browser: Address) -> None:
        self._front, self._box, self._browser = front, box, browser

    def datagram_received(self, data: bytes, _addr: Address) -> None:
        """Pass on what the clinic has sent."""
        assert self._front.transport is not None
        if not self._box.is_lost(self._browser):
            self._front.transport.sendto(data, self._browser)


@asynccontextmanager
async def open_middlebox() -> AsyncIterator[Middlebox]:
    """Yield a box that takes both UDP and TCP on one port of 127.0.0.1."""
    box = Middlebox()
    server = await asyncio.start_server(lambda *both: _carry(box, *both), FRONT, 0)
    box.port = server.sockets[0].getsockname()[1]
    loop = asyncio.get_running_loop()
    front, _ = await loop.create_datagram_endpoint(lambda: Front(box), local_addr=(FRONT, box.port))
    try:
        yield box
    finally:
        front.close()
        for way in box.ways.values():
            way.close()
        server.close()
        box.cut()


async def _carry(box: Middlebox, reader: StreamReader, writer: StreamWriter) -> None:
    box.lines.add(writer)
    with suppress(OSError):
        if box.takes_tcp:
            far_reader, far_writer = await asyncio.open_connection(BEHIND, box.port)
            box.lines.add(far_writer)
            await asyncio.gather(
                _pump(reader, far_writer), _pump(far_reader, writer), return_exceptions=True
            )
            box.lines.discard(far_writer)
    writer.transport.abort()
    box.lines.discard(writer)


async def _pump(reader: StreamReader, writer: StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()
