"""What waits for a browser that does not read, or writes nonsense (SECURITY W09, W10)."""

import asyncio
import json
from typing import Any, cast

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.address import Address
from actors.runtime.envelope import Told
from http_edge.sockets import errands, flow, follows, watches
from http_edge.sockets.flow import Flow
from http_edge.sockets.frames import Outgoing
from tests.unit.sockets_bench import MIA, PAT, THREAD, Bench, Page, in_virtual_time

NO_EVENTS = msgspec.Raw(b"\x90")


@in_virtual_time
async def test_w10_news_for_a_slow_reader_takes_the_place_of_older_news(bench: Bench) -> None:
    page = bench.page(PAT)
    page.wire.reads.clear()
    page.say("watch", address=f"conversation/{THREAD}", after=0)
    await asyncio.sleep(1)
    for seq in range(1, 10_000):
        page.socket.told(Told(Address("conversation", THREAD), seq, 1, NO_EVENTS))
    assert len(page.socket._waiting) <= 2
    assert page.wire.closed_with is None


@in_virtual_time
async def test_w10_a_reader_for_whom_too_much_waits_is_sent_away_to_come_back(bench: Bench) -> None:
    page = bench.page(PAT, queue_bytes=1000)
    page.wire.reads.clear()
    for _ in range(40):
        page.say("watch", address="account/x", after=0)
    await page.running
    assert page.wire.closed_with == 1013


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)
WORD = st.sampled_from([THREAD, "nothing", "patient/x", f"conversation/{THREAD}", "a/b", "x" * 65])
NUMBER = st.integers(-1, 3) | st.sampled_from([2**53, 2**53 + 1, 2**63, 2**70])
FIELDS = {
    "address": WORD,
    "conversation": WORD,
    "after": NUMBER,
    "number": NUMBER,
    "delivered": NUMBER,
    "read": NUMBER,
    "reply_to": NUMBER,
    "id": WORD | st.text(alphabet="abc-_", max_size=66),
    "text": st.text(max_size=300),
    "files": st.lists(WORD, max_size=12),
    "here": st.booleans(),
}
TYPES = {
    "watch": ("address", "after"),
    "unwatch": ("address",),
    "follow": ("conversation", "after"),
    "unfollow": ("conversation",),
    "post": ("id", "conversation", "text", "reply_to", "files"),
    "edit": ("id", "conversation", "number", "text"),
    "delete": ("id", "conversation", "number"),
    "mark": ("conversation", "delivered", "read"),
    "typing": ("conversation",),
    "here": ("conversation", "here"),
    "message": ("conversation", "number"),
    "done": ("id",),
}


def nearly(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """Return frames of that *kind*: right ones, and ones with something wrong in them."""
    fields = {name: FIELDS[name] for name in TYPES[kind]}
    right = st.fixed_dictionaries({"type": st.just(kind), **fields})
    wrong = st.fixed_dictionaries(
        {"type": st.just(kind)},
        optional={**{name: FIELDS[name] | JSON for name in TYPES[kind]}, "more": JSON},
    )
    return right | wrong


class Boundless:
    """Lets one say as much as one likes."""

    def takes(self) -> bool:
        """Take a frame."""
        return True

    takes_passing = tells_passing = takes


FRAMES = st.sampled_from(sorted(TYPES)).flatmap(nearly)
TEXTS = st.text(max_size=200) | JSON.map(json.dumps) | FRAMES.map(json.dumps)


@settings(max_examples=40)
@given(texts=st.lists(TEXTS, min_size=100, max_size=100))
@in_virtual_time
async def test_w09_thousands_of_frames_break_nothing(bench: Bench, texts: list[str]) -> None:
    page, other = bench.page(PAT), bench.page(MIA)
    page.socket._flow = cast("Flow", Boundless())
    for text in texts:
        page.wire.say(text)
    await asyncio.sleep(60)
    await holds(bench, page)
    other.follow()
    await other.hear(type="following")
    page.post("the-last-one", "Hello")
    number = (await page.hear(type="done", id="the-last-one"))["number"]
    await other.hear(type="message", number=number, text="Hello")


async def holds(bench: Bench, page: Page) -> None:
    """Hold what no frame may break."""
    assert page.wire.closed_with is None
    for frame in page.wire.heard:
        msgspec.convert(frame, Outgoing)
    socket = page.socket
    assert len(socket._watches) <= watches.MOST
    assert len(socket._follows) <= follows.MOST
    assert len(socket._errands) <= errands.MOST
    assert socket._passing._on_their_way == 0
    assert len(socket._work) <= 4 + follows.MOST + watches.MOST
    assert not dict(bench.node.restarts)


@in_virtual_time
async def test_w09_memory_stays_flat_under_ten_thousand_frames(bench: Bench) -> None:
    page = bench.page(PAT)
    frames = [{"type": "follow", "conversation": f"c-{number}", "after": 0} for number in range(50)]
    frames += [
        {"type": "watch", "address": f"patient/{number}", "after": 0} for number in range(50)
    ]
    for _ in range(500):
        for frame in frames[:: 100 // int(flow.PER_SECOND)]:
            page.wire.say(json.dumps(frame))
        await asyncio.sleep(1)
    await holds(bench, page)
    assert len(bench.hub._buckets) <= 2
