"""Who says that they are there, and who is believed."""

from contextlib import AsyncExitStack
from functools import partial

from msgspec.structs import replace

from actors.runtime.presence import Present, call_the_roll, present
from actors.runtime.subjects import EDGE_HERE, MEDIA_HERE
from tests.unit.runtime_support import Bench, in_virtual_time

FRONT = Present("front", "edge", "1.2.3", 1_000, sockets=2)
WHOLE = Present("back", "all", "1.2.3", 2_000, sockets=1)
WORKER = Present("a-media-0", "media", "1.2.3", 3_000, calls=4)


@in_virtual_time
async def test_all_who_are_there_answer_edges_first(bench: Bench) -> None:
    await bench.start()
    async with AsyncExitStack() as stack:
        for subject, who in ((MEDIA_HERE, WORKER), (EDGE_HERE, FRONT), (EDGE_HERE, WHOLE)):
            transport = bench.bus.transport(who.name)
            await stack.enter_async_context(present(transport, subject, partial(replace, who)))
        assert await call_the_roll(bench.transport) == (WHOLE, FRONT, WORKER)


@in_virtual_time
async def test_who_is_gone_does_not_answer_and_others_do(bench: Bench) -> None:
    await bench.start()
    async with present(bench.bus.transport("back"), EDGE_HERE, lambda: WHOLE):
        gone = bench.bus.transport("front")
        async with present(gone, EDGE_HERE, lambda: FRONT):
            gone.crash()
            assert await call_the_roll(bench.transport) == (WHOLE,)
    assert await call_the_roll(bench.transport) == ()


@in_virtual_time
async def test_what_can_t_be_read_is_nobody(bench: Bench) -> None:
    await bench.start()
    stranger = bench.bus.transport("stranger")
    await stranger.serve(
        EDGE_HERE, lambda _subject, _payload, respond: respond(b"?"), everyone=True
    )
    async with present(bench.bus.transport("front"), EDGE_HERE, lambda: FRONT):
        assert await call_the_roll(bench.transport) == (FRONT,)


@in_virtual_time
async def test_who_is_cut_off_finds_nobody(bench: Bench) -> None:
    await bench.start()
    async with present(bench.bus.transport("front"), EDGE_HERE, lambda: FRONT):
        bench.transport.cut()
        assert await call_the_roll(bench.transport) == ()
