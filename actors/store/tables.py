"""The tables that make up a clinic, the same in every dialect, to be read page by page.

Who lives (`member`) is not among them: it is true of a running clinic alone.
"""

from hashlib import sha256
from typing import Final, NamedTuple

import msgspec

from actors.store.rows import Row

PAGE: Final = 1000
"""Rows that are read, and copied in one transaction."""


class Table(NamedTuple):
    """A table, and what its pages are ordered by: the first of its columns."""

    name: str
    columns: tuple[str, ...]
    before: Row
    """What is less than every key."""

    def key(self, row: Row) -> Row:
        """Return what *row* is ordered by."""
        return row[: len(self.before)]


PARCEL: Final = ("pos", "id", "shard", "source", "target", "caller", "body", "at", "trace")
TABLES: Final = (
    Table("lease", ("shard", "owner", "epoch"), (-1,)),
    Table(
        "entry",
        (
            *("pos", "actor", "seq", "count", "cause", "at", "caller", "events", "command"),
            *("trace", "epoch"),
        ),
        (-1,),
    ),
    Table("about", ("subject", "actor", "seq"), ("", "", -1)),
    Table("parcel", PARCEL, (-1,)),
    Table("alarm", ("actor", "name", "shard", "due", "body", "caller", "trace"), ("", "")),
    Table("snapshot", ("actor", "seq", "schema", "state"), ("",)),
    Table("dead_letter", (*PARCEL, "code", "sentence", "died_at"), (-1,)),
    Table("passage", ("pos", "actor", "number", "at", "text", "folded"), (-1,)),
)


class Sum:
    """How many rows there are, and a checksum over all that is in them."""

    def __init__(self) -> None:
        self.rows = 0
        self._hash = sha256()

    def add(self, rows: list[Row]) -> None:
        """Count *rows*."""
        self.rows += len(rows)
        for row in rows:
            self._hash.update(msgspec.msgpack.encode(row))

    @property
    def digest(self) -> str:
        """SHA-256 of every row, in order."""
        return self._hash.hexdigest()
