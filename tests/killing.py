"""A clinic's node as a process of its own, to be killed with `kill -9` and started again.

Run as `python -m tests.killing DIRECTORY CONTROL` it is that process: it prints `ready` and
works until it is killed. CONTROL is `none`, or the promise that it breaks on purpose:
`forgetful` (repeated commands are not known) or `hasty` (answers before the commit).
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from types import TracebackType
from typing import Self

import uvloop

from actors.accounts.hasher import QuickHasher
from actors.runtime.clock import SystemClock
from actors.runtime.limits import Controls
from actors.runtime.mint import SystemMint
from actors.runtime.nats_keys import access
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.node import Node
from actors.store.blobs.folder import FolderBlobs
from actors.store.sqlite import SqliteJournal
from tests.clinic import calling, rooms

CONTROLS = {
    "none": Controls(),
    "forgetful": Controls(remember_answers=False),
    "hasty": Controls(answer_after_commit=False),
}


def journal_path(directory: Path) -> Path:
    """Return where the node keeps its journal."""
    return directory / "store" / "journal.db"


class Mortal:
    """Starts a process (the node's, if no other *module* is named), kills it, starts it again."""

    def __init__(
        self, directory: Path, control: str = "none", *, module: str = "tests.killing"
    ) -> None:
        self._words = (module, str(directory), control)
        self._process: Process | None = None
        self.deaths = 0

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.kill()

    async def start(self) -> None:
        """Return when the node takes messages."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *self._words,
            stdout=PIPE,
            cwd=Path(__file__).parents[1],
        )
        assert self._process.stdout is not None
        assert await self._process.stdout.readline() == b"ready\n"

    async def kill(self) -> None:
        """End it as a power switch would, and return when it is gone."""
        assert self._process is not None
        if self._process.returncode is None:
            self._process.kill()
            self.deaths += 1
        await self._process.wait()


async def live(directory: Path, control: str) -> None:
    """Run the node."""
    at = await asyncio.to_thread(access, directory / "nats", "node")
    transport = await NatsTransport.connect(
        at.url, seed=at.seed, inbox_prefix=at.inbox_prefix, name="node"
    )
    journal = await SqliteJournal.open(journal_path(directory), dedupe=control != "forgetful")
    await journal.leave_all()
    calls = calling(transport, SystemClock(), SystemMint())
    node = Node(
        name="mortal",
        transport=transport,
        journal=journal,
        rooms=rooms(QuickHasher(), journal, FolderBlobs(directory / "files"), calls),
        clock=SystemClock(),
        mint=SystemMint(),
        controls=CONTROLS[control],
    )
    await node.start()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    uvloop.run(live(Path(sys.argv[1]), sys.argv[2]))
