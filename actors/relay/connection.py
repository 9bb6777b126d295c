"""One browser's line: sockets, ICE, DTLS and SRTP below; packets in the clear above.

A new offer on a line renegotiates. Other ICE credentials restart ICE under the same keys; another
certificate comes from a page that has begun anew, so everything below begins anew as well.
"""

import asyncio
import os
from collections.abc import Callable
from typing import Final

from actors.ids import LegId
from actors.media import Section
from actors.relay.certificate import Certificate
from actors.relay.demux import Key, Path, Way
from actors.relay.dtls import Dtls
from actors.relay.ice import Agent, Credentials
from actors.relay.line import Taker
from actors.relay.port import Port
from actors.relay.sdp import Chosen, Local, Offer, read_offer, settle, write_answer
from actors.relay.sections import Settled
from actors.relay.srtp import BROKEN, Srtp

LOOK_SECONDS: Final = 1.0
"""How often we look whether the browser still checks."""
MOST_PACKETS: Final = 4000
"""That one browser may send in a second: ten times what camera, screen and voice take."""
_SHORTEST: Final = 12
_RTCP_FIRST: Final = 192
_RTCP_LAST: Final = 223


class Connection:
    """The line of *leg*. A line that closed can be opened again by an offer that restarts ICE."""

    def __init__(self, leg: LegId, port: Port, certificate: Certificate, taker: Taker) -> None:
        self.leg = leg
        self.dropped = 0
        """Packets that were forged, replayed, broken or early, and those that couldn't be sent."""
        self.moves = 0
        """How often another path was chosen."""
        self._since, self._came = 0.0, 0
        self._port, self._certificate, self._taker = port, certificate, taker
        self._offer: Offer | None = None
        self._local: Credentials | None = None
        self._session = int.from_bytes(os.urandom(7), "big")
        self._version = 0
        self._chosen = Chosen()
        self._agent = self._new_agent()
        self._dtls: Dtls | None = None
        self._srtp: Srtp | None = None
        self._send: Callable[[bytes], None] | None = None
        self._reply: Callable[[bytes], None] | None = None
        self._told: bool | None = None
        self._ended = False
        self._look: asyncio.TimerHandle | None = None

    @property
    def open(self) -> bool:
        """Whether media can be sent now."""
        return self._send is not None

    @property
    def protocol(self) -> str:
        """How it travels: `udp`, `tcp`, or empty as long as no path is chosen."""
        chosen = self._agent.chosen
        return "" if chosen is None else chosen.way.protocol

    def answer(
        self, sdp: str, sends: tuple[Section, ...], receives: tuple[Section, ...]
    ) -> tuple[str, Settled]:
        """Answer an offer, or raise `BadOffer`: then all is as it was."""
        offer = read_offer(sdp)
        settled = settle(offer, sends, receives, self._chosen)
        credentials = self._prepare(offer)
        self._offer = offer
        self._version += 1
        return write_answer(offer, settled, self._described(credentials)), settled

    def send_rtp(self, packet: bytes) -> None:
        """Protect and send one RTP packet, or lose it."""
        send, srtp = self._send, self._srtp
        if send is None or srtp is None:
            return
        try:
            send(srtp.protect(packet))
        except BROKEN:
            self.dropped += 1

    def send_rtcp(self, packet: bytes) -> None:
        """Protect and send one compound RTCP packet, or lose it."""
        send, srtp = self._send, self._srtp
        if send is None or srtp is None:
            return
        try:
            send(srtp.protect_rtcp(packet))
        except BROKEN:
            self.dropped += 1

    def close(self) -> None:
        """Say goodbye and end for good; the taker is not told."""
        self._ended = True
        self._end()
        if self._look is not None:
            self._look.cancel()

    # --- what comes from the port --------------------------------------------------------------

    def take_check(self, ufrag: str, data: bytes, way: Way, key: Key) -> None:
        """Take a connectivity check."""
        self._agent.check(ufrag, data, way, key)
        if not self.open:
            self._open()

    def take_dtls(self, data: bytes, path: Path) -> None:
        """Take DTLS records; they are answered the way they came while no path is nominated."""
        if self._agent.chosen is None:
            self._reply = path.way.send
        if self._dtls is not None:
            self._dtls.take(data)

    def take_media(self, data: bytes, path: Path, at: float) -> None:
        """Take SRTP or SRTCP (RFC 5761, 4): open it and hand it on, or drop it."""
        if at - self._since >= 1.0:
            self._since, self._came = at, 0
        self._came += 1
        srtp = self._srtp
        if srtp is None or len(data) < _SHORTEST or self._came > MOST_PACKETS:
            self.dropped += 1
            return
        try:
            if _RTCP_FIRST <= data[1] <= _RTCP_LAST:
                clear = srtp.open_rtcp(data)
                take = self._taker.take_rtcp
            else:
                clear = srtp.open(data)
                take = self._taker.take_rtp
        except BROKEN:
            self.dropped += 1
            return
        if path is not self._agent.chosen:
            self._agent.came_by(path)
        take(clear, at)

    # --- what comes from the handshake ---------------------------------------------------------

    def keyed(self, srtp: Srtp) -> None:
        """Take the keys."""
        self._srtp = srtp
        self._open()

    def unkeyed(self) -> None:
        """Close: the browser has said goodbye, or is not who it said it was."""
        self._srtp = None
        self._shut()

    # --- below ---------------------------------------------------------------------------------

    def _prepare(self, offer: Offer) -> Credentials:
        """Make ICE and DTLS ready for *offer*; return our credentials for it."""
        known, local = self._offer, self._local
        if known is None or local is None or self._anew(known, offer):
            self._end()
            self._agent = self._new_agent()
            self._dtls = Dtls(self._certificate, offer.fingerprint, self._to_browser, self)
            self._local = local = self._agent.start(offer.ufrag)
            self._watch()
        elif (offer.ufrag, offer.password) != (known.ufrag, known.password):
            self._local = local = self._agent.start(offer.ufrag)
        return local

    def _anew(self, known: Offer, offer: Offer) -> bool:
        """Say whether *offer* comes from a page that has nothing of what stands here."""
        if self._dtls is None or self._dtls.over or offer.fingerprint != known.fingerprint:
            return True
        return offer.session != known.session and offer.ufrag != known.ufrag

    def _new_agent(self) -> Agent:
        return Agent(self._port.demux, self, self._moved)

    def _described(self, credentials: Credentials) -> Local:
        return Local(
            credentials.ufrag,
            credentials.password,
            self._certificate.fingerprint,
            self._port.addresses,
            self._port.number,
            self._session,
            self._version,
        )

    def _moved(self, path: Path) -> None:
        """Send on another path from now on."""
        self.moves += 1
        if self._send is not None:
            self._send = path.way.send

    def _to_browser(self, data: bytes) -> None:
        chosen = self._agent.chosen
        send = self._reply if chosen is None else chosen.way.send
        if send is not None:
            send(data)

    def _open(self) -> None:
        chosen = self._agent.chosen
        if self._srtp is not None and chosen is not None:
            self._send = chosen.way.send
            self._told = True
            self._taker.opened()

    def _shut(self) -> None:
        self._send = None
        if self._told is not False and not self._ended:
            self._told = False
            self._taker.closed()

    def _watch(self) -> None:
        """Look again and again whether the browser is there."""
        if self._look is not None:
            self._look.cancel()
        if self._agent.gone:
            self._shut()
        self._look = asyncio.get_running_loop().call_later(LOOK_SECONDS, self._watch)

    def _end(self) -> None:
        if self._dtls is not None:
            self._dtls.close()
        self._agent.close()
        self._srtp = self._send = self._reply = self._told = None
