"""Lines of a relay with made-up browsers at their ends."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from actors.ids import LegId
from actors.media import Section, Source
from actors.relay.certificate import new_certificate
from actors.relay.connection import Connection
from actors.relay.demux import Key, Path, Way
from actors.relay.port import Port, open_port
from actors.relay.sdp import Chosen, Local, read_offer, settle, write_answer
from actors.relay.sections import Settled
from tests.relay_browser import RelayBrowser, receiver_report, rtp
from tests.relay_offers import Line, Page, receives, sends, write_offer
from tests.waiting import until

CERTIFICATE: Final = new_certificate(datetime(2026, 1, 1, tzinfo=UTC))
MICROPHONE: Final = sends("0", "ann", Source.MICROPHONE, ssrc=1000)
CAMERA: Final = sends("1", "ann", Source.CAMERA, rids=("q", "h", "f"))
OTHERS_CAMERA: Final = receives("2", "bob", Source.CAMERA)
OTHERS_VOICE: Final = receives("3", "bob", Source.MICROPHONE)
PAGE: Final = Page(7, 1, "abcd", "p" * 24, ":".join(["AB"] * 32))
LOCAL: Final = Local(
    "ours", "o" * 32, ":".join(["CD"] * 32), ("192.0.2.7", "2001:db8::7"), 40_000, 9, 1
)
SCREEN: Final = sends("4", "ann", Source.SCREEN, ssrc=5000)
ALL: Final = (MICROPHONE, CAMERA, OTHERS_CAMERA)


@dataclass
class Heard:
    """A taker that keeps what it is told."""

    rtp: list[bytes] = field(default_factory=list)
    rtcp: list[bytes] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def take_rtp(self, packet: bytes, at: float) -> None:
        """Keep an RTP packet."""
        assert at > 0
        self.rtp.append(packet)

    def take_rtcp(self, packet: bytes, at: float) -> None:
        """Keep an RTCP packet."""
        assert at > 0
        self.rtcp.append(packet)

    def opened(self) -> None:
        """Keep that it opened."""
        self.told.append("opened")

    def closed(self) -> None:
        """Keep that it closed."""
        self.told.append("closed")


def answered(*lines: Line, chosen: Chosen | None = None, text: str = "") -> tuple[str, Settled]:
    """Return the answer to an offer of these, or to *text*, and what is settled."""
    offer = read_offer(text or write_offer(lines, PAGE))
    sending, receiving = declared(lines, "sendonly"), declared(lines, "recvonly")
    settled = settle(offer, sending, receiving, Chosen() if chosen is None else chosen)
    return write_answer(offer, settled, LOCAL), settled


@dataclass
class Post:
    """A way that is nowhere, and a receiver that counts."""

    protocol: str = "udp"
    host: str = "192.0.2.1"
    number: int = 5000
    trusted: int = 0
    closed: int = 0
    got: list[tuple[str, bytes]] = field(default_factory=list)

    def send(self, data: bytes) -> None:
        """Send."""
        self.got.append(("sent", data))

    def trust(self) -> None:
        """Trust."""
        self.trusted += 1

    def close(self) -> None:
        """Close."""
        self.closed += 1

    def take_check(self, ufrag: str, data: bytes, way: Way, key: Key) -> None:
        """Count."""
        del way, key
        self.got.append((ufrag, data))

    def take_dtls(self, data: bytes, path: Path) -> None:
        """Count."""
        del path
        self.got.append(("dtls", data))

    def take_media(self, data: bytes, path: Path, at: float) -> None:
        """Count."""
        del path, at
        self.got.append(("media", data))


def declared(lines: Sequence[Line], direction: str) -> tuple[Section, ...]:
    """Return the sections that live and go that way."""
    return tuple(line.section for line in lines if line.direction == direction and not line.stopped)


@dataclass
class Bench:
    """One line: the relay's end, what came out of it, and the browser."""

    port: Port
    line: Connection
    heard: Heard
    browser: RelayBrowser

    def offer(self, *lines: Line) -> tuple[str, Settled]:
        """Let the browser offer these; return answer and what is settled."""
        lines = lines or ALL
        return self.answer(self.browser.offer(lines), *lines)

    def answer(self, text: str, *lines: Line) -> tuple[str, Settled]:
        """Return the answer to *text*, which declares these sections."""
        sending, receiving = declared(lines, "sendonly"), declared(lines, "recvonly")
        return self.line.answer(text, sending, receiving)

    async def connect(self, *lines: Line, protocol: str = "udp") -> Settled:
        """Connect with these sections; return what is settled."""
        answer, settled = self.offer(*lines)
        await self.browser.connect(answer, protocol)
        await until(lambda: self.line.open)
        return settled

    def close(self) -> None:
        """End both."""
        self.line.close()
        self.browser.close()


def bench(port: Port, leg: str = "ann", browser: RelayBrowser | None = None) -> Bench:
    """Return a line of *leg* that nobody has offered anything to."""
    heard = Heard()
    line = Connection(LegId(leg), port, CERTIFICATE, heard)
    return Bench(port, line, heard, browser or RelayBrowser())


async def both_ways(table: Bench, number: int) -> None:
    """Hold that media and reports pass, protected, in both directions."""
    packet, report = rtp(1000, number), receiver_report(number)
    table.browser.send_rtp(packet)
    table.browser.send_rtcp(report)
    await until(lambda: packet in table.heard.rtp and report in table.heard.rtcp)
    table.line.send_rtp(packet)
    table.line.send_rtcp(report)
    await until(lambda: packet in table.browser.rtp and report in table.browser.rtcp)


@asynccontextmanager
async def opened_port(host: str = "127.0.0.1", public: str = "") -> AsyncIterator[Port]:
    """Open a port for as long as needed."""
    port = await open_port(host, 0, public)
    try:
        yield port
    finally:
        port.close()
