"""What offer and answer have settled for one leg: its media sections, as both sides know them.

`sdp` makes these from an offer; publishers and subscriptions are made from them.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from actors.media import Section

RIDS: Final = ("q", "h", "f")
"""Simulcast layers of a camera, smallest first: layer 0, 1, 2."""


class Extension(StrEnum):
    """RTP header extensions that the relay knows (RFC 8285), by URI."""

    MID = "urn:ietf:params:rtp-hdrext:sdes:mid"
    RID = "urn:ietf:params:rtp-hdrext:sdes:rtp-stream-id"
    REPAIRED_RID = "urn:ietf:params:rtp-hdrext:sdes:repaired-rtp-stream-id"
    AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level"
    SEND_TIME = "http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time"
    TRANSPORT_CC = "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"


@dataclass(frozen=True, slots=True)
class Payloads:
    """Payload types of a section: the codec's, and of its retransmissions (0: there are none)."""

    media: int
    rtx: int = 0


@dataclass(frozen=True, slots=True)
class Stream:
    """One RTP stream with its retransmissions' (0: none, or not known yet)."""

    ssrc: int
    rtx: int = 0


@dataclass(frozen=True, slots=True)
class Sent:
    """A section in which the browser sends.

    *streams* as its offer names them: none where they are told apart by their `rid` alone.
    """

    section: Section
    payloads: Payloads
    extensions: dict[Extension, int] = field(default_factory=dict)
    """Ids as the browser uses them."""
    streams: tuple[Stream, ...] = ()
    rids: tuple[str, ...] = ()
    """Of `RIDS`, those that it sends; none: it sends one stream."""


@dataclass(frozen=True, slots=True)
class Received:
    """A section in which the browser receives, with the stream that the relay has chosen for it."""

    section: Section
    """*leg* and *source* are the publisher's."""
    payloads: Payloads
    stream: Stream
    extensions: dict[Extension, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Settled:
    """All sections of one leg, as its newest offer has them."""

    sent: tuple[Sent, ...] = ()
    received: tuple[Received, ...] = ()
