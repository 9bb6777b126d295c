"""What only passes: told to who watches at this moment, and kept nowhere."""

import asyncio

import pytest

from actors.runtime.client import RefusedThere
from actors.runtime.codec import decode_as
from actors.runtime.envelope import TOLD_TAKEN, Told
from actors.runtime.errors import DeliveryFailed
from actors.runtime.limits import Limits
from tests.unit.runtime_support import (
    Add,
    Added,
    Bench,
    Tab,
    Wave,
    Waved,
    in_virtual_time,
    opened,
    tally,
)


def waves(tab: Tab) -> list[Waved]:
    """Return what passed at *tab*."""
    return [wave for told in tab.told if told.passing for wave in events(told)]


def events(told: Told) -> list[Waved]:
    """Return what *told* tells."""
    return list(decode_as(list[Waved], told.events))


@in_virtual_time
async def test_everybody_who_watches_is_told_and_nothing_is_kept(bench: Bench) -> None:
    await bench.start()
    tabs = [await opened(bench, name) for name in ("a", "b")]
    await bench.tell(Add(5))
    for tab in tabs:
        await tab.watch(1)
    happened = await bench.tell(Wave(3))
    await asyncio.sleep(1)
    assert (happened.seq, len(happened)) == (1, 0)
    assert [waves(tab) for tab in tabs] == [[Waved("anna", 3)]] * 2
    assert [(told.seq, told.count) for told in tabs[0].told] == [(1, 0)]
    assert [entry.command for entry in bench.disk.entries] == ["Add"]


@in_virtual_time
async def test_what_passed_is_not_told_to_who_comes_later(bench: Bench) -> None:
    await bench.start()
    await bench.tell(Wave())
    tab = await opened(bench)
    watched = await tab.watch(0)
    await asyncio.sleep(1)
    assert (watched.missed, tab.told) == ((), [])


@in_virtual_time
async def test_it_takes_no_number_from_what_happens(bench: Bench) -> None:
    await bench.start()
    tab = await opened(bench)
    await tab.watch(0)
    for _ in range(3):
        await bench.tell(Wave())
        await asyncio.sleep(0.1)
        assert (await bench.tell(Add(1))).first(Added) == Added(1, (), None)
        await asyncio.sleep(0.1)
    assert tab.numbers == [(0, 0), (1, 1), (1, 0), (2, 1), (2, 0), (3, 1)]


@in_virtual_time
async def test_a_message_that_is_said_again_passes_again(bench: Bench) -> None:
    await bench.start()
    tab = await opened(bench)
    await tab.watch(0)
    for _ in range(2):
        await bench.tell(Wave(), name="same")
        await asyncio.sleep(0.1)
    assert len(waves(tab)) == 2


@in_virtual_time
async def test_nothing_is_told_where_there_is_nothing_to_tell(bench: Bench) -> None:
    await bench.start()
    tab = await opened(bench)
    await tab.watch(0)
    await bench.tell(Wave(0))
    await asyncio.sleep(1)
    assert tab.told == []


@in_virtual_time
async def test_an_actor_that_nobody_watches_answers_and_is_put_away(bench: Bench) -> None:
    node = await bench.start(limits=Limits(idle=10.0, sweep=1.0))
    assert (await bench.tell(Wave())).seq == 0
    await asyncio.sleep(20)
    assert node.actors == {}
    assert bench.disk.entries == []


@in_virtual_time
async def test_a_refusal_is_answered_and_nobody_is_told(bench: Bench) -> None:
    node = await bench.start()
    tab = await opened(bench)
    await tab.watch(0)
    with pytest.raises(RefusedThere) as refused:
        await bench.tell(Wave(-1))
    await asyncio.sleep(1)
    assert (refused.value.code, tab.told, node.restarts) == ("negative", [], {})


@in_virtual_time
async def test_a_rule_that_breaks_crashes_this_actor_alone(bench: Bench) -> None:
    node = await bench.start()
    await bench.tell(Add(5))
    with pytest.raises(DeliveryFailed, match="crashed"):
        await bench.tell(Wave(1_000))
    assert (await bench.total()).total == 5
    assert node.restarts == {"tally": 1}


@in_virtual_time
async def test_a_failing_disk_does_not_hold_it_back(bench: Bench) -> None:
    await bench.start()
    tab = await opened(bench)
    await tab.watch(0)
    bench.trouble.delay = 10.0
    await bench.tell(Wave(), wait=0.1)
    await asyncio.sleep(0.1)
    assert waves(tab) == [Waved("anna", 1)]
    bench.trouble.delay = 0.0


async def slow(bench: Bench) -> Tab:
    """Return a tab that has not answered yet to the first thing that it was told."""
    tab = await opened(bench)
    await tab.watch(0)
    tab.slow = True
    await bench.tell(Add(1))
    return tab


async def awake(tab: Tab) -> None:
    """Let the tab answer again."""
    tab.slow = False
    for respond in tab.held:
        respond(TOLD_TAKEN)
    await asyncio.sleep(1)


@in_virtual_time
async def test_it_waits_for_what_is_being_told_behind_what_happened(bench: Bench) -> None:
    await bench.start()
    tab = await slow(bench)
    await bench.tell(Wave())
    await bench.tell(Add(1))
    await awake(tab)
    assert [told.passing for told in tab.told] == [False, True, False]


@in_virtual_time
async def test_a_slow_watcher_loses_what_passes_and_nothing_that_happened(bench: Bench) -> None:
    await bench.start(limits=Limits(watch_backlog=4))
    tab = await slow(bench)
    for _ in range(10):
        await bench.tell(Wave())
    for _ in range(4):
        await bench.tell(Add(1))
        await bench.tell(Wave())
    await awake(tab)
    assert tab.numbers == [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1)]


@in_virtual_time
async def test_only_few_wait_for_a_slow_watcher(bench: Bench) -> None:
    await bench.start()
    tab = await slow(bench)
    for _ in range(100):
        await bench.tell(Wave())
    await awake(tab)
    assert 1 <= len(waves(tab)) <= 8
    assert [told.seq for told in tab.told if not told.passing] == [1]


@in_virtual_time
async def test_one_that_reads_what_it_missed_is_not_told_what_passes_meanwhile(
    bench: Bench,
) -> None:
    node = await bench.start()
    await bench.tell(Add(1))
    tab = await opened(bench)
    bench.trouble.delay = 0.02
    watching = asyncio.create_task(tab.watch(0))
    await asyncio.sleep(0.001)
    await bench.tell(Wave())
    watched = await watching
    await asyncio.sleep(1)
    assert ([told.seq for told in watched.missed], tab.told) == ([1], [])
    assert node.actors[tally("one")].watchers
