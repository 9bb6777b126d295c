"""Files that nobody but their owner may read: keys, seeds, and the directories around them."""

import os
import stat
from pathlib import Path


class TooOpen(Exception):
    """A private file may be read or changed by others; the text says which, and what to do."""


def private_directory(path: Path) -> Path:
    """Make the directory *path* for its owner alone, or raise `TooOpen` when it stands open."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    _refuse_wider(path, path.stat().st_mode, 0o700)
    return path


def write_private(path: Path, content: bytes) -> None:
    """Put *content* into the file *path*, all of it or nothing, for its owner alone."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(descriptor)
    fresh.replace(path)


def read_private(path: Path) -> bytes:
    """Return what is in the file *path*, or raise `TooOpen` when others may reach it."""
    with path.open("rb") as stream:
        _refuse_wider(path, os.fstat(stream.fileno()).st_mode, 0o600)
        return stream.read()


def _refuse_wider(path: Path, mode: int, widest: int) -> None:
    mode = stat.S_IMODE(mode)
    if mode & ~widest:
        raise TooOpen(
            f"{path} may be read or changed by others (mode {mode:04o}): chmod {widest:o} {path}"
        )
