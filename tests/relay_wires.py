"""Datagrams between a made-up browser and the media relay, by UDP and by TCP."""

import asyncio
from collections.abc import Callable
from typing import Protocol, cast

from tests.relay_offers import Candidate


class Wire(Protocol):
    """Datagrams to the relay; those from it are given to the browser."""

    protocol: str

    def send(self, data: bytes) -> None:
        """Send one datagram."""

    def close(self) -> None:
        """End."""


class UdpWire(asyncio.DatagramProtocol):
    """By UDP, from a port of its own."""

    protocol = "udp"

    def __init__(self, took: Callable[[bytes], None]) -> None:
        self._took = took
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def open(cls, where: Candidate, took: Callable[[bytes], None]) -> "UdpWire":
        """Open a socket that hears the relay alone."""
        loop, address = asyncio.get_running_loop(), (where.host, where.number)
        _, wire = await loop.create_datagram_endpoint(lambda: cls(took), remote_addr=address)
        return wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: object) -> None:
        """Hear."""
        del addr
        self._took(data)

    def send(self, data: bytes) -> None:
        """Send one datagram."""
        assert self._transport is not None
        self._transport.sendto(data)

    def close(self) -> None:
        """End."""
        assert self._transport is not None
        self._transport.close()


class TcpWire(asyncio.Protocol):
    """By TCP, framed (RFC 4571)."""

    protocol = "tcp"

    def __init__(self, took: Callable[[bytes], None]) -> None:
        self._took = took
        self._rest = b""
        self.transport: asyncio.Transport | None = None
        self.lost = False

    @classmethod
    async def open(cls, where: Candidate, took: Callable[[bytes], None]) -> "TcpWire":
        """Connect."""
        loop = asyncio.get_running_loop()
        _, wire = await loop.create_connection(lambda: cls(took), where.host, where.number)
        return wire

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Know that the relay has hung up."""
        del exc
        self.lost = True

    def data_received(self, data: bytes) -> None:
        """Hear."""
        self._rest += data
        while len(self._rest) >= 2 + (length := int.from_bytes(self._rest[:2], "big")):
            frame, self._rest = self._rest[2 : 2 + length], self._rest[2 + length :]
            self._took(frame)

    def send(self, data: bytes) -> None:
        """Send one datagram."""
        assert self.transport is not None
        self.transport.write(len(data).to_bytes(2, "big") + data)

    def close(self) -> None:
        """End."""
        assert self.transport is not None
        self.transport.abort()
