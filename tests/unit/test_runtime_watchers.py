"""Watchers are told of each event once, in order, and may come back by number."""

import asyncio
from dataclasses import replace

import pytest

from actors.caller import NOBODY, Caller, Role
from actors.runtime import watching
from actors.runtime.client import RefusedThere
from actors.runtime.envelope import TOLD_GONE, TOLD_TAKEN, WATCH_SECONDS, Watched
from actors.runtime.limits import Limits
from tests.unit.runtime_support import ANNA, ROOM, Add, Bench, Tab, in_virtual_time, opened, tally


@in_virtual_time
async def test_a_watcher_is_told_of_each_event_in_order(bench: Bench) -> None:
    await bench.start()
    await bench.tell(Add(1))
    tab = await opened(bench)
    assert await tab.watch(1) == Watched(1, (), resync=False)
    for _ in range(3):
        await bench.tell(Add(1))
    await asyncio.sleep(1)
    assert tab.numbers == [(2, 1), (3, 1), (4, 1)]


@in_virtual_time
async def test_a_watcher_is_told_after_the_commit_alone(bench: Bench) -> None:
    await bench.start()
    tab = await opened(bench)
    await tab.watch(0)
    bench.trouble.failing = 1
    with pytest.raises(Exception, match="store_down"):
        await bench.tell(Add(1))
    await bench.tell(Add(2))
    await asyncio.sleep(1)
    assert tab.numbers == [(1, 1)]


@in_virtual_time
async def test_a_watcher_that_comes_back_gets_what_it_missed(bench: Bench) -> None:
    await bench.start()
    for _ in range(4):
        await bench.tell(Add(1))
    tab = await opened(bench)
    watched = await tab.watch(1)
    assert [(told.seq, told.count) for told in watched.missed] == [(2, 1), (3, 1), (4, 1)]
    await bench.tell(Add(1))
    await asyncio.sleep(1)
    assert tab.numbers == [(5, 1)]


@in_virtual_time
async def test_what_happens_while_it_reads_what_it_missed_is_told_after_that(
    bench: Bench,
) -> None:
    await bench.start()
    await bench.tell(Add(1))
    tab = await opened(bench)
    bench.trouble.delay = 0.02
    watching = asyncio.create_task(tab.watch(0))
    await asyncio.sleep(0.001)
    await bench.tell(Add(1))
    watched = await watching
    await asyncio.sleep(1)
    assert [told.seq for told in watched.missed] == [1]
    assert tab.numbers == [(2, 1)]


@in_virtual_time
async def test_one_that_missed_too_much_is_told_to_read_anew(bench: Bench) -> None:
    await bench.start(limits=Limits(watch_replay=2))
    for _ in range(4):
        await bench.tell(Add(1))
    tab = await opened(bench)
    assert await tab.watch(1) == Watched(4, (), resync=True)


@in_virtual_time
async def test_one_that_missed_more_than_the_bus_carries_is_told_to_read_anew(
    bench: Bench,
) -> None:
    await bench.start()
    for _ in range(4):
        await bench.tell(Add(1))
    tab = await opened(bench)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(watching, "MOST_MISSED", 1)
        assert await tab.watch(1) == Watched(4, (), resync=True)


@in_virtual_time
async def test_one_that_has_seen_more_than_happened_is_told_to_read_anew(bench: Bench) -> None:
    await bench.start()
    tab = await opened(bench)
    assert await tab.watch(7) == Watched(0, (), resync=True)


@in_virtual_time
async def test_a_slow_watcher_is_told_to_read_anew(bench: Bench) -> None:
    await bench.start(limits=Limits(watch_backlog=2))
    tab = await opened(bench)
    await tab.watch(0)
    tab.slow = True
    for _ in range(5):
        await bench.tell(Add(1))
    tab.slow = False
    for respond in tab.held:
        respond(TOLD_TAKEN)
    await asyncio.sleep(1)
    assert tab.numbers == [(1, 1), (4, 0), (5, 1)]


@in_virtual_time
async def test_a_watcher_that_is_gone_is_forgotten(bench: Bench) -> None:
    node = await bench.start()
    tab, closed = await opened(bench, "tab"), Tab(bench, "closed")
    await tab.watch(0)
    await closed.watch(0)
    tab.answer = TOLD_GONE
    await bench.tell(Add(1))
    await asyncio.sleep(5)
    assert not node.actors[tally("one")].watchers


