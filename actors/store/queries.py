"""Named statements and numbered migrations: each dialect has a folder of them."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from actors.store.files import StoreRefused

_NAME = re.compile(r"^-- name: (\w+)$", re.MULTILINE)


def parse(text: str) -> dict[str, str]:
    """Return the statements of *text* by the names in the `-- name:` lines above them."""
    _, *parts = _NAME.split(text)
    return {name: sql.strip() for name, sql in zip(parts[::2], parts[1::2], strict=True)}


def statements_of(folder: Path) -> dict[str, str]:
    """Return the named statements of the dialect in *folder*."""
    return parse((folder / "queries.sql").read_text(encoding="utf-8"))


class Migration(NamedTuple):
    """One step of the schema: `0001_journal` is number 1. Dialects number the same step alike."""

    number: int
    name: str
    sql: str


def migrations_of(folder: Path) -> list[Migration]:
    """Return every migration of the dialect in *folder*, in order."""
    files = sorted((folder / "migrations").glob("[0-9]*_*.sql"))
    return [
        Migration(int(file.stem.split("_")[0]), file.stem, file.read_text("utf-8"))
        for file in files
    ]


def missing(known: Sequence[Migration], done: int) -> list[Migration]:
    """Return those of *known* after number *done*; refuse a store that has more than we know."""
    if done > max(migration.number for migration in known):
        raise StoreRefused(f"The journal (schema {done}) was made by a newer Carewire than this.")
    return [migration for migration in known if migration.number > done]
