"""One actor on its node: decide, commit, reply; crash and come back; be put away."""

import asyncio
from typing import Any

import msgspec
import pytest

from actors.ids import MessageId
from actors.refusal import Refusal
from actors.runtime.codec import encode
from actors.runtime.envelope import Envelope, Failed, Reply
from actors.runtime.errors import DeliveryFailed, Fault
from actors.runtime.limits import Limits
from actors.runtime.mailbox import Mail
from tests.unit.runtime_support import (
    ANNA,
    Add,
    Added,
    AddNothing,
    Bench,
    Break,
    Hush,
    Total,
    in_virtual_time,
    tally,
    with_schema,
)


async def outcome(bench: Bench, *arguments: Any, **options: Any) -> str:  # noqa: ANN401  as `tell`
    """Return how the command ended, in a word."""
    try:
        happened = await bench.tell(*arguments, **options)
    except Refusal as refusal:
        return refusal.code
    except DeliveryFailed as failure:
        return failure.fault.value
    return f"done {happened.seq}"


@in_virtual_time
async def test_an_answer_leaves_after_the_commit(bench: Bench) -> None:
    await bench.start()
    bench.trouble.delay = 0.05
    telling = asyncio.create_task(bench.tell(Add(5)))
    await asyncio.sleep(0.12)
    assert (telling.done(), len(bench.disk.entries)) == (False, 0)
    await asyncio.sleep(0.05)
    assert (telling.done(), len(bench.disk.entries)) == (False, 1)
    assert (await telling).first(Added) == Added(5, (), None)


@in_virtual_time
async def test_a_question_is_answered_when_all_that_it_saw_is_on_disk(bench: Bench) -> None:
    await bench.start()
    await bench.tell(Add(1))
    bench.trouble.delay = 0.03
    telling = asyncio.create_task(bench.tell(Add(5)))
    await asyncio.sleep(0)
    assert (await bench.total()).total == 6
    assert len(bench.disk.entries) == 2
    await telling


@in_virtual_time
async def test_a_repeated_command_gets_the_first_answer(bench: Bench) -> None:
    await bench.start(limits=Limits(answers_kept=1))
    assert await outcome(bench, Add(5), name="m1") == "done 1"
    assert await outcome(bench, Add(5), name="m1") == "done 1"
    for number in range(3):
        await bench.tell(Add(1), name=f"n{number}")
    assert await outcome(bench, Add(5), name="m1") == "done 1"
    assert await bench.total() == Total(8, 0)


@in_virtual_time
async def test_a_command_repeated_while_it_is_under_way_takes_effect_once(bench: Bench) -> None:
    await bench.start()
    bench.trouble.delay = 0.02
    told = await asyncio.gather(*(outcome(bench, Add(5), name="m1") for _ in range(3)))
    assert told == ["done 1"] * 3
    assert await bench.total() == Total(5, 0)


@in_virtual_time
async def test_a_command_repeated_after_a_crash_gets_the_first_answer(bench: Bench) -> None:
    await bench.start()
    await bench.tell(Add(5), name="m1")
    bench.crash()
    await bench.start()
    assert await outcome(bench, Add(5), name="m1") == "done 1"
    assert await bench.total() == Total(5, 0)


@in_virtual_time
async def test_a_refusal_is_answered_and_nothing_else_happens(bench: Bench) -> None:
    node = await bench.start()
    assert await outcome(bench, Add(-1)) == "negative"
    assert await outcome(bench, AddNothing()) == "done 0"
    assert bench.disk.entries == []
    assert node.restarts == {}


@in_virtual_time
async def test_a_crash_is_of_one_message_and_the_state_comes_from_the_journal(
    bench: Bench,
) -> None:
    node = await bench.start()
    await bench.tell(Add(5))
    told = await asyncio.gather(
        outcome(bench, Add(1)), outcome(bench, Break()), outcome(bench, Add(2))
    )
    assert list(told) == ["done 2", "crashed", "done 3"]
    assert await bench.total() == Total(8, 0)
    assert node.restarts == {"tally": 1}


@in_virtual_time
async def test_an_actor_that_crashes_too_often_rests_alone_and_comes_back(bench: Bench) -> None:
    node = await bench.start(limits=Limits(crashes=2, rest=60.0))
    await bench.tell(Add(5))
    assert [await outcome(bench, Break()) for _ in range(3)] == ["crashed"] * 3
    assert await outcome(bench, Add(1)) == "unavailable"
    assert await outcome(bench, Add(1), "other") == "done 1"
    assert list(node.resting) == [tally("one")]
    await asyncio.sleep(60.1)
    assert await outcome(bench, Add(1)) == "done 2"
    assert node.resting == {}


@in_virtual_time
async def test_an_actor_that_rests_does_not_come_back_when_a_late_commit_fails(
    bench: Bench,
) -> None:
    node = await bench.start(limits=Limits(crashes=0))
    await bench.tell(Add(5))
    actor = node.actors[tally("one")]
    bench.trouble.delay, bench.trouble.failing = 0.01, 1
    told = await asyncio.gather(outcome(bench, Add(1)), outcome(bench, Break()))
    assert list(told) == ["store_down", "crashed"]
    await asyncio.sleep(1)
    assert (actor.phase.value, node.actors) == ("gone", {})


