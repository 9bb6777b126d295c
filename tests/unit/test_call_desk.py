"""The node's desk for media workers: who lives, what is kept on whom, and whom it tells."""

import asyncio

import pytest
from anyio.lowlevel import checkpoint

from actors.call_session.desk import NoRelay
from actors.call_session.desk.live import SILENT_LOOKS
from actors.call_session.messages import LONGEST, LoseWorker, Worker
from actors.ids import CallId, RecordingId
from actors.media import Section, Source
from actors.relay.messages import (
    ECHO_SECONDS,
    Answer,
    Arrange,
    Change,
    Close,
    Connect,
    DropRecording,
    Prefer,
    ReadPart,
    RecordOrder,
    TellRecorder,
)
from actors.runtime.codec import encode
from actors.runtime.subjects import media_subject
from actors.runtime.transport import Respond
from tests.unit.media_support import CALL, LEGS, MediaBench, media_bench

SECTION = Section("0", LEGS[0], Source.CAMERA)
RECORD = RecordOrder(RecordingId("rec-1"), bytes(32), sealed=True)


async def arranged(bench: MediaBench, call: CallId = CALL, epoch: int = 1) -> Worker:
    found = await bench.desk.arrange(call, epoch, LEGS)
    assert found is not None
    return found[0]


# --- choosing ------------------------------------------------------------------------------------


async def test_a_call_goes_to_the_least_busy_worker() -> None:
    async with media_bench() as bench:
        await bench.worker("media-0", load=0.7)
        await bench.worker("media-1", load=0.2)
        assert await arranged(bench) == Worker("media-1", "boot-1")


async def test_a_call_stays_where_it_is_while_that_worker_lives() -> None:
    async with media_bench() as bench:
        busy = await bench.worker("media-0", load=0.9)
        await bench.worker("media-1")
        kept = Worker("media-0", "boot-1")
        found = await bench.desk.arrange(CALL, 2, LEGS, held=LEGS[:1], record=RECORD, prefer=kept)
        assert found is not None
        assert found[0] == kept
        assert busy.orders == [Arrange(CALL, 2, LEGS, LEGS[:1], RECORD)]


async def test_a_worker_that_has_begun_anew_is_not_preferred() -> None:
    async with media_bench() as bench:
        again = await bench.worker("media-0", load=0.9)
        again.boot = "boot-2"
        await again.beat(load=0.9)
        await bench.worker("media-1")
        found = await bench.desk.arrange(CALL, 1, LEGS, prefer=Worker("media-0", "boot-1"))
        assert found is not None
        assert found[0].name == "media-1"


async def test_a_full_worker_is_passed_over() -> None:
    async with media_bench() as bench:
        (await bench.worker("media-0")).declines = "full"
        await bench.worker("media-1", load=0.9)
        assert (await arranged(bench)).name == "media-1"


async def test_without_a_worker_there_is_none() -> None:
    async with media_bench() as bench:
        assert await bench.desk.arrange(CALL, 1, LEGS) is None
        assert bench.desk.workers == ()


async def test_a_call_waits_for_a_worker_that_is_starting() -> None:
    async with media_bench(expects=True) as bench:
        asking = asyncio.create_task(arranged(bench))
        await checkpoint()
        await bench.worker("media-0")
        assert (await asking).name == "media-0"


async def test_an_older_epoch_is_refused_and_goes_nowhere_else() -> None:
    async with media_bench() as bench:
        (await bench.worker("media-0")).declines = "stale"
        other = await bench.worker("media-1", load=0.9)
        with pytest.raises(NoRelay, match="stale"):
            await bench.desk.arrange(CALL, 1, LEGS)
        assert other.orders == []


# --- asking --------------------------------------------------------------------------------------


async def test_an_offer_is_answered_by_the_worker_of_the_call() -> None:
    async with media_bench() as bench:
        await bench.worker()
        where = await arranged(bench)
        order = Connect(CALL, 1, LEGS[0], 3, "offer", (SECTION,), ())
        assert await bench.desk.connect(where, order) == Answer(3, "answer of media-0 to offer")


