"""A stretch of what one receiver is sent: packets of one incoming stream, renumbered.

This is the busiest code of the relay: it runs for every packet and receiver. A receiver sees one
endless stream with one SSRC, while the publisher's simulcast layers are streams of their own; so a
stretch adds to each packet's numbers what makes them go on from the stretch before. All of that is
one `pack` of a new header before the payload, which is shared by all receivers.
"""

from collections.abc import Callable
from struct import Struct
from typing import TYPE_CHECKING, Final

from actors.relay import vp8
from actors.relay.extensions import ONE_BYTE
from actors.relay.feedback import SenderReport, sender_report
from actors.relay.history import Record
from actors.relay.packets import EXTENDED, FIXED, PADDED, VERSION, signed

if TYPE_CHECKING:
    from actors.relay.incoming import Incoming

STAMPED: Final = Struct("!BBHIIII")
"""The fixed header, a block of one word of extensions, and in it the send time."""

_BLOCK: Final = ONE_BYTE << 16 | 1
_STAMP_BYTES: Final = 3


class Outlet:
    """Where a receiver's packets go, and under which names.

    *stamp*: id of its send time or 0. *padded*: whether what is forwarded ends with padding.
    """

    __slots__ = ("first", "payload_type", "send_rtcp", "send_rtp", "ssrc", "stamp")

    def __init__(
        self,
        send: tuple[Callable[[bytes], None], Callable[[bytes], None]],
        ssrc: int,
        payload_type: int,
        stamp: int,
        *,
        padded: bool = False,
    ) -> None:
        self.send_rtp, self.send_rtcp = send
        self.ssrc = ssrc
        self.payload_type = payload_type
        self.stamp = (stamp << 4 | _STAMP_BYTES - 1) << 24 if stamp else 0
        self.first = VERSION | (PADDED if padded else 0) | (EXTENDED if stamp else 0)
        """The first byte of every packet."""

    @property
    def header(self) -> int:
        """How many bytes stand before the payload."""
        return STAMPED.size if self.stamp else FIXED.size


class Stretch:
    """Sends what comes of *incoming* to one receiver, from the packet with index *floor* on.

    *sequences*, *times*, *pictures* and *tl0s* are added to the packets' own numbers.
    """

    __slots__ = (
        "_octets",
        "floor",
        "incoming",
        "out",
        "pictures",
        "sequences",
        "times",
        "tl0s",
        "until",
    )

    def __init__(
        self,
        out: Outlet,
        incoming: "Incoming",
        floor: int,
        added: tuple[int, int, int, int] = (0, 0, 0, 0),
    ) -> None:
        self.out, self.incoming, self.floor = out, incoming, floor
        self.sequences, self.times, self.pictures, self.tl0s = added
        self.until = -1
        """Index of its last packet; -1: it goes on."""
        self._octets = incoming.octets

    def forward(self, record: Record) -> None:
        """Send one packet."""
        if record[0] >= self.floor:
            self.out.send_rtp(self.packet(record))

    def packet(self, record: Record) -> bytes:
        """Return *record* as this receiver sees it; for the same record always the same bytes."""
        index, marker, timestamp, payload, stamp, descriptor = record
        if (self.pictures or self.tl0s) and descriptor is not None:
            payload = vp8.renumber(payload, descriptor, self.pictures, self.tl0s)
        out = self.out
        sequence = (index + self.sequences) & 0xFFFF
        timestamp = (timestamp + self.times) & 0xFFFFFFFF
        kind = marker | out.payload_type
        if not out.stamp:
            return FIXED.pack(out.first, kind, sequence, timestamp, out.ssrc) + payload
        stamp |= out.stamp
        return STAMPED.pack(out.first, kind, sequence, timestamp, out.ssrc, _BLOCK, stamp) + payload

    def find(self, sequence: int) -> Record | None:
        """Return the record of what was sent with *sequence*, if it is of this stretch and kept."""
        last = self.incoming.losses.highest if self.until < 0 else self.until
        index = last + signed(sequence - self.sequences - last, 16)
        return self.incoming.history.get(index) if self.floor <= index <= last else None

    def report(self, report: SenderReport) -> None:
        """Send what the publisher says about its clock, in this receiver's timestamps."""
        packets = self.incoming.losses.highest - self.floor + 1
        octets = self.incoming.octets - self._octets
        timestamp = (report.timestamp + self.times) & 0xFFFFFFFF
        mine = SenderReport(self.out.ssrc, report.ntp, timestamp)
        self.out.send_rtcp(sender_report(mine, packets, octets))
