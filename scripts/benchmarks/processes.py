"""The other processes of a measurement: started, stopped, and what they cost."""

import asyncio
import os
import re
import signal
import sys
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import aiohttp

ROOT = Path(__file__).parents[2]
TICKS = os.sysconf("SC_CLK_TCK")
OPEN = re.compile(r"is open at (http://\S+)")
FIRST_LINK = re.compile(r"http://\S+/welcome#(\S+)")
USER_TIME, SYSTEM_TIME, ENDED_USER_TIME, ENDED_SYSTEM_TIME = 11, 12, 13, 14
"""Places of the clock ticks in `/proc/<pid>/stat`, counted after the name; of itself, of children
that have ended."""


def rss_mb(pid: int) -> float:
    """Return how much memory the process holds, in MiB."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


def cpu_seconds(*pids: int) -> float:
    """Return the processor time that the processes have used so far."""
    return sum(_ticks(pid) for pid in pids) / TICKS


def cpu_seconds_of_all(pid: int) -> float:
    """Return the processor time of a process and its children, with those that have ended."""
    ticks = _ticks(pid, ENDED_USER_TIME, ENDED_SYSTEM_TIME)
    for child in _children(pid):
        with suppress(FileNotFoundError, ProcessLookupError):
            ticks += _ticks(child)
    return cpu_seconds(pid) + ticks / TICKS


def _ticks(pid: int, *places: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return sum(int(fields[place]) for place in places or (USER_TIME, SYSTEM_TIME))


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def child_named(pid: int, name: str) -> int:
    """Return the process id of the child called *name*."""
    for child in _children(pid):
        if Path(f"/proc/{child}/comm").read_text().strip() == name:
            return child
    raise RuntimeError(f"Process {pid} has no child called {name}.")


@asynccontextmanager
async def other_process(*words: str) -> AsyncIterator[tuple[int, str]]:
    """Run a module of the benchmarks; gives its process id and the line that says it is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *words, stdout=PIPE, cwd=ROOT
    )
    try:
        said = (await _out(process).readline()).decode().strip()
        if not said.startswith("ready"):
            raise RuntimeError(f"{' '.join(words)} did not start.")
        yield process.pid, said.removeprefix("ready").strip()
    finally:
        process.kill()
        await process.wait()


class Up(NamedTuple):
    """A clinic that is up."""

    pid: int
    url: str
    invitation: str
    """Of the first administrator; empty at a later start."""
    seconds: float
    """From the command until the first page was answered."""


@asynccontextmanager
async def clinic_up(data: Path, **settings: str) -> AsyncIterator[Up]:
    """Run `supervisor.py up` on *data*; it is stopped in order at the end."""
    plain = {name: text for name, text in os.environ.items() if not name.startswith("CAREWIRE_")}
    where = {"CAREWIRE_NODE_DATA": str(data), "CAREWIRE_EDGE_PORT": "0", "CAREWIRE_MEDIA_PORT": "0"}
    begun = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        ROOT / "supervisor.py",
        "up",
        stdout=PIPE,
        stderr=DEVNULL,
        env=plain | where | settings,
        cwd=data.parent,
    )
    try:
        yield await _opened(process, begun)
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


async def _opened(process: Process, begun: float) -> Up:
    said = ""
    while not (found := OPEN.search(said)):
        line = await _out(process).readline()
        if not line:
            raise RuntimeError("The clinic ended before it was open.")
        said += line.decode()
    url = found[1]
    async with aiohttp.ClientSession() as session, session.get(f"{url}/sign-in") as answer:
        answer.raise_for_status()
    link = FIRST_LINK.search(said)
    return Up(process.pid, url, link[1] if link else "", time.perf_counter() - begun)


def _out(process: Process) -> asyncio.StreamReader:
    if process.stdout is None:
        raise RuntimeError("The process has no standard output.")
    return process.stdout
