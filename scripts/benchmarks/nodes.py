"""What one, two and three nodes do on one PostgreSQL and three nats-servers, all on this machine.

All take turns, each time beside raw nats-py over the same servers and group commits in the same
database server, so that a busy moment of the machine is everybody's.
"""

import asyncio
import os
import statistics
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from signal import SIGKILL
from typing import NamedTuple, TypeAlias

from actors.caller import NOBODY
from actors.runtime.leases import Member
from actors.store.postgres import PostgresJournal
from scripts.benchmarks import store
from scripts.benchmarks.counters import ECHO_BYTES, Add, address_of
from scripts.benchmarks.figures import Figures, Load, closed_loop
from scripts.benchmarks.nodes_fleet import (
    CALLERS_SERVER,
    Fleet,
    Ground,
    open_fleet,
    open_ground,
    run,
)
from scripts.benchmarks.nodes_process import ECHO, plainly
from scripts.benchmarks.nodes_trouble import callers, hand_over, take_over
from scripts.benchmarks.processes import cpu_seconds, rss_mb

One: TypeAlias = Callable[[int], Awaitable[object]]

COUNTS = (1, 2, 3)


class Size(NamedTuple):
    """How much is measured."""

    callers: int = 64
    actors: int = 300
    turns: int = 3
    callers_in_trouble: int = 32
    asked: int = 100
    """Actors that have to answer again after a kill."""
    kills: int = 20
    hand_overs: int = 5


WHOLE = Size()


async def measure(
    figures: Figures, seconds: float, *, counts: Sequence[int] = COUNTS, size: Size = WHOLE
) -> None:
    """Take every figure, for each number of nodes."""
    figures.note("load_average_before", os.getloadavg()[0], "processes")
    async with open_ground(max(counts)) as ground, AsyncExitStack() as stack:
        yardsticks = {
            "raw_nats": await _echo(ground, stack),
            "pg_group": await _group_commit(ground, stack),
        }
        turns = {count: Turns(yardsticks, seconds / size.turns, size) for count in counts}
        for _ in range(size.turns):
            for count, taken in turns.items():
                async with open_fleet(ground, count) as fleet:
                    await taken.take(fleet)
        for count, taken in turns.items():
            taken.note(figures, f"nodes_{count}")
        _ratios(figures, counts)
        for count in counts:
            async with open_fleet(ground, count) as fleet:
                await _trouble(figures, fleet, size)
    figures.note("load_average_after", os.getloadavg()[0], "processes")


async def _echo(ground: Ground, stack: AsyncExitStack) -> One:
    """Return an ask by nats-py alone, of a process on another server than the one asked."""
    there = await run(ground, "echo", 1)
    stack.push_async_callback(there.end, SIGKILL)
    bus = await plainly(ground.bus.access("edge", at=CALLERS_SERVER))
    stack.push_async_callback(bus.close)
    return lambda _number: bus.request(ECHO, ECHO_BYTES, timeout=5)


async def _group_commit(ground: Ground, stack: AsyncExitStack) -> One:
    """Return a commit by the journal alone."""
    journal = await PostgresJournal.open(await ground.postgres.fresh_database())
    stack.push_async_callback(journal.close)
    await journal.beat(Member("bench", "bench"), 3600)
    return store.Grouped(journal, await journal.take("bench", range(store.ACTORS))).write


class Turns:
    """What so many nodes did in each turn, beside the yardsticks, and what it cost everybody."""

    def __init__(self, yardsticks: dict[str, One], seconds: float, size: Size) -> None:
        self._yardsticks = yardsticks
        self._seconds = seconds
        self._size = size
        self._loads: dict[str, list[Load]] = {}
        self._spent: dict[str, float] = {}
        self._rss: list[float] = []

    async def take(self, fleet: Fleet) -> None:
        """Load, after all actors have been woken."""

        def add(number: int) -> Awaitable[object]:
            return fleet.client.tell(address_of(number % self._size.actors), Add(1), NOBODY)

        await asyncio.gather(*map(add, range(self._size.actors)))
        for kind, one in self._yardsticks.items():
            await self._load(kind, one)
        before = _cpu(fleet)
        await self._load("ask", add)
        for who, now in _cpu(fleet).items():
            self._spent[who] = self._spent.get(who, 0.0) + now - before[who]
        self._rss += [rss_mb(node.pid) for node in fleet.nodes.values()]

    async def _load(self, kind: str, one: One) -> None:
        load = await closed_loop(one, in_flight=self._size.callers, seconds=self._seconds)
        self._loads.setdefault(kind, []).append(load)

    def note(self, figures: Figures, name: str) -> None:
        """Keep each load's median, the processor time of all turns, and the memory."""
        for kind, taken in self._loads.items():
            figures.note_load(f"{name}_{kind}", store.median(taken))
        done = sum(load.done for load in self._loads["ask"])
        for who, time in self._spent.items():
            figures.note(f"{name}_cpu_{who}", time / done * 1000, "CPU-s per 1,000 asks")
        whole = sum(self._spent.values()) / done * 1000
        figures.note(f"{name}_cpu", whole, "CPU-s per 1,000 asks, of all")
        figures.note(f"{name}_rss_mb", statistics.mean(self._rss), "MiB each")


def _cpu(fleet: Fleet) -> dict[str, float]:
    """Return the seconds that everybody has used so far."""
    return {
        "nodes": fleet.nodes_cpu,
        "postgres": fleet.ground.postgres_cpu,
        "nats": fleet.ground.nats_cpu,
        "callers": cpu_seconds(os.getpid()),
    }


async def _trouble(figures: Figures, fleet: Fleet, size: Size) -> None:
    """Kill nodes, have them go and come."""
    name = f"nodes_{len(fleet.nodes)}"
    trouble = [partial(take_over, kills=size.kills, asked=size.asked)]
    if len(fleet.nodes) > 1:
        trouble.append(partial(hand_over, times=size.hand_overs))
    async with callers(fleet, size.callers_in_trouble, size.actors) as people:
        for each in trouble:
            await each(figures, name, fleet, people)


def _ratios(figures: Figures, counts: Sequence[int]) -> None:
    """Print the ratios, beside what is very good where the design names it."""
    for name in (f"nodes_{count}" for count in counts):
        figures.ratio(f"{name}_to_raw_nats", f"{name}_ask", f"{name}_raw_nats", 0.45)
        echo, commit = figures[f"{name}_raw_nats"], figures[f"{name}_pg_group"]
        figures.note(f"{name}_to_group_commit", figures[f"{name}_ask"] / commit, "")
        bound = 1 / (1 / echo + 1 / commit)
        figures.note(f"{name}_to_harmonic_bound", figures[f"{name}_ask"] / bound, "")
        figures.ratio(f"{name}_p99_to_p50", f"{name}_ask_p99", f"{name}_ask_p50", 2)
    first = f"nodes_{counts[0]}"
    for name in (f"nodes_{count}" for count in counts[1:]):
        figures.note(f"{name}_to_{first}", figures[f"{name}_ask"] / figures[f"{first}_ask"], "")
