"""Whose directory this is: a small file with the clinic's id, held against that in its journal.

So a directory that was copied, or settings that name another clinic's database, are noticed before
anything is mixed up.
"""

import os
from pathlib import Path
from typing import NoReturn

from actors.store.files import StoreRefused
from config.private import read_private, write_private

FILE = "clinic"


def id_in(directory: Path) -> str | None:
    """Return the id that *directory* was made for; None: for none yet. Raises `TooOpen`."""
    file = directory / FILE
    return read_private(file).decode().strip() if file.exists() else None


def fresh_id() -> str:
    """Return the id of a clinic that has none yet: it is that of whoever is the first to use it."""
    return os.urandom(16).hex()


def keep_id(directory: Path, clinic: str) -> None:
    """Note that *directory* is that of *clinic*."""
    if not (directory / FILE).exists():
        write_private(directory / FILE, clinic.encode())


def refuse_foreign(directory: Path, clinic: str) -> NoReturn:
    """Raise `StoreRefused`: a clinic lives in the database that *directory* was not made for."""
    raise StoreRefused(
        f"The database holds a clinic already (its id is {clinic}), and {directory} was not made "
        f"for it. If it is this clinic, copy the file `{FILE}` from the directory of another of "
        "its nodes, or use the keys that `carewire certs` has made. If not, use an empty database."
    )
