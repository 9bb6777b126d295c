"""How SQLite writes rows: one `executemany` for each table, whatever the number of commits."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from actors.store.rows import Row
from actors.store.sqlite.statements import QUERIES
from actors.store.writes import Writes

WRITES: Final = tuple(
    QUERIES[name]
    for name in (
        "insert_entry",
        "insert_about",
        "insert_parcel",
        "clear_fired_alarm",
        "clear_alarm",
        "set_alarm",
        "insert_dead_letter",
        "delete_parcel",
        "keep_snapshot",
        "unindex_passage",
        "remove_passage",
        "keep_passage",
        "index_passage",
    )
)


def write(connection: sqlite3.Connection, writes: Writes) -> None:
    """Write all of *writes* into the open transaction."""
    places = writes.places
    rows: tuple[Sequence[Row], ...] = (
        *(writes.entries, writes.about, writes.parcels),
        *(writes.fired, writes.cleared, writes.alarms),
        *(writes.dead, [(parcel,) for parcel in writes.settled], writes.snapshots),
        *(places, places, writes.passages, places),
    )
    for sql, values in zip(WRITES, rows, strict=True):
        if values:
            connection.executemany(sql, values)
