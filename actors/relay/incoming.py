"""One RTP stream as it comes from a browser: a microphone, a screen, one layer of a camera.

Each packet is read once: numbered, kept for those who lose it, and handed to the stretches of all
who receive it. Who wants to begin with this stream waits for a key frame (audio: for any packet).
"""

from typing import Final, Protocol

from actors.relay import vp8
from actors.relay.extensions import send_stamp
from actors.relay.feedback import SenderReport, report_block
from actors.relay.history import AUDIO, VIDEO, History, Record
from actors.relay.loss import Losses
from actors.relay.packets import FIXED, MARKER, padded, payload_span
from actors.relay.retransmission import unwrap
from actors.relay.stretch import Stretch

CLOCKS: Final = {"audio": 48_000, "video": 90_000}
"""RTP timestamps per second (RFC 7587, RFC 7741)."""

KEY_FRAMES_EVERY: Final = 0.4
"""Seconds between two requests for a key frame, whoever asks who is sent the stream already."""

KEY_FRAMES_AGAIN: Final = 0.1
"""Seconds between two for who waits for one to begin with. Browsers pass by what comes within 0.3 s
of the last that they answered, and tell nobody."""

SILENT_AFTER: Final = 1.0
"""Seconds without a packet after which a stream isn't counted on."""

RECENT: Final = 0.5
"""Seconds for which a key frame is good to begin with; what came since then follows it."""
MOST_SINCE: Final = 32
"""Packets that follow it at once."""

_JITTER_OF: Final = 16
_UNLIKELY: Final = 1 << 24
"""Timestamps that nothing is late by: the clock was set anew."""


class Starter(Protocol):
    """Who waits to be sent a stream."""

    def start(self, incoming: "Incoming", record: Record, at: float) -> Stretch:
        """Begin with *record*, which came *at* that time."""


