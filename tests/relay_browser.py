"""A browser made up for tests of the media relay: ICE, DTLS client and SRTP, by UDP or TCP.

It says in its offers what Chromium says, as far as the relay listens, and can misbehave on demand.
"""

import itertools
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from aioice import stun  # noqa: TID251  the browser's end of the relay
from OpenSSL import SSL  # noqa: TID251  the browser's end of the relay

from actors.relay.certificate import Certificate, new_certificate
from actors.relay.dtls import records
from actors.relay.srtp import BROKEN, Srtp, profile_of
from tests.relay_offers import AUDIO, Line, Page, Remote, read_answer, write_offer
from tests.relay_wires import TcpWire, UdpWire, Wire
from tests.waiting import until

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_CERTIFICATES = itertools.cycle([new_certificate(_NOW) for _ in range(4)])
_LABEL = b"EXTRACTOR-dtls_srtp"


def rtp(ssrc: int, number: int, payload: bytes = b"\x10some media", kind: int = AUDIO) -> bytes:
    """Return a plain RTP packet."""
    head = bytes((0x80, kind)) + number.to_bytes(2, "big") + (number * 960).to_bytes(4, "big")
    return head + ssrc.to_bytes(4, "big") + payload


def receiver_report(ssrc: int) -> bytes:
    """Return an empty RTCP receiver report."""
    return bytes((0x80, 201, 0, 1)) + ssrc.to_bytes(4, "big")


@dataclass
class RelayBrowser:
    """One page with one peer connection to the relay."""

    certificate: Certificate = field(default_factory=lambda: next(_CERTIFICATES))
    claims: str = ""
    """The fingerprint that it says it has; empty: the true one."""

    def __post_init__(self) -> None:
        self.session = int.from_bytes(os.urandom(6), "big")
        self.version = 0
        self.remote: Remote | None = None
        self.wire: Wire | None = None
        self._wires: list[Wire] = []
        self.srtp: Srtp | None = None
        self.rtp: list[bytes] = []
        self.rtcp: list[bytes] = []
        self.checks: list[stun.Message] = []
        """Answers to its checks."""
        self.closed = False
        self._ssl = SSL.Connection(self.certificate.context)
        self._ssl.set_connect_state()
        self._ssl.set_ciphertext_mtu(1200)
        self.restart()

    def restart(self) -> None:
        """Take new ICE credentials: the next offer restarts ICE."""
        self.ufrag, self.password = os.urandom(3).hex(), os.urandom(12).hex()

    def offer(self, lines: Iterable[Line]) -> str:
        """Return an offer with these sections, as Chromium writes them."""
        self.version += 1
        return write_offer(lines, self.page)

    @property
    def page(self) -> Page:
        """What is said of the page in an offer."""
        fingerprint = self.claims or self.certificate.fingerprint
        return Page(self.session, self.version, self.ufrag, self.password, fingerprint)

    async def connect(self, answer: str, protocol: str = "udp") -> None:
        """Do what a browser does with an answer: checks, handshake, keys."""
        self.take(answer)
        await self.reach(protocol)
        await self.check()
        await self.shake_hands()

    def take(self, answer: str) -> None:
        """Read an answer."""
        self.remote = read_answer(answer)

    async def reach(self, protocol: str = "udp") -> None:
        """Open a wire to the relay's first candidate of *protocol*."""
        assert self.remote is not None
        where = next(one for one in self.remote.candidates if one.protocol == protocol)
        opened = UdpWire.open if protocol == "udp" else TcpWire.open
        self.wire = await opened(where, self._heed)
        self._wires.append(self.wire)

    def request(self, password: str = "", username: str = "", nominate: bool = True) -> bytes:
        """Return a check as the side that controls makes it."""
        assert self.remote is not None
        message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
        message.attributes["USERNAME"] = username or f"{self.remote.ufrag}:{self.ufrag}"
        message.attributes["ICE-CONTROLLING"] = 1
        if nominate:
            message.attributes["USE-CANDIDATE"] = None
        message.attributes["PRIORITY"] = 1_853_824_767
        message.add_message_integrity((password or self.remote.password).encode())
        return bytes(message)

    async def check(self) -> stun.Message:
        """Send a check and return the answer."""
        count = len(self.checks)
        self.send(self.request())
        await until(lambda: len(self.checks) > count)
        return self.checks[-1]

    async def shake_hands(self) -> None:
        """Do the DTLS handshake; end with keys, or `closed`."""
        self.hello()
        await until(lambda: self.srtp is not None or self.closed)

    def hello(self) -> None:
        """Say the first word of the handshake."""
        self._step()

    def send(self, data: bytes) -> None:
        """Send any datagram."""
        assert self.wire is not None
        self.wire.send(data)

    def send_rtp(self, packet: bytes) -> None:
        """Protect and send."""
        assert self.srtp is not None
        self.send(self.srtp.protect(packet))

    def send_rtcp(self, packet: bytes) -> None:
        """Protect and send."""
        assert self.srtp is not None
        self.send(self.srtp.protect_rtcp(packet))

    def say_goodbye(self) -> None:
        """Close DTLS as a page that goes does."""
        with suppress(SSL.Error):
            self._ssl.shutdown()
        self._flush()

    def unplug(self) -> None:
        """Lose the wire in use."""
        assert self.wire is not None
        self._wires.remove(self.wire)
        self.wire.close()

    def close(self) -> None:
        """Be gone without a word."""
        for wire in self._wires:
            wire.close()

    def _heed(self, data: bytes) -> None:
        if data[0] < 4:
            self.checks.append(stun.parse_message(data))
        elif data[0] < 64:
            self._ssl.bio_write(data)
            self._step()
        elif self.srtp is not None:
            self._open(self.srtp, data)

    def _open(self, srtp: Srtp, data: bytes) -> None:
        with suppress(*BROKEN):
            if 192 <= data[1] <= 223:
                self.rtcp.append(srtp.open_rtcp(data))
            else:
                self.rtp.append(srtp.open(data))

    def _step(self) -> None:
        try:
            if self.srtp is None:
                self._ssl.do_handshake()
                self._key()
            self._ssl.recv(1200)
        except SSL.WantReadError:
            pass
        except SSL.Error:
            self.closed = True
        self._flush()

    def _key(self) -> None:
        profile = profile_of(self._ssl.get_selected_srtp_profile())
        assert profile is not None
        material = self._ssl.export_keying_material(_LABEL, profile.material)
        self.srtp = Srtp(profile, material, client=True)

    def _flush(self) -> None:
        with suppress(SSL.Error):
            for record in records(self._ssl.bio_read(1 << 16)):
                self.send(record)
