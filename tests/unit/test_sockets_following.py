"""A followed conversation: every event once, in order, whatever becomes of actor, bus and page."""

import asyncio
import itertools
from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.caller import Caller, Role
from actors.conversation.messages import (
    MOST_TEXT,
    Changes,
    DeleteMessage,
    EditMessage,
    FileDropped,
    MarkMessages,
    Member,
    MembersSet,
    MessageDeleted,
    PostMessage,
    VisitStep,
    address_of,
)
from actors.ids import FileId, UserId
from actors.runtime.codec import encode
from actors.runtime.envelope import Told
from actors.runtime.limits import Limits
from actors.runtime.moves import Moves
from http_edge.sockets import follows, watches
from http_edge.sockets.events import Unnumbered, events_of, numbered
from tests.unit.sockets_bench import BEN, MIA, PAT, TEAM, THREAD, Bench, Page, in_virtual_time

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def say(bench: Bench, many: int, text: str = "Hello", caller: Caller = MIA) -> int:
    """Let *caller* write *many* messages; return the number of the last."""
    number = 0
    for _ in range(many):
        number = (await bench.tell(PostMessage(text), caller)).seq
    return number


def in_order(page: Page) -> bool:
    return all(one < other for one, other in itertools.pairwise(page.numbers))


@in_virtual_time
async def test_a_page_gets_what_was_and_what_comes(bench: Bench) -> None:
    before = await say(bench, 150)
    page = bench.page(PAT)
    page.follow()
    assert (await page.hear(type="following"))["last"] == before
    assert len(page.of("message")) == 150
    last = await say(bench, 5)
    await page.hear(number=last)
    assert len(page.of("message")) == 155
    assert in_order(page)


@in_virtual_time
async def test_a_page_is_told_everything_that_is_shown(bench: Bench) -> None:
    page = bench.page(PAT)
    page.follow()
    await page.hear(type="following")
    posted = (await bench.tell(PostMessage("A", "key-1"), MIA)).seq
    await bench.tell(EditMessage(posted, "B"), MIA)
    await bench.tell(MarkMessages(posted, posted), PAT)
    await bench.tell(MarkMessages(posted, posted), MIA)
    last = (await bench.tell(DeleteMessage(posted), MIA)).seq
    await page.hear(number=last)
    (visit,), (written,) = page.of("visit"), page.of("message")
    (edited,), (deleted,) = page.of("edited"), page.of("deleted")
    mine, theirs = page.of("marked")
    assert (visit["step"], visit["appointment"]) == ("confirmed", "a")
    assert (written["author"], written["role"], written["key"]) == ("mia", "doctor", "key-1")
    assert (edited["original"], edited["text"]) == (posted, "B")
    assert deleted["original"] == posted
    assert (mine["user"], mine["unread"], mine["mark"]["read"]) == ("pat", 0, posted)
    assert (theirs["user"], theirs["unread"]) == ("mia", None)


@in_virtual_time
async def test_what_nobody_is_told_moves_the_number_on(bench: Bench) -> None:
    page = bench.page(PAT)
    page.follow()
    seen = (await page.hear(type="following"))["last"]
    entered = (await bench.enter()).seq
    assert entered > seen
    assert (await page.hear())["last"] == entered


@in_virtual_time
async def test_a_page_that_comes_back_gets_what_it_missed_once(bench: Bench) -> None:
    seen = await say(bench, 3)
    missed = await say(bench, 2)
    page = bench.page(PAT)
    page.follow(after=seen)
    await page.hear(type="following", last=missed)
    assert page.numbers == [missed - 1, missed]


@in_virtual_time
async def test_numbers_of_another_journal_are_answered_by_a_lower_one(bench: Bench) -> None:
    page = bench.page(PAT)
    page.follow(after=1_000_000)
    last = (await page.hear(type="following"))["last"]
    assert last < 1_000_000
    await page.hear(number=await say(bench, 1))


@in_virtual_time
async def test_a_node_that_dies_leaves_no_gap(bench: Bench) -> None:
    page = bench.page(PAT)
    page.follow()
    await page.hear(type="following")
    bench.crash()
    await bench.start()
    last = await say(bench, 3)
    await page.hear(number=last)
    assert len(page.of("message")) == 3
    assert in_order(page)


@in_virtual_time
async def test_who_follows_hears_at_once_at_the_node_that_took_over(bench: Bench) -> None:
    moves = Moves(bench.edge, bench.hub.moved)
    await moves.open()
    page, clock = bench.page(PAT), asyncio.get_running_loop()
    page.follow()
    await page.hear(type="following")
    await asyncio.sleep(1)
    bench.crash()
    await bench.start()
    begun = clock.time()
    await page.hear(number=await say(bench, 1))
    assert clock.time() - begun < watches.RENEW_SECONDS / 10, "in virtual seconds"
    await moves.close()


