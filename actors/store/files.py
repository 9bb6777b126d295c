"""The journal's files: readable by their owner alone, and where they say so."""

import os
import stat
from pathlib import Path
from typing import Final

SIDE_FILES: Final = ("-wal", "-shm", "-journal")
"""What SQLite may leave beside a database; it holds the same secrets."""


class StoreRefused(Exception):
    """The store can't be opened as it stands."""


def prepare(path: Path) -> None:
    """Make *path* and its folder if need be, for their owner alone; refuse what is wider."""
    refuse_moved(path)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    except PermissionError as error:
        raise StoreRefused(f"{path} is not writable for this user.") from error
    except OSError as error:
        raise StoreRefused(f"{path} can't be opened: {error.strerror}.") from error
    require_private(path.parent, 0o700)
    require_private(path, 0o600)
    for side in SIDE_FILES:
        beside = path.with_name(path.name + side)
        if beside.exists():
            require_private(beside, 0o600)


def moved(path: Path) -> Path:
    """Return the file that says that the journal at *path* was moved."""
    return path.with_name(path.name + ".moved")


def mark_moved(path: Path, where: str) -> None:
    """Keep the clinic from being started on *path*: it goes on *where*."""
    mark = moved(path)
    mark.touch(mode=0o600)
    with mark.open("w", encoding="utf-8") as file:
        file.write(f"{where}\n")
        file.flush()
        os.fsync(file.fileno())
    sync_folder(path.parent)


def refuse_moved(path: Path) -> None:
    """Refuse a journal whose clinic goes on elsewhere."""
    mark = moved(path)
    if mark.exists():
        where = mark.read_text(encoding="utf-8").strip()
        raise StoreRefused(
            f"The clinic in {path} was moved to {where}: set `url` of the part [store] to that. To "
            f"go on with this file anyway, without what happened there since, remove {mark}."
        )


def require_private(path: Path, mode: int) -> None:
    """Refuse *path* unless this user owns it, may write it, and nobody has more than *mode*."""
    status = path.stat()
    found = stat.S_IMODE(status.st_mode)
    if status.st_uid != os.geteuid():
        raise StoreRefused(f"{path} belongs to another user (uid {status.st_uid}).")
    if found & ~mode:
        raise StoreRefused(f"{path} is open to others (mode {found:o}): chmod {mode:o} {path}")
    if not found & stat.S_IWUSR:
        raise StoreRefused(f"{path} is read-only (mode {found:o}): chmod {mode:o} {path}")


def sync_folder(folder: Path) -> None:
    """Make the names in *folder* survive a power failure."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
