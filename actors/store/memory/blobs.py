"""Blobs in memory, for tests and the simulator: the same promises, and trouble to order."""

import asyncio
from collections.abc import Callable, Sequence

from actors.runtime.blobs import BlobMissing, BlobsUnavailable, check_range, checked


class MemoryBlobs:
    """Bytes that outlive whoever uses them, as long as this object does.

    *delay* says how long each call takes, in seconds of the event loop; *fails* whether the next
    one fails.
    """

    def __init__(
        self,
        *,
        delay: Callable[[], float] = lambda: 0,
        fails: Callable[[], bool] = lambda: False,
    ) -> None:
        self.kept: dict[str, bytes] = {}
        self._delay = delay
        self._fails = fails

    async def put(self, name: str, data: bytes) -> None:
        """Keep *data* under *name*, in the place of what was there."""
        checked(name)
        await self._answer()
        self.kept[name] = bytes(data)

    async def get(self, name: str, start: int = 0, size: int | None = None) -> bytes:
        """Return *size* bytes from *start* on, or raise `BlobMissing`."""
        checked(name)
        check_range(start, size)
        await self._answer()
        if name not in self.kept:
            raise BlobMissing
        return self.kept[name][start : None if size is None else start + size]

    async def remove(self, name: str) -> None:
        """Forget *name*; it is fine when there is nothing."""
        checked(name)
        await self._answer()
        self.kept.pop(name, None)

    async def names(self, folder: str) -> Sequence[str]:
        """Return the names below *folder*, in order."""
        below = f"{checked(folder)}/"
        await self._answer()
        return sorted(name for name in self.kept if name.startswith(below))

    async def close(self) -> None:
        """Do nothing: nothing is open."""

    async def _answer(self) -> None:
        await asyncio.sleep(self._delay())
        if self._fails():
            raise BlobsUnavailable("The memory does not answer.")