@in_virtual_time
async def test_what_the_bus_loses_is_read_again(bench: Bench) -> None:
    page = bench.page(PAT)
    page.follow()
    await page.hear(type="following")
    bench.network.losing = True
    last = await say(bench, 3)
    bench.network.losing = False
    await page.hear(number=last)
    assert len(page.of("message")) == 3


@in_virtual_time
async def test_more_than_an_actor_keeps_for_a_watcher_is_read_instead(bench: Bench) -> None:
    bench.crash()
    await bench.start(Limits(watch_backlog=2))
    page = bench.page(PAT)
    page.follow()
    await page.hear(type="following")
    async with asyncio.TaskGroup() as tasks:
        for _ in range(100):
            tasks.create_task(bench.tell(PostMessage("Hello"), MIA))
    last = await say(bench, 1)
    await page.hear(number=last)
    assert len(page.of("message")) == 101
    assert in_order(page)


@in_virtual_time
async def test_pages_that_the_bus_cannot_carry_are_read_in_smaller_ones(bench: Bench) -> None:
    text = "\N{PILE OF POO}" * MOST_TEXT
    last = await say(bench, 70, text)
    page = bench.page(PAT)
    page.follow()
    await page.hear(type="following", last=last)
    assert len(page.of("message")) == 70
    assert in_order(page)


@in_virtual_time
async def test_w07_who_takes_part_no_more_is_told_nothing_more(bench: Bench) -> None:
    await bench.team("mia", "ben")
    page, other = bench.page(BEN), bench.page(PAT)
    page.follow(conversation=TEAM)
    other.follow(conversation=TEAM)
    await page.hear(type="following")
    await other.hear(type="following")
    await bench.team("mia")
    left = await page.hear(type="refused")
    assert (left["address"], left["code"]) == (f"conversation/{TEAM}", "not_found")
    posted = (await bench.tell(PostMessage("Private"), PAT, TEAM)).seq
    assert (await other.hear(type="members"))["open"]
    await other.hear(number=posted)
    assert not page.of("message")
    assert len(page.of("members")) == 1  # as it came in
    assert not len(page.socket._follows)


@in_virtual_time
async def test_w07_a_thread_that_closes_stays_with_its_patient_alone(bench: Bench) -> None:
    mia, pat = bench.page(MIA), bench.page(PAT)
    for page in (mia, pat):
        page.follow()
        await page.hear(type="following")
    await bench.visit(VisitStep.CANCELLED)
    assert (await mia.hear(type="refused"))["code"] == "not_found"
    assert not (await pat.hear(type="members", open=False))["open"]
    await bench.visit(VisitStep.CONFIRMED, "b")
    assert (await pat.hear(type="members", open=True))["open"]
    mia.follow(after=0)
    await mia.hear(type="following")
    assert in_order(pat)


STRANGERS = (
    BEN,
    Caller("pat", Role.DOCTOR, "session"),
    Caller("mia", Role.PATIENT, "session"),
    Caller("ada", Role.ADMIN, "session"),
)


@pytest.mark.parametrize("stranger", STRANGERS, ids=lambda caller: f"{caller.user}-{caller.role}")
@in_virtual_time
async def test_w08_a_stranger_follows_nothing(bench: Bench, stranger: Caller) -> None:
    page = bench.page(stranger)
    for conversation in (THREAD, TEAM, "nothing"):
        page.follow(conversation=conversation)
        refused = await page.hear()
        assert (refused["type"], refused["code"]) == ("refused", "not_found")
    await say(bench, 1)
    page.follow()
    assert (await page.hear())["type"] == "refused"


@in_virtual_time
async def test_a_page_follows_only_so_many(bench: Bench) -> None:
    page = bench.page(PAT)
    page.follow()
    await page.hear(type="following")
    bench.crash()  # nobody answers, so nobody refuses
    for number in range(follows.MOST):
        page.follow(conversation=f"thread-{number}")
    refused = await page.hear()
    assert (refused["code"], refused["address"]) == ("too_many_follows", "conversation/thread-7")
    page.say("unfollow", conversation=THREAD)
    page.follow(conversation="thread-7")
    await bench.start()
    for _ in range(follows.MOST):
        assert (await page.hear(type="refused"))["code"] == "not_found"
    assert not len(page.socket._follows)


@in_virtual_time
async def test_what_is_not_followed_any_more_is_not_told(bench: Bench) -> None:
    page, other = bench.page(PAT), bench.page(MIA)
    for each in (page, other):
        each.follow()
        await each.hear(type="following")
    page.say("unfollow", conversation=THREAD)
    page.say("unfollow", conversation="never-followed")
    page.say("nonsense")
    await page.hear(code="malformed_frame")
    await other.hear(number=await say(bench, 1))
    assert not page.of("message")


