"""Datagrams over TCP, for networks that let no UDP through (RFC 4571, RFC 6544).

Nobody who has not passed a check holds much: a connection must bring a good check within seconds,
and nothing else before it.
"""

import asyncio
from collections.abc import Callable
from typing import Any, Final, cast

from actors.relay.demux import LAST_STUN

MOST_FRAME: Final = 2048
"""Bytes of one datagram that comes in; a larger one ends the connection."""
MOST_WAITING: Final = 128 * 1024
"""Bytes that wait to be sent, here and as much in the system; what comes on top is lost, as on a
network: it would come too late."""
MOST_CONNECTIONS: Final = 512
MOST_STRANGERS: Final = 64
"""Connections that have not passed a check; the oldest makes room."""
STRANGER_SECONDS: Final = 5.0
MOST_CHECKS: Final = 16
"""Datagrams that a connection may bring before one was a good check."""
_LENGTH: Final = 2


class Stream(asyncio.Protocol):
    """One connection: a way, and its own key."""

    protocol = "tcp"

    def __init__(self, streams: "Streams") -> None:
        self._streams = streams
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._checks = 0
        self.trusted = False
        self.host, self.number = "", 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take the connection, if there is room."""
        self._transport = cast("asyncio.Transport", transport)
        self.host, self.number = plain(transport.get_extra_info("peername") or ("", 0))
        self._streams.add(self)

    def data_received(self, data: bytes) -> None:
        """Cut frames out of the stream."""
        rest = self._rest + data
        start = 0
        while len(rest) - start >= _LENGTH and self._transport is not None:
            length = int.from_bytes(rest[start : start + _LENGTH], "big")
            if length > MOST_FRAME:
                self.close()
            if len(rest) - start < _LENGTH + length:
                break
            self._take(rest[start + _LENGTH : start + _LENGTH + length])
            start += _LENGTH + length
        self._rest = rest[start:] if self._transport is not None else b""

    def connection_lost(self, exc: Exception | None) -> None:
        """Know that it is gone."""
        del exc
        self._transport = None
        self._streams.remove(self)

    def send(self, data: bytes) -> None:
        """Send one datagram, unless too many wait already."""
        transport = self._transport
        if transport is not None and transport.get_write_buffer_size() < MOST_WAITING:
            transport.write(len(data).to_bytes(_LENGTH, "big") + data)

    def trust(self) -> None:
        """Know that a good check has come."""
        self.trusted = True
        self._streams.trust(self)

    def close(self) -> None:
        """Drop the connection at once."""
        if self._transport is not None:
            self._transport.abort()
            self._transport = None

    def _take(self, frame: bytes) -> None:
        if not self.trusted:
            self._checks += 1
            if self._checks > MOST_CHECKS or not frame or frame[0] > LAST_STUN:
                self.close()
                return
        self._streams.take(frame, self)


class Streams:
    """All connections of one port; *take* is given each datagram with its connection."""

    def __init__(self, take: Callable[[bytes, Stream], None]) -> None:
        self.take = take
        self._all: set[Stream] = set()
        self._strangers: dict[Stream, asyncio.TimerHandle] = {}

    def __len__(self) -> int:
        return len(self._all)

    def add(self, stream: Stream) -> None:
        """Hold a new connection for a while."""
        if len(self._all) >= MOST_CONNECTIONS:
            stream.close()
            return
        self._all.add(stream)
        if len(self._strangers) >= MOST_STRANGERS:
            next(iter(self._strangers)).close()
        later = asyncio.get_running_loop().call_later
        self._strangers[stream] = later(STRANGER_SECONDS, stream.close)

    def trust(self, stream: Stream) -> None:
        """Hold it for as long as it lasts."""
        timer = self._strangers.pop(stream, None)
        if timer is not None:
            timer.cancel()

    def remove(self, stream: Stream) -> None:
        """Know that it is gone."""
        self._all.discard(stream)
        self.trust(stream)

    def close(self) -> None:
        """Drop all."""
        for stream in list(self._all):
            stream.close()


def plain(address: tuple[Any, ...]) -> tuple[str, int]:
    """Return host and port of a socket's address; IPv4 within IPv6 as what it is."""
    host = str(address[0]).partition("%")[0]
    return host.removeprefix("::ffff:") if "." in host else host, int(address[1])
