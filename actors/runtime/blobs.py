"""Blobs: bytes under a name, kept outside of the journal. What rooms keep files with."""

from collections.abc import Sequence
from typing import Protocol


class BlobsUnavailable(Exception):
    """The bytes can't be kept or read now; nothing is known to be lost."""


class BlobMissing(Exception):
    """There are no bytes under that name."""


class Blobs(Protocol):
    """Bytes by name. Every implementation passes the same contract suite.

    A *name* is made of parts of `[A-Za-z0-9_-]{1,64}` with slashes between them; another one is a
    `ValueError`. All methods raise `BlobsUnavailable` when the store does not answer.
    """

    async def put(self, name: str, data: bytes) -> None:
        """Keep *data* under *name*, in the place of what was there. Kept means: on disk.

        Nobody ever sees a part of it.
        """

    async def get(self, name: str, start: int = 0, size: int | None = None) -> bytes:
        """Return *size* bytes from *start* on (fewer at the end), or raise `BlobMissing`."""

    async def remove(self, name: str) -> None:
        """Forget *name*; it is fine when there is nothing."""

    async def names(self, folder: str) -> Sequence[str]:
        """Return the names below *folder*, in order."""

    async def close(self) -> None:
        """Let go of connections."""
