"""What one browser publishes, and to which of it each packet belongs.

Packets are told apart by SSRC; the first of an unknown one says in header extensions to which
section (`mid`) and layer (`rid`) it belongs (RFC 8843, RFC 8852). From then on each goes straight
to its stream. How many SSRCs a browser may use is bounded.
"""

from collections.abc import Callable
from typing import Final

from actors.media import Source
from actors.relay.extensions import find_text
from actors.relay.incoming import Incoming
from actors.relay.packets import PAYLOAD_TYPE
from actors.relay.publisher import Publisher
from actors.relay.sections import Extension, Sent

MOST_STREAMS: Final = 64
MOST_MET: Final = 256
"""Unknown SSRCs of one browser that are looked into, as long as it is here."""

Route = Callable[[bytes, float], None]


class Intake:
    """The tracks of one browser, and the streams that they are made of (by SSRC)."""

    __slots__ = ("_ids", "_met", "_routes", "publishers", "streams", "transport")

    def __init__(self) -> None:
        self.publishers: dict[Source, Publisher] = {}
        self.streams: dict[int, Incoming] = {}
        self.transport = 0
        """Id of the extension that numbers all packets of the browser."""
        self._routes: dict[int, Route] = {}
        self._met = 0
        self._ids: dict[Extension, int] = {}

    def settle(self, sent: tuple[Sent, ...]) -> None:
        """Take these tracks from now on, and no others; those that stay aren't disturbed."""
        before, self.publishers = self.publishers, {}
        for one in sent:
            self._ids |= one.extensions
            publisher = before.pop(one.section.source, None)
            if publisher is None or not publisher.fits(one):
                self._retire(publisher)
                publisher = Publisher(one)
            self.publishers[one.section.source] = publisher
            self._expect(publisher, one)
        for gone in before.values():
            self._retire(gone)
        self.transport = self._ids.get(Extension.TRANSPORT_CC, 0)

    def end(self) -> None:
        """Take nothing more."""
        for publisher in self.publishers.values():
            self._retire(publisher)

    def route(self, packet: bytes, ssrc: int) -> Route | None:
        """Return what takes packets of *ssrc*; None: it is of nothing that was agreed."""
        return self._routes.get(ssrc) or self._meet(packet, ssrc)

    def _expect(self, publisher: Publisher, sent: Sent) -> None:
        """Expect the streams that the offer names by SSRC."""
        if publisher.rids or not sent.streams:
            return
        stream = sent.streams[0]
        self._know(stream.ssrc, publisher, publisher.layers[0])
        if stream.rtx:
            self._routes[stream.rtx] = publisher.layers[0].take_again

    def _know(self, ssrc: int, publisher: Publisher, incoming: Incoming) -> None:
        self.streams[ssrc] = incoming
        audio = publisher.kind == "audio"
        self._routes[ssrc] = publisher.take_audio if audio else incoming.take

    def _retire(self, publisher: Publisher | None) -> None:
        """Take nothing more for *publisher*, and let nobody wait for it."""
        if publisher is None:
            return
        for receiver in tuple(publisher.receivers):
            receiver.leave()
        for incoming in publisher.layers:
            self._forget(incoming)

    def _forget(self, incoming: Incoming) -> None:
        self.streams.pop(incoming.ssrc, None)
        self._routes.pop(incoming.ssrc, None)
        again = incoming.take_again
        self._routes = {ssrc: route for ssrc, route in self._routes.items() if route != again}

    def _meet(self, packet: bytes, ssrc: int) -> Route | None:
        """Find out to which stream an unknown SSRC belongs."""
        full = len(self._routes) >= MOST_STREAMS or self._met >= MOST_MET
        publisher = None if full else self._find(packet)
        if publisher is None:
            return None
        self._met += 1
        rid = find_text(packet, self._ids.get(Extension.RID, 0))
        rid = rid or find_text(packet, self._ids.get(Extension.REPAIRED_RID, 0))
        number, kind = publisher.number(rid), packet[1] & PAYLOAD_TYPE
        if number < 0:
            return None
        if kind == publisher.payloads.media:
            if (old := publisher.meet(number, ssrc)) is not None:
                self._forget(old)
            self._know(ssrc, publisher, publisher.layers[number])
        elif kind == publisher.payloads.rtx:
            self._routes[ssrc] = publisher.layers[number].take_again
        return self._routes.get(ssrc)

    def _find(self, packet: bytes) -> Publisher | None:
        """Find the track of *packet* by its section, or by a payload type that only it has."""
        mid, kind = find_text(packet, self._ids.get(Extension.MID, 0)), packet[1] & PAYLOAD_TYPE
        found = [
            publisher
            for publisher in self.publishers.values()
            if (publisher.section.mid == mid if mid else kind in publisher.kinds)
        ]
        return found[0] if len(found) == 1 else None
