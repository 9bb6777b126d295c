"""RTP packets as they are on the wire (RFC 3550, 5.1), read in place.

A relay handles thousands of packets a second and makes no object of any: a packet stays `bytes`,
and these functions say where in it things are.

    0: version, padding, extension, CSRC count   1: marker, payload type   2: sequence number
    4: timestamp   8: SSRC   12: CSRCs, header extensions (RFC 8285), payload, padding
"""

from struct import Struct
from typing import Final

FIXED: Final = Struct("!BBHII")
"""The first twelve bytes: flags, marker and payload type, sequence number, timestamp, SSRC."""

SSRC: Final = Struct("!I")
SSRC_AT: Final = 8

MOST_BYTES: Final = 1500
"""What a network carries in one piece."""

VERSION: Final = 0x80
PADDED: Final = 0x20
EXTENDED: Final = 0x10
CSRCS: Final = 0x0F
MARKER: Final = 0x80
PAYLOAD_TYPE: Final = 0x7F

EVEN: Final = 8
"""Bytes: what is padded is a multiple of it."""
_PADDINGS: Final = tuple(bytes(EVEN - 1 - odd) + bytes([EVEN - odd]) for odd in range(EVEN))

SEQUENCES: Final = 0x10000
"""So many sequence numbers there are; then they start anew."""


def is_rtp(packet: bytes) -> bool:
    """Tell whether *packet* may be RTP: of version 2, and not too short nor too long."""
    return FIXED.size <= len(packet) <= MOST_BYTES and packet[0] >> 6 == VERSION >> 6


def payload_span(packet: bytes) -> tuple[int, int]:
    """Return where the payload of *packet* begins and ends, without its padding.

    (0, 0): its header is longer than the packet, or its padding is.
    """
    first, start, end = packet[0], FIXED.size, len(packet)
    start += 4 * (first & CSRCS)
    if first & EXTENDED:
        if end < start + 4:
            return 0, 0
        start += 4 + 4 * (packet[start + 2] << 8 | packet[start + 3])
    if first & PADDED:
        end -= packet[-1] or end
    return (start, end) if start <= end else (0, 0)


def padded(payload: bytes) -> bytes:
    """Return *payload* with 1 to `EVEN` bytes of padding (RFC 3550, 5.1), of which the last counts.

    Browsers cut a picture into packets whose sizes differ by a byte; with padding they mostly
    don't, and then all of them can leave in one call (`departures`).
    """
    return payload + _PADDINGS[len(payload) % EVEN]


def signed(difference: int, bits: int) -> int:
    """Return the *difference* of two counters of so many *bits* as the nearest way between them."""
    half = 1 << (bits - 1)
    return ((difference + half) & ((1 << bits) - 1)) - half
