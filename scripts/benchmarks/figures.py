"""The figures of a run: taken by name, printed as one table, written as JSON."""

import json
import statistics
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import anyio
import msgspec


class Load(msgspec.Struct, frozen=True):
    """What one closed-loop load did: so many at a time, each after the last was answered."""

    done: int
    per_second: float
    p50_ms: float
    p99_ms: float


class Figures:
    """Everything measured in one run, in the order it was measured."""

    def __init__(self) -> None:
        self._values: dict[str, float] = {}
        self._units: dict[str, str] = {}

    def note(self, name: str, value: float, unit: str = "/s") -> float:
        """Keep a figure under its name."""
        self._values[name] = value
        self._units[name] = unit
        print(f"  {name:<38}{value:>14,.3f} {unit}", flush=True)
        return value

    def note_load(self, name: str, load: Load) -> Load:
        """Keep a load's three figures."""
        self.note(name, load.per_second)
        self.note(f"{name}_p50", load.p50_ms, "ms")
        self.note(f"{name}_p99", load.p99_ms, "ms")
        return load

    def ratio(self, name: str, of: str, to: str, goal: float) -> None:
        """Keep the ratio of two figures, and print it beside what is very good."""
        if of in self._values and self._values.get(to):
            self.note(name, self._values[of] / self._values[to], f"(very good: {goal})")

    def __getitem__(self, name: str) -> float:
        return self._values[name]

    def write(self, file: Path) -> None:
        """Write the figures by name."""
        file.write_text(json.dumps(self._values, indent=2) + "\n")


async def closed_loop(
    one: Callable[[int], Awaitable[object]], *, in_flight: int, seconds: float
) -> Load:
    """Call *one* with 0, 1, 2, ... keeping *in_flight* under way, for *seconds*."""
    taken: list[float] = []
    numbers = iter(range(1 << 62))
    clock = time.perf_counter
    end = clock() + seconds

    async def worker() -> None:
        now = clock()
        while now < end or not taken:
            await one(next(numbers))
            start, now = now, clock()
            taken.append(now - start)

    start = clock()
    async with anyio.create_task_group() as group:
        for _ in range(in_flight):
            group.start_soon(worker)
    return load_of(taken, clock() - start)


def load_of(taken: list[float], spent: float) -> Load:
    """Return the figures of a load that took *spent* seconds, and each time so many of *taken*."""
    cuts = statistics.quantiles(taken, n=100) if len(taken) > 1 else [taken[0]] * 99
    return Load(len(taken), len(taken) / spent, cuts[49] * 1000, cuts[98] * 1000)
