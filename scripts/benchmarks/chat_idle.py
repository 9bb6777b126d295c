"""What a socket costs on which nothing is said: memory, and the processor's time."""

import asyncio

from scripts.benchmarks.chat_lines import Crowd, Echo
from scripts.benchmarks.chat_threads import Thread, both_sides, gathered, open_sides
from scripts.benchmarks.figures import Figures
from scripts.benchmarks.processes import Up, child_named, cpu_seconds, rss_mb

WARM_UP = 100
SETTLE = 12.0
"""Seconds in which every watch is renewed once."""
KIB = 1024


async def measure(
    figures: Figures, up: Up, echo: tuple[int, str], threads: list[Thread], many: int
) -> None:
    """Open so many sockets, each following one thread; and as many to the bare server."""
    echo_pid, echo_url = echo
    name = f"{many / 1000:g}k"
    async with Crowd() as crowd:
        await gathered(Echo.open(echo_url, crowd) for _ in range(WARM_UP))
        before = rss_mb(echo_pid)
        await gathered(Echo.open(echo_url, crowd) for _ in range(many))
        figures.note("echo_kib_per_socket", (rss_mb(echo_pid) - before) * KIB / many, "KiB")
    async with Crowd() as crowd:
        ends = both_sides(threads, WARM_UP + many)
        await open_sides(up.url, crowd, ends[:WARM_UP])
        before = figures.note("rss_before_sockets_mb", rss_mb(up.pid), "MiB")
        await open_sides(up.url, crowd, ends[WARM_UP:])
        await _settled(figures, up, name)
        after = figures.note(f"rss_{name}_sockets_mb", rss_mb(up.pid), "MiB")
        figures.note("chat_kib_per_socket", (after - before) * KIB / many, "KiB")
    ratio = figures["chat_kib_per_socket"] / (figures["echo_kib_per_socket"] or float("nan"))
    figures.note("chat_socket_to_echo", ratio, "times")


async def _settled(figures: Figures, up: Up, name: str) -> None:
    """Wait until every watch was renewed, and note what that costs."""
    pids = {"": up.pid, "_nats": child_named(up.pid, "nats-server")}
    before = {each: cpu_seconds(pid) for each, pid in pids.items()}
    await asyncio.sleep(SETTLE)
    for each, pid in pids.items():
        spent = (cpu_seconds(pid) - before[each]) / SETTLE
        figures.note(f"chat_{name}_idle{each}_cpu", spent, "CPU-s per second, idle")
