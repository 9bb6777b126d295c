"""A load of a call: some publish what was made before, some only count, and the server is timed."""

import asyncio
import itertools
import time
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from scripts.benchmarks.calls_peer import LoadPeer
from scripts.benchmarks.calls_streams import Stream, audio, video
from scripts.benchmarks.processes import cpu_seconds, rss_mb

WARM_SECONDS = 2.5
"""Longer than from one key frame to the next: who receives begins with one."""
TICK = 0.01
QUIET_SECONDS = 0.3
"""Without a packet for so long, all have come that were under way."""
SOUND_SECONDS, PICTURE_SECONDS = 0.02, 1 / 30


class Server(Protocol):
    """What forwards media."""

    pid: int

    async def publish(self, peer: LoadPeer, audio: int, video: int) -> int:
        """Let *peer* publish those two streams; return the feed."""

    async def subscribe(self, peer: LoadPeer, feeds: list[int]) -> None:
        """Let *peer* receive all of *feeds*."""


class Shape(NamedTuple):
    """How a load looks: each of *listeners* receives all of *publishers*."""

    publishers: int
    listeners: int
    kilobits: int
    height: int = 480

    @property
    def streams(self) -> int:
        """Forwarded pairs of a picture and a sound."""
        return self.publishers * self.listeners


class Cost(NamedTuple):
    """What a load cost the server."""

    percent_per_stream: float
    """Of one core, for each forwarded pair."""
    arrived: float
    """The share of the packets that should have come, and did."""
    rss_mb: float


@dataclass
class Publisher:
    """Who sends: a peer with its two streams, and when each is due."""

    peer: LoadPeer
    streams: tuple[tuple[Stream, float], ...]
    due: list[float]
    sent: int = 0

    def send_due(self, now: float) -> None:
        """Send all that is due by *now*."""
        for place, (stream, every) in enumerate(self.streams):
            while self.due[place] <= now:
                self.due[place] += every
                for packet in stream.picture():
                    self.peer.send_rtp(packet)
                    self.sent += 1


async def cost_of(server: Server, shape: Shape, host: str, seconds: float) -> Cost:
    """Connect everybody, let them talk, and return what it cost."""
    peers, publishers, feeds = list[LoadPeer](), list[Publisher](), list[int]()
    numbers = itertools.count(1000, 10)
    try:
        for _ in range(shape.publishers):
            peers.append(peer := LoadPeer(host))
            first = next(numbers)
            feeds.append(await server.publish(peer, first, first + 1))
            publishers.append(publisher_of(peer, first, shape))
        warm = asyncio.create_task(talk(publishers, 3600))
        listeners = [LoadPeer(host) for _ in range(shape.listeners)]
        peers += listeners
        await asyncio.gather(*(server.subscribe(each, feeds) for each in listeners))
        await asyncio.sleep(WARM_SECONDS)
        warm.cancel()
        return await _measure(server, shape, publishers, listeners, seconds)
    finally:
        for peer in peers:
            peer.close()


def publisher_of(peer: LoadPeer, first: int, shape: Shape) -> Publisher:
    """Let *peer* send a sound, whose SSRC is *first*, and a picture, whose SSRC is the next."""
    picture = video(first + 1, shape.kilobits, shape.height)
    streams = ((audio(first), SOUND_SECONDS), (picture, PICTURE_SECONDS))
    return Publisher(peer, streams, [0.0, 0.0])


async def _measure(
    server: Server,
    shape: Shape,
    publishers: list[Publisher],
    listeners: list[LoadPeer],
    seconds: float,
) -> Cost:
    await _settled(listeners)
    sent = sum(each.sent for each in publishers)
    came = sum(each.packets for each in listeners)
    used, begun = cpu_seconds(server.pid), time.perf_counter()
    await talk(publishers, seconds)
    spent = time.perf_counter() - begun
    await _settled(listeners)
    used = cpu_seconds(server.pid) - used
    sent = sum(each.sent for each in publishers) - sent
    came = sum(each.packets for each in listeners) - came
    percent = 100 * used / spent / shape.streams
    return Cost(percent, came / (sent * shape.listeners), rss_mb(server.pid))


async def _settled(listeners: list[LoadPeer]) -> None:
    """Return when nothing comes any more."""
    came, before = sum(each.packets for each in listeners), -1
    while came != before:
        await asyncio.sleep(QUIET_SECONDS)
        came, before = sum(each.packets for each in listeners), came


async def talk(publishers: list[Publisher], seconds: float) -> None:
    """Send everything in its time, the publishers one a little after the other."""
    clock = time.perf_counter
    begun = clock()
    for place, each in enumerate(publishers):
        shift = TICK * place / len(publishers)
        each.due = [begun + shift for _ in each.streams]
    while (now := clock()) < begun + seconds:
        for each in publishers:
            each.send_due(now)
        await asyncio.sleep(TICK / 2)
