"""What a search looks for and how what it found is put in order: the same for every journal."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from actors.address import Address
from actors.passages import Hit, words_of

EPOCH = datetime.fromtimestamp(0, UTC)


def wanted(actors: Sequence[Address], words: str) -> tuple[list[Address], list[str]]:
    """Return each of *actors* and of the folded *words* once; no actors when there are no words."""
    each = list(dict.fromkeys(words_of(words)))
    return (list(dict.fromkeys(actors)) if each else []), each


def newest_first(hits: Iterable[Hit], limit: int, *, by_time: bool) -> list[Hit]:
    """Return the first *limit* of *hits*: by number for one actor, by time for several."""
    found = sorted(hits, key=lambda hit: str(hit.actor))
    found.sort(key=lambda hit: (hit.at if by_time else EPOCH, hit.number), reverse=True)
    return found[:limit]
