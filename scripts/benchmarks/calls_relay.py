"""Our own media worker as a load sees it: a process of its own, told over a real bus."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from actors.ids import CallId, LegId
from actors.media import Section, Source
from actors.relay.child import Child
from actors.relay.messages import Answer, Arrange, Arranged, Connect, Order, Reply
from actors.relay.starting import Start
from actors.runtime.codec import decode_as, encode
from actors.runtime.nats_server import NatsServer
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.subjects import media_subject
from scripts.benchmarks.calls_peer import LoadPeer, Media

NAME, CALL, EPOCH = "media-0", CallId("load"), 1
WAIT = 20.0

R = TypeVar("R", bound=Reply)


class RelayServer:
    """A running worker with calls of at most so many legs as it takes.

    Who publishes is in one call with who listens to them: each call has all publishers and a share
    of the listeners, so that each packet of a publisher is forwarded to all of these.
    """

    def __init__(self, pid: int, transport: NatsTransport) -> None:
        self.pid = pid
        self._transport = transport
        self._legs: list[LegId] = []
        self._numbers = itertools.count()

    async def publish(self, peer: LoadPeer, audio: int, video: int) -> int:
        """Let *peer* publish those two streams; return the feed."""
        number = next(self._numbers)
        leg = LegId(f"p{number}")
        await self._add(leg)
        sections = [Media("audio", "sendonly", audio, "0"), Media("video", "sendonly", video, "1")]
        sends = (Section("0", leg, Source.MICROPHONE), Section("1", leg, Source.CAMERA))
        await self._connect(peer, leg, sections, sends, ())
        return number

    async def subscribe(self, peer: LoadPeer, feeds: list[int]) -> None:
        """Let *peer* receive all of *feeds*."""
        leg = LegId(f"s{next(self._numbers)}")
        await self._add(leg)
        sections, receives = list[Media](), list[Section]()
        for feed in feeds:
            for source in (Source.MICROPHONE, Source.CAMERA):
                mid = str(len(sections))
                sections.append(Media(source.kind, "recvonly", mid=mid))
                receives.append(Section(mid, LegId(f"p{feed}"), source))
        await self._connect(peer, leg, sections, (), tuple(receives))

    async def _add(self, leg: LegId) -> None:
        self._legs.append(leg)
        await self._ask(Arrange(CALL, EPOCH, tuple(self._legs)), Arranged)

    async def _connect(
        self,
        peer: LoadPeer,
        leg: LegId,
        sections: list[Media],
        sends: tuple[Section, ...],
        receives: tuple[Section, ...],
    ) -> None:
        sdp = peer.describe(sections, setup="actpass")
        answer = await self._ask(Connect(CALL, EPOCH, leg, 1, sdp, sends, receives), Answer)
        peer.hear(answer.sdp)
        await peer.connect()

    async def _ask(self, order: Order, expect: type[R]) -> R:
        asked = self._transport.ask(media_subject(NAME), encode(order), WAIT)
        return decode_as(expect, await asked)  # type: ignore[no-any-return]


@asynccontextmanager
async def relay(folder: Path, host: str) -> AsyncIterator[RelayServer]:
    """Run a bus and a worker that listens on *host*."""
    async with NatsServer(folder / "nats") as bus:
        media, node = await bus.access("media"), await bus.access("node")
        start = Start(
            name=NAME,
            bus=media.url,
            seed=media.seed,
            inbox_prefix=media.inbox_prefix,
            host=host,
            port=0,
            public_address="",
            recordings=str(folder / "recordings"),
            memory_mb=2048,
        )
        child = Child(start)
        await child.start()
        transport = await NatsTransport.connect(
            node.url, seed=node.seed, inbox_prefix=node.inbox_prefix, name="load"
        )
        try:
            yield RelayServer(child.pid, transport)
        finally:
            await transport.close()
            await child.stop()
