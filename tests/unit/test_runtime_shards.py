"""Several nodes on one store: fair shares, hand-over, take-over, and who steps aside."""

import asyncio
from collections.abc import Awaitable, Collection
from typing import Any

import pytest

from actors.address import Address
from actors.runtime.clock import AgreedClock
from actors.runtime.errors import DeliveryFailed, Fault, StoreUnavailable
from actors.runtime.leases import Census, Member
from actors.runtime.limits import Limits
from actors.runtime.memory_transport import MemoryTransport
from actors.runtime.mint import SeededMint
from actors.runtime.moves import Moves
from actors.runtime.node import Node
from actors.runtime.subjects import shard_of
from actors.store.memory import MemoryJournal
from tests.simulation.worldclock import WorldClock
from tests.unit.runtime_support import (
    ROOM,
    SHARDS,
    Add,
    Bench,
    in_virtual_time,
    tally,
)

LIMITS = Limits(lease=3.0, drain=2.0, at_once=2)
NAMES = [f"tally-{number}" for number in range(12)]


class Cluster:
    """Some nodes on the disk and the bus of *bench*."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.nodes: list[Node] = []
        self.journals: dict[str, MemoryJournal] = {}
        self.links: dict[str, MemoryTransport] = {}

    async def add(self, limits: Limits = LIMITS, clock: AgreedClock | None = None) -> Node:
        """Start one more node."""
        name = f"node-{len(self.nodes)}"
        bench = self.bench
        self.journals[name] = MemoryJournal(bench.disk, clock=bench.clock)
        self.links[name] = bench.bus.transport(name)
        node = Node(
            name=name,
            transport=self.links[name],
            journal=self.journals[name],
            rooms=[ROOM],
            clock=clock or bench.clock,
            mint=SeededMint(2000 + len(self.nodes)),
            limits=limits,
            shards=SHARDS,
        )
        self.nodes.append(node)
        bench.node = node
        await node.start()
        return node

    def kill(self, node: Node) -> None:
        """End *node* as kill -9 does."""
        node.kill()
        self.links[node.name].crash()
        self.journals[node.name].crash()
        self.nodes.remove(node)

    def shares(self) -> list[int]:
        """Return how many shards each node serves."""
        return sorted(len(node.shards.fences) for node in self.nodes)

    async def end(self) -> None:
        """Kill every node."""
        for node in list(self.nodes):
            self.kill(node)

    def home(self, of: Address) -> Node:
        """Return the node that serves the actor."""
        shard = shard_of(of, SHARDS)
        return next(node for node in self.nodes if shard in node.shards.fences)


async def opened_cluster(bench: Bench, nodes: int) -> Cluster:
    """Return so many nodes that share fairly, and callers that hear of what moves."""
    cluster = Cluster(bench)
    for _ in range(nodes):
        await cluster.add()
    await Moves(bench.client._transport).open()
    await asyncio.sleep(1)
    return cluster


async def add_to_all(bench: Bench, count: int = 1, **more: Any) -> None:  # noqa: ANN401  of `Add`
    """Add one to every tally, as often as said, at the same time."""
    await asyncio.gather(*(bench.tell(Add(1, **more), name) for name in NAMES * count))


async def totals(bench: Bench) -> set[int]:
    """Return what the tallies say."""
    return {(await bench.total(name)).total for name in NAMES}


async def longest_wait(bench: Bench, meanwhile: Awaitable[object]) -> float:
    """Return the longest (virtual) time that one of many asks takes while something happens."""
    over, longest = asyncio.ensure_future(meanwhile), 0.0

    async def go_on_telling(name: str) -> None:
        nonlocal longest
        while not over.done():
            begun = bench.clock.monotonic()
            await bench.tell(Add(1), name)
            longest = max(longest, bench.clock.monotonic() - begun)
            await asyncio.sleep(0.003)

    await asyncio.gather(over, *map(go_on_telling, NAMES))
    return longest


@in_virtual_time
async def test_nodes_come_to_fair_shares(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 1)
    assert cluster.shares() == [4]
    await cluster.add()
    await asyncio.sleep(1)
    assert cluster.shares() == [2, 2]
    await cluster.add()
    await asyncio.sleep(1)
    assert cluster.shares() == [1, 1, 2]
    await add_to_all(bench)
    assert await totals(bench) == {1}
    await cluster.end()


@in_virtual_time
async def test_a_hand_over_fails_no_ask_and_takes_no_time(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 1)

    async def come_and_go() -> None:
        await cluster.add()
        await asyncio.sleep(2)
        first = cluster.nodes[0]
        await first.drain()
        cluster.kill(first)

    assert await longest_wait(bench, come_and_go()) < 0.05
    assert cluster.shares() == [4]
    await cluster.end()


@in_virtual_time
async def test_shards_that_could_not_be_closed_are_served_again(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 1)
    giver = cluster.nodes[0]

    async def fail(shards: Collection[int]) -> None:
        del vars(giver.keeping)["close_shards"]
        await giver.keeping.stop_serving(shards)
        cluster.kill(cluster.nodes[1])  # so that they stay with who could not close them
        raise OSError

    vars(giver.keeping)["close_shards"] = fail
    await cluster.add()
    await asyncio.sleep(LIMITS.lease + 2)
    assert cluster.shares() == [4]
    await add_to_all(bench)
    assert await totals(bench) == {1}
    await cluster.end()


@in_virtual_time
async def test_a_node_that_dies_is_replaced_at_once(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 3)
    await add_to_all(bench)

    async def die() -> None:
        await asyncio.sleep(0.05)
        cluster.kill(cluster.nodes[1])
        await asyncio.sleep(1)

    assert await longest_wait(bench, die()) < 0.5
    assert cluster.shares() == [2, 2]
    await cluster.end()


@in_virtual_time
async def test_nodes_that_die_one_after_the_other_are_replaced_at_once(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 3)
    for left in ([2, 2], [4]):
        cluster.kill(cluster.nodes[0])
        await asyncio.sleep(1)
        assert cluster.shares() == left
    await cluster.end()


@in_virtual_time
async def test_what_a_dead_node_left_to_do_is_done(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 2)
    await add_to_all(bench)
    home = cluster.home(tally("one"))
    home.outbox.stop()
    await bench.tell(Add(5, tell=("tally-1", "tally-2", "tally-3", "tally-4"), ring=1.0))
    cluster.kill(home)
    await asyncio.sleep(3)
    assert {(await bench.total(f"tally-{number}")).total for number in range(1, 5)} == {6}
    assert (await bench.total()).rings == 1
    await cluster.end()


@in_virtual_time
async def test_a_node_that_stands_still_writes_nothing_when_it_wakes(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 2)
    await add_to_all(bench)
    frozen = cluster.nodes[0]
    mine = set(frozen.shards.fences)
    frozen.shards.stop()
    await asyncio.sleep(LIMITS.lease + 1)
    assert cluster.shares() == [2, 4]
    assert set(cluster.nodes[1].shards.fences) > mine
    await add_to_all(bench)
    assert await totals(bench) == {2}
    await cluster.end()


@in_virtual_time
async def test_a_node_without_the_store_says_so_and_lets_go(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 2)
    cut = cluster.nodes[0]
    lose_the_store(cluster.journals[cut.name])
    await asyncio.sleep(LIMITS.lease + 1)
    assert not cut.shards.sure
    assert cluster.shares() == [0, 4]
    await add_to_all(bench)
    del vars(cluster.journals[cut.name])["beat"]
    await asyncio.sleep(2)
    assert cluster.shares() == [2, 2]
    await add_to_all(bench)
    assert await totals(bench) == {2}
    await cluster.end()


@in_virtual_time
async def test_who_lost_the_store_answers_nothing_any_more(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 1)
    lose_the_store(cluster.journals["node-0"])
    await asyncio.sleep(LIMITS.lease + 1)
    with pytest.raises(DeliveryFailed) as failed:
        await bench.total()
    assert failed.value.fault is Fault.NOT_OWNER
    await cluster.end()


@in_virtual_time
async def test_two_that_miss_one_another_do_not_fight(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 2)
    for node in cluster.nodes:
        assert node.shards._service is not None
        await node.shards._service.stop()
    await asyncio.sleep(LIMITS.lease)
    epochs = sum(lease.epoch for lease in bench.disk.leases.values())
    await asyncio.sleep(LIMITS.lease)
    again = sum(lease.epoch for lease in bench.disk.leases.values())
    assert again - epochs <= SHARDS
    await add_to_all(bench)
    await cluster.end()


@in_virtual_time
async def test_who_misses_most_of_the_others_judges_nobody(bench: Bench) -> None:
    cluster = await opened_cluster(bench, 3)
    judge = cluster.nodes[0].shards._peers
    assert judge._may_judge(gone=1, peers=2)
    assert not judge._may_judge(gone=2, peers=2)
    assert judge._may_judge(gone=1, peers=1)
    await cluster.end()


@in_virtual_time
async def test_clocks_that_differ_harm_nothing(bench: Bench) -> None:
    cluster = Cluster(bench)
    for seconds in (-30, 30):
        own = WorldClock(bench.loop)
        own.jump(seconds)
        await cluster.add(clock=AgreedClock(own))
    await asyncio.sleep(1)
    assert cluster.shares() == [2, 2]
    await add_to_all(bench, ring=1.0)
    await asyncio.sleep(1.5)
    assert {(await bench.total(name)).rings for name in NAMES} == {1}
    assert all(node.clock.unix_ms() == bench.clock.unix_ms() for node in cluster.nodes)
    await cluster.end()


def lose_the_store(journal: MemoryJournal) -> None:
    """Let beats of *journal* fail from now on."""

    async def beat(member: Member, seconds: float) -> Census:
        raise StoreUnavailable(f"{member.name} can't say that it lives for {seconds} seconds.")

    vars(journal)["beat"] = beat
