"""A media worker as the process that has started it sees it: told what it needs, kept, stopped."""

from typing import Final

import msgspec

from actors.relay.starting import FirstWord, Serving, Start, Trouble
from actors.runtime.apart import PASSED_ON
from actors.runtime.kept_process import KeptProcess, ProcessNotStarted, passed_on

MODULE: Final = "actors.relay.process"
QUIET: Final = {"MALLOC_ARENA_MAX": "2", "PYTHONDONTWRITEBYTECODE": "1"}
"""A worker of one thread needs few memory arenas, and writes no files."""


class WorkerNotStarted(ProcessNotStarted):
    """The media worker did not come up; the text says why, and what to do."""


class Child(KeptProcess):
    """One media worker. What it does to itself ends its calls alone, never the clinic."""

    def __init__(self, start: Start) -> None:
        told = msgspec.json.encode(start)
        given = passed_on(PASSED_ON) | QUIET
        super().__init__("worker", start.name, ("-m", MODULE), told, given)
        self.serving = Serving("", 0, ())
        """What it said when it came up last."""

    async def start(self) -> Serving:
        """Return when it takes calls; raise `WorkerNotStarted` if it does not."""
        await self.launch()
        return self.serving

    def check(self, word: bytes) -> None:
        """Take its first word."""
        if not word:
            raise WorkerNotStarted(f"The media worker {self.name} does not start.")
        said: FirstWord = msgspec.json.decode(word, type=FirstWord)
        if isinstance(said, Trouble):
            raise WorkerNotStarted(said.sentence)
        self.serving = said
