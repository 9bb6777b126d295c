"""One track as one receiver is sent it: an endless stream, whatever it is made of.

The publisher may be away for a while, change layers, or begin anew: sequence numbers, timestamps
and picture ids go on without a gap. Each such change begins a new `Stretch`, at a key frame.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from actors.ids import LegId
from actors.media import Section, Source
from actors.relay import vp8
from actors.relay.history import Record
from actors.relay.incoming import Incoming
from actors.relay.line import Line
from actors.relay.packets import signed
from actors.relay.publisher import Publisher
from actors.relay.retransmission import Repeats
from actors.relay.sections import Extension, Received
from actors.relay.stretch import Outlet, Stretch

HIGHEST: Final = 2
"""The highest simulcast layer that there is."""

_FIRST_SEQUENCE: Final = 1
"""Low: a receiver that loses the first packets must not take the rest for an earlier round of
sequence numbers (RFC 3711, 3.3.1)."""


class _Last(NamedTuple):
    """Where the stream stood when its last stretch ended, in the receiver's numbers."""

    sequence: int
    timestamp: int
    at: float
    picture: int
    tl0: int
    clock: tuple[int, int] | None
    """A moment by the publisher's clock: NTP, and the timestamp of it."""


class Subscription:
    """A forwarded track. *wish*: the highest layer that the receiver wants (-1: nothing)."""

    __slots__ = (
        "_after",
        "_last",
        "_past",
        "_repeats",
        "_target",
        "lost",
        "out",
        "publisher",
        "section",
        "stretch",
        "wish",
    )

    def __init__(self, received: Received, line: Line) -> None:
        stream, payloads = received.stream, received.payloads
        stamp = received.extensions.get(Extension.SEND_TIME, 0)
        send = (line.send_rtp, line.send_rtcp)
        self.section: Section = received.section
        padded = self.section.source.kind == "video"
        self.out = Outlet(send, stream.ssrc, payloads.media, stamp, padded=padded)
        self.publisher: Publisher | None = None
        self.stretch: Stretch | None = None
        self.wish, self.lost = HIGHEST, 0.0
        """*lost*: the share of packets that the receiver has missed lately."""
        self._repeats = Repeats(stream.rtx if payloads.rtx else 0, payloads.rtx)
        self._past: Stretch | None = None
        self._last: _Last | None = None
        self._target: Incoming | None = None
        self._after = -1
        """Index of the last packet that came before the receiver did."""

    @property
    def track(self) -> tuple[LegId, Source]:
        """Whose track it is, and which."""
        return self.section.leg, self.section.source

    @property
    def video(self) -> bool:
        """Whether it is a video that is sent, or waits for a key frame."""
        return self.publisher is not None and self.publisher.kind == "video"

    @property
    def _lowest(self) -> Incoming | None:
        """The layer that everybody begins with."""
        return self.publisher.layers[0] if self.publisher is not None else None

    @property
    def rates(self) -> list[float]:
        """Bits per second that the publisher sends, by layer."""
        return self.publisher.rates if self.publisher is not None else []

    def join(self, publisher: Publisher) -> None:
        """Be sent what *publisher* sends, and of no other."""
        if publisher is self.publisher:
            return
        self.leave()
        self.publisher = publisher
        publisher.receivers.append(self)
        if self.wish >= 0:
            self.aim(0)

    def expect(self, publisher: Publisher) -> None:
        """Have a key frame sent to begin with: it comes while the receiver still connects.

        Those from before are encrypted for who was there then.
        """
        if publisher.kind == "video":
            self._after = publisher.layers[0].losses.highest
            publisher.layers[0].expect()

    def leave(self) -> None:
        """Be sent nothing."""
        if self.publisher is not None:
            self.aim(-1)
            self.publisher.receivers.remove(self)
            self.publisher = None

    def aim(self, number: int) -> None:
        """Go over to layer *number* with its next key frame; -1: be sent nothing, from now on."""
        layers = self.publisher.layers if self.publisher is not None else []
        target = layers[min(number, len(layers) - 1)] if layers and number >= 0 else None
        if target is self._target:
            return
        if self._target is not None:
            self._target.forget(self)
        self._target = target
        if target is None:
            self._end()
        elif self.stretch is None or self.stretch.incoming is not target:
            self._begin(target)

    def _begin(self, target: Incoming) -> None:
        """Begin with what *target* has, who was sent nothing yet; else with its next key frame.

        Whoever has seen more already would see pictures from before that.
        """
        is_new = self.stretch is None and self._last is None
        if not (is_new and target is self._lowest and target.begin_before(self, self._after)):
            target.wait(self)

    @property
    def aimed(self) -> int:
        """The layer that is sent, or will be with its next key frame; -1: none."""
        if self.publisher is None or self._target not in self.publisher.layers:
            return -1
        return self.publisher.layers.index(self._target)

    def moved(self, old: Incoming, new: Incoming) -> None:
        """Go on with *new*, where *old* was wanted."""
        if self._target is old:
            old.forget(self)
            self._target = new
            new.wait(self)

    def start(self, incoming: Incoming, record: Record, at: float) -> Stretch:
        """Begin a stretch with *record* of *incoming*."""
        self._end()
        added = self._added(incoming, record, at)
        self.stretch = Stretch(self.out, incoming, record[0], added)
        return self.stretch

    def _end(self) -> None:
        stretch, self.stretch = self.stretch, None
        if stretch is None:
            return
        self._past, incoming = stretch, stretch.incoming
        incoming.end(stretch)
        timestamp = incoming.newest[2] if incoming.newest is not None else 0
        told, clock, numbers = incoming.report, None, incoming.descriptor
        if told is not None:
            clock = (told.ntp, told.timestamp + stretch.times)
        self._last = _Last(
            stretch.until + stretch.sequences,
            timestamp + stretch.times,
            incoming.last_at,
            numbers.picture + stretch.pictures if numbers is not None else -1,
            numbers.tl0 + stretch.tl0s if numbers is not None else -1,
            clock,
        )

    def _added(self, incoming: Incoming, record: Record, at: float) -> tuple[int, int, int, int]:
        """Return what must be added to *record*'s numbers so that they go on from the last."""
        last, numbers = self._last, record[5]
        if last is None:
            return _FIRST_SEQUENCE - record[0], 0, 0, 0
        times = self._timestamp(last, incoming, record[2], at) - record[2]
        if numbers is None:
            return last.sequence + 1 - record[0], times, 0, 0
        pictures = (last.picture + 1 - numbers.picture) % vp8.PICTURES
        return last.sequence + 1 - record[0], times, pictures, (last.tl0 + 1 - numbers.tl0) % 256

    def _timestamp(self, last: _Last, incoming: Incoming, timestamp: int, at: float) -> int:
        """Return the timestamp to go on with: by the publisher's clock, or else by ours."""
        passed = max(1, int((at - last.at) * incoming.clock))
        told = incoming.report
        if told is not None and last.clock is not None:
            ntp, then = last.clock
            moved = (told.ntp - ntp) * incoming.clock >> 32
            exact = signed(then + moved + timestamp - told.timestamp - last.timestamp, 32)
            if abs(exact - passed) < incoming.clock:
                passed = max(1, exact)
        return last.timestamp + passed

    def ask(self) -> None:
        """Ask the publisher for a key frame."""
        if self.stretch is not None:
            self.stretch.incoming.wanted = True

    def resend(self, sequences: Iterable[int], now: float, stamp: int) -> None:
        """Send the packets with these *sequences* again, as far as they are still known."""
        for sequence in sequences:
            for stretch in (self.stretch, self._past):
                record = stretch.find(sequence) if stretch is not None else None
                if stretch is None or record is None:
                    continue
                if not self._repeats.allow(now):
                    return
                packet = stretch.packet(record)
                self.out.send_rtp(self._repeats.wrap(packet, self.out.header, stamp))
                break