async def test_every_other_order_reaches_its_worker() -> None:
    async with media_bench() as bench:
        worker, at = await bench.worker(), Worker("media-0", "boot-1")
        prefer = Prefer(CALL, 1, LEGS[0], SECTION, 0)
        key = TellRecorder(CALL, 1, LEGS[0], "wrapped")
        await bench.desk.prefer(at, prefer)
        await bench.desk.tell_recorder(at, key)
        assert (await bench.desk.read_part(at, RECORD.recording, 1, 64)).data == b"bytes"
        assert (await bench.desk.list_tapes(at, RECORD.recording)).tapes == ()
        await bench.desk.drop_recording(at, RECORD.recording)
        assert worker.orders[:3] == [prefer, key, ReadPart(RECORD.recording, 1, 64)]
        assert worker.orders[4:] == [DropRecording(RECORD.recording)]


async def test_what_a_worker_declines_is_said_by_its_code() -> None:
    async with media_bench() as bench:
        (await bench.worker()).declines = "no_such_leg"
        with pytest.raises(NoRelay) as refused:
            await bench.desk.prefer(
                Worker("media-0", "boot-1"), Prefer(CALL, 1, *LEGS[:1], SECTION, 0)
            )
        assert refused.value.why == "no_such_leg"


@pytest.mark.parametrize("reply", [b"", b"\xc1", encode("a word"), encode(Answer(1, "sdp"))])
async def test_a_reply_that_makes_no_sense_is_none(reply: bytes) -> None:
    async with media_bench() as bench:

        def mumble(_subject: str, _payload: bytes, respond: Respond) -> None:
            respond(reply)

        await bench.bus.transport("odd").serve(media_subject("odd"), mumble)
        with pytest.raises(NoRelay, match="unreachable"):
            await bench.desk.drop_recording(Worker("odd", "x"), RECORD.recording)


async def test_a_call_that_is_over_is_closed_where_it_was() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        await arranged(bench)
        await bench.desk.end(CALL, 2)
        assert worker.orders[-1] == Close(CALL, 2)
        await bench.desk.renew()
        assert worker.orders[-1] == Close(CALL, 2)
        await bench.desk.end(CALL, 3)
        assert worker.orders[-1] == Close(CALL, 2)


# --- an echo -------------------------------------------------------------------------------------


async def test_an_echo_has_a_call_of_its_own_and_stays_on_its_worker() -> None:
    async with media_bench() as bench:
        first = await bench.worker("media-0")
        second = await bench.worker("media-1", load=0.5)
        await bench.desk.echo(LEGS[0], 1, "offer", (SECTION,), (SECTION,))
        await first.beat(load=0.9)
        await bench.desk.echo(LEGS[0], 2, "offer again", (SECTION,), (SECTION,))
        call = CallId("echo-leg-a")
        assert first.orders[0] == Arrange(call, 1, LEGS[:1], echo=True)
        assert [type(order) for order in first.orders] == [Arrange, Connect, Arrange, Connect]
        assert second.orders == []
        bench.clock.seconds = ECHO_SECONDS + 1
        await bench.desk.renew()
        assert len(first.orders) == 4, "an echo ends by itself"


async def test_nobody_hears_of_the_media_of_an_echo() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        await bench.desk.echo(LEGS[0], 1, "offer", (SECTION,), ())
        await worker.beat(Change(CallId("echo-leg-a"), 1, LEGS[0], connected=True))
        bench.look(SILENT_LOOKS)
        await checkpoint()
        assert bench.told == []


async def test_an_echo_without_a_worker_is_refused() -> None:
    async with media_bench() as bench:
        with pytest.raises(NoRelay, match="no_worker"):
            await bench.desk.echo(LEGS[0], 1, "offer", (), ())


# --- leases --------------------------------------------------------------------------------------


async def test_what_is_arranged_is_said_again_as_it_was_last() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        await arranged(bench)
        await arranged(bench, epoch=2)
        await bench.desk.renew()
        assert worker.orders[-1] == Arrange(CALL, 2, LEGS)
        assert len(worker.orders) == 3


async def test_a_renewal_finds_out_that_the_worker_is_another_one() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        where = await arranged(bench)
        worker.boot = "boot-2"
        await bench.desk.renew()
        await checkpoint()
        assert bench.told == [(CALL, LoseWorker(where))]


async def test_a_call_that_another_node_has_arranged_since_is_let_go() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        await arranged(bench)
        worker.declines = "stale"
        await bench.desk.renew()
        await bench.desk.renew()
        assert len(worker.orders) == 2
        assert bench.told == []


async def test_a_call_that_its_session_has_forgotten_is_not_kept_for_ever() -> None:
    async with media_bench() as bench:
        worker = await bench.worker()
        await arranged(bench)
        bench.clock.seconds = LONGEST.total_seconds() + 1
        await bench.desk.renew()
        assert len(worker.orders) == 1
