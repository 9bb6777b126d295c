"""Retransmitted packets travel as a stream of their own (RTX, RFC 4588).

Its payload is the lost packet's sequence number, two bytes, and that packet's payload. So both ends
can tell a repeated packet from one that was sent once, and SRTP never sees a number twice. Audio
has no such stream: a lost packet is sent again as it was, byte by byte.
"""

from typing import Final

from actors.relay.packets import FIXED, MARKER, SEQUENCES, payload_span

OSN: Final = 2
"""Bytes of the original sequence number."""

MOST_A_SECOND: Final = 1000
"""Packets that one receiver is sent again."""


def unwrap(packet: bytes) -> tuple[int, bytes]:
    """Return the lost packet's sequence number and payload; (-1, b""): there is none in it."""
    start, end = payload_span(packet)
    if not start or end - start < OSN:
        return -1, b""
    return packet[start] << 8 | packet[start + 1], packet[start + OSN : end]


class Repeats:
    """The stream in which one receiver is sent again what it lost."""

    __slots__ = ("_left", "_payload_type", "_sequence", "_ssrc", "_until")

    def __init__(self, ssrc: int, payload_type: int) -> None:
        self._ssrc = ssrc
        self._payload_type = payload_type
        self._sequence = 0
        self._left, self._until = MOST_A_SECOND, 0.0

    def allow(self, now: float) -> bool:
        """Tell whether one more may be sent; whoever asks for all again and again gets no more."""
        if now >= self._until:
            self._left, self._until = MOST_A_SECOND, now + 1
        self._left -= 1
        return self._left >= 0

    def wrap(self, packet: bytes, header: int, stamp: int) -> bytes:
        """Return *packet*, whose header is so long, as one of this stream.

        *stamp* replaces its send time, the last three bytes of a header that is longer than the
        fixed part. Without such a stream the packet itself is returned.
        """
        if not self._ssrc:
            return packet
        self._sequence = (self._sequence + 1) % SEQUENCES
        first, second, original, timestamp, _ = FIXED.unpack_from(packet)
        kind = second & MARKER | self._payload_type
        fixed = FIXED.pack(first, kind, self._sequence, timestamp, self._ssrc)
        if header > FIXED.size:
            fixed += packet[FIXED.size : header - 3] + stamp.to_bytes(3, "big")
        return b"".join((fixed, original.to_bytes(OSN, "big"), packet[header:]))
