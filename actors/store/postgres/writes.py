"""With which values the statement `write` is run: a column of each table is an array."""

from collections.abc import Collection, Iterable, Sequence
from itertools import chain

from actors.runtime.leases import Fence
from actors.store.postgres.terms import terms_of
from actors.store.rows import Row
from actors.store.writes import Writes


def values_of(fences: Collection[Fence], writes: Writes) -> list[Sequence[object]]:
    """Return the values of `write` for *writes* under *fences*, in the order of its parameters."""
    gone = [*writes.fired, *((actor, name, None) for actor, name in writes.cleared)]
    kept = {row[:2] for row in writes.passages}
    forgotten = [place for place in writes.places if place not in kept]
    return [
        *columns(2, fences_of(fences)),
        list(writes.answered),
        *columns(10, writes.entries),
        *columns(3, writes.about),
        *columns(8, writes.parcels),
        writes.settled,
        *columns(3, gone),
        *columns(7, writes.alarms),
        *columns(11, writes.dead),
        *columns(4, writes.snapshots),
        *columns(2, forgotten),
        *columns(6, map(to_passage, writes.passages)),
    ]


def fences_of(fences: Iterable[Fence]) -> list[Row]:
    """Return *fences* as rows."""
    return [(fence.shard, fence.epoch) for fence in fences]


def to_passage(row: Row) -> Row:
    """Return the *row* of a passage as PostgreSQL keeps it."""
    actor, number, at, text, folded = row
    return (actor, number, at, text.encode(), folded, terms_of(actor, folded))


def columns(number: int, rows: Iterable[Row]) -> Sequence[Sequence[object]]:
    """Return the *number* columns of *rows*."""
    return list(zip(*chain(rows), strict=True)) or [()] * number
