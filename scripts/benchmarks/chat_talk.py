"""Talking: how long a message takes to the other side at a steady rate, and how many are carried.

In turns, so that each has the same share of a busy machine: SQLite's own group commit, raw nats-py
asks, a bare aiohttp websocket that echoes, and the clinic. A figure is the median of the rounds.
"""

import asyncio
import itertools
import statistics
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import anyio
from nats.aio.client import Client as Nats  # noqa: TID251  the yardstick is nats-py itself

from scripts.benchmarks.chat_lines import Crowd, Echo, Line, post
from scripts.benchmarks.chat_threads import Thread, both_sides, gathered, open_sides
from scripts.benchmarks.figures import Figures, Load, closed_loop, load_of
from scripts.benchmarks.processes import Up, child_named, cpu_seconds

One: TypeAlias = Callable[[int], Awaitable[None]]

RATE = 100.0
"""Messages per second of all pairs together, when it is steady."""
STEADY = 2
"""So many times as long as a load it is steady."""
ROUNDS = 3
WARM_UP = 0.3


@dataclass(frozen=True)
class Way:
    """One way a message goes, and what it costs."""

    name: str
    one: One
    """Send a message and return when it has arrived."""
    pids: dict[str, int]
    """The processes in between: what their figures are called, and their ids."""


@dataclass(frozen=True)
class Yardsticks:
    """What is up beside the clinic."""

    commit: One
    """Writes a number to disk, with all that are written at the same time."""
    bus: Nats
    nats_pids: tuple[int, int]
    """The process that answers, and the nats-server."""
    echo_url: str
    echo_pid: int


async def measure(
    figures: Figures, up: Up, beside: Yardsticks, threads: list[Thread], seconds: float
) -> None:
    """Let the two of each of *threads* write to one another."""
    pairs = len(threads)
    async with Crowd() as echoing, Crowd() as talking:
        echoes = await gathered(Echo.open(beside.echo_url, echoing) for _ in range(2 * pairs))
        sides = await open_sides(up.url, talking, both_sides(threads, 2 * pairs))
        node, server = beside.nats_pids
        ways = (
            Way("raw_commit", _counting_on(beside.commit), {}),
            Way("raw_nats", _asking(beside.bus, threads[0].id), {"": node, "_nats": server}),
            Way("echo", taking_turns(echoing, echoes), {"": beside.echo_pid}),
            through("chat", up, talking, sides),
        )
        await _idle(figures, f"chat_{pairs}_idle", up.pid, seconds)
        await _rounds(figures, ways, pairs, seconds)
        figures.note(f"chat_{pairs}_again", talking.again, "messages sent once more")
        figures.note(f"chat_{pairs}_held_back", talking.held_back, "times a socket's limit waited")
        figures.note(f"chat_{pairs}_marks", talking.marks, "marks besides")
    _ratios(figures, pairs)


async def _idle(figures: Figures, name: str, pid: int, seconds: float) -> None:
    """Note what the clinic costs while nobody says anything."""
    before = cpu_seconds(pid)
    await asyncio.sleep(STEADY * seconds)
    spent = (cpu_seconds(pid) - before) / (STEADY * seconds)
    figures.note(f"{name}_cpu", spent, "CPU-s of the clinic per second")


def through(name: str, up: Up, crowd: Crowd, sides: Sequence[Line]) -> Way:
    """Return the way through the clinic that is *up*."""
    pids = {"": up.pid, "_nats": child_named(up.pid, "nats-server")}
    return Way(name, taking_turns(crowd, sides), pids)


def taking_turns(crowd: Crowd, lines: Sequence[Line]) -> One:
    """Return what writes over one line after the other, on none before the last was heard."""
    free: asyncio.Queue[Line] = asyncio.Queue()
    for line in lines:
        free.put_nowait(line)

    async def one(_number: int) -> None:
        line = await free.get()
        await crowd.say(line)
        free.put_nowait(line)

    return one


def _counting_on(write: One) -> One:
    numbers = itertools.count(time.monotonic_ns())
    return lambda _number: write(next(numbers))


def _asking(bus: Nats, thread: str) -> One:
    payload = post(thread, "m0").encode()

    async def one(_number: int) -> None:
        await bus.request("actor.echo.0", payload, timeout=30)

    return one


async def _rounds(figures: Figures, ways: Sequence[Way], pairs: int, seconds: float) -> None:
    taken: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for way in ways:
        await closed_loop(way.one, in_flight=2 * pairs, seconds=WARM_UP)
    for _, way in itertools.product(range(ROUNDS), ways):
        for name, load in (("_steady", steady), ("", _full)):
            for part, (value, unit) in (await cost(way, load, pairs, seconds)).items():
                taken[f"{way.name}_{pairs}{name}{part}", unit].append(value)
    for (name, unit), values in taken.items():
        figures.note(name, statistics.median(values), unit)


async def steady(one: One, _pairs: int, seconds: float) -> Load:
    """Send `RATE` messages a second, far from what can be carried."""
    return await at_rate(one, RATE, STEADY * seconds)


async def _full(one: One, pairs: int, seconds: float) -> Load:
    return await closed_loop(one, in_flight=2 * pairs, seconds=seconds)


async def cost(
    way: Way, load: Callable[[One, int, float], Awaitable[Load]], pairs: int, seconds: float
) -> dict[str, tuple[float, str]]:
    """Return the figures of a load with their units, and what it cost each process."""
    before = {name: cpu_seconds(pid) for name, pid in way.pids.items()}
    done = await load(way.one, pairs, seconds)
    costs = {
        f"{name}_cpu": (
            (cpu_seconds(pid) - before[name]) / done.done * 1000,
            "CPU-s per 1,000",
        )
        for name, pid in way.pids.items()
    }
    times = {"_p50": (done.p50_ms, "ms"), "_p99": (done.p99_ms, "ms")}
    return {"": (done.per_second, "/s"), **times, **costs}


async def at_rate(one: One, rate: float, seconds: float) -> Load:
    """Call *one* so many times a second, whether or not the last has come back."""
    taken: list[float] = []
    clock = time.perf_counter
    start = clock()

    async def timed(number: int) -> None:
        begun = clock()
        await one(number)
        taken.append(clock() - begun)

    async with anyio.create_task_group() as group:
        for number in range(max(2, round(rate * seconds))):
            await asyncio.sleep(max(0.0, start + number / rate - clock()))
            group.start_soon(timed, number)
    return load_of(taken, clock() - start)


def _ratios(figures: Figures, pairs: int) -> None:
    chat, echo, raw = (f"{name}_{pairs}" for name in ("chat", "echo", "raw_nats"))
    for part in ("_steady_p50", "_steady_p99", "", "_cpu", "_steady_cpu"):
        for name, to in (("echo", echo), ("raw_nats", raw)):
            ratio = figures[chat + part] / (figures[to + part] or float("nan"))
            figures.note(f"{chat}{part}_to_{name}", ratio, "times")
