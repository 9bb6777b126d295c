"""Durable sends: in order for each pair, until they are answered, never twice in effect."""

import asyncio
from collections.abc import Sequence

import pytest

from actors.caller import actor_caller
from actors.ids import MessageId
from actors.refusal import Refusal
from actors.runtime.client import Happened
from actors.runtime.journal import Parcel
from actors.runtime.limits import Limits
from actors.runtime.memory_transport import AT_ONCE, FairNetwork
from tests.unit.runtime_support import (
    Add,
    Added,
    AddNothing,
    Bench,
    Command,
    Mislead,
    in_virtual_time,
    tally,
)


class LossyNetwork(FairNetwork):
    """Loses the next so many replies to a node, after the request was worked on."""

    def __init__(self, losing: int) -> None:
        self.losing = losing

    def reply(self, source: str, target: str, payload: bytes) -> Sequence[float]:  # noqa: ARG002
        """Lose it, or bring it."""
        if target != "edge" and self.losing > 0:
            self.losing -= 1
            return ()
        return AT_ONCE


def amounts(bench: Bench, name: str) -> list[str]:
    """Return the causes of all that happened to a tally, in order."""
    return [entry.cause for entry in bench.disk.entries if entry.actor == tally(name)]


@in_virtual_time
async def test_a_send_arrives_and_is_settled(bench: Bench) -> None:
    node = await bench.start()
    await bench.tell(Add(3, tell=("two", "three")))
    await asyncio.sleep(1)
    assert (await bench.total("two")).total == 3
    assert (await bench.total("three")).total == 3
    assert (bench.disk.parcels, node.outbox.backlog) == ({}, 0)


@in_virtual_time
async def test_sends_of_a_pair_arrive_in_order(bench: Bench) -> None:
    await bench.start(limits=Limits(outbox_in_flight=2))
    for _ in range(5):
        await bench.tell(Add(1, tell=("two",)))
    await asyncio.sleep(1)
    assert amounts(bench, "two") == [f"tally/one:{seq}.0" for seq in range(1, 6)]


@in_virtual_time
async def test_a_send_whose_answer_is_lost_is_sent_again_and_takes_effect_once(
    bench: Bench,
) -> None:
    bench.bus.network = LossyNetwork(2)
    await bench.start()
    await bench.tell(Add(3, tell=("two",)))
    await asyncio.sleep(10)
    assert (await bench.total("two")).total == 3
    assert bench.disk.parcels == {}


@in_virtual_time
async def test_what_was_not_delivered_is_delivered_after_a_restart_and_first(
    bench: Bench,
) -> None:
    await bench.start()
    bench.bus.part("node-1", "node-1")
    await bench.tell(Add(1, tell=("two",)))
    await asyncio.sleep(1)
    bench.crash()
    bench.trouble.delay = 0.01
    starting = asyncio.create_task(bench.start())
    await bench.tell(Add(1, tell=("two",)))
    await starting
    await asyncio.sleep(5)
    assert amounts(bench, "two") == ["tally/one:1.0", "tally/one:2.0"]


@in_virtual_time
async def test_a_send_settled_too_late_takes_no_second_effect(bench: Bench) -> None:
    await bench.start()
    bench.trouble.delay = 0.01
    await bench.tell(Add(3, tell=("two",)))
    while not amounts(bench, "two"):  # noqa: ASYNC110  between commit and settlement
        await asyncio.sleep(0.001)
    bench.crash()
    assert len(bench.disk.parcels) == 1
    await bench.start()
    await asyncio.sleep(5)
    assert (await bench.total("two")).total == 3
    assert bench.disk.parcels == {}


@in_virtual_time
async def test_a_send_that_is_refused_becomes_a_dead_letter(bench: Bench) -> None:
    await bench.start()
    await bench.tell(Mislead("two"))
    await bench.tell(Add(1, tell=("two",)))
    await asyncio.sleep(1)
    [letter] = await bench.journal.dead_letters()
    assert (letter.parcel.id, letter.code) == ("tally/one:1.0", "negative")
    assert amounts(bench, "two") == ["tally/one:2.0"]
    assert bench.disk.parcels == {}


@in_virtual_time
async def test_a_settlement_that_fails_is_made_again(bench: Bench) -> None:
    await bench.start()
    bench.trouble.delay = 0.01
    await bench.tell(Add(3, tell=("two",)))
    while not amounts(bench, "two"):  # noqa: ASYNC110  between commit and settlement
        await asyncio.sleep(0.001)
    bench.trouble.failing = 1
    await asyncio.sleep(1)
    assert len(bench.disk.parcels) == 1
    await asyncio.sleep(10)
    assert bench.disk.parcels == {}


ONE = actor_caller(tally("one"))


async def told_by_one(bench: Bench, command: Command, number: int) -> Happened:
    """Give tally two a copy of what tally one sends as its parcel *number*."""
    name = MessageId(f"{tally('one')}:{number}.0")
    return await bench.client.tell(tally("two"), command, ONE, id=name, wait=1.0)


def waiting(bench: Bench, number: int) -> None:
    """Let parcel *number* of tally one wait on the disk, with nobody who carries it."""
    name = MessageId(f"{tally('one')}:{number}.0")
    bench.disk.parcels[name] = (0, Parcel(name, tally("one"), tally("two"), b"", b"", 0))


@in_virtual_time
async def test_a_send_that_changed_nothing_is_settled_with_its_answer(bench: Bench) -> None:
    await bench.start()
    waiting(bench, 1)
    await told_by_one(bench, AddNothing(), 1)
    assert bench.disk.parcels == {}


@in_virtual_time
async def test_a_late_copy_of_what_changed_nothing_changes_nothing_later(bench: Bench) -> None:
    await bench.start()
    waiting(bench, 1)
    await told_by_one(bench, AddNothing(), 1)
    late = await told_by_one(bench, Add(1), 1)
    assert late.first(Added) is None
    assert (await bench.total("two")).total == 0


@in_virtual_time
async def test_a_send_that_is_refused_is_not_settled_by_who_refuses_it(bench: Bench) -> None:
    await bench.start()
    waiting(bench, 1)
    with pytest.raises(Refusal):
        await told_by_one(bench, Add(-1), 1)
    assert len(bench.disk.parcels) == 1
