"""Chat, beside a bare websocket and raw nats-py: latency, throughput, what it costs, long pasts."""

import asyncio
import os
import resource
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import aiohttp
import nats  # noqa: TID251  the yardstick is nats-py itself

from actors.runtime.nats_server import NatsServer
from scripts.benchmarks import chat_fill, chat_idle, chat_pages, chat_past, chat_talk, yardsticks
from scripts.benchmarks.chat_talk import Yardsticks
from scripts.benchmarks.chat_threads import Thread, open_threads
from scripts.benchmarks.figures import Figures
from scripts.benchmarks.http import SETTINGS
from scripts.benchmarks.processes import clinic_up, other_process

PAIRS = (50, 500)
PEOPLE = 50
"""Patients, and doctors: each may have a thread with each."""
SOCKETS, LONG, SHORT = 5_000, 100_000, 10
FULL_PAIRS = 50
"""With fewer pairs there are fewer sockets and messages too, and the figures say so."""
CROWDED = SETTINGS | {
    "CAREWIRE_EDGE_CONNECTIONS": "20000",
    "CAREWIRE_EDGE_CONNECTIONS_PER_ADDRESS": "20000",
    "CAREWIRE_EDGE_SOCKETS_PER_USER": "2000",
    "CAREWIRE_EDGE_ACCESS_TOKEN_SECONDS": "86400",
}
"""One machine and a hundred people play everybody: they may have as many windows."""


async def measure(figures: Figures, seconds: float, pairs: Sequence[int] = PAIRS) -> None:
    """Take every figure of chat with so many *pairs* each."""
    _raise_open_files()
    part = min(1.0, max(pairs) / FULL_PAIRS)
    people, sockets, length = (
        max(2, min(PEOPLE, max(pairs))),
        round(SOCKETS * part),
        round(LONG * part),
    )
    many = min(people**2, max(*pairs, sockets // 2, people))
    figures.note("load_average_before", os.getloadavg()[0], "")
    with TemporaryDirectory() as temporary:
        data = Path(temporary) / "data"
        async with AsyncExitStack() as stack:
            session = await stack.enter_async_context(aiohttp.ClientSession())
            beside = await _yardsticks(stack, Path(temporary))
            async with clinic_up(data, **CROWDED) as up:
                threads = await open_threads(session, up, data, people, many)
                for each in pairs:
                    await chat_talk.measure(figures, up, beside, threads[:each], seconds)
                    if each <= people:
                        await chat_pages.measure(figures, up, threads[:each], seconds)
                echo = beside.echo_pid, beside.echo_url
                await chat_idle.measure(figures, up, echo, threads, sockets)
            await _pasts(figures, data, threads, length, seconds)
    figures.note("load_average_after", os.getloadavg()[0], "")


async def _yardsticks(stack: AsyncExitStack, directory: Path) -> Yardsticks:
    server = await stack.enter_async_context(NatsServer(directory / "nats"))
    node = other_process("scripts.benchmarks.node", str(directory), "echo")
    node_pid, _ = await stack.enter_async_context(node)
    at = await server.access("edge")
    bus = await nats.connect(at.url, nkeys_seed_str=at.seed, inbox_prefix=at.inbox_prefix.encode())
    stack.push_async_callback(bus.close)
    echo_pid, echo_url = await stack.enter_async_context(
        other_process("scripts.benchmarks.chat_echo")
    )
    commits = directory / "yardstick.db"
    await asyncio.to_thread(yardsticks.prepare, commits)
    group = yardsticks.GroupCommit(commits)
    stack.callback(group.close)
    return Yardsticks(group.write, bus, (node_pid, server.pid), echo_url, echo_pid)


async def _pasts(
    figures: Figures, data: Path, threads: list[Thread], length: int, seconds: float
) -> None:
    """Give two threads a past while the clinic is down, and read them in a clinic that is up."""
    long, short = (threads[0], length), (threads[1], SHORT)
    spent = await chat_fill.fill(data, (long, short))
    figures.note("thread_fill", length / spent, "messages/s into the journal")
    figures.note("thread_fill_seconds", spent, "s")
    async with clinic_up(data, **CROWDED) as up:
        await chat_past.measure(figures, up.url, long, short, seconds)


def _raise_open_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
