"""Shards that are taken up anew: because nobody can tell what was written, or nobody was there."""

import asyncio
from collections.abc import Sequence

import pytest

from actors.runtime.errors import CommitUncertain, JournalError
from actors.runtime.leases import Member
from actors.runtime.limits import Limits
from actors.store.memory import MemoryJournal
from actors.store.memory.journal import Waiting
from tests.unit.runtime_support import SHARDS, Add, Bench, in_virtual_time

QUICK = Limits(lease=3.0)


def tear(journal: MemoryJournal, *, made: bool) -> None:
    """Make the next transaction, or don't, and leave who asked for it without an answer."""
    step = "_tell" if made else "_write"

    def torn(batch: list[Waiting], _results: Sequence[JournalError | None] = ()) -> None:
        del vars(journal)[step]
        for line, _, _ in batch:
            line.broken = True
        journal._tell(batch, [CommitUncertain() for _ in batch])

    vars(journal)[step] = torn


@pytest.mark.parametrize("made", [True, False])
def test_what_a_torn_commit_sends_and_is_woken_for_is_done_once(made: bool) -> None:
    @in_virtual_time
    async def test(bench: Bench) -> None:
        await bench.start()
        await bench.tell(Add(1))
        tear(bench.journal, made=made)
        await bench.tell(Add(2, tell=("two",), ring=0.5))
        await asyncio.sleep(1)
        assert (await bench.total()).total == 3
        assert (await bench.total()).rings == 1
        assert (await bench.total("two")).total == 2
        assert bench.disk.parcels == {}

    test()


@in_virtual_time
async def test_a_shard_that_is_taken_up_anew_has_a_new_epoch(bench: Bench) -> None:
    node = await bench.start()
    before = {shard: fence.epoch for shard, fence in node.shards.fences.items()}
    node.uncertain(1)
    await asyncio.sleep(0.1)
    after = {shard: fence.epoch for shard, fence in node.shards.fences.items()}
    assert after == before | {1: before[1] + 1}


@in_virtual_time
async def test_an_alarm_rings_once_however_often_its_shard_is_taken_up(bench: Bench) -> None:
    node = await bench.start()
    await bench.tell(Add(1, ring=0.5))
    for _ in range(3):
        for shard in range(SHARDS):
            node.uncertain(shard)
        await asyncio.sleep(0.1)
    await asyncio.sleep(1)
    assert (await bench.total()).rings == 1


@in_virtual_time
async def test_a_shard_that_could_not_be_opened_without_the_bus_is_opened_later(
    bench: Bench,
) -> None:
    node = await bench.start(limits=QUICK)
    bench.transport.cut()
    for shard in range(SHARDS):
        node.uncertain(shard)
    await asyncio.sleep(1)
    assert not node.shards.fences
    bench.transport.mend()
    await bench.tell(Add(1))
    assert len(node.shards.fences) == SHARDS


@in_virtual_time
async def test_an_alarm_that_is_set_while_its_shard_closes_is_left_to_the_next_owner(
    bench: Bench,
) -> None:
    node = await bench.start()
    bench.trouble.delay = 0.05
    telling = asyncio.create_task(bench.tell(Add(1, ring=5.0)))
    await asyncio.sleep(0.03)
    await node.keeping.close_shards(range(SHARDS))
    assert len(bench.disk.alarms) == 1
    assert len(node.timers) == 0
    telling.cancel()


@in_virtual_time
async def test_nothing_is_handed_over_to_who_does_not_answer(bench: Bench) -> None:
    node = await bench.start(limits=Limits(lease=3.0, knock=60.0))
    await bench.journal.beat(Member("ghost-1", "ghost"), 2.0)
    await asyncio.sleep(1)
    assert len(node.shards.fences) == SHARDS
    bench.journal.crash()
