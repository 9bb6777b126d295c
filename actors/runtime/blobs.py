"""Blobs: bytes under a name, kept outside of the journal. What rooms keep files with."""

import re
from collections.abc import Sequence
from typing import Final, Protocol

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,64}(/[A-Za-z0-9_-]{1,64})*")


class BlobsUnavailable(Exception):
    """The bytes can't be kept or read now; nothing is known to be lost."""


class BlobMissing(Exception):
    """There are no bytes under that name."""


class Blobs(Protocol):
    """Bytes by name. Every implementation passes the same contract suite.

    A *name* (and a *folder*) is made of parts of `[A-Za-z0-9_-]{1,64}` with slashes between them;
    another one is a `ValueError`. All methods raise `BlobsUnavailable` when the store does not
    answer. Of two that put or remove one name at the same time, either may be the last.
    """

    async def put(self, name: str, data: bytes) -> None:
        """Keep *data* under *name*, in the place of what was there. Kept means: on disk.

        Nobody ever sees a part of it.
        """

    async def get(self, name: str, start: int = 0, size: int | None = None) -> bytes:
        """Return *size* bytes from *start* on (fewer at the end), or raise `BlobMissing`.

        Without a *size*: all to the end. A negative number is a `ValueError`.
        """

    async def remove(self, name: str) -> None:
        """Forget *name*; it is fine when there is nothing."""

    async def names(self, folder: str) -> Sequence[str]:
        """Return the names below *folder*, in order."""

    async def close(self) -> None:
        """Let go of connections."""


def checked(name: str) -> str:
    """Return *name*, or raise `ValueError` when it can't be one."""
    if not _NAME.fullmatch(name):
        raise ValueError("A blob's name is made of letters, digits, - and _ with / between.")
    return name


def check_range(start: int, size: int | None) -> None:
    """Raise `ValueError` for a *start* or *size* that can't be."""
    if start < 0 or (size is not None and size < 0):
        raise ValueError("A range has no negative numbers.")
