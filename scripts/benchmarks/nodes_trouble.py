"""How long callers wait when a node is killed, goes in order, or comes."""

import asyncio
import signal
import statistics
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from functools import partial
from typing import Any

from actors.caller import NOBODY
from scripts.benchmarks.counters import Add, address_of
from scripts.benchmarks.figures import Figures
from scripts.benchmarks.nodes_fleet import LOOK_AGAIN, Fleet

WAIT = 60.0
"""Seconds after which a caller gives up, and the measurement with it."""


class Callers:
    """People who ask without a pause, each of another actor every time."""

    def __init__(self, fleet: Fleet, actors: int) -> None:
        self._fleet = fleet
        self._actors = actors
        self._asking: dict[int, float] = {}
        self._longest = 0.0

    async def ask(self, actor: int) -> None:
        """Have a counter add one."""
        await self._fleet.client.tell(address_of(actor % self._actors), Add(1), NOBODY, wait=WAIT)

    async def go_on(self, number: int) -> None:
        """Ask for ever, as caller *number*."""
        actor = number
        while True:
            self._asking[number] = begun = time.perf_counter()
            await self.ask(actor)
            self._longest = max(self._longest, time.perf_counter() - begun)
            actor += 1

    async def longest_during(self, trouble: Coroutine[Any, Any, object]) -> float:
        """Return how many seconds anybody waited for one answer meanwhile, at the longest."""
        self._longest = 0.0
        await trouble
        waiting = dict(self._asking)
        while waiting.items() & self._asking.items():  # noqa: ASYNC110  until these are answered
            await asyncio.sleep(LOOK_AGAIN)
        return self._longest


@asynccontextmanager
async def callers(fleet: Fleet, many: int, actors: int) -> AsyncIterator[Callers]:
    """Have so many people ask so many actors."""
    some = Callers(fleet, actors)
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(some.go_on(number)) for number in range(many)]
        await asyncio.sleep(0)
        yield some
        for task in tasks:
            task.cancel()


async def take_over(
    figures: Figures, name: str, fleet: Fleet, people: Callers, *, kills: int, asked: int
) -> None:
    """Kill one node after the other; a node that was alone is started again at once."""
    waits, answered = [], []
    for turn in range(kills):
        number = turn % len(fleet.nodes) + 1
        alone = len(fleet.nodes) == 1

        async def trouble(number: int = number, *, alone: bool = alone) -> None:
            begun = time.perf_counter()
            await fleet.end(number, signal.SIGKILL)
            async with asyncio.TaskGroup() as group:
                if alone:
                    group.create_task(fleet.start(number))
                await asyncio.gather(*map(people.ask, range(asked)))
                answered.append(time.perf_counter() - begun)

        waits.append(await people.longest_during(trouble()))
        if not alone:
            await fleet.start(number)
        await fleet.balanced()
    _note(figures, f"{name}_take_over_wait", waits)
    _note(figures, f"{name}_take_over_all", answered)


async def hand_over(
    figures: Figures, name: str, fleet: Fleet, people: Callers, *, times: int
) -> None:
    """Have nodes go in order and come again, and look at the same while nothing happens."""
    kinds: dict[str, Callable[[int], Coroutine[Any, Any, object]]] = {
        "calm": lambda _number: asyncio.sleep(1.0),
        "drain": partial(_go, fleet),
        "coming": partial(_come, fleet),
    }
    waits: dict[str, list[float]] = {kind: [] for kind in kinds}
    for turn in range(times):
        number = turn % (len(fleet.nodes)) + 1
        for kind, trouble in kinds.items():
            waits[kind].append(await people.longest_during(trouble(number)))
    for kind, taken in waits.items():
        _note(figures, f"{name}_{kind}_wait", taken)


async def _go(fleet: Fleet, number: int) -> None:
    await fleet.end(number, signal.SIGTERM)
    await fleet.balanced()


async def _come(fleet: Fleet, number: int) -> None:
    await fleet.start(number)
    await fleet.balanced()


def _note(figures: Figures, name: str, taken: list[float]) -> None:
    """Keep the figures of seconds that were *taken* (the 99th of few is next to the longest)."""
    cuts = statistics.quantiles(taken, n=100, method="inclusive") if taken[1:] else taken * 99
    figures.note(f"{name}_p50", cuts[49], "s")
    figures.note(f"{name}_p99", cuts[98], "s")
    figures.note(f"{name}_max", max(taken), "s")
