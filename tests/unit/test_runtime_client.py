"""Asking: again with the same id until the deadline, and honest about what is not known."""

import asyncio
from collections.abc import Sequence

import pytest

from actors.runtime.errors import DeliveryFailed, Fault
from actors.runtime.memory_transport import AT_ONCE, FairNetwork
from tests.unit.runtime_support import Add, Added, Bench, Hush, Total, in_virtual_time, tally


class DeafNetwork(FairNetwork):
    """Loses so many requests, and then so many replies."""

    def __init__(self, requests: int = 0, replies: int = 0) -> None:
        self.requests = requests
        self.replies = replies

    def request(self, source: str, subject: str, payload: bytes) -> Sequence[float]:  # noqa: ARG002
        """Lose it, or bring it."""
        self.requests -= 1
        return () if self.requests >= 0 else AT_ONCE

    def reply(self, source: str, target: str, payload: bytes) -> Sequence[float]:  # noqa: ARG002
        """Lose it, or bring it."""
        self.replies -= 1
        return () if self.replies >= 0 else AT_ONCE


@in_virtual_time
async def test_a_lost_message_is_sent_again(bench: Bench) -> None:
    await bench.start()
    bench.bus.network = DeafNetwork(requests=2)
    happened = await bench.tell(Add(2))
    assert (len(happened), happened.first(Added)) == (1, Added(2, (), None))
    assert happened.first(Hush) is None


@in_virtual_time
async def test_a_lost_reply_does_not_make_it_happen_twice(bench: Bench) -> None:
    await bench.start()
    bench.bus.network = DeafNetwork(replies=2)
    await bench.tell(Add(2))
    assert await bench.total() == Total(2, 0)


@in_virtual_time
async def test_an_ask_waits_for_somebody_to_be_there(bench: Bench) -> None:
    telling = asyncio.create_task(bench.tell(Add(2)))
    await asyncio.sleep(2)
    await bench.start()
    assert (await telling).seq == 1


@in_virtual_time
async def test_an_ask_that_nobody_took_had_surely_no_effect(bench: Bench) -> None:
    with pytest.raises(DeliveryFailed) as failed:
        await bench.tell(Add(2), wait=1.0)
    assert (failed.value.fault, failed.value.certain) == (Fault.NOT_OWNER, True)
    await bench.start()


@in_virtual_time
async def test_an_ask_without_an_answer_may_have_had_an_effect(bench: Bench) -> None:
    await bench.start()
    bench.bus.network = DeafNetwork(replies=99)
    with pytest.raises(DeliveryFailed) as failed:
        await bench.tell(Add(2), wait=1.0)
    assert (failed.value.fault, failed.value.certain) == (Fault.TIMED_OUT, False)
    assert len(bench.disk.entries) == 1


@in_virtual_time
async def test_a_sure_failure_after_an_unanswered_attempt_is_not_sure(bench: Bench) -> None:
    await bench.start()
    await asyncio.sleep(0.1)
    bench.bus.network = DeafNetwork(replies=1)
    telling = asyncio.create_task(bench.tell(Add(2)))
    await asyncio.sleep(0.1)
    bench.clock.jump(3600)
    with pytest.raises(DeliveryFailed) as failed:
        await telling
    assert (failed.value.fault, failed.value.certain) == (Fault.TIMED_OUT, False)
    assert (await bench.total()).total == 2


@in_virtual_time
async def test_a_cut_connection_is_told_from_an_absent_actor(bench: Bench) -> None:
    await bench.start()
    await bench.client._transport.close()
    with pytest.raises(DeliveryFailed) as failed:
        await bench.tell(Add(2), wait=0.5)
    assert (failed.value.fault, failed.value.certain) == (Fault.DISCONNECTED, True)
    assert tally("one") not in bench.node.actors
