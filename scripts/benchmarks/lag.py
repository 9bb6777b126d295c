"""How long after a command was answered its effect is seen at the other actor."""

import asyncio
import statistics
import time

from actors.caller import NOBODY
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.codec import decode_told
from actors.runtime.envelope import TOLD_TAKEN
from actors.runtime.mint import SystemMint
from actors.runtime.nats_server import NatsServer
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.subjects import edge_subject
from actors.runtime.transport import Respond
from scripts.benchmarks.counters import Add, address_of
from scripts.benchmarks.figures import Figures, closed_loop

FIRST = 1_000_000
"""Number of the first counter here, so that nobody else adds to these."""
MIRRORS = FIRST * 2
PATIENCE = 5.0


class Pairs:
    """Counters that add, and their mirrors, which are watched."""

    def __init__(self, client: Client) -> None:
        self.lags: list[float] = []
        self._client = client
        self._seen: dict[tuple[str, int], asyncio.Future[float]] = {}

    def told(self, _subject: str, payload: bytes, respond: Respond) -> None:
        """Note when an effect is seen."""
        told = decode_told(payload)
        respond(TOLD_TAKEN)
        seen = self._seen_at(told.actor.key, told.seq)
        if not seen.done():
            seen.set_result(time.perf_counter())

    async def watch(self, pair: int) -> None:
        """Be told of the pair's mirror."""
        subject = edge_subject("bench", str(pair))
        await self._client.watch(address_of(MIRRORS + pair), subject, 0, NOBODY)

    async def add(self, pair: int) -> None:
        """Add, and wait until the mirror has."""
        mirror = address_of(MIRRORS + pair)
        happened = await self._client.tell(address_of(FIRST + pair), Add(1, mirror.key), NOBODY)
        answered = time.perf_counter()
        async with asyncio.timeout(PATIENCE):
            seen = await self._seen_at(mirror.key, happened.seq)
        del self._seen[mirror.key, happened.seq]
        self.lags.append(max(0.0, seen - answered))

    def _seen_at(self, key: str, seq: int) -> asyncio.Future[float]:
        future = self._seen.get((key, seq))
        if future is None:
            future = self._seen[key, seq] = asyncio.get_running_loop().create_future()
        return future


async def measure(figures: Figures, server: NatsServer, seconds: float) -> None:
    """Take the lag with one command under way and with 32, each over a pair of its own."""
    at = await server.access("edge")
    transport = await NatsTransport.connect(
        at.url, seed=at.seed, inbox_prefix=at.inbox_prefix, name="edge"
    )
    pairs = Pairs(Client(transport, SystemClock(), SystemMint()))
    service = await transport.serve(edge_subject("bench", None), pairs.told)
    free = list(range(32))
    for pair in free:
        await pairs.watch(pair)

    async def one(_number: int) -> None:
        pair = free.pop()
        await pairs.add(pair)
        free.append(pair)

    for width in (1, 32):
        pairs.lags.clear()
        await closed_loop(one, in_flight=width, seconds=seconds)
        cuts = statistics.quantiles(pairs.lags, n=100)
        figures.note(f"outbox_lag_{width}_p50", cuts[49] * 1000, "ms")
        figures.note(f"outbox_lag_{width}_p99", cuts[98] * 1000, "ms")
    await service.stop()
    await transport.close()
