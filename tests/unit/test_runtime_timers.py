"""Alarms go off late rather than never, with effect once, whatever the clock does."""

import asyncio

from actors.runtime.journal import Alarm
from actors.runtime.limits import Limits
from tests.unit.runtime_support import (
    Add,
    Bench,
    Break,
    Hush,
    RingTwice,
    in_virtual_time,
    tally,
)


@in_virtual_time
async def test_an_alarm_goes_off_when_it_is_due_and_is_gone_then(bench: Bench) -> None:
    node = await bench.start()
    await bench.tell(Add(1, ring=60))
    await asyncio.sleep(59)
    assert (await bench.total()).rings == 0
    await asyncio.sleep(2)
    assert (await bench.total()).rings == 1
    assert bench.disk.alarms == {}
    assert len(node.timers) == 0


@in_virtual_time
async def test_an_alarm_that_fell_due_while_nobody_ran_goes_off_at_the_next_start(
    bench: Bench,
) -> None:
    await bench.start()
    await bench.tell(Add(1, ring=60))
    bench.crash()
    await asyncio.sleep(3600)
    await bench.start()
    await asyncio.sleep(1)
    assert (await bench.total()).rings == 1


@in_virtual_time
async def test_an_alarm_set_again_is_moved(bench: Bench) -> None:
    await bench.start()
    await bench.tell(Add(1, ring=60))
    await bench.tell(Add(1, ring=600))
    await asyncio.sleep(300)
    assert (await bench.total()).rings == 0
    await asyncio.sleep(301)
    assert (await bench.total()).rings == 1


@in_virtual_time
async def test_an_alarm_that_is_cleared_does_not_go_off(bench: Bench) -> None:
    await bench.start()
    await bench.tell(Add(1, ring=60))
    await bench.tell(Hush())
    await asyncio.sleep(100)
    assert (await bench.total()).rings == 0
    assert bench.disk.alarms == {}


@in_virtual_time
async def test_an_alarm_wakes_an_actor_that_was_put_away(bench: Bench) -> None:
    node = await bench.start(limits=Limits(idle=30))
    await bench.tell(Add(1, ring=3600))
    await asyncio.sleep(60)
    assert node.actors == {}
    await asyncio.sleep(3600)
    assert (await bench.total()).rings == 1


@in_virtual_time
async def test_an_alarm_set_anew_for_the_time_at_which_it_went_off_goes_off_again(
    bench: Bench,
) -> None:
    await bench.start()
    await bench.tell(RingTwice(60))
    await asyncio.sleep(62)
    assert (await bench.total()).rings == 2
    assert bench.disk.alarms == {}


@in_virtual_time
async def test_a_clock_that_jumps_ahead_makes_alarms_due(bench: Bench) -> None:
    await bench.start()
    await bench.tell(Add(1, ring=7200))
    bench.clock.jump(7200)
    await asyncio.sleep(2)
    assert (await bench.total()).rings == 1


@in_virtual_time
async def test_a_clock_that_jumps_back_makes_alarms_late(bench: Bench) -> None:
    await bench.start()
    await bench.tell(Add(1, ring=60))
    bench.clock.jump(-7200)
    await asyncio.sleep(7000)
    assert (await bench.total()).rings == 0
    await asyncio.sleep(300)
    assert (await bench.total()).rings == 1


@in_virtual_time
async def test_an_alarm_whose_commit_fails_goes_off_again_until_it_is_kept(bench: Bench) -> None:
    await bench.start()
    await bench.tell(Add(1, ring=60))
    bench.trouble.failing = 3
    await asyncio.sleep(70)
    assert (await bench.total()).rings == 1
    assert [entry.command for entry in bench.disk.entries] == ["Add", "Ring"]


@in_virtual_time
async def test_an_alarm_of_an_actor_that_rests_waits_for_it(bench: Bench) -> None:
    node = await bench.start(limits=Limits(crashes=0, rest=120))
    await bench.tell(Add(1, ring=60))
    try:
        await bench.tell(Break())
    except Exception:  # noqa: BLE001  it broke, as it was meant to
        assert tally("one") in node.resting
    await asyncio.sleep(100)
    assert len(bench.disk.alarms) == 1
    await asyncio.sleep(100)
    assert (await bench.total()).rings == 1


@in_virtual_time
async def test_an_alarm_that_can_t_be_read_does_not_keep_the_others_from_going_off(
    bench: Bench,
) -> None:
    node = await bench.start()
    node.timers.set([Alarm(tally("two"), "bad", bench.clock.unix_ms() + 1_000, b"", b"\xc1")])
    await bench.tell(Add(1, ring=60))
    await asyncio.sleep(62)
    assert (await bench.total()).rings == 1
    assert len(bench.faults) == 1
    bench.faults.clear()
