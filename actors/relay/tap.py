"""Where a recorder plugs in: it is one more receiver of all that is published in a call.

What it is handed is what a browser would be sent: one endless stream per track, begun at a key
frame. `TapLine` is the line of a leg that only listens.
"""

from collections.abc import Callable
from typing import Final, Protocol

from actors.ids import CallId, LegId
from actors.media import Section, Source
from actors.relay.feedback import compound, picture_loss
from actors.relay.line import Taker
from actors.relay.messages import RecordOrder
from actors.relay.packets import SSRC, SSRC_AT
from actors.relay.sections import Payloads, Received, Settled, Stream

AUDIO: Final = Payloads(111)
VIDEO: Final = Payloads(96)
"""Payload types of what a tap is handed: there is one codec of each kind."""


class Tap(Protocol):
    """Who writes down what is said and shown."""

    @property
    def public(self) -> str:
        """Its raw P-256 public key (base64url); empty: nothing is encrypted end to end."""

    @property
    def running(self) -> bool:
        """Whether it takes packets."""

    def expect(self, sections: tuple[Section, ...]) -> None:
        """Know that these tracks will come too, from now on."""

    def take(self, leg: LegId, source: Source, packet: bytes, at: float) -> bool:
        """Take an RTP packet; return whether a key frame should be asked for."""

    def learn(self, leg: LegId, wrapped: str) -> None:
        """Take a frame key of *leg*; what doesn't open is ignored."""

    def stop(self) -> None:
        """End the recording: nothing more comes."""


OpenTap = Callable[[CallId, RecordOrder], Tap]
"""Makes the tap of a call."""


class TapLine:
    """A line that ends at *tap*; *taker* is its leg. *clock* gives monotonic seconds."""

    def __init__(self, tap: Tap, taker: Taker, clock: Callable[[], float]) -> None:
        self._tap, self._taker, self._clock = tap, taker, clock
        self._tracks: dict[int, Section] = {}

    @property
    def open(self) -> bool:
        """Whether the tap takes packets."""
        return self._tap.running

    def follow(self, sections: tuple[Section, ...]) -> tuple[Received, ...]:
        """Return what the tap receives when *sections* are published; new ones are made known."""
        numbers = {section: ssrc for ssrc, section in self._tracks.items()}
        new = tuple(section for section in sections if section not in numbers)
        if new:
            self._tap.expect(new)
        for section in new:
            numbers[section] = len(self._tracks) + 1
            self._tracks[numbers[section]] = section
        return tuple(_received(section, numbers[section]) for section in sections)

    def send_rtp(self, packet: bytes) -> None:
        """Hand *packet* to the tap."""
        (ssrc,) = SSRC.unpack_from(packet, SSRC_AT)
        track, at = self._tracks[ssrc], self._clock()
        if self._tap.take(track.leg, track.source, packet, at):
            self._taker.take_rtcp(compound(picture_loss(ssrc)), at)

    def send_rtcp(self, packet: bytes) -> None:
        """Drop *packet*: tapes go by when packets came."""

    def answer(
        self, sdp: str, sends: tuple[Section, ...], receives: tuple[Section, ...]
    ) -> tuple[str, Settled]:
        """Agree: nothing is negotiated with a tap."""
        return sdp, Settled((), self.follow((*sends, *receives)))

    def close(self) -> None:
        """End the recording."""
        self._tap.stop()


def _received(section: Section, ssrc: int) -> Received:
    payloads = AUDIO if section.source.kind == "audio" else VIDEO
    return Received(section, payloads, Stream(ssrc))
