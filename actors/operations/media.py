"""Whether browsers can reach the media workers: each way is tried, and what to open is said."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import TypeVar

import msgspec

from actors.ids import CallId, LegId
from actors.media import IceServer, Section, Source
from actors.operations.bus import Operator
from actors.relay import probing
from actors.relay.messages import (
    Answer,
    Arrange,
    Arranged,
    Close,
    Connect,
    Order,
    Reply,
    Taken,
)
from actors.relay.probing import Found, Way
from actors.runtime.codec import decode_as, encode
from actors.runtime.errors import TransportError
from actors.runtime.subjects import media_subject

R = TypeVar("R", bound=Reply)

PATIENCE = 2.0
"""Seconds that an answer of a worker is worth waiting for."""

SILENT = "It does not answer. Is the clinic up? Its log says why a media worker does not start."
NO_WORKERS = (
    "There are no media workers (`workers` of [media] is 0): calls are direct, of two people."
)
FROM_HERE = (
    "Tried from this machine. From outside, the same ports have to be open: try one call from a "
    "telephone without Wi-Fi."
)
HAIRPIN = (
    "Many routers let a machine not reach its own public address: when only that fails here, try "
    "it from outside before you change anything."
)
PRIVATE = (
    "Browsers are told addresses of a private network alone. People outside need "
    "`public_address` of [media], and `host` must not be loopback."
)
TURN_ADVICE = "Look at `turn_urls` and the secret of [media], and at that server's log."


@dataclass(frozen=True, slots=True)
class MediaPaths:
    """What a clinic has for calls: its workers, by name, and the TURN servers that it names."""

    workers: tuple[str, ...] = ()
    servers: tuple[IceServer, ...] = ()
    public_address: str = ""


class PathRow(msgspec.Struct, frozen=True):
    """One way, and whether it works. *advice* says what to do when it does not."""

    to: str
    way: str
    works: bool
    ms: int = 0
    advice: str = ""


class MediaCheck(msgspec.Struct, frozen=True, tag=True):
    """Every way that was tried. *advice*: what is to be known beside."""

    items: tuple[PathRow, ...]
    advice: tuple[str, ...] = ()

    @property
    def good(self) -> bool:
        """Whether all of it works."""
        return all(row.works for row in self.items)


class _NoSense(Exception):
    """A worker declined what it should do, or gave another answer than it was asked for."""


async def check(operator: Operator, paths: MediaPaths) -> MediaCheck:
    """Try every way to each worker, and every TURN server."""
    rows: list[PathRow] = []
    for name in paths.workers:
        rows += await _worker(operator, name)
    for server in paths.servers:
        rows += [await _server(url, server) for url in server.urls]
    return MediaCheck(tuple(rows), tuple(_advice(rows, paths)))


async def _worker(operator: Operator, name: str) -> list[PathRow]:
    """Have a worker answer an offer, as if somebody tried their device, and try what it names."""
    leg = LegId(operator.mint.secret()[:16])
    call, section = CallId(f"echo-{leg}"), Section("0", leg, Source.MICROPHONE)
    try:
        await _ask(operator, name, Arrange(call, 1, (leg,), echo=True), Arranged)
        order = Connect(call, 1, leg, 1, probing.offer(), (section,), ())
        found = probing.read_answer((await _ask(operator, name, order, Answer)).sdp)
        rows = [await _way(name, way, found) for way in found.ways]
        await _ask(operator, name, Close(call, 1), Taken)
    except (TransportError, _NoSense, ValueError):
        return [PathRow(name, "bus", works=False, advice=SILENT)]
    return rows


async def _ask(operator: Operator, name: str, order: Order, expect: type[R]) -> R:
    raw = await operator.transport.ask(media_subject(name), encode(order), PATIENCE)
    reply: Reply = decode_as(Reply, raw)
    if not isinstance(reply, expect):
        raise _NoSense
    return reply


async def _way(name: str, way: Way, found: Found) -> PathRow:
    place = f"{way.protocol} {_quoted(way.host)}:{way.port}"
    took = await probing.check(way, found)
    if took is None:
        port = f"{way.protocol.upper()} port {way.port}"
        advice = (
            f"Open {port} towards {way.host} in the firewall, and forward it where there is NAT."
        )
        return PathRow(name, place, works=False, advice=advice)
    return PathRow(name, place, works=True, ms=round(took))


async def _server(url: str, server: IceServer) -> PathRow:
    why = await probing.allocate(url, server)
    advice = f"The TURN server does not relay: {why}. {TURN_ADVICE}" if why else ""
    return PathRow("turn", url, works=not why, advice=advice)


def _advice(rows: Iterable[PathRow], paths: MediaPaths) -> Iterable[str]:
    """Say what the trying from this machine can't show."""
    hosts = [row.way.partition(" ")[2].rpartition(":")[0].strip("[]") for row in rows]
    addresses = list(filter(_is_address, hosts))
    if not paths.workers:
        yield NO_WORKERS
    elif any(row.works and row.to != "turn" for row in rows):
        yield FROM_HERE
    if paths.public_address and paths.public_address in addresses:
        yield HAIRPIN
    elif addresses and all(map(_is_private, addresses)):
        yield PRIVATE


def _quoted(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is_address(text: str) -> bool:
    with suppress(ValueError):
        return bool(ip_address(text))
    return False


def _is_private(address: str) -> bool:
    return not ip_address(address).is_global
