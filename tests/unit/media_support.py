"""A made-up media worker on the bus in memory, a desk that knows it, and a clock that is set."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from actors.call_session.desk import Desk
from actors.call_session.messages import LoseWorker, NoteConnected
from actors.ids import CallId, LegId
from actors.relay.messages import (
    Answer,
    Arrange,
    Arranged,
    Beat,
    BeatHeard,
    Change,
    Close,
    Connect,
    Declined,
    DropRecording,
    FromWorker,
    ListTapes,
    Order,
    Part,
    Prefer,
    ReadPart,
    Reply,
    Taken,
    Tapes,
    TellRecorder,
)
from actors.runtime.codec import decode_as, encode
from actors.runtime.memory_transport import MemoryBus, MemoryTransport
from actors.runtime.subjects import MEDIA_BEAT, media_subject
from actors.runtime.transport import Respond, Service

CALL = CallId("visit-1")
LEGS = (LegId("leg-a"), LegId("leg-b"))


@dataclass
class SetClock:
    """Shows what it was set to."""

    seconds: float = 0.0

    def now(self) -> datetime:
        """Return the wall time, UTC."""
        return datetime(2026, 3, 2, 9, tzinfo=UTC) + timedelta(seconds=self.seconds)

    def unix_ms(self) -> int:
        """Return the wall time in Unix milliseconds."""
        return round(self.now().timestamp() * 1000)

    def monotonic(self) -> float:
        """Return seconds."""
        return self.seconds


@dataclass
class MadeUpWorker:
    """Takes orders, and answers each as it was told to."""

    transport: MemoryTransport
    name: str
    boot: str = "boot-1"
    declines: str = ""
    """The code with which everything is declined."""
    orders: list[Order] = field(default_factory=list)
    service: Service | None = None

    async def begin(self) -> "MadeUpWorker":
        """Serve orders."""
        self.service = await self.transport.serve(media_subject(self.name), self._take)
        return self

    async def beat(self, *changes: Change, load: float = 0.0, streams: int = 0) -> None:
        """Say that it lives, and hear that it was heard."""
        beat = Beat(self.name, self.boot, 0, streams, load, changes)
        heard = await self.transport.ask(MEDIA_BEAT, encode(beat), 5)
        assert decode_as(FromWorker, heard) == BeatHeard()

    def _take(self, _subject: str, payload: bytes, respond: Respond) -> None:
        order: Order = decode_as(Order, payload)
        self.orders.append(order)
        respond(encode(self._reply(order)))

    def _reply(self, order: Order) -> Reply:
        if self.declines:
            return Declined(self.declines, "No.")
        match order:
            case Arrange():
                return Arranged(self.boot)
            case Connect():
                return Answer(order.neg, f"answer of {self.name} to {order.sdp}")
            case ReadPart():
                return Part(b"bytes")
            case ListTapes():
                return Tapes((), running=False)
            case Prefer() | TellRecorder() | Close() | DropRecording():
                return Taken()


@dataclass
class MediaBench:
    """A desk, workers, and what call sessions were told."""

    bus: MemoryBus
    transport: MemoryTransport
    clock: SetClock
    desk: Desk
    told: list[tuple[CallId, LoseWorker | NoteConnected]]

    async def worker(self, name: str = "media-0", *, load: float = 0.0) -> MadeUpWorker:
        """Return a worker that has beaten once."""
        worker = await MadeUpWorker(self.bus.transport(name), name).begin()
        await worker.beat(load=load)
        return worker

    def look(self, times: int) -> None:
        """Let the desk look for silent workers."""
        for _ in range(times):
            self.desk.look()


@asynccontextmanager
async def media_bench(*, expects: bool = False) -> AsyncIterator[MediaBench]:
    """Yield a desk that takes beats, and looks and renews only when it is told to."""
    bus, clock = MemoryBus(), SetClock()
    transport = bus.transport("node")
    told: list[tuple[CallId, LoseWorker | NoteConnected]] = []

    async def tell(call: CallId, what: LoseWorker | NoteConnected) -> None:
        told.append((call, what))

    desk = Desk(transport, clock, tell, expects=expects)
    service = await transport.serve(MEDIA_BEAT, desk.take)
    yield MediaBench(bus, transport, clock, desk, told)
    await service.stop()
    await desk.close()
