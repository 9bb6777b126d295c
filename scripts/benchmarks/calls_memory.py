"""What a media worker holds: empty, and for each call of two that has gone on for a while."""

import tempfile
from pathlib import Path

from scripts.benchmarks.calls_load import Shape, publisher_of, talk
from scripts.benchmarks.calls_peer import LoadPeer
from scripts.benchmarks.calls_relay import RelayServer, relay
from scripts.benchmarks.calls_streams import make_pictures
from scripts.benchmarks.figures import Figures
from scripts.benchmarks.processes import rss_mb

CALLS = 50
SHAPE = Shape(2, 2, 1000)
SECONDS = 10.0
"""Then the worker holds as many packets of each picture as it ever does, for who has lost some."""


async def measure(figures: Figures, host: str) -> None:
    """Take the memory of a worker before its first call and in the middle of so many."""
    make_pictures(SHAPE.kilobits, SHAPE.height)
    with tempfile.TemporaryDirectory() as folder:
        async with relay(Path(folder), host) as server:
            empty = figures.note("relay_empty_memory", rss_mb(server.pid), "MiB")
            full = await _full(server, host)
    figures.note(f"relay_{CALLS}_calls_memory", full, "MiB")
    each = figures.note("relay_memory_per_call", (full - empty) / CALLS, "MiB")
    if each <= 0:
        raise RuntimeError("Calls cost no memory: nothing was measured.")


async def _full(server: RelayServer, host: str) -> float:
    peers = [LoadPeer(host) for _ in range(2 * CALLS)]
    try:
        for number in range(CALLS):
            pair = peers[2 * number : 2 * number + 2]
            call = server.another(f"call-{number}")
            await call.meet(*((peer, *_streams(place)) for place, peer in enumerate(pair)))
        senders = [
            publisher_of(peer, _streams(place % 2)[0], SHAPE) for place, peer in enumerate(peers)
        ]
        await talk(senders, SECONDS)
        if not all(peer.packets for peer in peers):
            raise RuntimeError("Somebody in a call of two heard nothing.")
        return rss_mb(server.pid)
    finally:
        for peer in peers:
            peer.close()


def _streams(place: int) -> tuple[int, int]:
    """Return the streams of the first or the second of a call: audio, video."""
    first = 1000 + 10 * place
    return first, first + 1
