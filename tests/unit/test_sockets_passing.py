"""What only passes: told on at once to the others, and dropped before anything that is kept."""

import asyncio

from actors.address import Address
from actors.conversation.messages import PostMessage
from http_edge.sockets import flow, hub
from http_edge.sockets.frames import Changed, Following, HereNow, Refused, TypingNow, written
from http_edge.sockets.waiting import Waiting
from tests.unit.sockets_bench import MIA, PAT, THREAD, Bench, Page, in_virtual_time


async def both(bench: Bench) -> tuple[Page, Page]:
    """Return a page of Pat's and one of Mia's that follow their thread."""
    pages = bench.page(PAT), bench.page(MIA)
    for page in pages:
        page.follow()
        await page.hear(type="following")
    return pages


@in_virtual_time
async def test_the_others_see_that_somebody_writes_and_looks(bench: Bench) -> None:
    pat, mia = await both(bench)
    pat.say("typing", conversation=THREAD)
    assert (await mia.hear(type="typing"))["user"] == "pat"
    mia.say("here", conversation=THREAD)
    heard = await pat.hear(type="here")
    assert (heard["user"], heard["here"]) == ("mia", True)
    mia.say("here", conversation=THREAD, here=False)
    assert not (await pat.hear(type="here"))["here"]
    assert not pat.of("typing")
    assert not mia.of("here")


@in_virtual_time
async def test_what_passes_is_not_told_again(bench: Bench) -> None:
    pat, mia = await both(bench)
    pat.say("typing", conversation=THREAD)
    await mia.hear(type="typing")
    again = bench.page(MIA)
    again.follow()
    await again.hear(type="following")
    assert not again.of("typing")


@in_virtual_time
async def test_a_slow_reader_is_told_what_is_kept_and_not_what_passes(bench: Bench) -> None:
    pat, mia = await both(bench)
    mia.wire.reads.clear()
    posted = [(await bench.tell(PostMessage("Hello"), PAT)).seq for _ in range(3)]
    for _ in range(10):
        pat.say("typing", conversation=THREAD)
        await asyncio.sleep(1)
    mia.wire.reads.set()
    await mia.hear(number=posted[-1])
    assert not mia.of("typing")


@in_virtual_time
async def test_a_busy_person_is_told_on_no_more_and_loses_no_place(bench: Bench) -> None:
    pat, mia = await both(bench)
    for _ in range(flow.BURST):
        pat.say("typing", conversation=THREAD)
    pat.say("nonsense")
    await pat.hear(code="malformed_frame")
    for _ in range(flow.BURST - 10):  # what is kept has all its places still
        pat.say("nonsense")
    await asyncio.sleep(1)
    assert pat.wire.closed_with is None
    assert 1 <= len(mia.of("typing")) <= hub.USER_BURST / 2
    assert bench.hub._bucket("pat").left < hub.USER_BURST / 2
    told = len(mia.of("typing"))
    pat.say("typing", conversation=THREAD)
    await bench.tell(PostMessage("Hello"), PAT)
    await mia.hear(type="message")
    assert len(mia.of("typing")) == told


@in_virtual_time
async def test_w04_who_floods_with_what_passes_is_closed_too(bench: Bench) -> None:
    pat, mia = await both(bench)
    for _ in range(2 * flow.BURST):
        pat.say("typing", conversation=THREAD)
    await pat.running
    assert pat.wire.closed_with == 1008
    assert mia.wire.closed_with is None


@in_virtual_time
async def test_w04_a_burst_is_taken_and_a_flood_is_closed(bench: Bench) -> None:
    page = bench.page(PAT)
    for _ in range(flow.BURST):
        page.say("unfollow", conversation=THREAD)
    await asyncio.sleep(1)
    for _ in range(int(flow.PER_SECOND)):
        page.say("unfollow", conversation=THREAD)
    await asyncio.sleep(0.01)
    assert page.wire.closed_with is None
    page.say("unfollow", conversation=THREAD)
    await page.running
    assert page.wire.closed_with == 1008


@in_virtual_time
async def test_w04_all_sockets_of_a_person_have_one_bound(bench: Bench) -> None:
    pages = [bench.page(PAT) for _ in range(4)]
    for page in pages:
        for _ in range(hub.USER_BURST // 4 + 1):
            page.say("unfollow", conversation=THREAD)
    other = bench.page(MIA)
    other.follow()
    await other.hear(type="following")
    assert 1008 in {page.wire.closed_with for page in pages}


TYPING, HERE = TypingNow(THREAD, "pat"), HereNow(THREAD, "pat", here=True)


async def test_frames_leave_in_order_and_the_newest_number_wins() -> None:
    waiting = Waiting(10_000)
    said = Refused("", "x", "y")
    for frame in (Changed("patient/a", 1), Following("t", 4), said, said, Changed("patient/b", 1)):
        assert waiting.put(frame)
    assert waiting.put(Changed("patient/a", 2))
    assert waiting.put(Following("t", 5))
    taken = [await waiting.take() for _ in range(len(waiting))]
    expected = (said, said, Changed("patient/b", 1), Changed("patient/a", 2), Following("t", 5))
    assert taken == [written(frame) for frame in expected]
    assert waiting.size == 0


async def test_what_passes_waits_only_where_nothing_does_and_gives_way() -> None:
    waiting = Waiting(100)
    assert waiting.put(TYPING)
    assert waiting.put(HERE)
    assert len(waiting) == 1
    durable = Refused("", "x", "y" * (100 - len(written(Refused("", "x", "")))))
    assert waiting.put(durable)
    assert (len(waiting), waiting.size) == (1, 100)
    assert waiting.put(TYPING)
    assert len(waiting) == 1
    assert not waiting.put(Changed("patient/a", 1))
    assert await waiting.take() == written(durable)


async def test_room_is_there_when_half_is_free() -> None:
    waiting = Waiting(100)
    for seq in range(8):
        waiting.put(Changed(str(Address("a", str(seq))), 1))
    room = asyncio.create_task(waiting.room())
    while waiting.size > 50:
        await asyncio.sleep(0)
        assert not room.done()
        await waiting.take()
    await room
