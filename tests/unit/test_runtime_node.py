"""A node: it starts, stops in order, and steps aside when another one takes its place."""

import asyncio

import msgspec
import pytest

from actors.address import Address
from actors.caller import Caller, actor_caller
from actors.runtime.actor import NOTHING
from actors.runtime.codec import encode
from actors.runtime.envelope import Done, Envelope, Failed, Reply
from actors.runtime.errors import DeliveryFailed, Fault
from actors.runtime.limits import Limits
from actors.runtime.mailbox import Mail
from actors.runtime.node import Node
from tests.unit.runtime_support import (
    ANNA,
    Add,
    AddNothing,
    Bench,
    Command,
    GetTotal,
    Total,
    in_virtual_time,
    tally,
)


@in_virtual_time
async def test_an_orderly_stop_answers_what_was_taken(bench: Bench) -> None:
    node = await bench.start()
    await bench.tell(Add(1))
    bench.trouble.delay = 0.04
    telling = asyncio.gather(*(bench.tell(Add(1)) for _ in range(3)), bench.tell(AddNothing()))
    await asyncio.sleep(0.01)
    await node.drain()
    assert [happened.seq for happened in await telling] == [2, 3, 4, 4]
    assert node.actors == {}
    assert {lease.owner for lease in bench.disk.leases.values()} == {""}


@in_virtual_time
async def test_after_an_orderly_stop_nobody_is_there(bench: Bench) -> None:
    node = await bench.start()
    await node.drain()
    with pytest.raises(DeliveryFailed) as failed:
        await bench.tell(Add(1), wait=0.5)
    assert (failed.value.fault, failed.value.certain) == (Fault.NOT_OWNER, True)


@in_virtual_time
async def test_an_orderly_stop_does_not_wait_for_ever(bench: Bench) -> None:
    node = await bench.start(limits=Limits(drain=2.0, uncommitted=1))
    await bench.tell(Add(1))
    bench.trouble.delay = 100.0
    telling = [asyncio.create_task(bench.tell(Add(1), wait=4)) for _ in range(2)]
    await asyncio.sleep(0.1)
    draining = asyncio.create_task(node.drain())
    await asyncio.sleep(2.5)
    assert node.actors == {}
    for task in telling:
        with pytest.raises(DeliveryFailed, match="timed_out"):
            await task
    await draining
    assert [entry.seq for entry in bench.disk.entries] == [1, 2]


@in_virtual_time
async def test_a_node_on_its_way_out_wakes_nobody(bench: Bench) -> None:
    node = await bench.start()
    node.draining = True
    with pytest.raises(DeliveryFailed) as failed:
        await bench.tell(Add(1), wait=0.3)
    assert failed.value.fault is Fault.STOPPING


@in_virtual_time
async def test_an_actor_of_an_unknown_kind_is_nowhere(bench: Bench) -> None:
    await bench.start()
    with pytest.raises(DeliveryFailed) as failed:
        await bench.client.ask(Address("clock", "one"), GetTotal(), Total, ANNA)
    assert failed.value.fault is Fault.NO_SUCH_KIND


@in_virtual_time
async def test_bytes_that_are_no_message_are_answered(bench: Bench) -> None:
    await bench.start()
    answers: list[bytes] = []
    bench.node._request("actor.tally.0", b"\xc1", answers.append)
    assert answers == [encode(Failed(Fault.UNREADABLE))]


@in_virtual_time
async def test_a_node_that_is_overtaken_writes_nothing_and_steps_aside(bench: Bench) -> None:
    old = await bench.start()
    await bench.tell(Add(1))
    await bench.start()
    told = [await bench.tell(Add(1)) for _ in range(4)]
    assert [happened.seq for happened in told] == [2, 3, 4, 5]
    assert tally("one") not in old.actors
    assert not old.shards.fences
    old.kill()


@in_virtual_time
async def test_an_overtaken_node_does_not_answer_a_send_with_nothing(bench: Bench) -> None:
    old = await bench.start()
    await bench.tell(Add(1))
    await bench.start()
    sender = actor_caller(tally("two"))
    with pytest.raises(DeliveryFailed, match="not_owner"):
        await ask_there(old, bench, AddNothing(), sender)
    assert await ask_there(bench.node, bench, AddNothing(), sender) == Done(1, NOTHING)
    assert tally("one") not in old.actors
    old.kill()


async def ask_there(node: Node, bench: Bench, command: Command, caller: Caller) -> Reply:
    """Return what that very node answers."""
    answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
    deadline, body = bench.clock.unix_ms() + 5_000, msgspec.Raw(encode(command))
    envelope = Envelope(bench.mint.message_id(), tally("one"), caller, deadline, body)
    node._give(Mail(envelope, answer.set_result))
    reply = await answer
    if isinstance(reply, Failed):
        raise DeliveryFailed(reply.fault)
    return reply


@in_virtual_time
async def test_leases_are_renewed(bench: Bench) -> None:
    node = await bench.start(limits=Limits(lease=30.0))
    await asyncio.sleep(300)
    assert await bench.journal.take("thief", range(4)) == {}
    node.kill()


@in_virtual_time
async def test_the_crashes_of_an_actor_are_forgotten_in_time(bench: Bench) -> None:
    node = await bench.start(limits=Limits(crash_period=30.0))
    assert not node.crashed(tally("one"), ValueError())
    assert node.crashes_of(tally("one")) == 1
    await asyncio.sleep(60)
    assert node.crashes_of(tally("one")) == 0
