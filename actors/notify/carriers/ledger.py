"""What is leaving at this moment, kept where every node finds it: one small blob for each attempt.

A process may end after a mail server has taken a letter and before our journal says so. The wake-up
then comes again, in the next process or at another node; here it finds what became of the letter,
or that nobody knows.
"""

import hashlib

import anyio
import msgspec

from actors.notify.carriers.carrier import Carried
from actors.notify.messages import Outcome
from actors.runtime.blobs import BlobMissing, Blobs

FOLDER = "leaving"
KEPT_SECONDS = 3600.0
"""How long this process keeps an entry: the journal has said it long before."""

LOST = Carried(Outcome.IN_DOUBT, "ended while it was leaving")
SETTLED = frozenset({Outcome.CARRIED, Outcome.REFUSED, Outcome.IN_DOUBT})
"""What is not tried again."""


class Ledger:
    """Remembers attempts across processes, in *blobs*."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._since: dict[str, float] = {}
        """When this process made an entry, or found that another one had."""
        self._mine: set[str] = set()
        self._looked = False

    async def known(self, attempt: str) -> Carried | None:
        """Return what became of *attempt* in another process, if it began there.

        Raises `BlobsUnavailable`: then nobody knows whether it began.
        """
        name = name_of(attempt)
        if name in self._mine:
            return None
        try:
            return msgspec.json.decode(await self._blobs.get(name), type=Carried)
        except BlobMissing:
            return None
        except msgspec.MsgspecError:
            return LOST

    async def begin(self, attempt: str) -> None:
        """Note that from here on the letter may have left; raise `BlobsUnavailable` if not."""
        await self._sweep()
        await self._keep(attempt, LOST)

    async def end(self, attempt: str, carried: Carried) -> None:
        """Note what became of it; what is to be tried again is forgotten."""
        if carried.outcome in SETTLED:
            await self._keep(attempt, carried)
        else:
            await self._forget(name_of(attempt))

    async def _keep(self, attempt: str, carried: Carried) -> None:
        name = name_of(attempt)
        await self._blobs.put(name, msgspec.json.encode(carried))
        self._mine.add(name)
        self._since[name] = anyio.current_time()

    async def _forget(self, name: str) -> None:
        if self._since.pop(name, None) is not None:
            self._mine.discard(name)
            await self._blobs.remove(name)

    async def _sweep(self) -> None:
        """Forget what is old; what others left counts from our first look at it."""
        now = anyio.current_time()
        if not self._looked:
            self._since |= dict.fromkeys(await self._blobs.names(FOLDER), now)
            self._looked = True
        for name, since in list(self._since.items()):
            if now - since > KEPT_SECONDS:
                await self._forget(name)


def name_of(attempt: str) -> str:
    """Return under which name *attempt* is kept."""
    return f"{FOLDER}/{hashlib.sha256(attempt.encode()).hexdigest()[:32]}"
