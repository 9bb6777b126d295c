"""A media worker as the process that has started it sees it: told what it needs, kept, stopped."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import suppress
from pathlib import Path
from typing import Final

import anyio
import msgspec
import structlog

from actors.relay.starting import FirstWord, Serving, Start, Trouble
from actors.runtime.apart import PASSED_ON
from actors.runtime.nats_server import bind_to_parent

_log = structlog.get_logger(__name__)

HERE: Final = Path(__file__).parents[2]
MODULE: Final = "actors.relay.process"
START_SECONDS: Final = 20.0
STOP_SECONDS: Final = 2.0
FIRST_PAUSE: Final = 0.1
LONGEST_PAUSE: Final = 10.0
WELL_SECONDS: Final = 30.0
"""A worker that lived so long was well: the next pause is a short one again."""

QUIET: Final = {"MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"}
"""A worker of one thread needs few memory arenas, and writes no files."""


class WorkerNotStarted(Exception):
    """The media worker did not come up; the text says why, and what to do."""


class Child:
    """One media worker. `keep` starts it, and again whenever it ends."""

    def __init__(self, start: Start) -> None:
        self._start = start
        self._process: Process | None = None
        self.deaths = 0

    @property
    def pid(self) -> int:
        """The process id of the worker that was started last."""
        return self._running.pid

    @property
    def _running(self) -> Process:
        if self._process is None:
            raise WorkerNotStarted("The media worker was never started.")
        return self._process

    async def start(self) -> Serving:
        """Return when it takes calls; raise `WorkerNotStarted` if it does not."""
        given = {name: os.environ[name] for name in PASSED_ON if name in os.environ}
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", MODULE),
            stdin=PIPE,
            stdout=PIPE,
            cwd=HERE,
            env=given | QUIET,
            start_new_session=True,  # a Ctrl-C in the terminal is for the parent alone
            preexec_fn=bind_to_parent,
        )
        try:
            return await self._first_word(self._process)
        except BaseException:
            with anyio.CancelScope(shield=True):
                await self.stop()
            raise

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
            async with asyncio.timeout(STOP_SECONDS):
                await process.wait()
        except TimeoutError:
            with suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    async def keep(self) -> None:
        """Start it again each time that it ends, for ever, with growing pauses.

        What a worker does to itself ends its calls alone, never the clinic.
        """
        pause = FIRST_PAUSE
        while True:
            with anyio.move_on_after(WELL_SECONDS) as young:
                code = await self.wait()
            if young.cancelled_caught:
                pause, code = FIRST_PAUSE, await self.wait()
            self.deaths += 1
            _log.error("worker.ended", worker=self._start.name, code=code)
            pause = await self._revive(pause)

    async def _revive(self, pause: float) -> float:
        """Start it once it can be started; return how long to pause the next time."""
        while True:
            await anyio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                serving = await self.start()
            except (WorkerNotStarted, OSError) as error:
                _log.error("worker.not_started", worker=self._start.name, why=str(error))
            else:
                _log.info("worker.started", worker=self._start.name, boot=serving.boot)
                return pause

    async def _first_word(self, process: Process) -> Serving:
        assert process.stdin is not None  # noqa: S101  it is started with pipes
        assert process.stdout is not None  # noqa: S101
        line = b""
        with suppress(ConnectionError, TimeoutError):
            async with asyncio.timeout(START_SECONDS):
                process.stdin.write(msgspec.json.encode(self._start))
                process.stdin.close()
                line = await process.stdout.readline()
        if not line:
            raise WorkerNotStarted(f"The media worker {self._start.name} does not start.")
        said: FirstWord = msgspec.json.decode(line, type=FirstWord)
        if isinstance(said, Trouble):
            raise WorkerNotStarted(said.sentence)
        return said
