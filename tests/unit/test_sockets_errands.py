"""What a page says to a conversation: once, in order, answered; and reading never waits for it."""

import asyncio
from contextlib import suppress

import pytest

from actors.caller import Caller, Role
from actors.conversation.messages import MOST_TEXT, PostMessage
from http_edge.limits import WRITING
from http_edge.problems import Problem
from http_edge.sockets import errands
from tests.unit.sockets_bench import BEN, MIA, PAT, TEAM, THREAD, Bench, in_virtual_time


@in_virtual_time
async def test_done_says_the_number_of_the_message_itself(bench: Bench) -> None:
    page, other = bench.page(PAT), bench.page(MIA)
    for each in (page, other):
        each.follow()
        await each.hear(type="following")
    page.post("one", "Hello")
    number = (await page.hear(type="done", id="one"))["number"]
    heard = await other.hear(type="message")
    assert (heard["number"], heard["key"], heard["text"]) == (number, "one", "Hello")
    page.say("edit", id="two", conversation=THREAD, number=number, text="Good day")
    edited = (await page.hear(type="done", id="two"))["number"]
    assert (await other.hear(type="edited"))["number"] == edited
    page.say("edit", id="three", conversation=THREAD, number=number, text="Good day")
    assert (await page.hear(type="done", id="three"))["number"] in {number, edited}
    page.say("delete", id="four", conversation=THREAD, number=number)
    deleted = (await page.hear(type="done", id="four"))["number"]
    assert (await other.hear(type="deleted"))["number"] == deleted
    page.say("mark", conversation=THREAD, delivered=number, read=number)
    page.post("five", reply_to=0)
    await page.hear(type="done", id="five")


@in_virtual_time
async def test_what_is_said_again_has_its_first_answer_and_no_second_effect(bench: Bench) -> None:
    page = bench.page(PAT)
    page.post("one")
    first = (await page.hear(type="done"))["number"]
    for _ in range(20):  # more than an actor keeps answers of
        await bench.tell(PostMessage("Meanwhile"), MIA)
    page.post("one", "Other words")
    assert (await page.hear(type="done"))["number"] == first
    bench.crash()
    await bench.start()
    again = bench.page(PAT)
    again.post("one")
    assert (await again.hear(type="done"))["number"] == first
    again.follow()
    await again.hear(type="following")
    assert [frame["key"] for frame in again.of("message")].count("one") == 1


@in_virtual_time
async def test_an_id_that_stood_for_something_else_is_not_called_done(bench: Bench) -> None:
    page = bench.page(PAT)
    page.post("one")
    number = (await page.hear(type="done"))["number"]
    page.say("edit", id="two", conversation=THREAD, number=number, text="Good day")
    await page.hear(type="done", id="two")
    page.say("delete", id="two", conversation=THREAD, number=number)
    assert (await page.hear(id="two"))["code"] == "already_used"
    page.follow()
    await page.hear(type="following")
    assert not page.of("deleted")


@in_virtual_time
async def test_the_same_id_of_two_people_is_two_messages(bench: Bench) -> None:
    pages = [bench.page(caller) for caller in (PAT, MIA)]
    for page in pages:
        page.post("one")
    first, second = [(await page.hear(type="done"))["number"] for page in pages]
    assert first != second


@in_virtual_time
async def test_a_rule_that_says_no_is_told_with_the_id_and_what_to_mend(bench: Bench) -> None:
    page = bench.page(PAT)
    page.post("one", "x" * (MOST_TEXT + 1))
    refused = await page.hear(type="refused")
    assert (refused["id"], refused["address"], refused["again"]) == ("one", "", False)
    assert refused["code"] != "malformed_frame"
    assert str(MOST_TEXT) in refused["sentence"]
    page.say("edit", id="two", conversation=THREAD, number=999, text="Hello")
    assert (await page.hear(type="refused"))["id"] == "two"
    page.say("mark", conversation="nothing", read=1)
    refused = await page.hear(type="refused")
    assert (refused["id"], refused["address"]) == ("", "conversation/nothing")


@in_virtual_time
async def test_what_was_not_decided_on_is_to_be_said_again_in_its_order(bench: Bench) -> None:
    page = bench.page(PAT)
    bench.crash()
    for key in ("one", "two", "three"):
        page.post(key)
    page.say("mark", conversation=THREAD, read=1)
    undone = [await page.hear(type="refused") for _ in range(4)]
    assert [frame["id"] for frame in undone] == ["one", "two", "three", ""]
    assert all(frame["again"] for frame in undone)
    assert undone[-1]["address"] == f"conversation/{THREAD}"
    await bench.start()
    for key in ("one", "two", "three"):
        page.post(key)
    numbers = [(await page.hear(type="done"))["number"] for _ in range(3)]
    assert numbers == sorted(numbers)


