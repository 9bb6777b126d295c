"""Ten thousand timers that fall due within one minute, on a journal on disk."""

import asyncio
import os
import statistics
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from actors.address import Address
from actors.asked import Asked
from actors.caller import NOBODY, Caller
from actors.effects import Effect, Wake
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.memory_transport import MemoryBus
from actors.runtime.mint import SystemMint
from actors.runtime.node import Node
from actors.runtime.room import Room
from actors.store.sqlite import SqliteJournal
from scripts.benchmarks.figures import Figures
from scripts.benchmarks.processes import cpu_seconds

TIMERS, ACTORS = 10_000, 1_000
WITHIN = timedelta(seconds=60)
AT_ONCE = 100


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to a sleeper."""


class Sleep(Message, frozen=True):
    """Wake up at *until*."""

    name: str
    until: datetime


class Rise(Message, frozen=True):
    """By the timer: it is *due*."""

    due: datetime


class Slept(Message, frozen=True):
    """It sleeps until *until*."""

    name: str
    until: datetime


class Rose(Message, frozen=True):
    """It woke up, so many seconds late."""

    late: float


class Look(Message, frozen=True):
    """Ask for the `Sleeper`."""


class Sleeper(Message, frozen=True):
    """How late it woke up each time, in seconds."""

    late: tuple[float, ...] = ()


def _decide(_state: Sleeper, command: Sleep | Rise, asked: Asked) -> list[Slept | Rose]:
    if isinstance(command, Sleep):
        return [Slept(command.name, command.until)]
    return [Rose((asked.at - command.due).total_seconds())]


def _evolve(state: Sleeper, event: Slept | Rose) -> Sleeper:
    return Sleeper((*state.late, event.late)) if isinstance(event, Rose) else state


def _react(event: Slept | Rose, _me: Address) -> Sequence[Effect]:
    return [Wake(event.name, event.until, Rise(event.until))] if isinstance(event, Slept) else []


def _may_watch(_state: Sleeper, _caller: Caller) -> bool:
    return True


ROOM: Room[Sleeper] = Room(
    kind="sleeper",
    command=Sleep | Rise,
    query=Look,
    event=Slept | Rose,
    state=Sleeper,
    schema=1,
    born=lambda _key: Sleeper(),
    decide=_decide,
    evolve=_evolve,
    answer=lambda state, _query, _asked: state,
    react=_react,
    may_watch=_may_watch,
)


async def measure(figures: Figures) -> None:
    """Set the timers, wait until the last has gone off, and say how late they were."""
    with TemporaryDirectory() as temporary:
        bus, clock, mint = MemoryBus(), SystemClock(), SystemMint()
        journal = await SqliteJournal.open(Path(temporary) / "journal.db")
        await journal.leave_all()
        node = Node(
            name="bench",
            transport=bus.transport("node"),
            journal=journal,
            rooms=[ROOM],
            clock=clock,
            mint=mint,
        )
        await node.start()
        client = Client(bus.transport("edge"), clock, mint)
        begun = time.perf_counter()
        first = clock.now() + timedelta(seconds=20)
        await _all_asleep(client, first)
        figures.note("timers_set", TIMERS / (time.perf_counter() - begun))
        before = cpu_seconds(os.getpid())
        await asyncio.sleep((first + WITHIN - clock.now()).total_seconds() + 1)
        figures.note("timers_cpu", cpu_seconds(os.getpid()) - before, "CPU-s for 10,000")
        _note(figures, await _lateness(client))
        await node.drain()
        await journal.close()


def _address(number: int) -> Address:
    return Address("sleeper", f"s{number % ACTORS}")


async def _all_asleep(client: Client, first: datetime) -> None:
    for start in range(0, TIMERS, AT_ONCE):
        await asyncio.gather(
            *(
                client.tell(_address(n), Sleep(f"t{n}", first + WITHIN * (n / TIMERS)), NOBODY)
                for n in range(start, start + AT_ONCE)
            )
        )


async def _lateness(client: Client) -> list[float]:
    late: list[float] = []
    for number in range(ACTORS):
        late += (await client.ask(_address(number), Look(), Sleeper, NOBODY)).late
    return late


def _note(figures: Figures, late: list[float]) -> None:
    cuts = statistics.quantiles(late, n=100)
    figures.note("timers_fired", len(late), f"of {TIMERS}")
    figures.note("timers_late_p50", cuts[49] * 1000, "ms")
    figures.note("timers_late_p99", cuts[98] * 1000, "ms")
    figures.note("timers_late_most", max(late) * 1000, "ms")
