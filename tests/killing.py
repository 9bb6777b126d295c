"""A clinic's node as a process of its own, to be killed with `kill -9` and started again.

Run as `python -m tests.killing DIRECTORY CONTROL` it is the parent of that process: it forks it as
often as it is told to (see `tests.forking`). CONTROL is `none`, or the promise that it breaks on
purpose: `forgetful` (repeated commands are not known) or `hasty` (answers before the commit).
"""

import asyncio
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from types import TracebackType
from typing import Self

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
from tests.forking import fork_when_told, say

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
        self._parent: Process | None = None
        self._lives = False

    async def __aenter__(self) -> Self:
        self._parent = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            *self._words,
            stdin=PIPE,
            stdout=PIPE,
            cwd=Path(__file__).parents[1],
        )
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._parent is not None
        assert self._parent.stdin is not None
        self._parent.stdin.close()
        await self._parent.wait()

    async def start(self) -> None:
        """Return when the node takes messages."""
        await self._tell("start", "ready")
        self._lives = True

    async def kill(self) -> None:
        """End it as a power switch would, and return when it is gone."""
        if self._lives:
            self._lives = False
            await self._tell("kill", "gone")

    async def _tell(self, word: str, answer: str) -> None:
        assert self._parent is not None
        assert self._parent.stdin is not None
        assert self._parent.stdout is not None
        self._parent.stdin.write(f"{word}\n".encode())
        assert await self._parent.stdout.readline() == f"{answer}\n".encode()


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
    say("ready")
    await asyncio.Event().wait()


if __name__ == "__main__":
    fork_when_told(lambda: live(Path(sys.argv[1]), sys.argv[2]))