@in_virtual_time
async def test_an_answer_that_was_lost_is_given_again(bench: Bench) -> None:
    page = bench.page(PAT)
    bench.bus.part("edge", "node-1")
    page.post("one")
    refused = await page.hear(type="refused")
    assert (refused["code"], refused["again"]) == ("timed_out", True)
    assert "Send it again" in refused["sentence"]
    bench.bus.join("edge", "node-1")
    page.post("one")
    await page.hear(type="done", id="one")


@in_virtual_time
async def test_reading_goes_on_while_an_errand_waits_and_so_many_wait_at_most(bench: Bench) -> None:
    page = bench.page(PAT)
    bench.crash()
    page.post("under-way")
    await asyncio.sleep(0.1)
    for number in range(errands.MOST + 2):
        page.post(f"key-{number}")
    busy = [await page.hear() for _ in range(2)]
    assert [frame["id"] for frame in busy] == ["key-32", "key-33"]
    assert all(frame["code"] == "busy" and frame["again"] for frame in busy)
    page.say("nonsense")
    assert (await page.hear())["code"] == "malformed_frame"
    page.say("watch", address="account/x", after=0)
    assert (await page.hear())["address"] == "account/x"
    await bench.start()


@in_virtual_time
async def test_ten_messages_a_second_are_taken_and_too_many_are_to_be_said_again(
    bench: Bench,
) -> None:
    page = bench.page(PAT)
    for number in range(100):
        page.post(f"key-{number}")
        assert (await page.hear(id=f"key-{number}"))["type"] == "done"
        await asyncio.sleep(0.1)
    with suppress(Problem):
        while True:
            bench.tries.check(WRITING, "pat")
    page.post("post")
    page.say("edit", id="edit", conversation=THREAD, number=2, text="Good day")
    page.say("delete", id="delete", conversation=THREAD, number=2)
    over = [await page.hear(type="refused") for _ in range(3)]
    assert [frame["id"] for frame in over] == ["post", "edit", "delete"]
    assert all(frame["code"] == "too_many_attempts" and frame["again"] for frame in over)
    other = bench.page(MIA)
    other.post("other")
    await other.hear(type="done", id="other")
    await asyncio.sleep(1)
    page.post("post")
    await page.hear(type="done", id="post")


@in_virtual_time
async def test_marks_that_wait_become_one(bench: Bench) -> None:
    last = (await bench.tell(PostMessage("Hello"), MIA)).seq
    page = bench.page(PAT)
    page.follow()
    await page.hear(type="following")
    page.post("one")
    for number in range(1, 60):
        page.say("mark", conversation=THREAD, delivered=min(number, last), read=min(number, last))
    marked = await page.hear(type="marked", user="pat")
    assert marked["mark"] == {"delivered": last, "read": last}
    page.post("two")
    await page.hear(type="done", id="two")
    assert len(page.of("marked")) == 1


EVERY_KIND: dict[str, dict[str, object]] = {
    "post": {"id": "one", "text": "Hello"},
    "edit": {"id": "one", "number": 2, "text": "Hello"},
    "delete": {"id": "one", "number": 2},
    "mark": {"read": 1},
    "follow": {"after": 0},
}
STRANGERS = {
    "another doctor": BEN,
    "the patient's id, as a doctor": Caller("pat", Role.DOCTOR, "session"),
    "an administrator": Caller("ada", Role.ADMIN, "session"),
    "another patient": Caller("nil", Role.PATIENT, "session"),
}


@pytest.mark.parametrize("stranger", STRANGERS.values(), ids=STRANGERS)
@pytest.mark.parametrize("kind", EVERY_KIND)
@in_virtual_time
async def test_w08_no_frame_of_a_stranger_has_an_effect(
    bench: Bench, kind: str, stranger: Caller
) -> None:
    await bench.tell(PostMessage("Private"), MIA)
    seen = bench.page(PAT)
    seen.follow()
    before = (await seen.hear(type="following"))["last"]
    page = bench.page(stranger)
    for conversation in (THREAD, TEAM, "nothing"):
        page.say(kind, **{**EVERY_KIND[kind], "conversation": conversation})
        refused = await page.hear()
        assert (refused["type"], refused["code"]) == ("refused", "not_found")
    page.say("typing", conversation=THREAD)
    page.say("here", conversation=THREAD)
    for address in (f"conversation/{THREAD}", f"conversation/{TEAM}"):
        page.say("watch", address=address, after=0)
        assert (await page.hear())["code"] == "not_found"
    await asyncio.sleep(30)
    assert len(page.wire.heard) == 5
    assert seen.wire.heard[-1] == {"type": "following", "conversation": THREAD, "last": before}


@in_virtual_time
async def test_a_frame_that_breaks_its_part_closes_the_socket_and_says_so(bench: Bench) -> None:
    page = bench.page(PAT)

    async def broken() -> None:
        raise ZeroDivisionError

    page.socket._spawn(broken())
    await page.running
    assert page.wire.closed_with == 1011
