"""The machines of a fleet: nodes and media workers, each a process with lines that may be cut."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Final, Protocol

from tests.lines import Network

ROOT: Final = Path(__file__).parents[1]
START_SECONDS: Final = 60


class Home(Protocol):
    """What machines share."""

    keys: Path
    files: Path
    network: Network

    def store_url(self, at: str) -> str:
        """Return where the database is over a line whose entrance is *at* that host and port."""


class Machine:
    """One node: a process, and the lines over which it reaches the bus and the store."""

    words: tuple[str, ...] = ("up",)
    opened = b"is open at"
    """What it says once it is there."""

    def __init__(self, name: str, directory: Path, home: Home) -> None:
        self.name = name
        self.directory = directory
        self.wrong_by = 0.0
        """Seconds by which its clock is off, from its next start on."""
        self.release = ""
        """Which release it says that it is, from its next start on; empty: its own."""
        self.lines = home.network.lines()
        self.process: Process | None = None
        self._home = home
        self._reading: asyncio.Task[None] | None = None
        self.log: list[str] = []

    @property
    def port(self) -> int:
        """Where its pages are, on the loopback of the tests."""
        return self.lines.port

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://localhost:{self.port}"

    async def start(self) -> None:
        """Start the node, and return when it is open."""
        self.process = await asyncio.create_subprocess_exec(
            *self.lines.command,
            *(sys.executable, "-m", "tests.node_process", str(self.wrong_by), self.release),
            *self.words,
            stdout=PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=self._environment(),
            cwd=ROOT,
        )
        opened = asyncio.get_running_loop().create_future()
        self._reading = asyncio.create_task(self._read(self.process, opened))
        async with asyncio.timeout(START_SECONDS):
            await opened

    async def _read(self, process: Process, opened: "asyncio.Future[None]") -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            self.log.append(line.decode(errors="replace"))
            if self.opened in line and not opened.done():
                opened.set_result(None)
        if not opened.done():
            opened.set_exception(AssertionError("".join(self.log[-20:])))

    def _environment(self) -> dict[str, str]:
        plain = {name: text for name, text in os.environ.items() if "CAREWIRE_" not in name}
        return plain | {
            "CAREWIRE_NODE_DATA": str(self.directory),
            "CAREWIRE_NODE_LEASE_SECONDS": "3",
            "CAREWIRE_NATS_KEYS": str(self._home.keys / "nodes" / self.name),
            "CAREWIRE_NATS_SERVERS": ",".join(self.lines.servers),
            "CAREWIRE_STORE_URL": self._home.store_url(self.lines.store),
            "CAREWIRE_FILES_FOLDER": str(self._home.files),
            "CAREWIRE_EDGE_HOST": self.lines.host,
            "CAREWIRE_EDGE_PORT": str(self.port),
            "CAREWIRE_EDGE_PUBLIC_URL": "http://localhost:1",
            "CAREWIRE_EDGE_ALLOWED_HOSTS": f"localhost:{self.port}",
            "CAREWIRE_EDGE_ATTEMPTS_PER_MINUTE": "100000",
            "CAREWIRE_MEDIA_WORKERS": "0",
            "CAREWIRE_MEDIA_PORT": "0",
        }

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self.process is not None
        self.process.send_signal(number)

    async def kill(self) -> None:
        """End it as a power switch would."""
        if self.process is not None and self.process.returncode is None:
            self.process.kill()
        await self._ended()

    async def stop(self) -> int:
        """Stop it in order; return its exit code."""
        self.send(signal.SIGTERM)
        return await self._ended()

    async def _ended(self) -> int:
        if self.process is None:
            return 0
        code = await self.process.wait()
        if self._reading is not None:
            with suppress(AssertionError):
                await self._reading
        return code

    def cut(self, *, there: bool = True, back: bool = True) -> None:
        """Cut it off from bus and store, one way or both."""
        self.lines.cut(there=there, back=back)

    def mend(self) -> None:
        """End the cut."""
        self.lines.mend()


class MediaMachine(Machine):
    """A media worker, with keys of its own and no store."""

    opened = b"listens on UDP and TCP port"

    def __init__(self, name: str, directory: Path, home: Home) -> None:
        super().__init__(name, directory, home)
        self.words = ("media", "--name", name)
