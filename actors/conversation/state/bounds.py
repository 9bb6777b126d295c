"""How much fits into one answer: the bus carries 256 KiB, so a page ends early if it must."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

MOST_BYTES = 160 * 1024
"""Of one page, encoded; the longest message alone is far shorter."""

T = TypeVar("T")


def fitting(things: Sequence[T]) -> int:
    """Return how many of *things*, from the first on, fit into one answer; at least one."""
    left = MOST_BYTES
    for count, each in enumerate(things):
        left -= len(msgspec.msgpack.encode(each))
        if left < 0:
            return max(count, 1)
    return len(things)
