"""RTP header extensions (RFC 8285): the few words that a browser says about a packet.

They stand between header and payload and stay readable when frames are encrypted end to end: to
which section and simulcast layer a packet belongs, how loud it is, when it was sent.
"""

from struct import Struct
from typing import Final

from actors.relay.packets import CSRCS, EXTENDED, FIXED

ONE_BYTE: Final = 0xBEDE
"""The block has elements of one byte of id and length, then the value."""
TWO_BYTES: Final = 0x1000
"""...of one byte each. The last four bits are the application's."""

_BLOCK: Final = Struct("!HH")
_STOP: Final = 15
"""An id after which nothing more is to be read."""

STAMPS: Final = 1 << 18
"""abs-send-time counts a second in so many steps, and in 24 bits."""


def find(packet: bytes, wanted: int) -> tuple[int, int]:
    """Return where the value of the extension with id *wanted* begins, and how long it is.

    (0, 0): it isn't there, or the block is broken.
    """
    if not packet[0] & EXTENDED or not wanted:
        return 0, 0
    start = FIXED.size + 4 * (packet[0] & CSRCS)
    if len(packet) < start + _BLOCK.size:
        return 0, 0
    profile, words = _BLOCK.unpack_from(packet, start)
    start += _BLOCK.size
    end = start + 4 * words
    if end > len(packet):
        return 0, 0
    if profile == ONE_BYTE:
        return _find_in_one_byte(packet, start, end, wanted)
    return _find_in_two_bytes(packet, start, end, wanted) if profile >> 4 == 0x100 else (0, 0)  # noqa: PLR2004


def _find_in_one_byte(packet: bytes, at: int, end: int, wanted: int) -> tuple[int, int]:
    while at < end:
        head = packet[at]
        at += 1
        if not head:
            continue
        identifier, size = head >> 4, (head & 15) + 1
        if identifier == wanted:
            return (at, size) if at + size <= end else (0, 0)
        if identifier == _STOP:
            break
        at += size
    return 0, 0


def _find_in_two_bytes(packet: bytes, at: int, end: int, wanted: int) -> tuple[int, int]:
    while at + 1 < end:
        identifier, size = packet[at], packet[at + 1]
        at += 2 if identifier else 1
        if not identifier:
            continue
        if identifier == wanted:
            return (at, size) if at + size <= end else (0, 0)
        at += size
    return 0, 0


def find_text(packet: bytes, wanted: int) -> str:
    """Return the text of the extension with id *wanted*, as `mid` and `rid` are; or ''."""
    at, size = find(packet, wanted)
    return packet[at : at + size].decode("ascii", "replace")


def send_stamp(at: float) -> int:
    """Return *at* (seconds of any clock) as abs-send-time: 6 bits of seconds, 18 of fraction."""
    return int(at * STAMPS) & 0xFFFFFF
