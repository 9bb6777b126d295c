"""What the desk for media workers notices, and which call sessions it tells of that."""

from typing import Any

import pytest
from anyio.lowlevel import checkpoint

from actors.address import Address
from actors.call_session.desk import NoRelay, telling
from actors.call_session.desk.live import GRACE_LOOKS, SILENT_LOOKS, Live
from actors.call_session.desk.telling import ME, TRIES
from actors.call_session.messages import LoseWorker, NoteConnected, Worker, address_of
from actors.ids import CallId, MessageId
from actors.refusal import NotFound
from actors.relay.messages import Arrange, Beat, Change, Close, Connect
from actors.runtime.client import Client
from actors.runtime.codec import encode
from actors.runtime.errors import DeliveryFailed, Fault
from actors.runtime.memory_transport import MemoryBus
from actors.runtime.mint import SeededMint
from actors.runtime.subjects import MEDIA_BEAT
from tests.unit.media_support import CALL, LEGS, MediaBench, SetClock, media_bench

LOST = LoseWorker(Worker("media-0", "boot-1"))


async def arranged(bench: MediaBench, call: CallId = CALL, epoch: int = 1) -> Worker:
    found = await bench.desk.arrange(call, epoch, LEGS)
    assert found is not None
    return found[0]


# --- death ---------------------------------------------------------------------------------------


async def test_a_worker_that_misses_three_beats_is_dead() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        await arranged(bench)
        bench.look(SILENT_LOOKS - 1)
        await worker.beat()
        bench.look(SILENT_LOOKS - 1)
        assert bench.desk.workers
        bench.look(1)
        await checkpoint()
        assert bench.desk.workers == ()
        assert bench.told == [(CALL, LoseWorker(Worker("media-0", "boot-1")))]


async def test_each_call_of_a_dead_worker_is_told_once() -> None:
    async with media_bench() as bench:
        await bench.worker("media-0")
        mine = CallId("visit-2")
        await arranged(bench)
        await arranged(bench, mine)
        other = await bench.worker("media-1", load=0.9)
        kept = await bench.desk.arrange(
            CallId("visit-3"), 1, LEGS, prefer=Worker("media-1", "boot-1")
        )
        assert kept is not None
        for _ in range(3 * SILENT_LOOKS):
            await other.beat()
            bench.look(1)
        await checkpoint()
        lost = LoseWorker(Worker("media-0", "boot-1"))
        assert bench.told == [(CALL, lost), (mine, lost)]


async def test_a_worker_that_begins_anew_has_lost_its_calls() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        await arranged(bench)
        worker.boot = "boot-2"
        await worker.beat()
        await checkpoint()
        assert bench.told == [(CALL, LoseWorker(Worker("media-0", "boot-1")))]
        assert bench.desk.workers == (Worker("media-0", "boot-2"),)


async def test_a_call_that_came_from_another_node_is_told_that_its_worker_is_dead() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        bench.desk.adopt(LOST.worker, Arrange(CALL, 1, LEGS))
        bench.look(SILENT_LOOKS - 1)
        await worker.beat()
        bench.desk.adopt(LOST.worker, Arrange(CALL, 1, LEGS))
        bench.look(SILENT_LOOKS - 1)
        await checkpoint()
        assert bench.told == []
        bench.look(1)
        await checkpoint()
        assert bench.told == [(CALL, LOST)]


async def test_an_adopted_call_whose_worker_is_never_heard_has_lost_it() -> None:
    async with media_bench() as bench:
        bench.desk.adopt(LOST.worker, Arrange(CALL, 1, LEGS))
        bench.look(SILENT_LOOKS)
        await checkpoint()
        assert bench.told == [(CALL, LOST)]


async def test_an_adopted_call_whose_worker_has_begun_anew_has_lost_it_already() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        worker.boot = "boot-2"
        await worker.beat()
        bench.desk.adopt(LOST.worker, Arrange(CALL, 1, LEGS))
        await checkpoint()
        assert bench.told == [(CALL, LOST)]
        assert bench.desk.workers == (Worker("media-0", "boot-2"),)


async def test_an_adopted_call_is_kept_on_its_worker() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        bench.desk.adopt(LOST.worker, Arrange(CALL, 3, LEGS))
        await bench.desk.renew()
        assert worker.orders == [Arrange(CALL, 3, LEGS)]


