"""The one port of a worker: a UDP socket, and a TCP listener of the same number."""

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Callable
from typing import Final

from aioice.ice import get_host_addresses

from actors.relay.demux import Demux
from actors.relay.departures import Departures, UdpWay
from actors.relay.tcp import MOST_WAITING, Stream, Streams

MOST_DATAGRAM: Final = 2048
MOST_AT_ONCE: Final = 32
"""Datagrams that are read before others of the loop have their turn."""
BUFFER: Final = 4 * 1024 * 1024
"""Bytes of each socket buffer that we ask for; the system may give less."""
_TRIES: Final = 32
_BACKLOG: Final = 64


class Port:
    """Open sockets, what comes through them given to `demux`."""

    def __init__(self, udp: socket.socket, addresses: tuple[str, ...]) -> None:
        self._udp = udp
        self._server: asyncio.Server | None = None
        self.addresses = addresses
        """Under which browsers find us."""
        self.number: int = udp.getsockname()[1]
        self._departures = departures = Departures(udp)
        self.demux = Demux(lambda address: UdpWay(departures, address))
        self.streams = Streams(self._take)
        self.after: Callable[[], None] = lambda: None
        """Called after all that has come at once was taken."""
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(udp, self._read)

    async def listen(self, tcp: socket.socket) -> None:
        """Take connections from the bound *tcp* too."""
        make = self._loop.create_server(lambda: Stream(self.streams), sock=tcp, backlog=_BACKLOG)
        self._server = await make

    def close(self) -> None:
        """Close all of it."""
        self._loop.remove_reader(self._udp)
        self._udp.close()
        if self._server is not None:
            self._server.close()
        self.streams.close()

    def _read(self) -> None:
        self._departures.hold()
        try:
            self._read_batch()
            self.after()
        finally:
            self._departures.release()

    def _read_batch(self) -> None:
        receive, take = self._udp.recvfrom, self.demux.take
        for _ in range(MOST_AT_ONCE):
            try:
                data, address = receive(MOST_DATAGRAM)
            except BlockingIOError:
                return
            except OSError:  # an earlier datagram of ours was refused somewhere
                continue
            take(data, address)

    def _take(self, data: bytes, stream: Stream) -> None:
        self.demux.take(data, stream)
        self.after()


async def open_port(host: str, number: int, public_address: str = "") -> Port:
    """Open UDP and TCP on *host* (an IP address), both with *number*; 0: any that is free.

    Browsers are told *public_address*, or else the addresses of this machine. `OSError` when the
    number is taken.
    """
    udp, tcp = _pair(host, number)
    port = Port(udp, (public_address,) if public_address else _addresses(host))
    await port.listen(tcp)
    return port


def _pair(host: str, number: int) -> tuple[socket.socket, socket.socket]:
    for attempt in range(_TRIES):
        tcp = _bound(host, number, socket.SOCK_STREAM)
        try:
            return _bound(host, tcp.getsockname()[1], socket.SOCK_DGRAM), tcp
        except OSError:
            tcp.close()
            if number or attempt == _TRIES - 1:
                raise
    raise AssertionError("unreachable")


def _bound(host: str, number: int, kind: socket.SocketKind) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    opened = socket.socket(family, kind)
    try:
        opened.setblocking(False)
        _set_up(opened, family, kind)
        opened.bind((host, number))
    except OSError:
        opened.close()
        raise
    return opened


def _set_up(opened: socket.socket, family: socket.AddressFamily, kind: socket.SocketKind) -> None:
    if family == socket.AF_INET6:
        opened.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
    if kind == socket.SOCK_STREAM:
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, MOST_WAITING)
        return
    for buffer in (socket.SO_RCVBUF, socket.SO_SNDBUF):
        with contextlib.suppress(OSError):
            opened.setsockopt(socket.SOL_SOCKET, buffer, BUFFER)


def _addresses(host: str) -> tuple[str, ...]:
    """Return *host*, or all addresses of this machine when it stands for all."""
    address = ipaddress.ip_address(host)
    if not address.is_unspecified:
        return (host,)
    found = get_host_addresses(use_ipv4=True, use_ipv6=":" in host)
    return tuple(dict.fromkeys(found)) or ("127.0.0.1",)