class Incoming:
    """One stream. *ssrc* is 0 until its first packet came (or the offer has named it)."""

    __slots__ = (
        "_asked_at",
        "_expected",
        "_jitter",
        "_key",
        "_key_at",
        "_received",
        "_report_at",
        "_transit",
        "clock",
        "descriptor",
        "expected",
        "history",
        "last_at",
        "losses",
        "newest",
        "octets",
        "report",
        "ssrc",
        "stretches",
        "video",
        "waiting",
        "wanted",
    )

    def __init__(self, kind: str, ssrc: int = 0) -> None:
        self.ssrc, self.clock, self.video = ssrc, CLOCKS[kind], kind == "video"
        self.losses, self.history = Losses(), History(VIDEO if self.video else AUDIO)
        self.stretches: tuple[Stretch, ...] = ()
        self.waiting: list[Starter] = []
        self.wanted = False
        """Whether a key frame was asked for since the last request."""
        self.expected = False
        """Whether somebody will soon be sent this stream."""
        self.newest: Record | None = None
        self.descriptor: vp8.Descriptor | None = None
        """The newest."""
        self.report: SenderReport | None = None
        self.octets = 0
        self._key = -1
        """Index of the newest key frame, which came at `_key_at`."""
        self._asked_at = self._key_at = self.last_at = self._report_at = float("-inf")
        self._jitter = self._transit = 0.0
        self._expected = self._received = 0

    def take(self, packet: bytes, at: float) -> None:
        """Take a packet of this stream, which came *at* that time."""
        start, end = payload_span(packet)
        if not start:
            return
        _, second, sequence, timestamp, _ = FIXED.unpack_from(packet)
        self._note_transit(at * self.clock - timestamp)
        self._accept(sequence, second & MARKER, timestamp, packet[start:end], at)

    def take_again(self, packet: bytes, at: float) -> None:
        """Take a packet of this stream's retransmissions (RTX)."""
        sequence, payload = unwrap(packet)
        if sequence >= 0 and self.losses.highest >= 0:
            _, second, _, timestamp, _ = FIXED.unpack_from(packet)
            self._accept(sequence, second & MARKER, timestamp, payload, at)

    def _accept(
        self, sequence: int, marker: int, timestamp: int, payload: bytes, at: float
    ) -> None:
        index = self.losses.take(sequence, at)
        if index < 0:
            return
        self.octets += len(payload)
        descriptor = None
        if self.video:
            descriptor, payload = vp8.read(payload), padded(payload)
        record = (index, marker, timestamp, payload, send_stamp(at), descriptor)
        self.history.keep(record)
        self.last_at = at
        if index == self.losses.highest:
            self.newest, self.descriptor = record, descriptor or self.descriptor
        if descriptor is not None and descriptor.key:
            self._key, self._key_at, self.wanted = index, at, False
        if self.waiting and (not self.video or self._key == index):
            self._begin(record, at)
            return
        for stretch in self.stretches:
            stretch.forward(record)

    def _begin(self, record: Record, at: float) -> None:
        """Start who waits; a late *record* is followed by what came before it."""
        waiting, self.waiting = self.waiting, []
        started = tuple(starter.start(self, record, at) for starter in waiting)
        self.stretches = (*self.stretches, *started)
        for stretch in self.stretches:
            stretch.forward(record)
        for stretch in started:
            self._catch_up(stretch, record[0])

    def _catch_up(self, stretch: Stretch, index: int) -> None:
        """Send into *stretch* what has come since the packet with *index*."""
        if self.report is not None:
            stretch.report(self.report)
        for later in self.history.between(index, self.losses.highest):
            stretch.forward(later)

    def begin_before(self, starter: Starter, after: int) -> bool:
        """Let *starter* begin with a recent key frame; tell whether there is one.

        None up to the packet with index *after* is: it may be encrypted for others only.
        """
        key, self.expected = self.history.get(self._key), False
        if key is None or self._key <= after or self.last_at - self._key_at > RECENT:
            return False
        if self.losses.highest - self._key > MOST_SINCE:
            return False
        stretch = starter.start(self, key, self._key_at)
        self.stretches = (*self.stretches, stretch)
        stretch.forward(key)
        self._catch_up(stretch, self._key)
        return True

    def expect(self) -> None:
        """Ask for a key frame that somebody will begin with who still connects."""
        self.expected = self.wanted = True

    def wait(self, starter: Starter) -> None:
        """Let *starter* begin with the next key frame, and ask for one."""
        self.waiting.append(starter)
        self.wanted, self.expected = True, False

    def forget(self, starter: Starter) -> None:
        """Don't let *starter* wait any longer."""
        if starter in self.waiting:
            self.waiting.remove(starter)

    def end(self, stretch: Stretch) -> None:
        """Send nothing more into *stretch*."""
        stretch.until = self.losses.highest
        self.stretches = tuple(other for other in self.stretches if other is not stretch)

    def take_report(self, report: SenderReport, at: float) -> None:
        """Take what the publisher says about this stream's clock, and tell it on."""
        self.report, self._report_at = report, at
        for stretch in self.stretches:
            stretch.report(report)

    @property
    def received(self) -> bool:
        """Whether somebody is sent this stream, or waits to be."""
        return bool(self.stretches or self.waiting)

    def alive(self, now: float) -> bool:
        """Tell whether packets come."""
        return now - self.last_at < SILENT_AFTER

    def wants_key_frame(self, now: float) -> bool:
        """Tell whether a key frame should be asked for *now*; then it counts as asked for."""
        if self.losses.broken:
            self.losses.broken, self.wanted = False, True
        if not (self.wanted or self.waiting) or not (self.received or self.expected):
            return False
        begins = (self.waiting or self.expected) and self.alive(now)
        pause = KEY_FRAMES_AGAIN if begins else KEY_FRAMES_EVERY
        if not (self.video and self.ssrc) or now - self._asked_at < pause:
            return False
        self._asked_at, self.wanted, self.expected = now, False, False
        return True

    def _note_transit(self, transit: float) -> None:
        """Estimate jitter as RFC 3550, A.8 does, in timestamps."""
        difference = abs(transit - self._transit)
        self._transit = transit
        if difference < _UNLIKELY and self.losses.received:
            self._jitter += (difference - self._jitter) / _JITTER_OF

    def block(self, now: float) -> bytes:
        """Return this stream's block of a receiver report; it tells of the time since the last."""
        losses = self.losses
        expected, received = losses.expected, losses.received
        due, came = expected - self._expected, received - self._received
        self._expected, self._received = expected, received
        fraction = max(0, min(255, (due - came) * 256 // due)) if due else 0
        last = delay = 0
        if self.report is not None:
            last = self.report.ntp >> 16 & 0xFFFFFFFF
            delay = int((now - self._report_at) * 65_536) & 0xFFFFFFFF
        return report_block(
            self.ssrc,
            fraction=fraction,
            lost=expected - received,
            highest=losses.highest,
            jitter=int(self._jitter),
            last=last,
            delay=delay,
        )
