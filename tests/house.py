"""The whole house as a real process, `supervisor.py up`, on a data directory of its own."""

import asyncio
import os
import re
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from tests.waiting import until

ROOT = Path(__file__).parents[1]
START_SECONDS = 60
"""What a clinic with all its processes may need on a busy machine."""
OPEN = re.compile(r"is open at (http://\S+)")
FIRST_LINK = re.compile(r"http://\S+/welcome#(\S+)")


class Ended(NamedTuple):
    """How a command went."""

    code: int
    out: str
    err: str


def environment(data: Path) -> dict[str, str]:
    """Return the environment in which the clinic of *data* runs, on any free port."""
    plain = {name: text for name, text in os.environ.items() if not name.startswith("CAREWIRE_")}
    where = {"CAREWIRE_NODE_DATA": str(data), "CAREWIRE_EDGE_PORT": "0", "CAREWIRE_MEDIA_PORT": "0"}
    return plain | where | {"CAREWIRE_MEDIA_WORKERS": "0"}


async def carewire(data: Path, *words: str, release: str = "", **settings: str) -> Ended:
    """Run one command to its end, as if it were of that *release*."""
    process = await _start(data, words, settings, release)
    async with asyncio.timeout(60):
        out, err = await process.communicate()
    return Ended(process.returncode or 0, out.decode(), err.decode())


class House:
    """A clinic that is up."""

    def __init__(self, process: Process, said: str, url: str) -> None:
        self.process = process
        self.said = said
        """What it told the person who started it."""
        self.url = url

    @property
    def first_link(self) -> str | None:
        """The token of the first administrator's link, if one was handed out."""
        found = FIRST_LINK.search(self.said)
        return found[1] if found else None

    @property
    def bus_pid(self) -> int:
        """The process id of its nats-server, or 0 while there is none."""
        pid = self.process.pid
        return next((int(child) for child in _children_of(pid) if _is_server(child)), 0)

    @property
    def node_pids(self) -> tuple[int, ...]:
        """The process ids of its nodes, the oldest first, if they are processes of their own."""
        return tuple(int(child) for child in _children_of(self.process.pid) if _is_node(child))

    async def kill_bus(self) -> int:
        """Kill the nats-server as a crash would; return its process id."""
        await until(lambda: self.bus_pid != 0)
        pid = self.bus_pid
        os.kill(pid, signal.SIGKILL)
        await until(lambda: self.bus_pid != pid)
        return pid

    async def ended(self) -> Ended:
        """Return how it ended, once it has."""
        async with asyncio.timeout(60):
            out, err = await self.process.communicate()
        return Ended(self.process.returncode or 0, self.said + out.decode(), err.decode())


@asynccontextmanager
async def open_house(
    data: Path, *words: str, release: str = "", **settings: str
) -> AsyncIterator[House]:
    """Run the clinic that keeps its data in *data*; it is stopped at the end."""
    process = await _start(data, ("up", *words), settings, release)
    try:
        yield await _opened(process)
    finally:
        if process.returncode is None:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.communicate()


async def _start(
    data: Path, words: tuple[str, ...], settings: dict[str, str], release: str
) -> Process:
    program = ("-m", "tests.aged", release) if release else (str(ROOT / "supervisor.py"),)
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *program,
        *words,
        stdout=PIPE,
        stderr=PIPE,
        cwd=ROOT,
        env=environment(data) | settings,
    )


async def _opened(process: Process) -> House:
    """Read what it says until it has said all that it says at the start."""
    assert process.stdout is not None
    said, url = "", None
    async with asyncio.timeout(START_SECONDS):
        while url is None:
            line = (await process.stdout.readline()).decode()
            assert line, (said, await process.communicate())
            said += line
            url = OPEN.search(said)
    return House(process, said, url[1])


def _children_of(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _is_node(pid: str) -> bool:
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return words[1:3] == [b"supervisor.py", b"node"]
    return False


def _is_server(pid: str) -> bool:
    """Tell whether it is a nats-server that serves: not a dead one, not one asked its version."""
    with suppress(OSError):
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        return words[0].endswith(b"nats-server") and b"-c" in words
    return False
