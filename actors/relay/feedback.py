"""RTCP (RFC 3550, 6; RFC 4585; RFC 5104; draft-alvestrand-rmcat-remb): reading and writing it.

Reading never raises: a browser's packets are split, and what doesn't parse ends the compound.
Writing makes single packets; `compound` puts what the rules want before them: an (empty) receiver
report. The relay speaks as SSRC `OURS`, as browsers do that send nothing themselves.
"""

from collections.abc import Iterable, Iterator
from enum import IntEnum
from struct import Struct
from typing import Final, NamedTuple

from aiortc.rtp import pack_remb_fci, pack_rtcp_packet

from actors.relay.packets import SEQUENCES

OURS: Final = 1


class Kind(IntEnum):
    """Types of RTCP packets."""

    SENDER_REPORT = 200
    RECEIVER_REPORT = 201
    TRANSPORT_FEEDBACK = 205
    PAYLOAD_FEEDBACK = 206


NACK: Final = 1
PLI: Final = 1
FIR: Final = 4
APPLICATION: Final = 15
"""Formats of feedback; REMB is the application's."""

_HEAD: Final = Struct("!BBH")
_WORD: Final = Struct("!I")
_PAIR: Final = Struct("!II")
_NACK: Final = Struct("!HH")
_FIR: Final = Struct("!IB3x")
_SENDER: Final = Struct("!IIIIII")
_BLOCK: Final = Struct("!IB3sIIII")
_MOST_LOST: Final = (1 << 23) - 1

MOST_BLOCKS: Final = 31
"""Blocks that a report holds."""
MOST_PACKETS: Final = 32
"""RTCP packets of a compound that are read."""


class SenderReport(NamedTuple):
    """When a sender says that its RTP *timestamp* was: by NTP, in 2^-32 seconds."""

    ssrc: int
    ntp: int
    timestamp: int


class Block(NamedTuple):
    """What a receiver says of one stream that it is sent. *lost*: the share since the last, 0-1."""

    ssrc: int
    lost: float


def split(compound: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Give the type, count or format, and body of each RTCP packet of *compound*."""
    at = 0
    for _ in range(MOST_PACKETS):
        if len(compound) < at + _HEAD.size:
            return
        first, kind, words = _HEAD.unpack_from(compound, at)
        start, at = at + _HEAD.size, at + _HEAD.size + 4 * words
        if first >> 6 != 2 or at > len(compound):  # noqa: PLR2004  the version
            return
        yield kind, first & 0x1F, compound[start:at]


def read_sender_report(body: bytes) -> SenderReport | None:
    """Read the *body* of a sender report, without its blocks."""
    if len(body) < _SENDER.size:
        return None
    ssrc, seconds, fraction, timestamp, _, _ = _SENDER.unpack_from(body)
    return SenderReport(ssrc, seconds << 32 | fraction, timestamp)


def read_blocks(kind: int, count: int, body: bytes) -> Iterator[Block]:
    """Give the *count* blocks of a sender's or receiver's report."""
    at = _SENDER.size if kind == Kind.SENDER_REPORT else _WORD.size
    for _ in range(count):
        if len(body) < at + _BLOCK.size:
            return
        ssrc, fraction = _BLOCK.unpack_from(body, at)[:2]
        yield Block(ssrc, fraction / 256)
        at += _BLOCK.size


def read_target(body: bytes) -> int:
    """Return the SSRC of the stream that feedback is about (0: of none, or broken)."""
    return int(_PAIR.unpack_from(body)[1]) if len(body) >= _PAIR.size else 0


def read_nack(body: bytes) -> Iterator[int]:
    """Give the sequence numbers that are asked for again."""
    for at in range(_PAIR.size, len(body) - _NACK.size + 1, _NACK.size):
        first, more = _NACK.unpack_from(body, at)
        yield first
        for bit in range(16):
            if more >> bit & 1:
                yield (first + bit + 1) % SEQUENCES


def read_fir(body: bytes) -> Iterator[int]:
    """Give the SSRCs of the streams of which a key frame is wanted."""
    for at in range(_PAIR.size, len(body) - _FIR.size + 1, _FIR.size):
        yield _FIR.unpack_from(body, at)[0]


def read_remb(body: bytes) -> int:
    """Return the bits per second that a receiver believes it can be sent; 0: it isn't said."""
    said = body[_PAIR.size :]
    if len(said) < 8 or said[:4] != b"REMB":  # noqa: PLR2004
        return 0
    exponent, mantissa = said[5] >> 2, (said[5] & 3) << 16 | said[6] << 8 | said[7]
    return int(mantissa << exponent)


def sender_report(report: SenderReport, packets: int, octets: int) -> bytes:
    """Return a sender report of what *report* says, and of how much was sent."""
    body = _SENDER.pack(
        report.ssrc,
        report.ntp >> 32,
        report.ntp & 0xFFFFFFFF,
        report.timestamp,
        packets & 0xFFFFFFFF,
        octets & 0xFFFFFFFF,
    )
    return bytes(pack_rtcp_packet(Kind.SENDER_REPORT, 0, body))


def report_block(
    ssrc: int, *, fraction: int, lost: int, highest: int, jitter: int, last: int, delay: int
) -> bytes:
    """Return one stream's block of a receiver report (RFC 3550, 6.4.1; the units are its)."""
    count = (max(-_MOST_LOST, min(lost, _MOST_LOST)) & 0xFFFFFF).to_bytes(3, "big")
    return _BLOCK.pack(
        ssrc, fraction & 0xFF, count, highest & 0xFFFFFFFF, jitter & 0xFFFFFFFF, last, delay
    )


def receiver_report(blocks: Iterable[bytes] = ()) -> bytes:
    """Return a receiver report with *blocks* (31 at most)."""
    body = b"".join(blocks)
    return bytes(
        pack_rtcp_packet(Kind.RECEIVER_REPORT, len(body) // _BLOCK.size, _WORD.pack(OURS) + body)
    )


def nack(ssrc: int, sequences: Iterable[int]) -> bytes:
    """Ask for the packets of *ssrc* with these *sequences* (in order) again."""
    body, first, more = bytearray(_PAIR.pack(OURS, ssrc)), -1, 0
    for sequence in sequences:
        ahead = (sequence - first - 1) % SEQUENCES
        if first >= 0 and ahead < 16:  # noqa: PLR2004  the bits of the mask
            more |= 1 << ahead
            continue
        if first >= 0:
            body += _NACK.pack(first, more)
        first, more = sequence, 0
    body += _NACK.pack(first, more)
    return bytes(pack_rtcp_packet(Kind.TRANSPORT_FEEDBACK, NACK, bytes(body)))


def picture_loss(ssrc: int) -> bytes:
    """Ask the sender of *ssrc* for a key frame (PLI)."""
    return bytes(pack_rtcp_packet(Kind.PAYLOAD_FEEDBACK, PLI, _PAIR.pack(OURS, ssrc)))


def remb(bits: int, ssrcs: list[int]) -> bytes:
    """Say that the sender of *ssrcs* should send at most so many *bits* per second (REMB)."""
    body = _PAIR.pack(OURS, 0) + pack_remb_fci(bits, ssrcs)
    return bytes(pack_rtcp_packet(Kind.PAYLOAD_FEEDBACK, APPLICATION, body))


NO_REPORT: Final = receiver_report()


def compound(*packets: bytes) -> bytes:
    """Return *packets* as a compound; one that doesn't begin with a report gets an empty one."""
    if packets[0][1] in (Kind.SENDER_REPORT, Kind.RECEIVER_REPORT):
        return b"".join(packets)
    return NO_REPORT + b"".join(packets)
