"""Asks per second of the ground floor: client process, node process, nats-server."""

import asyncio
import itertools
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeAlias

import nats  # noqa: TID251  the yardstick is nats-py itself

from actors.address import Address
from actors.caller import NOBODY
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.mint import SystemMint
from actors.runtime.nats_server import NatsServer
from actors.runtime.nats_transport import NatsTransport
from scripts.benchmarks import lag, yardsticks
from scripts.benchmarks.counters import ECHO_BYTES, Add, GetTotal, Total, address_of
from scripts.benchmarks.figures import Figures, closed_loop
from scripts.benchmarks.processes import cpu_seconds, other_process

One: TypeAlias = Callable[[int], Awaitable[object]]

NODE = "scripts.benchmarks.node"
WIDTHS = (1, 16, 64, 128)
CPU_WIDTH = 64
ACTORS = 100


async def measure(figures: Figures, seconds: float) -> None:
    """Take every figure of the ground floor."""
    with TemporaryDirectory() as temporary:
        directory = Path(temporary)
        await _group_commits(figures, directory, seconds)
        async with NatsServer(directory / "nats") as server:
            async with other_process(NODE, str(directory), "echo") as (pid, _):
                await _raw_nats(figures, server, seconds, pid)
            async with other_process(NODE, str(directory), "node") as (pid, _):
                await _asks(figures, server, seconds, pid)
                await lag.measure(figures, server, seconds)
    _ratios(figures)


def _from(base: int, write: One) -> One:
    """Return *write* for numbers that count on from *base*."""
    return lambda number: write(base + number)


async def _load(
    figures: Figures, name: str, one: One, width: int, seconds: float, *pids: int
) -> None:
    """Load, and note what it did; at one width also what it cost all processes together."""
    everybody = (os.getpid(), *pids)
    before = cpu_seconds(*everybody)
    load = figures.note_load(
        f"{name}_{width}", await closed_loop(one, in_flight=width, seconds=seconds)
    )
    if width == CPU_WIDTH:
        spent = (cpu_seconds(*everybody) - before) / load.done * 1000
        figures.note(f"{name}_{width}_cpu", spent, "CPU-s per 1,000")


async def _group_commits(figures: Figures, directory: Path, seconds: float) -> None:
    path = directory / "yardstick.db"
    await asyncio.to_thread(yardsticks.prepare, path)
    group = yardsticks.GroupCommit(path)
    bases = itertools.count(0, 1 << 32)
    for width in WIDTHS:
        one = _from(next(bases), group.write)
        await _load(figures, "raw_group_commit", one, width, seconds)
    await asyncio.to_thread(group.close)
    write, connection = await yardsticks.commit_per_write(path)
    for width in (64, 128):
        one = _from(next(bases), write)
        await _load(figures, "raw_commit_per_write", one, width, seconds)
    await connection.close()


async def _raw_nats(figures: Figures, server: NatsServer, seconds: float, pid: int) -> None:
    at = await server.access("edge")
    bus = await nats.connect(at.url, nkeys_seed_str=at.seed, inbox_prefix=at.inbox_prefix.encode())

    def echo(_number: int) -> Awaitable[object]:
        return bus.request("actor.echo.0", ECHO_BYTES, timeout=5)

    for width in WIDTHS:
        await _load(figures, "raw_nats", echo, width, seconds, pid, server.pid)
    await bus.close()


async def _asks(figures: Figures, server: NatsServer, seconds: float, pid: int) -> None:
    at = await server.access("edge")
    transport = await NatsTransport.connect(
        at.url, seed=at.seed, inbox_prefix=at.inbox_prefix, name="edge"
    )
    client = Client(transport, SystemClock(), SystemMint())
    spread = [address_of(number) for number in range(ACTORS)]
    for name, one in _kinds(client, spread).items():
        for width in WIDTHS:
            await _load(figures, name, one, width, seconds, pid, server.pid)
    await transport.close()


def _kinds(client: Client, spread: list[Address]) -> dict[str, One]:
    def at(number: int) -> Address:
        return spread[number % ACTORS]

    def memory(number: int) -> Awaitable[object]:
        return client.ask(at(number), GetTotal(), Total, NOBODY)

    def durable(number: int) -> Awaitable[object]:
        return client.tell(at(number), Add(1), NOBODY)

    def hot(_number: int) -> Awaitable[object]:
        return client.tell(spread[0], Add(1), NOBODY)

    def outbox(number: int) -> Awaitable[object]:
        return client.tell(at(number), Add(1, f"m{number % ACTORS}"), NOBODY)

    return {
        "memory_ask": memory,
        "durable_ask": durable,
        "durable_hot": hot,
        "durable_outbox": outbox,
    }


def _ratios(figures: Figures) -> None:
    """Print the ratios that the design names, beside what it calls very good."""
    memory, commit = figures["memory_ask_64"], figures["raw_group_commit_64"]
    figures.note("harmonic_bound_64", 1 / (1 / memory + 1 / commit))
    for name, of, to, goal in (
        ("memory_to_raw_nats", "memory_ask_64", "raw_nats_64", 0.8),
        ("durable_to_raw_nats", "durable_ask_64", "raw_nats_64", 0.45),
        ("durable_to_commit_per_write", "durable_ask_64", "raw_commit_per_write_64", 12),
        ("durable_to_harmonic_bound", "durable_ask_64", "harmonic_bound_64", 0.9),
        ("durable_p99_to_p50", "durable_ask_64_p99", "durable_ask_64_p50", 2),
        ("hot_to_spread", "durable_hot_64", "durable_ask_64", 1),
        ("outbox_to_durable", "durable_outbox_64", "durable_ask_64", 0.6),
        ("outbox_lag_to_durable", "outbox_lag_1_p50", "durable_ask_1_p50", 1),
    ):
        figures.ratio(name, of, to, goal)
    overhead = (
        figures["durable_ask_1_p50"] - figures["raw_nats_1_p50"] - figures["raw_group_commit_1_p50"]
    )
    figures.note("durable_p50_over_raw", overhead, "ms (very good: 0.3)")
