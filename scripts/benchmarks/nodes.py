"""What one, two and three nodes do on one PostgreSQL and three nats-servers, all on this machine.

Asks take turns with raw nats-py over the same servers and with group commits in the same database
server, so that a busy moment of the machine is everybody's.
"""

import os
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from functools import partial
from signal import SIGKILL
from typing import NamedTuple

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
    async with open_ground(max(counts)) as ground, AsyncExitStack() as stack:
        yardsticks = {
            "raw_nats": await _echo(ground, stack),
            "pg_group": await _group_commit(ground, stack),
        }
        for count in counts:
            async with open_fleet(ground, count) as fleet:
                await _asks(figures, fleet, yardsticks, seconds, size)
                await _trouble(figures, fleet, size)
    _ratios(figures, counts)


async def _echo(ground: Ground, stack: AsyncExitStack) -> Callable[[int], Awaitable[object]]:
    """Return an ask by nats-py alone, of a process on another server than the one asked."""
    there = await run(ground, "echo", 1)
    stack.push_async_callback(there.end, SIGKILL)
    bus = await plainly(ground.bus.access("edge", at=CALLERS_SERVER))
    stack.push_async_callback(bus.close)
    return lambda _number: bus.request(ECHO, ECHO_BYTES, timeout=5)


async def _group_commit(
    ground: Ground, stack: AsyncExitStack
) -> Callable[[int], Awaitable[object]]:
    """Return a commit by the journal alone."""
    journal = await PostgresJournal.open(await ground.postgres.fresh_database())
    stack.push_async_callback(journal.close)
    await journal.beat(Member("bench", "bench"), 3600)
    return store.Grouped(journal, await journal.take("bench", range(store.ACTORS))).write


async def _asks(
    figures: Figures,
    fleet: Fleet,
    yardsticks: dict[str, Callable[[int], Awaitable[object]]],
    seconds: float,
    size: Size,
) -> None:
    """Load, in turns; note each one's median, and what the asks cost everybody."""
    name, width = f"nodes_{len(fleet.nodes)}", size.callers

    def add(number: int) -> Awaitable[object]:
        return fleet.client.tell(address_of(number % size.actors), Add(1), NOBODY)

    await closed_loop(add, in_flight=width, seconds=seconds / size.turns)
    loads: dict[str, list[Load]] = {}
    spent = dict.fromkeys(_cpu(fleet), 0.0)
    for _ in range(size.turns):
        for kind, one in yardsticks.items():
            load = await closed_loop(one, in_flight=width, seconds=seconds / size.turns)
            loads.setdefault(kind, []).append(load)
        before = _cpu(fleet)
        load = await closed_loop(add, in_flight=width, seconds=seconds / size.turns)
        loads.setdefault("ask", []).append(load)
        spent = {who: spent[who] + now - before[who] for who, now in _cpu(fleet).items()}
    for kind, taken in loads.items():
        figures.note_load(f"{name}_{kind}", store.median(taken))
    done = sum(load.done for load in loads["ask"])
    for who, time in spent.items():
        figures.note(f"{name}_cpu_{who}", time / done * 1000, "CPU-s per 1,000 asks")
    each = [rss_mb(node.pid) for node in fleet.nodes.values()]
    figures.note(f"{name}_rss_mb", sum(each) / len(each), "MiB each")


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
