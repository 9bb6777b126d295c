"""What is leaving at this moment, on disk: one small private file for each attempt.

A process may end after a mail server has taken a letter and before our journal says so. The wake-up
then comes again in the next process; here it finds what became of the letter, or that nobody knows.
"""

import hashlib
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import msgspec

from actors.notify.carriers.carrier import Carried
from actors.notify.messages import Outcome
from config.private import TooOpen, private_directory, read_private, write_private

KEPT_SECONDS = 3600.0
"""How long this process keeps an entry: the journal has said it long before."""

LOST = Carried(Outcome.IN_DOUBT, "ended while it was leaving")
SETTLED = frozenset({Outcome.CARRIED, Outcome.REFUSED, Outcome.IN_DOUBT})
"""What is not tried again."""


class Ledger:
    """Remembers attempts across processes. One process writes in it at a time."""

    def __init__(self, directory: Path) -> None:
        """Raise `OSError` or `TooOpen` when *directory* can't be used."""
        self._directory = private_directory(directory)
        self._since: dict[Path, float] = dict.fromkeys(directory.iterdir(), 0.0)
        """When an entry was made, or (0) that an earlier process left it."""
        self._opened: float | None = None

    async def known(self, attempt: str) -> Carried | None:
        """Return what became of *attempt* in an earlier process, if it began there."""
        file = self._file(attempt)
        if self._since.get(file, 1.0):
            return None
        try:
            return msgspec.json.decode(await _apart(read_private, file), type=Carried)
        except (OSError, TooOpen, msgspec.MsgspecError):
            return LOST

    async def begin(self, attempt: str) -> None:
        """Note that from here on the letter may have left; raise `OSError` if that fails."""
        await self._sweep()
        await self._keep(attempt, LOST)

    async def end(self, attempt: str, carried: Carried) -> None:
        """Note what became of it; what is to be tried again is forgotten."""
        if carried.outcome in SETTLED:
            await self._keep(attempt, carried)
        else:
            await self._forget(self._file(attempt))

    def _file(self, attempt: str) -> Path:
        return self._directory / hashlib.sha256(attempt.encode()).hexdigest()[:32]

    async def _keep(self, attempt: str, carried: Carried) -> None:
        file = self._file(attempt)
        await _apart(write_private, file, msgspec.json.encode(carried))
        self._since[file] = anyio.current_time()

    async def _forget(self, file: Path) -> None:
        if self._since.pop(file, None) is not None:
            await _apart(partial(file.unlink, missing_ok=True))

    async def _sweep(self) -> None:
        """Forget what is old; what an earlier process left is as old as this one."""
        now = anyio.current_time()
        self._opened = self._opened or now
        for file, since in list(self._since.items()):
            if now - (since or self._opened) > KEPT_SECONDS:
                await self._forget(file)


_apart = anyio.to_thread.run_sync