@in_virtual_time
async def test_a_failed_commit_is_undone_with_all_that_stands_on_it(bench: Bench) -> None:
    await bench.start()
    await bench.tell(Add(1))
    bench.trouble.delay, bench.trouble.failing = 0.01, 1
    told = await asyncio.gather(*(outcome(bench, Add(10)) for _ in range(3)))
    assert told == ["store_down"] * 3
    assert await bench.total() == Total(1, 0)
    assert await outcome(bench, Add(1)) == "done 2"
    assert [entry.seq for entry in bench.disk.entries] == [1, 2]


@in_virtual_time
async def test_a_question_about_what_was_undone_is_not_answered_with_it(bench: Bench) -> None:
    await bench.start()
    bench.trouble.delay, bench.trouble.failing = 0.01, 1
    telling = asyncio.create_task(outcome(bench, Add(10)))
    await asyncio.sleep(0.005)
    with pytest.raises(DeliveryFailed, match="store_down"):
        await bench.total()
    assert await telling == "store_down"


@in_virtual_time
async def test_a_full_mailbox_is_busy(bench: Bench) -> None:
    await bench.start(limits=Limits(mailbox=2, uncommitted=1))
    await bench.tell(Add(1))
    bench.trouble.delay = 1.0
    told = await asyncio.gather(*(outcome(bench, Add(1), wait=0.01) for _ in range(4)))
    assert told.count("busy") == 1
    bench.trouble.delay = 0.0


@in_virtual_time
async def test_a_node_with_too_much_on_its_way_to_disk_is_busy(bench: Bench) -> None:
    await bench.start(limits=Limits(in_flight=1))
    await bench.tell(Add(1), "one")
    await bench.tell(Add(1), "two")
    bench.trouble.delay = 1.0
    first = asyncio.create_task(outcome(bench, Add(1), "one"))
    await asyncio.sleep(0)
    assert await outcome(bench, Add(1), "two", wait=0.2) == "busy"
    assert await first == "done 2"


def give(bench: Bench, deadline: int, body: bytes) -> list[Reply]:
    """Hand the node a message; return the list that its answers will be in."""
    answers: list[Reply] = []
    envelope = Envelope(MessageId("m"), tally("one"), ANNA, deadline, msgspec.Raw(body))
    bench.node._give(Mail(envelope, answers.append))
    return answers


@in_virtual_time
async def test_what_comes_after_its_deadline_is_not_done(bench: Bench) -> None:
    await bench.start()
    answers = give(bench, bench.clock.unix_ms() - 1, encode(Add(1)))
    await asyncio.sleep(1)
    assert answers == [Failed(Fault.LATE)]
    assert bench.disk.entries == []


@in_virtual_time
async def test_what_is_not_of_the_language_is_unreadable(bench: Bench) -> None:
    await bench.start()
    bodies = (b"\xc1", encode({"type": "Burn"}), encode({"type": "Add", "amount": "much"}))
    answers = [give(bench, bench.clock.unix_ms() + 9_000, body) for body in bodies]
    await asyncio.sleep(1)
    assert answers == [[Failed(Fault.UNREADABLE)]] * 3


@in_virtual_time
async def test_an_idle_actor_is_put_away_and_comes_back_from_its_snapshot(bench: Bench) -> None:
    node = await bench.start(limits=Limits(idle=60.0, snapshot_idle=2))
    await bench.tell(Add(1))
    await bench.tell(Add(2))
    await asyncio.sleep(70)
    assert node.actors == {}
    assert bench.disk.snapshots[tally("one")].seq == 2
    await bench.tell(Add(3))
    assert await bench.total() == Total(6, 0)


@in_virtual_time
async def test_a_snapshot_is_written_beside_every_so_many_events(bench: Bench) -> None:
    await bench.start(limits=Limits(snapshot_every=3))
    for _ in range(7):
        await bench.tell(Add(1))
    assert bench.disk.snapshots[tally("one")].seq == 6
    bench.crash()
    await bench.start()
    assert await bench.total() == Total(7, 0)


@in_virtual_time
async def test_a_snapshot_of_another_schema_is_left_aside(bench: Bench) -> None:
    await bench.start(limits=Limits(snapshot_every=1))
    await bench.tell(Add(4))
    snapshot = bench.disk.snapshots[tally("one")]
    bench.disk.snapshots[tally("one")] = msgspec.structs.replace(snapshot, state=b"\xc1")
    bench.crash()
    node = await bench.start(room=with_schema(2))
    assert await bench.total() == Total(4, 0)
    assert node.restarts == {}


@in_virtual_time
async def test_the_longest_idle_are_put_away_when_too_many_are_active(bench: Bench) -> None:
    node = await bench.start(limits=Limits(active=2))
    for name in ("a", "b", "c", "d"):
        await bench.tell(Add(1), name)
        await asyncio.sleep(0.1)
    node.sweep()
    assert sorted(address.key for address in node.actors) == ["c", "d"]


@in_virtual_time
async def test_an_actor_restarted_by_hand_forgets_nothing(bench: Bench) -> None:
    node = await bench.start()
    bench.trouble.delay = 0.01
    telling = asyncio.gather(*(outcome(bench, Add(1)) for _ in range(3)))
    await asyncio.sleep(0.04)
    node.actors[tally("one")].restart()
    assert await telling == ["done 1", "done 2", "done 3"]
    assert await outcome(bench, Hush()) == "done 4"
    assert await bench.total() == Total(3, 0)