@in_virtual_time
async def test_a_watcher_that_does_not_renew_is_forgotten_and_one_that_does_is_not(
    bench: Bench,
) -> None:
    node = await bench.start(limits=Limits(sweep=1.0))
    tab, idle = await opened(bench, "tab"), await opened(bench, "idle")
    await tab.watch(0)
    await idle.watch(0)
    await asyncio.sleep(WATCH_SECONDS - 5)
    await tab.watch(0)
    await asyncio.sleep(WATCH_SECONDS - 5)
    watchers = node.actors[tally("one")].watchers
    assert watchers is not None
    assert len(watchers) == 1


@in_virtual_time
async def test_a_watched_actor_is_not_put_away(bench: Bench) -> None:
    node = await bench.start(limits=Limits(idle=10.0, sweep=1.0))
    tab = await opened(bench)
    await tab.watch(0)
    await asyncio.sleep(20)
    assert tally("one") in node.actors
    await asyncio.sleep(20)
    assert tally("one") not in node.actors


@in_virtual_time
async def test_one_that_unwatches_is_told_no_more(bench: Bench) -> None:
    await bench.start()
    tab = await opened(bench)
    await tab.watch(0)
    await bench.client.unwatch(tally("one"), tab.subject, ANNA)
    await bench.tell(Add(1))
    await asyncio.sleep(1)
    assert tab.told == []


@in_virtual_time
async def test_whoever_may_not_see_an_actor_may_not_watch_it(bench: Bench) -> None:
    await bench.start()
    with pytest.raises(RefusedThere) as refused:
        await bench.client.watch(tally("one"), "edge.test.tab", 0, NOBODY)
    assert refused.value.code == "not_found"


@in_virtual_time
async def test_one_watcher_more_than_allowed_is_refused(bench: Bench) -> None:
    await bench.start(limits=Limits(watchers=1))
    await (await opened(bench, "a")).watch(0)
    with pytest.raises(RefusedThere) as refused:
        await (await opened(bench, "b")).watch(0)
    assert refused.value.code == "too_many_watchers"


@in_virtual_time
async def test_a_watcher_goes_on_where_it_was_after_a_restart(bench: Bench) -> None:
    await bench.start()
    tab = await opened(bench)
    await tab.watch(0)
    await bench.tell(Add(1))
    await asyncio.sleep(0.1)
    bench.crash()
    await bench.start()
    await bench.tell(Add(1))
    watched = await tab.watch(1)
    assert [told.seq for told in watched.missed] == [2]
    assert tab.numbers == [(1, 1)]


@in_virtual_time
async def test_what_happens_meanwhile_is_not_counted_as_missed(bench: Bench) -> None:
    await bench.start(limits=Limits(watch_replay=2))
    await bench.tell(Add(1))
    await bench.tell(Add(1))
    tab = await opened(bench)
    bench.trouble.delay = 0.02
    watching = asyncio.create_task(tab.watch(0))
    await asyncio.sleep(0.001)
    await asyncio.gather(*(bench.tell(Add(1)) for _ in range(3)))
    watched = await watching
    await asyncio.sleep(1)
    assert ([told.seq for told in watched.missed], watched.resync) == ([1, 2], False)
    assert tab.numbers == [(3, 1), (4, 1), (5, 1)]


BERT = Caller("bert", Role.DOCTOR)
UP_TO_TWO = replace(ROOM, may_watch=lambda state, caller: caller != BERT or state.total < 3)
"""A room that lets one of them watch only until the total is three."""


@in_virtual_time
async def test_one_that_may_not_watch_any_more_is_told_nothing_that_happens_after(
    bench: Bench,
) -> None:
    node = await bench.start(room=UP_TO_TWO)
    anna, bert = await opened(bench, "anna"), await opened(bench, "bert")
    await anna.watch(0)
    await bench.client.watch(tally("one"), bert.subject, 0, BERT)
    for _ in range(5):
        await bench.tell(Add(1))
        await asyncio.sleep(0.1)
    assert anna.numbers == [(number, 1) for number in range(1, 6)]
    assert bert.numbers == [(1, 1), (2, 1), (3, 1)]
    assert len(node.actors[tally("one")].watchers or ()) == 1
    with pytest.raises(RefusedThere):
        await bench.client.watch(tally("one"), bert.subject, 3, BERT)


@in_virtual_time
async def test_a_watch_is_its_last_asker_s(bench: Bench) -> None:
    await bench.start(room=UP_TO_TWO)
    tab = await opened(bench)
    await bench.client.watch(tally("one"), tab.subject, 0, BERT)
    await tab.watch(0)
    for _ in range(4):
        await bench.tell(Add(1))
    await asyncio.sleep(1)
    assert len(tab.told) == 4