async def test_a_worker_that_nobody_finds_is_dead_at_once() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        where = await arranged(bench)
        await worker.transport.close()
        order = Connect(CALL, 1, LEGS[0], 1, "offer", (), ())
        with pytest.raises(NoRelay, match="unreachable"):
            await bench.desk.connect(where, order)
        await checkpoint()
        assert bench.told == [(CALL, LoseWorker(where))]
        assert bench.desk.workers == ()


async def test_a_call_moves_on_from_a_worker_that_nobody_finds() -> None:
    async with media_bench() as bench:
        gone = await bench.worker("media-0")
        await bench.worker("media-1", load=0.9)
        await gone.transport.close()
        assert (await arranged(bench)).name == "media-1"


async def test_while_the_bus_is_away_nobody_dies() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        await arranged(bench)
        bench.transport.cut()
        bench.look(10 * SILENT_LOOKS)
        bench.transport.mend()
        bench.look(GRACE_LOOKS)
        assert bench.desk.workers
        await worker.beat()
        bench.look(SILENT_LOOKS - 1)
        assert bench.desk.workers
        assert bench.told == []


async def test_a_worker_that_does_not_come_back_after_the_bus_is_dead() -> None:
    async with media_bench() as bench:
        await bench.worker()
        bench.transport.cut()
        bench.look(1)
        bench.transport.mend()
        bench.look(GRACE_LOOKS + SILENT_LOOKS)
        assert bench.desk.workers == ()


def test_who_is_still_looking_for_the_bus_is_not_missed() -> None:
    live = Live()
    live.hear(Beat("media-0", "boot-1", 0, 0, 0.0))
    live.look(connected=False)
    assert live.miss("media-0") is None
    assert live


# --- what beats say ------------------------------------------------------------------------------


async def test_a_change_is_told_once_however_often_it_is_said() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        await arranged(bench)
        there = Change(CALL, 1, LEGS[0], connected=True)
        await worker.beat(there)
        await worker.beat(there)
        await worker.beat(Change(CALL, 1, LEGS[0], connected=False))
        await worker.beat(there)
        await checkpoint()
        notes = [told for _, told in bench.told if isinstance(told, NoteConnected)]
        assert [note.connected for note in notes] == [True, False, True]
        assert notes[0] == NoteConnected(1, LEGS[0], connected=True)


async def test_a_node_that_has_just_started_passes_on_what_it_hears() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        await worker.beat(Change(CALL, 7, LEGS[0], connected=True))
        await checkpoint()
        assert bench.told == [(CALL, NoteConnected(7, LEGS[0], connected=True))]


@pytest.mark.parametrize("payload", [b"", b"\xc1", encode(["Beat"]), encode(Close(CALL, 1))])
async def test_a_beat_that_makes_no_sense_is_not_answered(payload: bytes) -> None:
    async with media_bench() as bench:
        answers: list[bytes] = []
        bench.desk.take(MEDIA_BEAT, payload, answers.append)
        assert answers == []
        assert bench.desk.workers == ()


# --- telling sessions ----------------------------------------------------------------------------


class Told(Client):
    """Keeps what call sessions are told; raises what it has, in order."""

    def __init__(self, *raises: Exception) -> None:
        super().__init__(MemoryBus().transport(), SetClock(), SeededMint(1))
        self.raises = list(raises)
        self.told: list[tuple[Address, object, MessageId | None]] = []

    async def tell(self, to: Address, command: Any, caller: Any, **more: Any) -> Any:  # noqa: ANN401
        """Keep it."""
        assert caller == ME
        self.told.append((to, command, more["id"]))
        if self.raises:
            raise self.raises.pop(0)


async def test_the_same_worker_may_be_lost_to_a_call_twice() -> None:
    client = Told()
    tell = telling(client, SeededMint(2))
    await tell(CALL, LOST)
    await tell(CALL, LOST)
    (one, _, first), (other, _, second) = client.told
    assert one == other == address_of(CALL)
    assert first != second


async def test_a_session_that_does_not_answer_is_told_again_but_not_for_ever() -> None:
    down = DeliveryFailed(Fault.UNAVAILABLE)
    client = Told(down)
    await telling(client, SeededMint(2))(CALL, LOST)
    assert len(client.told) == 2
    assert client.told[0] == client.told[1], "to one effect"
    silent = Told(*[down] * 10)
    await telling(silent, SeededMint(2))(CALL, LOST)
    assert len(silent.told) == TRIES


async def test_a_session_that_refuses_is_told_once() -> None:
    client = Told(NotFound())
    await telling(client, SeededMint(2))(CALL, LOST)
    assert len(client.told) == 1
