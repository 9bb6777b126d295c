"""The last packets of a stream as they came, for whoever has lost one (RFC 4588).

One ring per incoming stream serves all who receive it: what was sent to one of them is made again
from the same record by the same rewriting, so nothing is kept per receiver.
"""

from collections.abc import Iterator
from typing import Final, TypeAlias

from actors.relay.vp8 import Descriptor

Record: TypeAlias = tuple[int, int, int, bytes, int, Descriptor | None]
"""A packet: its index (the sequence number, counted on past 65,535), marker (0 or 0x80), timestamp,
payload (that of video is padded), send stamp (`extensions.send_stamp`), and the VP8 descriptor of
video. A plain tuple: each receiver's rewriting takes it apart, some thousand times a second."""

VIDEO: Final = 1024
"""Packets: three seconds of 2.5 Mb/s."""
AUDIO: Final = 128
"""Packets: two and a half seconds."""


class History:
    """A ring of the newest records. *size* is a power of two."""

    __slots__ = ("_mask", "_records")

    def __init__(self, size: int = VIDEO) -> None:
        self._records: list[Record | None] = [None] * size
        self._mask = size - 1

    def keep(self, record: Record) -> None:
        """Keep *record*; the one that is as many older as the ring is long goes."""
        self._records[record[0] & self._mask] = record

    def get(self, index: int) -> Record | None:
        """Return the record of *index*, if it is (still) here."""
        record = self._records[index & self._mask]
        return record if record is not None and record[0] == index else None

    def between(self, after: int, until: int) -> Iterator[Record]:
        """Give the records that are here from *after* (without it) to *until*, in order."""
        for index in range(max(after + 1, until - self._mask), until + 1):
            if record := self.get(index):
                yield record
