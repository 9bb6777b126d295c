"""The journal's structs as rows of its tables, and back. Columns are in the statements' order."""

from typing import Any, TypeAlias

from actors.address import Address
from actors.passages import Hit, Passage, words_of
from actors.runtime.clock import from_unix_ms
from actors.runtime.journal import Alarm, DeadLetter, Entry, Loaded, Parcel, Snapshot

Row: TypeAlias = tuple[Any, ...]
SNAPSHOT_COUNT = -1
"""What the query `load` says for a count in the row of the snapshot."""


def from_entry(entry: Entry, epoch: int) -> Row:
    """Return *entry*, committed under the lease of that *epoch*, as a row."""
    actor = entry.actor
    return (
        f"{actor.kind}/{actor.key}",
        entry.seq,
        entry.count,
        entry.cause,
        entry.at,
        entry.caller,
        entry.events,
        entry.command,
        entry.trace,
        epoch,
    )


def to_entry(row: Row) -> Entry:
    """Return the entry that *row* keeps."""
    return Entry(Address.parse(row[0]), *row[1:])


def to_loaded(rows: list[Row]) -> Loaded:
    """Return what the query `load` found: at most one snapshot, then the entries after it."""
    snapshot = None
    if rows and rows[0][2] == SNAPSHOT_COUNT:
        first = rows.pop(0)
        snapshot = Snapshot(Address.parse(first[0]), first[1], schema=first[4], state=first[6])
    return Loaded(snapshot, tuple(map(to_entry, rows)))


def from_parcel(parcel: Parcel) -> Row:
    """Return *parcel* as a row, without its shard."""
    source, to = str(parcel.source), str(parcel.to)
    return (parcel.id, source, to, parcel.caller, parcel.body, parcel.at, parcel.trace)


def to_parcel(row: Row) -> Parcel:
    """Return the parcel that *row* keeps."""
    return Parcel(row[0], Address.parse(row[1]), Address.parse(row[2]), *row[3:7])


def from_alarm(alarm: Alarm) -> Row:
    """Return *alarm* as a row, without its shard."""
    actor = str(alarm.actor)
    return (actor, alarm.name, alarm.due, alarm.body, alarm.caller, alarm.trace)


def to_alarm(row: Row) -> Alarm:
    """Return the alarm that *row* keeps."""
    return Alarm(Address.parse(row[0]), *row[1:])


def from_dead(dead: DeadLetter) -> Row:
    """Return *dead* as a row, without its shard."""
    return (*from_parcel(dead.parcel), dead.code, dead.sentence, dead.at)


def to_dead(row: Row) -> DeadLetter:
    """Return the dead letter that *row* keeps."""
    return DeadLetter(to_parcel(row), *row[7:])


def from_snapshot(snapshot: Snapshot) -> Row:
    """Return *snapshot* as a row."""
    return (str(snapshot.actor), snapshot.seq, snapshot.schema, snapshot.state)


def from_passage(entry: Entry, passage: Passage) -> Row | None:
    """Return *passage*, said in *entry*, as a row; None when it has no word to be found by."""
    folded = " ".join(words_of(passage.text))
    row = (str(entry.actor), passage.number, entry.at, passage.text, folded)
    return row if folded else None


def to_hit(row: Row) -> Hit:
    """Return what the query `search` found; PostgreSQL keeps the text as UTF-8."""
    text = row[2] if isinstance(row[2], str) else row[2].decode()
    return Hit(Address.parse(row[0]), row[1], text, from_unix_ms(row[3]))
