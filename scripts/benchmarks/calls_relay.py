"""Our own media worker as a load sees it: a process of its own, told over a real bus."""

import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TypeVar

from actors.ids import CallId, LegId
from actors.media import Section, Source
from actors.relay.child import Child
from actors.relay.messages import Answer, Arrange, Arranged, BeatHeard, Connect, Order, Reply
from actors.relay.starting import Start
from actors.runtime.codec import decode_as, encode
from actors.runtime.nats_server import NatsServer
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.subjects import MEDIA_BEAT, media_subject
from scripts.benchmarks.calls_peer import LoadPeer, Media

NAME, EPOCH = "media-0", 1
WAIT = 20.0

R = TypeVar("R", bound=Reply)


class RelayServer:
    """A running worker, and one call in it."""

    def __init__(self, pid: int, transport: NatsTransport, call: str = "load") -> None:
        self.pid = pid
        self._transport = transport
        self._call = CallId(call)
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
        sections = list[Media]()
        receives = _received(sections, [LegId(f"p{feed}") for feed in feeds])
        await self._connect(peer, leg, sections, (), receives)

    async def meet(self, *peers: tuple[LoadPeer, int, int]) -> None:
        """Let each publish its two streams (audio, video), and receive all others'."""
        legs = [LegId(f"l{number}") for number in range(len(peers))]
        for leg in legs:
            await self._add(leg)
        for leg, (peer, audio, video) in zip(legs, peers, strict=True):
            sections = [
                Media("audio", "sendonly", audio, "0"),
                Media("video", "sendonly", video, "1"),
            ]
            sends = (Section("0", leg, Source.MICROPHONE), Section("1", leg, Source.CAMERA))
            receives = _received(sections, [other for other in legs if other != leg])
            await self._connect(peer, leg, sections, sends, receives)

    def another(self, call: str) -> "RelayServer":
        """Return another call in the same worker."""
        return RelayServer(self.pid, self._transport, call)

    async def _add(self, leg: LegId) -> None:
        self._legs.append(leg)
        await self._ask(Arrange(self._call, EPOCH, tuple(self._legs)), Arranged)

    async def _connect(
        self,
        peer: LoadPeer,
        leg: LegId,
        sections: list[Media],
        sends: tuple[Section, ...],
        receives: tuple[Section, ...],
    ) -> None:
        sdp = peer.describe(sections, setup="actpass")
        answer = await self._ask(Connect(self._call, EPOCH, leg, 1, sdp, sends, receives), Answer)
        peer.hear(answer.sdp)
        await peer.connect()

    async def _ask(self, order: Order, expect: type[R]) -> R:
        asked = self._transport.ask(media_subject(NAME), encode(order), WAIT)
        return decode_as(expect, await asked)  # type: ignore[no-any-return]


def _received(sections: list[Media], legs: list[LegId]) -> tuple[Section, ...]:
    """Add to *sections* what is received of *legs*; return it as the relay is told."""
    receives = list[Section]()
    for leg in legs:
        for source in (Source.MICROPHONE, Source.CAMERA):
            mid = str(len(sections))
            sections.append(Media(source.kind, "recvonly", mid=mid))
            receives.append(Section(mid, leg, source))
    return tuple(receives)


@asynccontextmanager
async def relay(folder: Path, host: str) -> AsyncIterator[RelayServer]:
    """Run a bus, a worker that listens on *host*, and a node that hears its beats."""
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
        heard = encode(BeatHeard())
        await transport.serve(MEDIA_BEAT, lambda _subject, _beat, respond: respond(heard))
        try:
            yield RelayServer(child.pid, transport)
        finally:
            await transport.close()
            await child.stop()
