"""A media worker on the bus: the orders that it takes, and what its beats say."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from actors.ids import CallId, LegId, RecordingId
from actors.media import Section, Source
from actors.relay.calls import Calls, lines_over
from actors.relay.leg import OpenLine
from actors.relay.line import Taker
from actors.relay.messages import (
    LEASE_SECONDS,
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
    RecordOrder,
    Reply,
    Taken,
    Tapes,
    TellRecorder,
)
from actors.relay.port import Port, open_port
from actors.relay.sections import Settled
from actors.relay.shelf import NO_RECORDING, Shelf
from actors.relay.worker import TICK_SECONDS, Worker
from actors.runtime.codec import decode_as, encode
from actors.runtime.errors import AskTimedOut
from actors.runtime.memory_transport import MemoryBus, MemoryTransport
from actors.runtime.subjects import MEDIA_BEAT, media_subject
from actors.runtime.transport import Respond
from tests.relay_browser import RelayBrowser
from tests.relay_offers import sends
from tests.unit.relay_support import CERTIFICATE
from tests.waiting import until

CALL, LEG = CallId("visit-1"), LegId("leg-a")
SECTION = Section("0", LEG, Source.MICROPHONE)
RECORD = RecordOrder(RecordingId("rec-1"), bytes(32), sealed=True)


@dataclass
class MadeUpLine:
    """A line that agrees to everything; its browser is there when the test says so."""

    taker: Taker
    open: bool = False
    closed: bool = False

    def send_rtp(self, packet: bytes) -> None:
        """Lose it."""

    def send_rtcp(self, packet: bytes) -> None:
        """Lose it."""

    def answer(
        self, sdp: str, sends: tuple[Section, ...], receives: tuple[Section, ...]
    ) -> tuple[str, Settled]:
        """Agree."""
        assert sends or receives
        return f"answer to {sdp}", Settled()

    def close(self) -> None:
        """End."""
        self.closed = True

    def connect(self) -> None:
        """Let the browser be there."""
        self.open = True
        self.taker.opened()


@dataclass
class WorkerBench:
    """A worker, the node that hears its beats, and a processor whose time is set."""

    bus: MemoryBus
    node: MemoryTransport
    directory: Path
    lines: list[MadeUpLine] = field(default_factory=list)
    beats: list[Beat] = field(default_factory=list)
    answers: bool = True
    news: asyncio.Event = field(default_factory=asyncio.Event)
    used: float = 0.0
    behind: float = 0.0
    """Seconds by which the clock of leases is behind: what is arranged is so much older."""

    def worker(self, open_line: OpenLine | None = None) -> Worker:
        """Return a worker that is not open yet."""
        shelf = Shelf(self.directory)
        calls = Calls("boot-1", open_line or self._line, shelf.open, self._now)
        transport = self.bus.transport("media-0")
        worker = Worker("media-0", "boot-1", transport, calls, shelf, cpu=lambda: self.used)
        self.glance = worker.glance
        return worker

    async def ask(self, order: Order) -> Reply:
        """Give an order and return the reply."""
        raw = await self.node.ask(media_subject("media-0"), encode(order), 5)
        reply: Reply = decode_as(Reply, raw)
        return reply

    async def heard(self, wanted: Callable[[Beat], bool]) -> Beat:
        """Return the first beat from now on that is as wanted."""
        async with asyncio.timeout(8):
            while True:
                self.news.clear()
                await self.news.wait()
                if wanted(self.beats[-1]):
                    return self.beats[-1]

    def hear(self, _subject: str, payload: bytes, respond: Respond) -> None:
        """Take a beat."""
        beat: Any = decode_as(FromWorker, payload)
        self.beats.append(beat)
        self.news.set()
        if self.answers:
            respond(encode(BeatHeard()))

    def _now(self) -> float:
        return time.monotonic() - self.behind

    def _line(self, _leg: LegId, taker: Taker) -> MadeUpLine:
        self.lines.append(MadeUpLine(taker))
        return self.lines[-1]


@asynccontextmanager
async def worker_bench(directory: Path) -> AsyncIterator[WorkerBench]:
    """Yield a bus with a node that hears beats."""
    bus = MemoryBus()
    node = bus.transport("node")
    bench = WorkerBench(bus, node, directory)
    await node.serve(MEDIA_BEAT, bench.hear)
    yield bench
    await node.close()


@asynccontextmanager
async def open_worker(directory: Path) -> AsyncIterator[WorkerBench]:
    """Yield a worker that takes orders."""
    async with worker_bench(directory) as bench:
        worker = bench.worker()
        await worker.open()
        yield bench
        await worker.close()
        assert all(line.closed for line in bench.lines)


@pytest.fixture
async def port() -> AsyncIterator[Port]:
    """Take packets of browsers."""
    port = await open_port("127.0.0.1", 0, "127.0.0.1")
    yield port
    port.close()


def connect(neg: int = 1, epoch: int = 1) -> Connect:
    return Connect(CALL, epoch, LEG, neg, "offer", (SECTION,), ())


async def test_it_carries_out_what_it_is_told(tmp_path: Path) -> None:
    async with open_worker(tmp_path) as bench:
        assert await bench.ask(Arrange(CALL, 1, (LEG,))) == Arranged("boot-1")
        assert await bench.ask(connect()) == Answer(1, "answer to offer")
        assert await bench.ask(Prefer(CALL, 1, LEG, SECTION, 0)) == Taken()
        assert await bench.ask(TellRecorder(CALL, 1, LEG, "{}")) == Taken()
        assert await bench.ask(Close(CALL, 1)) == Taken()
        assert bench.lines[0].closed


async def test_an_order_of_an_older_epoch_is_stale(tmp_path: Path) -> None:
    async with open_worker(tmp_path) as bench:
        await bench.ask(Arrange(CALL, 3, (LEG,)))
        for order in (Arrange(CALL, 2, (LEG,)), connect(epoch=2), Close(CALL, 2)):
            reply = await bench.ask(order)
            assert isinstance(reply, Declined)
            assert reply.code == "stale"


@pytest.mark.parametrize("payload", [b"", b"\xc1", encode(["Arrange"]), encode(BeatHeard())])
async def test_what_is_no_order_is_not_answered_and_harms_nobody(
    tmp_path: Path, payload: bytes
) -> None:
    async with open_worker(tmp_path) as bench:
        with pytest.raises(AskTimedOut):
            await bench.node.ask(media_subject("media-0"), payload, 0.05)
        assert await bench.ask(Arrange(CALL, 1, (LEG,))) == Arranged("boot-1")


async def test_a_fault_over_one_call_is_answered_and_harms_no_other(tmp_path: Path) -> None:
    async with worker_bench(tmp_path) as bench:

        def fail(leg: LegId, taker: Taker) -> MadeUpLine:
            raise RuntimeError(f"{leg} {taker}")

        worker = bench.worker(fail)
        await worker.open()
        await bench.ask(Arrange(CALL, 1, (LEG,)))
        assert await bench.ask(connect()) == Declined("failed", "The relay has failed over this.")
        assert await bench.ask(Close(CALL, 1)) == Taken()
        await worker.close()


async def test_a_beat_says_what_it_carries(tmp_path: Path) -> None:
    async with open_worker(tmp_path) as bench:
        await bench.ask(Arrange(CALL, 1, (LEG,)))
        beat = await bench.heard(lambda beat: beat.calls == 1)
        assert (beat.worker, beat.boot, beat.streams) == ("media-0", "boot-1", 0)


async def test_a_call_whose_lease_is_over_ends_and_one_that_is_renewed_goes_on(
    tmp_path: Path, port: Port
) -> None:
    other, browser = CallId("visit-2"), RelayBrowser()
    async with worker_bench(tmp_path) as bench:
        worker = bench.worker(lines_over(port, CERTIFICATE))
        await worker.open()
        for call in (CALL, other):
            await bench.ask(Arrange(call, 1, (LEG,)))
        offer = browser.offer([sends("0", LEG, Source.MICROPHONE, ssrc=1000)])
        answer = await bench.ask(Connect(CALL, 1, LEG, 1, offer, (SECTION,), ()))
        assert isinstance(answer, Answer)
        await browser.connect(answer.sdp)
        await bench.heard(lambda beat: beat.calls == 2 and beat.changes == ())
        bench.behind = LEASE_SECONDS
        await bench.ask(Arrange(CALL, 1, (LEG,)))
        await bench.heard(lambda beat: beat.calls == 1)
        await until(lambda: browser.closed)
        for call, code in ((CALL, "no_such_call"), (other, "bad_offer")):
            reply = await bench.ask(Connect(call, 1, LEG, 2, "", (SECTION,), ()))
            assert isinstance(reply, Declined)
            assert reply.code == code
        await worker.close()
    browser.close()


async def test_a_change_is_said_until_it_was_heard(tmp_path: Path) -> None:
    async with open_worker(tmp_path) as bench:
        await bench.ask(Arrange(CALL, 1, (LEG,)))
        await bench.ask(connect())
        bench.answers = False
        bench.lines[0].connect()
        there = (Change(CALL, 1, LEG, connected=True),)
        for _ in range(2):
            await bench.heard(lambda beat: beat.changes == there)
        bench.answers = True
        await bench.heard(lambda beat: beat.changes == there)
        await bench.heard(lambda beat: beat.changes == ())


async def test_what_is_due_is_done_as_packets_come_but_not_for_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = list[float]()
    monkeypatch.setattr(Calls, "tick", lambda _calls, now: ticks.append(now))
    async with worker_bench(tmp_path) as bench:
        worker = bench.worker()
        for _ in range(100):
            worker.glance()
    assert ticks
    assert all(later - tick >= TICK_SECONDS for tick, later in pairwise(ticks))


async def test_what_is_due_is_done_at_once_when_somebody_connects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ticks = list[float]()
    monkeypatch.setattr(Calls, "tick", lambda _calls, now: ticks.append(now))
    async with open_worker(tmp_path) as bench:
        await bench.ask(Arrange(CALL, 1, (LEG,)))
        await bench.ask(connect())
        bench.answers = False
        before = len(ticks)
        bench.lines[0].connect()
        bench.glance()
        assert len(ticks) == before + 1


async def test_the_load_is_the_share_of_a_core_that_it_uses(tmp_path: Path) -> None:
    async with worker_bench(tmp_path) as bench:
        worker = bench.worker()
        await worker.beat()
        assert bench.beats[-1].load == 0
        bench.used = 1000.0
        await worker.beat()
        busy = bench.beats[-1].load
        assert 0 < busy <= 1
        await worker.beat()
        assert bench.beats[-1].load < busy


async def test_it_lives_on_while_the_bus_is_away(tmp_path: Path) -> None:
    async with worker_bench(tmp_path) as bench:
        worker = bench.worker()
        await bench.node.close()
        await worker.beat()
        assert bench.beats == []


async def test_a_recording_is_listed_read_and_forgotten(tmp_path: Path) -> None:
    async with open_worker(tmp_path) as bench:
        begun = await bench.ask(Arrange(CALL, 1, (LEG,), record=RECORD))
        assert isinstance(begun, Arranged)
        assert begun.recording
        assert len(begun.recorder_key) == 87
        tapes = await bench.ask(ListTapes(RECORD.recording))
        assert tapes == Tapes((), running=True)
        await bench.ask(Arrange(CALL, 1, (LEG,)))
        assert await bench.ask(ListTapes(RECORD.recording)) == Tapes((), running=False)
        file = tmp_path / "rec-1" / "0.tape"
        file.write_bytes(b"sealed bytes")
        assert await bench.ask(ReadPart(RECORD.recording, 0, 7)) == Part(b"bytes")
        assert await bench.ask(ReadPart(RECORD.recording, 0, 12)) == Part(b"")
        assert await bench.ask(DropRecording(RECORD.recording)) == Taken()
        assert await bench.ask(ReadPart(RECORD.recording, 0, 7)) == NO_RECORDING
    assert not file.exists()


@pytest.mark.parametrize("tape", [-1, 0, 1, 99])
async def test_a_recording_that_it_does_not_have_is_not_read(tmp_path: Path, tape: int) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "0.tape").write_bytes(b"not yours")
    mine = tmp_path / "mine"
    mine.mkdir()
    async with open_worker(mine) as bench:
        reply = await bench.ask(ReadPart(RecordingId("../outside"), tape, 0))
        assert isinstance(reply, Declined)
        assert await bench.ask(DropRecording(RecordingId("../outside"))) == Taken()
    assert (tmp_path / "outside" / "0.tape").exists()


def test_what_a_former_life_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / "rec-0").mkdir()
    (tmp_path / "rec-0" / "0.tape").write_bytes(b"half a tape")
    Shelf(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_recording_is_made_once(tmp_path: Path) -> None:
    shelf = Shelf(tmp_path)
    first = shelf.open(CALL, RECORD)
    assert first.running
    first.stop()
    again = shelf.open(CALL, RECORD)
    again.expect((SECTION,))
    again.learn(LEG, "{}")
    assert not again.take(LEG, Source.MICROPHONE, bytes(20), 1.0)
    again.stop()
    assert not again.running
    assert again.public == ""
