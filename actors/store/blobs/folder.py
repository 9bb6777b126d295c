"""Blobs in a folder of this machine, for its owner alone.

A name's last part is a file, `<part>.blob`, the parts before it are folders. Bytes are written
aside and then renamed, so nobody ever sees a part of them. Several processes may have the folder:
each writes aside under names of its own, and what a crash left there goes when it is a day old.
"""

import itertools
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final, TypeVar

import anyio.to_thread

from actors.runtime.blobs import BlobMissing, BlobsUnavailable, check_range, checked
from actors.runtime.clock import SystemClock
from actors.runtime.mint import SystemMint
from actors.store.files import sync_folder
from config.private import private_directory

ASIDE: Final = ".aside"
"""Where bytes are until all of them are on disk."""
SUFFIX: Final = ".blob"
"""So that a name may also be the folder of others: no part of a name has a dot."""

LEFT_SECONDS: Final = 86_400
"""What has lain aside for so long is nobody's any more."""
TRIES: Final = 8
"""How often a folder may be taken away under our hands by another process that finds it empty."""

T = TypeVar("T")


class FolderBlobs:
    """Keeps bytes under *directory*, which is made if need be.

    Raises `OSError` or `TooOpen` when that can't be its own.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = private_directory(directory)
        self._aside = private_directory(directory / ASIDE)
        self._own = SystemMint().message_id()
        self._numbers = itertools.count()
        self._names = threading.Lock()
        """Held while folders come and go."""
        self._clear()

    def _clear(self) -> None:
        """Remove what crashed processes left aside."""
        old = SystemClock().unix_ms() / 1000 - LEFT_SECONDS
        for left in self._aside.iterdir():
            with suppress(FileNotFoundError):
                if left.stat().st_mtime < old:
                    left.unlink()

    async def put(self, name: str, data: bytes) -> None:
        """Keep *data* under *name*, in the place of what was there."""
        path = self._path(name)
        await _in_thread(lambda: self._put(path, data))

    async def get(self, name: str, start: int = 0, size: int | None = None) -> bytes:
        """Return *size* bytes from *start* on, or raise `BlobMissing`."""
        path = self._path(name)
        check_range(start, size)
        return await _in_thread(lambda: _read(path, start, size))

    async def remove(self, name: str) -> None:
        """Forget *name*; it is fine when there is nothing."""
        path = self._path(name)
        await _in_thread(lambda: self._remove(path))

    async def names(self, folder: str) -> Sequence[str]:
        """Return the names below *folder*, in order."""
        below = self._directory / checked(folder)
        return await _in_thread(lambda: sorted(self._found(below)))

    async def close(self) -> None:
        """Do nothing: nothing is open."""

    def _path(self, name: str) -> Path:
        return self._directory / f"{checked(name)}{SUFFIX}"

    # -- in a thread ----------------------------------------------------------------------------

    def _put(self, path: Path, data: bytes) -> None:
        fresh = self._aside / f"{self._own}-{next(self._numbers)}"
        try:
            _write(fresh, data)
            with self._names:
                self._move(fresh, path)
        finally:
            fresh.unlink(missing_ok=True)

    def _move(self, fresh: Path, path: Path) -> None:
        """Give *fresh* its name, and make that durable."""
        for left in reversed(range(TRIES)):
            try:
                self._make(path.parent)
                fresh.replace(path)
                sync_folder(path.parent)
            except FileNotFoundError:
                if not left:
                    raise
            else:
                return

    def _make(self, folder: Path) -> None:
        """Make *folder* and those above it, and their names durable."""
        if not folder.is_dir():
            self._make(folder.parent)
            folder.mkdir(mode=0o700, exist_ok=True)
            sync_folder(folder.parent)

    def _remove(self, path: Path) -> None:
        with self._names, suppress(FileNotFoundError):
            path.unlink()
            sync_folder(path.parent)
            self._prune(path.parent)

    def _prune(self, folder: Path) -> None:
        """Remove *folder* and those above it, as far as they are empty."""
        with suppress(OSError):
            while folder != self._directory:
                folder.rmdir()  # which the system refuses for one that is not empty
                folder = folder.parent

    def _found(self, below: Path) -> Iterator[str]:
        for at, _, files in os.walk(below):
            folder = Path(at).relative_to(self._directory)
            for file in files:
                yield str(folder / file.removesuffix(SUFFIX))


def _write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(handle)


def _read(path: Path, start: int, size: int | None) -> bytes:
    try:
        stream = path.open("rb")
    except FileNotFoundError:
        raise BlobMissing from None
    with stream:
        stream.seek(start)
        return stream.read(-1 if size is None else size)


async def _in_thread(work: Callable[[], T]) -> T:
    """Do *work* off the event loop; trouble comes in the words of blobs, without the name."""
    try:
        return await anyio.to_thread.run_sync(work)
    except OSError as error:
        raise BlobsUnavailable(f"The folder of files can't be used: {error.strerror}.") from None
