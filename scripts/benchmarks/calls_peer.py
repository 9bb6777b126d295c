"""A made-up browser that costs next to nothing: it sends packets that were made before, or counts.

ICE (controlling), DTLS (client) and SRTP as any browser has them; what comes is counted and not
even decrypted, so that the load is the server's and not its own.
"""

import asyncio
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, field

from aioice import stun
from aiortc.rtcdtlstransport import SRTP_PROFILES, RTCCertificate
from OpenSSL import SSL
from pylibsrtp import Policy, Session

MOST = 1500
EXTRACTOR = b"EXTRACTOR-dtls_srtp"
CHECK_SECONDS = 0.05
KEEP_SECONDS = 2.5


@dataclass(frozen=True)
class Media:
    """A section of an offer or answer: what kind, which way, and which stream, if we send it."""

    kind: str
    direction: str
    ssrc: int = 0
    mid: str = "0"


@dataclass
class Remote:
    """What the other side said of itself."""

    ufrag: str
    password: str
    address: tuple[str, int]
    sections: list[Media] = field(default_factory=list)


class LoadPeer:
    """One connection to a server of media."""

    def __init__(self, host: str = "127.0.0.1") -> None:
        self._host = host
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 21)
        self._socket.bind((host, 0))
        self._socket.setblocking(False)
        self.ufrag, self.password = os.urandom(4).hex(), os.urandom(12).hex()
        self._certificate = RTCCertificate.generateCertificate()
        self._remote: Remote | None = None
        self._controlled = False
        self._ssl: SSL.Connection | None = None
        self._protect: Callable[[bytes], bytes] | None = None
        self._checked = asyncio.Event()
        self._secured = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self.packets = 0
        """RTP packets that have come."""
        self.bytes = 0

    # -- what is said of it ---------------------------------------------------------------------

    def describe(self, sections: list[Media], *, setup: str = "active") -> str:
        """Return an SDP offer or answer with those sections, all in one bundle."""
        fingerprint = next(
            each for each in self._certificate.getFingerprints() if each.algorithm == "sha-256"
        )
        mids = " ".join(each.mid for each in sections)
        lines = [
            "v=0",
            f"o=- {int.from_bytes(os.urandom(4), 'big')} 2 IN IP4 127.0.0.1",
            "s=-",
            "t=0 0",
            f"a=group:BUNDLE {mids}",
            "a=msid-semantic: WMS *",
        ]
        for each in sections:
            lines += self._section(each, fingerprint.value, setup)
        return "\r\n".join(lines) + "\r\n"

    def _section(self, media: Media, fingerprint: str, setup: str) -> list[str]:
        audio = media.kind == "audio"
        host, port = self._socket.getsockname()
        types = "111" if audio else "96 97"
        lines = [
            f"m={media.kind} {port} UDP/TLS/RTP/SAVPF {types}",
            f"c=IN IP4 {host}",
            f"a=mid:{media.mid}",
            f"a={media.direction}",
            "a=rtcp-mux",
            f"a=ice-ufrag:{self.ufrag}",
            f"a=ice-pwd:{self.password}",
            "a=ice-options:trickle",
            f"a=fingerprint:sha-256 {fingerprint}",
            f"a=setup:{setup}",
            f"a=candidate:1 1 udp 2130706431 {host} {port} typ host",
            "a=end-of-candidates",
        ]
        if audio:
            lines += ["a=rtpmap:111 opus/48000/2", "a=fmtp:111 minptime=10;useinbandfec=1"]
        else:
            lines += ["a=rtpmap:96 VP8/90000", "a=rtcp-fb:96 nack", "a=rtcp-fb:96 nack pli"]
            lines += ["a=rtpmap:97 rtx/90000", "a=fmtp:97 apt=96"]
        if media.ssrc:
            lines += [f"a=msid:load {media.kind}", f"a=ssrc:{media.ssrc} cname:load"]
        return lines

    def hear(self, sdp: str, *, controlled: bool = False) -> Remote:
        """Read what the other side said; who answers an offer is *controlled* (RFC 8445, 6.1.1)."""
        self._remote = read(sdp)
        self._controlled = controlled
        return self._remote

    # -- connecting -----------------------------------------------------------------------------

    async def connect(self) -> None:
        """Check the path, shake hands, and be ready to send. Raises `TimeoutError`."""
        loop = asyncio.get_running_loop()
        loop.add_reader(self._socket.fileno(), self._readable)
        self._tasks.append(asyncio.create_task(self._keep_checking()))
        async with asyncio.timeout(20):
            await self._checked.wait()
            self._begin_dtls()
            while not self._secured.is_set():
                self._step_dtls()
                try:
                    async with asyncio.timeout(0.3):
                        await self._secured.wait()
                except TimeoutError:
                    if self._ssl is not None:
                        self._ssl.DTLSv1_handle_timeout()

    async def _keep_checking(self) -> None:
        while True:
            self._send(bytes(self._check()))
            await asyncio.sleep(KEEP_SECONDS if self._checked.is_set() else CHECK_SECONDS)

    def _check(self) -> stun.Message:
        remote = self._needed()
        check = stun.Message(message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST)
        check.attributes["USERNAME"] = f"{remote.ufrag}:{self.ufrag}"
        check.attributes["PRIORITY"] = 1853824767
        check.attributes["ICE-CONTROLLED" if self._controlled else "ICE-CONTROLLING"] = 1
        if not self._controlled:
            check.attributes["USE-CANDIDATE"] = None
        check.add_message_integrity(remote.password.encode())
        return check

    def _needed(self) -> Remote:
        if self._remote is None:
            raise RuntimeError("The other side has said nothing yet.")
        return self._remote

    def _begin_dtls(self) -> None:
        context = SSL.Context(SSL.DTLS_METHOD)
        context.set_verify(SSL.VERIFY_PEER, lambda *_: True)
        context.use_certificate(self._certificate._cert)  # noqa: SLF001
        context.use_privatekey(self._certificate._key)  # noqa: SLF001
        context.set_tlsext_use_srtp(b":".join(each.openssl_profile for each in SRTP_PROFILES))
        self._ssl = SSL.Connection(context)
        self._ssl.set_connect_state()
        self._ssl.set_ciphertext_mtu(1200)

    def _step_dtls(self) -> None:
        if self._ssl is None or self._secured.is_set():
            return
        try:
            self._ssl.do_handshake()
        except SSL.WantReadError:
            self._flush()
            return
        self._flush()
        self._set_up_srtp(self._ssl)
        self._secured.set()

    def _flush(self) -> None:
        if self._ssl is None:
            return
        while True:
            try:
                self._send(self._ssl.bio_read(MOST))
            except SSL.Error:
                return

    def _set_up_srtp(self, ssl: SSL.Connection) -> None:
        chosen = ssl.get_selected_srtp_profile()
        profile = next(each for each in SRTP_PROFILES if each.openssl_profile == chosen)
        key, salt = profile.key_length, profile.salt_length
        view = ssl.export_keying_material(EXTRACTOR, 2 * (key + salt))
        policy = Policy(
            key=view[:key] + view[2 * key : 2 * key + salt],
            ssrc_type=Policy.SSRC_ANY_OUTBOUND,
            srtp_profile=profile.libsrtp_profile,
        )
        self._protect = Session(policy).protect

    # -- packets --------------------------------------------------------------------------------

    def send_rtp(self, packet: bytes) -> None:
        """Protect and send a packet."""
        if self._protect is not None:
            self._send(self._protect(packet))

    def _send(self, data: bytes) -> None:
        try:
            self._socket.sendto(data, self._needed().address)
        except OSError:
            return  # lost, as on a network

    def _readable(self) -> None:
        while True:
            try:
                data, address = self._socket.recvfrom(MOST)
            except OSError:
                return
            first = data[0] if data else 0
            if 128 <= first < 192:  # noqa: PLR2004  RFC 7983
                if not 192 <= data[1] <= 223:  # noqa: PLR2004  RTCP (RFC 5761)
                    self.packets += 1
                    self.bytes += len(data)
            elif first >= 20:  # noqa: PLR2004  DTLS
                if self._ssl is not None:
                    self._ssl.bio_write(data)
                    self._step_dtls()
            else:
                self._take_check(data, address)

    def _take_check(self, data: bytes, address: tuple[str, int]) -> None:
        message = stun.parse_message(data)
        if message.message_class is stun.Class.RESPONSE:
            self._checked.set()
        elif message.message_class is stun.Class.REQUEST:
            answer = stun.Message(
                message_method=stun.Method.BINDING,
                message_class=stun.Class.RESPONSE,
                transaction_id=message.transaction_id,
            )
            answer.attributes["XOR-MAPPED-ADDRESS"] = address
            answer.add_message_integrity(self.password.encode())
            self._send(bytes(answer))

    def close(self) -> None:
        """Let go of everything."""
        for task in self._tasks:
            task.cancel()
        asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._socket.close()


def read(sdp: str) -> Remote:
    """Return what *sdp* says, as far as a load needs it."""
    remote = Remote("", "", ("", 0))
    kind, mid, direction = "", "0", "sendrecv"
    for line in [*sdp.splitlines(), "m="]:
        name, _, value = line.partition(":")
        match name:
            case "a=ice-ufrag":
                remote.ufrag = value
            case "a=ice-pwd":
                remote.password = value
            case "a=mid":
                mid = value
            case "a=candidate":
                remote.address = remote.address if remote.address[1] else _address(value)
            case "a=sendonly" | "a=recvonly" | "a=sendrecv" | "a=inactive":
                direction = name[2:]
            case _:
                pass
        if line.startswith("m="):
            if kind:
                remote.sections.append(Media(kind, direction, mid=mid))
            kind = line[2:].partition(" ")[0]
    return remote


def _address(candidate: str) -> tuple[str, int]:
    words = candidate.split()
    if words[2].lower() != "udp" or ":" in words[4]:
        return "", 0
    return words[4], int(words[5])
