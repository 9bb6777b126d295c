"""A process of ours that another one starts, told once what it needs; kept; and stopped in order.

What it is told comes through standard input, and goes into no argument, environment or file. It
answers with one line on standard output: that it is up, or why it can't be.
"""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

import anyio
import structlog

from actors.runtime.nats_server import bind_to_parent

_log = structlog.get_logger(__name__)

HERE: Final = Path(__file__).parents[2]
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 10.0
WELL_SECONDS: Final = 30.0
"""One that lived so long was well: the next pause is a short one again."""


class ProcessNotStarted(Exception):
    """The process did not come up; the text says why, and what to do."""


class KeptProcess:
    """One process of Python, called *name* and what it is (*kind*: `node`, `worker`)."""

    def __init__(
        self,
        kind: str,
        name: str,
        words: Sequence[str],
        told: bytes,
        environment: Mapping[str, str],
        *,
        start_seconds: float = 20.0,
        stop_seconds: float = 2.0,
    ) -> None:
        self.name = name
        self.deaths = 0
        self._kind = kind
        self._words = words
        self._told = told
        self._environment = environment
        self._start_seconds = start_seconds
        self._stop_seconds = stop_seconds
        self._process: Process | None = None

    @property
    def pid(self) -> int:
        """The process id of the one that was started last."""
        return self._running.pid

    @property
    def _running(self) -> Process:
        if self._process is None:
            raise ProcessNotStarted(f"The {self._kind} {self.name} was never started.")
        return self._process

    async def launch(self) -> None:
        """Return when it is up; raise `ProcessNotStarted` (see `check`) or `OSError` if not."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, *self._words),
            stdin=PIPE,
            stdout=PIPE,
            cwd=HERE,
            env=self._environment,
            start_new_session=True,  # a Ctrl-C in the terminal is for the parent alone
            preexec_fn=bind_to_parent,
        )
        try:
            self.check(await self._first_word(self._process))
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self.stop()
            raise

    def check(self, word: bytes) -> None:
        """Take its first *word*; raise `ProcessNotStarted` when that says that it can't be up."""
        if not word:
            raise ProcessNotStarted(f"The {self._kind} {self.name} does not start.")

    async def wait(self) -> int:
        """Return its exit code once it has ended, for whatever reason."""
        return await self._running.wait()

    async def stop(self) -> None:
        """End it: politely, then by force. It is fine when it has ended already."""
        process = self._process
        if process is None or process.returncode is not None:
            return
        for number in (signal.SIGTERM, signal.SIGCONT):
            with suppress(ProcessLookupError):
                process.send_signal(number)
        try:
            async with asyncio.timeout(self._stop_seconds):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def keep(self, final: Collection[int] = ()) -> int:
        """Start it again each time that it ends, with growing pauses.

        It goes on so for ever, or until it ends with a code that is *final*, which is returned.
        """
        pause = FIRST_PAUSE
        while True:
            with anyio.move_on_after(WELL_SECONDS) as young:
                code = await self.wait()
            if young.cancelled_caught:
                pause, code = FIRST_PAUSE, await self.wait()
            if code in final:
                _log.info(f"{self._kind}.left", name=self.name)
                return code
            self.deaths += 1
            _log.error(f"{self._kind}.ended", name=self.name, code=code)
            pause = await self._revive(pause)

    async def _revive(self, pause: float) -> float:
        """Start it once it can be started; return how long to pause the next time."""
        while True:
            await anyio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                await self.launch()
            except (ProcessNotStarted, OSError) as error:
                _log.error(f"{self._kind}.not_started", name=self.name, why=str(error))
            else:
                _log.info(f"{self._kind}.started", name=self.name, pid=self.pid)
                return pause

    async def _first_word(self, process: Process) -> bytes:
        assert process.stdin is not None  # noqa: S101  it is started with pipes
        assert process.stdout is not None  # noqa: S101
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(self._start_seconds):
                process.stdin.write(self._told)
                process.stdin.close()
                return await process.stdout.readline()
        return b""


def passed_on(names: Sequence[str]) -> dict[str, str]:
    """Return what of our environment is called so."""
    return {name: os.environ[name] for name in names if name in os.environ}
