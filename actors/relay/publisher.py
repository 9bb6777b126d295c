"""One published track: a microphone, a screen, or a camera in up to three simulcast layers.

A layer is an incoming stream of its own, told apart by its `rid` (RFC 8852); layer 0 is the
smallest. Who receives the track says which layer it wants; here they only find one another.
"""

from typing import Final, Protocol

from actors.media import Section
from actors.relay.extensions import find
from actors.relay.incoming import Incoming
from actors.relay.sections import RIDS, Extension, Payloads, Sent

QUIETEST: Final = 127
"""Levels of audio are told as -dBov: 0 is the loudest (RFC 6464)."""

_SMOOTH: Final = 0.1
_RATES_SMOOTH: Final = 0.5


class Receiver(Protocol):
    """Who receives a track."""

    def moved(self, old: Incoming, new: Incoming) -> None:
        """Know that a layer is another stream now: the browser began anew."""

    def leave(self) -> None:
        """Know that the track is no more."""


class Publisher:
    """A track that one browser sends."""

    __slots__ = (
        "_level",
        "_measured",
        "_measured_at",
        "kind",
        "layers",
        "loudness",
        "payloads",
        "rates",
        "receivers",
        "rids",
        "section",
    )

    def __init__(self, sent: Sent) -> None:
        self.section: Section = sent.section
        self.kind = sent.section.source.kind
        self.payloads: Payloads = sent.payloads
        self.rids = tuple(rid for rid in RIDS if rid in sent.rids)
        ssrc = sent.streams[0].ssrc if sent.streams and not self.rids else 0
        self.layers = [Incoming(self.kind, ssrc) for _ in self.rids or ("",)]
        self.receivers: list[Receiver] = []
        self.loudness = 0.0
        """How loud it is, smoothed: 0 to 127 dB above silence."""
        self.rates = [0.0] * len(self.layers)
        """Bits per second that come, by layer."""
        self._measured, self._measured_at = [0] * len(self.layers), float("-inf")
        self._level = sent.extensions.get(Extension.AUDIO_LEVEL, 0)

    def fits(self, sent: Sent) -> bool:
        """Tell whether *sent*, of a newer offer, is this same track."""
        rids = tuple(rid for rid in RIDS if rid in sent.rids)
        known = {layer.ssrc for layer in self.layers}
        return (
            (self.section, self.payloads, self.rids) == (sent.section, sent.payloads, rids)
            and all(stream.ssrc in known for stream in sent.streams[:1])
            and self._level == sent.extensions.get(Extension.AUDIO_LEVEL, 0)
        )

    @property
    def kinds(self) -> tuple[int, int]:
        """The payload types of its packets."""
        return self.payloads.media, self.payloads.rtx

    def number(self, rid: str) -> int:
        """Return the layer that is called *rid*; -1: there is none."""
        if not self.rids:
            return 0
        return self.rids.index(rid) if rid in self.rids else -1

    def meet(self, number: int, ssrc: int) -> Incoming | None:
        """Take *ssrc* for layer *number* from now on; return the stream that it replaces, if any.

        A browser that begins a stream anew gives it a new SSRC.
        """
        old = self.layers[number]
        if not old.ssrc:
            old.ssrc = ssrc
            return None
        new = self.layers[number] = Incoming(self.kind, ssrc)
        self._measured[number] = 0
        for receiver in tuple(self.receivers):
            receiver.moved(old, new)
        return old

    def take_audio(self, packet: bytes, at: float) -> None:
        """Take a packet of a microphone, and note how loud it is."""
        place, size = find(packet, self._level)
        if size:
            heard = QUIETEST - (packet[place] & QUIETEST)
            self.loudness += (heard - self.loudness) * _SMOOTH
        self.layers[0].take(packet, at)

    def measure(self, now: float) -> None:
        """Count what came since the last time, which was half a second ago or so."""
        seconds, self._measured_at = now - self._measured_at, now
        for number, layer in enumerate(self.layers):
            octets, self._measured[number] = self._measured[number], layer.octets
            rate = (layer.octets - octets) * 8 / seconds if layer.alive(now) else 0.0
            old = self.rates[number]
            self.rates[number] = old + (rate - old) * _RATES_SMOOTH if old and rate else rate
