"""Questions that take time to prepare: the actor goes on meanwhile, and each is answered once."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from actors.asked import Asked
from actors.runtime.client import RefusedThere
from actors.runtime.codec import decode_as
from actors.runtime.errors import DeliveryFailed, StoreUnavailable
from actors.runtime.limits import Limits
from actors.runtime.room import Room
from tests.unit.runtime_support import (
    ANNA,
    ROOM,
    Add,
    Added,
    Bench,
    Break,
    Event,
    Negative,
    Recall,
    Recalled,
    Tally,
    Total,
    in_virtual_time,
    tally,
)

LONG = 0.2
"""Seconds for which a question is prepared: less than a client waits before it asks again."""


def recalling(
    bench: Bench, seconds: float = 0.0, trouble: Callable[[], Exception | None] = lambda: None
) -> Room[Any]:
    """Return a room that reads its own past, for so long, and fails as said."""

    async def prepare(state: Tally, query: Recall, _asked: Asked) -> Recalled:
        await asyncio.sleep(seconds)
        if (error := trouble()) is not None:
            raise error
        entries = await bench.journal.entries(tally("one"))
        events: Sequence[Event] = [
            event for entry in entries for event in decode_as(list[Event], entry.events)
        ]
        amounts = [event.amount for event in events if isinstance(event, Added)]
        return Recalled(tuple(amounts[: query.most]), state.total)

    return replace(ROOM, prepare=prepare, prepared=frozenset({Recall}))


async def recall(bench: Bench, most: int = 1_000, wait: float = 60.0) -> Recalled:
    """Ask what was added."""
    return await bench.client.ask(tally("one"), Recall(most), Recalled, ANNA, wait=wait)


@in_virtual_time
async def test_the_view_is_made_of_what_was_prepared(bench: Bench) -> None:
    await bench.start(room=recalling(bench))
    for amount in (1, 2, 3):
        await bench.tell(Add(amount))
    assert await recall(bench) == Recalled((1, 2, 3), 6)
    assert await recall(bench, 2) == Recalled((1, 2), 6)


@in_virtual_time
async def test_what_it_has_seen_is_on_disk_when_it_is_answered(bench: Bench) -> None:
    await bench.start(room=recalling(bench))
    await bench.tell(Add(1))
    bench.trouble.delay = 0.03
    telling = asyncio.create_task(bench.tell(Add(2)))
    await asyncio.sleep(0.001)
    assert await recall(bench) == Recalled((1, 2), 3)
    assert len(bench.disk.entries) == 2
    await telling


@in_virtual_time
async def test_a_slow_question_does_not_hold_up_the_mailbox(bench: Bench) -> None:
    await bench.start(room=recalling(bench, LONG))
    await bench.tell(Add(1))
    asking = asyncio.create_task(recall(bench))
    await asyncio.sleep(0.1)
    await bench.tell(Add(2), wait=0.1)
    assert await bench.total() == Total(3, 0)
    assert not asking.done()
    assert await asking == Recalled((1, 2), 1)


@in_virtual_time
async def test_many_are_prepared_at_the_same_time(bench: Bench) -> None:
    await bench.start(room=recalling(bench, LONG))
    await asyncio.gather(*(recall(bench, wait=LONG + 0.1) for _ in range(20)))


@in_virtual_time
async def test_more_than_the_mailbox_holds_are_busy(bench: Bench) -> None:
    await bench.start(room=recalling(bench, LONG), limits=Limits(mailbox=3))
    fitting = [asyncio.create_task(recall(bench)) for _ in range(3)]
    await asyncio.sleep(LONG / 4)
    with pytest.raises(DeliveryFailed, match="busy"):
        await recall(bench, wait=LONG / 4)
    await bench.tell(Add(1), wait=LONG / 4)
    assert await asyncio.gather(*fitting) == [Recalled((1,), 0)] * 3
    assert await recall(bench) == Recalled((1,), 1)


@in_virtual_time
async def test_what_is_prepared_too_late_is_not_answered(bench: Bench) -> None:
    await bench.start(room=recalling(bench, LONG))
    with pytest.raises(DeliveryFailed, match="timed_out"):
        await recall(bench, wait=LONG / 2)
    await asyncio.sleep(LONG)
    assert await bench.total() == Total(0, 0)


@in_virtual_time
async def test_one_that_is_asked_again_meanwhile_is_prepared_once_and_answered(
    bench: Bench,
) -> None:
    prepared: list[None] = []
    await bench.start(room=recalling(bench, 10.0, lambda: prepared.append(None)))
    assert await recall(bench, wait=12.0) == Recalled((), 0)
    assert prepared == [None]


@in_virtual_time
async def test_a_refusal_while_it_is_prepared_is_answered(bench: Bench) -> None:
    node = await bench.start(room=recalling(bench, trouble=Negative))
    with pytest.raises(RefusedThere) as refused:
        await recall(bench)
    assert (refused.value.code, node.restarts) == ("negative", {})


@in_virtual_time
async def test_a_refusal_of_what_was_prepared_is_answered(bench: Bench) -> None:
    node = await bench.start(room=recalling(bench, LONG))
    await bench.tell(Add(1))
    bench.trouble.delay, bench.trouble.failing = 0.01, 1
    undone = asyncio.create_task(bench.tell(Add(5)))
    await asyncio.sleep(0.005)
    asking = asyncio.create_task(recall(bench))
    with pytest.raises(DeliveryFailed, match="store_down"):
        await undone
    with pytest.raises(RefusedThere) as refused:
        await asking
    assert (refused.value.code, node.restarts) == ("negative", {})


@in_virtual_time
async def test_a_fault_while_it_is_prepared_crashes_this_actor_alone(bench: Bench) -> None:
    node = await bench.start(room=recalling(bench, trouble=ZeroDivisionError))
    await bench.tell(Add(5))
    with pytest.raises(DeliveryFailed, match="crashed"):
        await recall(bench)
    assert await bench.total() == Total(5, 0)
    assert node.restarts == {"tally": 1}


@in_virtual_time
async def test_a_store_that_can_t_be_read_is_said_and_crashes_nothing(bench: Bench) -> None:
    node = await bench.start(room=recalling(bench, trouble=StoreUnavailable))
    await bench.tell(Add(5))
    with pytest.raises(DeliveryFailed, match="store_down"):
        await recall(bench)
    assert await bench.total() == Total(5, 0)
    assert node.restarts == {}


@in_virtual_time
async def test_one_that_is_being_prepared_outlives_another_message_s_crash(bench: Bench) -> None:
    await bench.start(room=recalling(bench, LONG))
    await bench.tell(Add(5))
    asking = asyncio.create_task(recall(bench))
    await asyncio.sleep(LONG / 2)
    with pytest.raises(DeliveryFailed, match="crashed"):
        await bench.tell(Break())
    assert await asking == Recalled((5,), 5)


@in_virtual_time
async def test_an_actor_that_prepares_is_not_put_away(bench: Bench) -> None:
    limits = Limits(idle=LONG / 4, sweep=LONG / 8, active=0)
    node = await bench.start(room=recalling(bench, LONG), limits=limits)
    asking = asyncio.create_task(recall(bench))
    await asyncio.sleep(LONG * 0.9)
    assert tally("one") in node.actors
    assert await asking == Recalled((), 0)
    await asyncio.sleep(5)
    assert node.actors == {}


@in_virtual_time
async def test_one_that_is_being_prepared_is_told_when_its_actor_has_left(bench: Bench) -> None:
    await bench.start(room=recalling(bench, LONG), limits=Limits(crashes=0))
    asking = asyncio.create_task(recall(bench))
    await asyncio.sleep(LONG / 2)
    with pytest.raises(DeliveryFailed, match="crashed"):
        await bench.tell(Break())
    with pytest.raises(DeliveryFailed, match="unavailable"):
        await asking
