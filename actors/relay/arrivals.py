"""When packets of a browser came: its congestion control asks (transport-wide feedback).

draft-holmer-rmcat-transport-wide-cc-extensions-01: the browser numbers all its packets, whatever
their stream; every tenth of a second it is told which came, and how long after one another. From
that it knows how much the way to us carries, before anything is lost.
"""

from struct import Struct
from typing import Final

from aiortc.rtp import pack_rtcp_packet

from actors.relay.feedback import OURS, Kind
from actors.relay.packets import SEQUENCES, signed

FORMAT: Final = 15
EVERY: Final = 0.1
"""Seconds between two reports."""
MOST: Final = 1024
"""Packets in one report."""

_TICKS: Final = 4000
"""Arrivals are told in quarters of a millisecond..."""
_TICKS_OF_BASE: Final = 256
"""...from a time that is told in steps of 64 ms."""

_HEAD: Final = Struct("!IIHHI")
_LONG: Final = Struct("!h")
_MISSING, _SMALL, _LARGE = 0, 1, 2
_SYMBOLS: Final = 7
"""Packets in one chunk of two bits each."""


class Arrivals:
    """The packets of one browser that came since it was last told."""

    __slots__ = ("_at", "_count", "_highest", "_last")

    def __init__(self) -> None:
        self._at: dict[int, float] = {}
        self._highest = -1
        self._last = -1
        """The highest number that was told."""
        self._count = 0

    def note(self, number: int, at: float) -> None:
        """Note that the packet with this *number* came *at* that time (monotonic seconds)."""
        if self._highest < 0:
            self._highest = number + SEQUENCES
            self._last = self._highest - 1
        index = self._highest + signed(number - self._highest, 16)
        self._highest = max(index, self._highest)
        if index > self._last and len(self._at) < MOST:
            self._at[index] = at

    def report(self, ssrc: int) -> bytes:
        """Return the feedback about what came since the last, as an RTCP packet; b"": nothing.

        It is about all streams, but browsers only take it when *ssrc* is one of theirs.
        """
        if not self._at:
            return b""
        first, last = self._last + 1, max(self._at)
        first = max(first, last - MOST + 1)
        base = int(self._at[min(self._at)] * _TICKS) // _TICKS_OF_BASE
        symbols, deltas = self._deltas(first, last, base * _TICKS_OF_BASE)
        self._count = (self._count + 1) & 0xFF
        reference = (base & 0xFFFFFF) << 8 | self._count
        body = _HEAD.pack(OURS, ssrc, first % SEQUENCES, len(symbols), reference)
        body += _chunks(symbols) + bytes(deltas)
        self._at.clear()
        self._last = last
        body += bytes(-len(body) % 4)
        return bytes(pack_rtcp_packet(Kind.TRANSPORT_FEEDBACK, FORMAT, body))

    def _deltas(self, first: int, last: int, ticks: int) -> tuple[list[int], bytearray]:
        symbols, deltas = [], bytearray()
        for index in range(first, last + 1):
            at = self._at.get(index)
            if at is None:
                symbols.append(_MISSING)
                continue
            delta = int(at * _TICKS) - ticks
            ticks += delta
            if 0 <= delta <= 0xFF:  # noqa: PLR2004
                symbols.append(_SMALL)
                deltas.append(delta)
            else:
                symbols.append(_LARGE)
                deltas += _LONG.pack(max(-0x8000, min(delta, 0x7FFF)))
        return symbols, deltas


def _chunks(symbols: list[int]) -> bytes:
    """Return *symbols* of two bits, seven in each chunk of 16 bits."""
    chunks = bytearray()
    for at in range(0, len(symbols), _SYMBOLS):
        chunk = 0b11 << 14
        for place, symbol in enumerate(symbols[at : at + _SYMBOLS]):
            chunk |= symbol << 12 - 2 * place
        chunks += chunk.to_bytes(2, "big")
    return bytes(chunks)
