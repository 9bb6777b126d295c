"""What stands between packets on the wire and what is done with them: one line per leg.

`connection` keeps the line (ICE, DTLS, SRTP); who takes part is told what came, in the clear.
"""

from typing import Protocol

from actors.media import Section
from actors.relay.sections import Settled


class Line(Protocol):
    """The way to one browser. Sending never waits; what can't be sent is lost, as on a network."""

    @property
    def open(self) -> bool:
        """Whether media can be sent now."""

    def send_rtp(self, packet: bytes) -> None:
        """Protect and send one RTP packet."""

    def send_rtcp(self, packet: bytes) -> None:
        """Protect and send one compound RTCP packet."""


class Wire(Line, Protocol):
    """A line that is negotiated: `connection.Connection`, or a recorder's."""

    def answer(
        self, sdp: str, sends: tuple[Section, ...], receives: tuple[Section, ...]
    ) -> tuple[str, Settled]:
        """Answer an offer, or raise `BadOffer`: then all is as it was."""

    def close(self) -> None:
        """End for good; the taker is not told."""


class Taker(Protocol):
    """What is told of a line. It must not raise over what a browser sends, nor wait."""

    def take_rtp(self, packet: bytes, at: float) -> None:
        """Take one authenticated RTP packet that came at *at* (monotonic seconds)."""

    def take_rtcp(self, packet: bytes, at: float) -> None:
        """Take one authenticated compound RTCP packet."""

    def opened(self) -> None:
        """Media can be sent from now on."""

    def closed(self) -> None:
        """Know that the browser has gone: it said so (DTLS), or no check of its came for long."""