@in_virtual_time
async def test_w10_a_reader_who_stops_is_sent_away_and_goes_on_by_number(bench: Bench) -> None:
    page = bench.page(PAT, queue_bytes=20_000)
    page.follow()
    await page.hear(type="following")
    await page.hear(number=await say(bench, 10))
    page.wire.reads.clear()
    last = await say(bench, 3000, "Hello" * 10)
    await page.running
    assert page.wire.closed_with == 1013
    assert page.socket._waiting.size < 25_000
    again = bench.page(PAT, queue_bytes=20_000)
    again.follow(after=page.numbers[-1])
    await again.hear(type="following", last=last)
    assert page.numbers[-1] < again.numbers[0]
    assert len(page.of("message")) + len(again.of("message")) == 3010
    assert in_order(page)
    assert in_order(again)


@in_virtual_time
async def test_w10_what_was_missed_waits_for_the_reader(bench: Bench) -> None:
    last = await say(bench, 300, "Hello" * 20)
    page = bench.page(PAT, queue_bytes=4000)
    page.wire.reads.clear()
    page.follow()
    await asyncio.sleep(50)
    assert 2000 < page.socket._waiting.size < 4000
    assert page.wire.closed_with is None
    page.wire.reads.set()
    await page.hear(type="following", last=last)
    assert len(page.of("message")) == 300


@in_virtual_time
async def test_w10_what_was_missed_does_not_wait_for_ever(bench: Bench) -> None:
    last = await say(bench, 300, "Hello" * 20)
    page = bench.page(PAT, queue_bytes=4000)
    page.wire.reads.clear()
    page.follow()
    await page.running
    assert page.wire.closed_with == 1013
    again = bench.page(PAT, queue_bytes=4000)
    again.follow()
    await again.hear(type="following", last=last)
    assert len(again.of("message")) == 300


@in_virtual_time
async def test_what_is_told_twice_or_in_part_again_is_sent_once(bench: Bench) -> None:
    page = bench.page(PAT)
    page.follow()
    await page.hear(type="following")
    first, second = await say(bench, 1, "A"), await say(bench, 1, "B")
    await page.hear(number=second)
    third = await say(bench, 1, "C")
    await page.hear(number=third)
    entries = await bench.journal.entries(address_of(THREAD), first - 1)
    events = [event for entry in entries for event in events_of(entry.events)]
    late = replace(events[-1], number=third + 1, text="D")
    again = Told(address_of(THREAD), first, 4, msgspec.Raw(encode([*events, late])))
    for _ in range(3):
        page.socket.told(again)
    await page.hear(number=third + 1)
    assert [frame["text"] for frame in page.of("message")] == ["A", "B", "C", "D"]


def test_who_takes_part_gets_the_number_before_what_comes_next() -> None:
    mia = Member(UserId("mia"), Role.DOCTOR, "Mia")
    early = MembersSet((mia,), (), "", closed=False, at=NOW)
    late = replace(early, closed=True)
    deleted = [MessageDeleted(number, 1, UserId("mia"), NOW) for number in (5, 9)]
    offered = FileDropped(FileId("file"), NOW)
    events = (early, deleted[0], early, offered, late, deleted[1], early, late)
    assert list(numbered(Changes(events, 14, more=False))) == [
        (4, early),
        (5, deleted[0]),
        (8, late),
        (9, deleted[1]),
        (14, late),
    ]
    assert list(numbered(Changes((), 14, more=False))) == []


ACTS = st.lists(
    st.sampled_from(["post", "post", "storm", "enter", "lose", "find", "crash", "leave", "wait"]),
    max_size=20,
)


@settings(max_examples=60)
@given(acts=ACTS)
@in_virtual_time
async def test_every_number_comes_once_and_in_order_whatever_happens(
    bench: Bench, acts: list[str]
) -> None:
    last = await say(bench, 1)
    told, page = list[int](), bench.page(PAT)
    page.follow()
    for act in acts:
        match act:
            case "post":
                last = await say(bench, 1)
            case "storm":
                async with asyncio.TaskGroup() as tasks:
                    for _ in range(70):
                        tasks.create_task(bench.tell(PostMessage("Hello"), MIA))
                last = await say(bench, 1)
            case "enter":
                await bench.enter()
            case "lose" | "find":
                bench.network.losing = act == "lose"
            case "crash":
                bench.crash()
                await bench.start()
            case "leave":
                await page.leave()
                told += page.numbers
                page = bench.page(PAT)
                page.follow(after=told[-1] if told else 0)
            case _:
                await asyncio.sleep(3)
    bench.network.losing = False
    last = await say(bench, 1)
    await page.hear(number=last)
    told += page.numbers
    entries = await bench.journal.entries(address_of(THREAD), 0, 10_000)
    events = itertools.chain.from_iterable(events_of(entry.events) for entry in entries)
    shown = [event.number for event in events if not isinstance(event, Unnumbered)]
    assert told == shown
