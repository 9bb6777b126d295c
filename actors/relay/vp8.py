"""The VP8 payload descriptor (RFC 7741, 4.2): a few bytes before each piece of a frame.

    X R N S R PID | I L T K | picture id (7 or 15 bits) | TL0PICIDX | temporal layer

It numbers the pictures, so that a decoder notices one that is missing. Simulcast layers number
theirs independently: where the relay goes over to another layer, it rewrites them to count on. The
rest of the payload, which may be encrypted end to end, is not touched; the first bytes of a frame
stay clear and tell whether it is a key frame.
"""

from typing import Final, NamedTuple

_EXTENDED: Final = 0x80
_START: Final = 0x10
_PARTITION: Final = 0x07
_HAS_PICTURE: Final = 0x80
_HAS_TL0: Final = 0x40
_HAS_TEMPORAL: Final = 0x20 | 0x10
_LONG: Final = 0x80
_NO_KEY: Final = 0x01

PICTURES: Final = 1 << 15
"""So many picture ids there are; short ones (7 bits) are the last bits of them."""


class Descriptor(NamedTuple):
    """What the descriptor of one packet says."""

    key: bool
    """Whether a key frame begins with this packet."""
    picture: int
    """Its picture's id; -1: it has none."""
    long: bool
    """Whether the id has 15 bits."""
    tl0: int
    """Of which picture of the lowest temporal layer it is the newest, 8 bits; -1: not said."""


def read(payload: bytes) -> Descriptor | None:
    """Return what the descriptor at the beginning of *payload* says; None: it is too short."""
    try:
        return _read(payload)
    except IndexError:
        return None


def _read(payload: bytes) -> Descriptor:
    first, at = payload[0], 1
    picture, long, tl0 = -1, False, -1
    if first & _EXTENDED:
        has, at = payload[1], 2
        if has & _HAS_PICTURE:
            picture, long = payload[2] & 0x7F, bool(payload[2] & _LONG)
            if long:
                picture = picture << 8 | payload[3]
            at += 1 + long
        if has & _HAS_TL0:
            tl0 = payload[at]
            at += 1
        at += bool(has & _HAS_TEMPORAL)
    starts = first & _START and not first & _PARTITION
    return Descriptor(bool(starts and not payload[at] & _NO_KEY), picture, long, tl0)


def renumber(payload: bytes, descriptor: Descriptor, pictures: int, tl0s: int) -> bytes:
    """Return *payload* with *pictures* added to its picture id and *tl0s* to its TL0PICIDX."""
    new, at = bytearray(payload), 2
    if descriptor.picture >= 0:
        picture = descriptor.picture + pictures
        if descriptor.long:
            new[2] = _LONG | picture >> 8 & 0x7F
            new[3] = picture & 0xFF
        else:
            new[2] = picture & 0x7F
        at = 4 if descriptor.long else 3
    if descriptor.tl0 >= 0:
        new[at] = (descriptor.tl0 + tl0s) & 0xFF
    return bytes(new)
