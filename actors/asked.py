"""What a decision may know beside its state: who asks, when, and a supply of new ids.

`decide` reads no clock and draws no random number, so both come in here. So does how much fits into
one answer: the bus carries 256 KiB, so a page ends early if it must.
"""

import hashlib
from base64 import b32encode
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

import msgspec

from actors.caller import Caller
from actors.ids import MessageId

K = TypeVar("K")
T = TypeVar("T")


class Asked(msgspec.Struct, frozen=True):
    """The envelope of a message, as far as a rule may see it."""

    caller: Caller
    at: datetime
    """UTC, by the clock of the node that decides."""
    id: MessageId

    def new_id(self, label: str = "") -> str:
        """Return an id made from this command's own: the same again when it is repeated.

        26 characters of lower-case base32. *label* tells several ids of one command apart.
        """
        digest = hashlib.blake2b(f"{self.id}\0{label}".encode(), digest_size=16).digest()
        return b32encode(digest).decode().rstrip("=").lower()


MOST_BYTES = 160 * 1024
"""Of one answer's lists, encoded."""


def fitting(things: Sequence[object], most: int = MOST_BYTES) -> int:
    """Return how many of *things*, from the first on, fit into *most* bytes; at least one."""
    left = most
    for count, each in enumerate(things):
        left -= _size(each)
        if left < 0:
            return max(count, 1)
    return len(things)


def fitting_together(
    pages: Mapping[K, tuple[T, ...]], most: int = MOST_BYTES
) -> dict[K, tuple[T, ...]]:
    """Return what of each page fits when all are in one answer: short ones leave more to others."""
    left, fits = most, dict[K, tuple[T, ...]]()
    for name in sorted(pages, key=lambda each: len(pages[each])):
        shown = pages[name][: fitting(pages[name], left // (len(pages) - len(fits)))]
        left -= sum(map(_size, shown))
        fits[name] = shown
    return fits


def _size(thing: object) -> int:
    return len(msgspec.msgpack.encode(thing))
