"""What commits write, by table: one `executemany` for each, whatever the number of commits."""

import sqlite3
from collections.abc import Sequence
from typing import Final

from actors.runtime.journal import Commit, Entry
from actors.store.queries import QUERIES
from actors.store.rows import (
    Row,
    from_alarm,
    from_dead,
    from_entry,
    from_parcel,
    from_passage,
    from_snapshot,
)

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


class Rows:
    """What some commits write. The last word on an alarm, or on a passage, wins."""

    def __init__(self, commits: Sequence[Commit]) -> None:
        self._entries: list[Row] = []
        self._about: list[Row] = []
        self._parcels: list[Row] = []
        self._alarms: dict[tuple[str, str], Row | None] = {}
        self._fired: list[Row] = []
        self._dead: list[Row] = []
        self._settled: list[Row] = []
        self._snapshots: list[Row] = []
        self._passages: dict[tuple[str, int], Row | None] = {}
        for commit in commits:
            self._add(commit)

    def _add(self, commit: Commit) -> None:
        if commit.entry is not None:
            self._add_entry(commit, commit.entry)
        shard = commit.fence.shard
        for parcel in commit.parcels:
            self._parcels.append((*from_parcel(parcel), shard))
        if commit.fired or commit.clear_alarms or commit.set_alarms:
            self._add_alarms(commit)
        for dead in commit.dead:
            self._dead.append((*from_dead(dead), shard))
            self._settled.append((dead.parcel.id,))
        for parcel_id in commit.settled:
            self._settled.append((parcel_id,))
        if commit.snapshot is not None:
            self._snapshots.append(from_snapshot(commit.snapshot))

    def _add_entry(self, commit: Commit, entry: Entry) -> None:
        self._entries.append(row := from_entry(entry))
        for subject in commit.about:
            self._about.append((subject, row[0], row[1]))
        for passage in commit.passages:
            kept = from_passage(entry, passage)
            self._passages[row[0], passage.number] = kept

    def _add_alarms(self, commit: Commit) -> None:
        actor = str(commit.actor)
        for name, due in commit.fired:
            self._fired.append((actor, name, due))
        for name in commit.clear_alarms:
            self._alarms[actor, name] = None
        for alarm in commit.set_alarms:
            self._alarms[actor, alarm.name] = (*from_alarm(alarm), commit.fence.shard)

    def write(self, connection: sqlite3.Connection) -> None:
        """Write all of it into the open transaction."""
        cleared = [key for key, row in self._alarms.items() if row is None]
        alarms = [row for row in self._alarms.values() if row is not None]
        places = list(self._passages)
        passages = [row for row in self._passages.values() if row is not None]
        rows: tuple[Sequence[Row], ...] = (
            *(self._entries, self._about, self._parcels, self._fired, cleared, alarms),
            *(self._dead, self._settled, self._snapshots),
            *(places, places, passages, places),
        )
        for sql, values in zip(WRITES, rows, strict=True):
            if values:
                connection.executemany(sql, values)
