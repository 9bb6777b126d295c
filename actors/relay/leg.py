"""One leg of a call: what its browser publishes, what it receives, and the talk about both."""

from collections.abc import Callable
from typing import Final

from actors.ids import LegId
from actors.media import Source
from actors.relay import feedback
from actors.relay.arrivals import EVERY as ARRIVALS_EVERY
from actors.relay.arrivals import Arrivals
from actors.relay.extensions import find, send_stamp
from actors.relay.feedback import Kind
from actors.relay.intake import MOST_STREAMS, Intake
from actors.relay.layers import Chooser, Wanted
from actors.relay.line import Taker, Wire
from actors.relay.packets import SSRC, SSRC_AT, is_rtp
from actors.relay.publisher import Publisher
from actors.relay.sections import Received, Settled
from actors.relay.subscription import HIGHEST, Subscription

REPORTS_EVERY: Final = 1.0
"""Seconds between two receiver reports."""

FADING: Final = 0.5
"""How much of a reported loss still counts at the next choice, if nothing newer is reported."""
MOST_A_SECOND: Final = 4000
"""Packets of one browser that are taken; a camera in three layers and a screen are some 700."""

Track = tuple[LegId, Source]
OpenLine = Callable[[LegId, Taker], Wire]
"""Makes the line of a leg; what comes on it goes to the taker."""


class Leg:
    """Takes what comes on the line of *leg*. *turned* is told when the line opened or closed."""

    def __init__(
        self, leg: LegId, open_line: OpenLine, turned: Callable[["Leg", bool], None]
    ) -> None:
        self.leg = leg
        self.line = open_line(leg, self)
        self.neg, self.answer = -1, ""
        """The number of the newest offer, and its answer."""
        self.subscriptions: dict[Track, Subscription] = {}
        self._turned = turned
        self._intake = Intake()
        self._chooser = Chooser()
        self._outgoing: dict[int, Subscription] = {}
        self._arrivals = Arrivals()
        self._report_at = self._arrivals_at = self._second = 0.0
        self._taken = 0

    @property
    def publishers(self) -> dict[Source, Publisher]:
        """What it publishes."""
        return self._intake.publishers

    def opened(self) -> None:
        """Know that media can be sent."""
        self._turned(self, True)

    def closed(self) -> None:
        """Know that the browser has gone."""
        self._turned(self, False)

    def leave(self) -> None:
        """End all that is published and received here, and the line."""
        self._intake.end()
        for subscription in self.subscriptions.values():
            subscription.leave()
        self.line.close()

    # --- what was agreed -----------------------------------------------------------------------

    def settle(self, settled: Settled) -> None:
        """Go by what the newest offer and its answer say."""
        self._intake.settle(settled.sent)
        before, self.subscriptions = self.subscriptions, {}
        for one in settled.received:
            subscription = self._subscription(one)
            if subscription is not None:
                self.subscriptions[subscription.track] = subscription
        for gone in before.values():
            if self.subscriptions.get(gone.track) is not gone:
                gone.leave()

    def _subscription(self, one: Received) -> Subscription | None:
        """Return that of *one*'s stream; one that comes back goes on counting.

        SRTP must never see a number of the same stream twice.
        """
        ssrc = one.stream.ssrc
        known = self._outgoing.get(ssrc)
        if known is None and len(self._outgoing) < MOST_STREAMS:
            known = self._outgoing[ssrc] = Subscription(one, self.line)
        same = known is not None and known.track == (one.section.leg, one.section.source)
        return known if same else None

    # --- what comes ----------------------------------------------------------------------------

    def take_rtp(self, packet: bytes, at: float) -> None:
        """Take one RTP packet; what belongs to nothing that was agreed is dropped."""
        if not is_rtp(packet) or self._flooded(at):
            return
        intake = self._intake
        route = intake.route(packet, SSRC.unpack_from(packet, SSRC_AT)[0])
        if route is None:
            return
        if intake.transport:
            place, size = find(packet, intake.transport)
            if size:
                self._arrivals.note(int.from_bytes(packet[place : place + 2], "big"), at)
        route(packet, at)

    def take_rtcp(self, packet: bytes, at: float) -> None:
        """Take one compound RTCP packet."""
        if self._flooded(at):
            return
        for kind, count, body in feedback.split(packet):
            if kind in (Kind.SENDER_REPORT, Kind.RECEIVER_REPORT):
                self._take_report(kind, count, body, at)
            elif kind == Kind.TRANSPORT_FEEDBACK and count == feedback.NACK:
                if subscription := self._outgoing.get(feedback.read_target(body)):
                    subscription.resend(feedback.read_nack(body), at, send_stamp(at))
            elif kind == Kind.PAYLOAD_FEEDBACK:
                self._take_payload_feedback(count, body, at)

    def _flooded(self, at: float) -> bool:
        """Count a packet; tell whether it is one of too many."""
        if at - self._second >= 1:
            self._second, self._taken = at, 0
        self._taken += 1
        return self._taken > MOST_A_SECOND

    def _take_report(self, kind: int, count: int, body: bytes, at: float) -> None:
        report = feedback.read_sender_report(body) if kind == Kind.SENDER_REPORT else None
        incoming = self._intake.streams.get(report.ssrc) if report is not None else None
        if report is not None and incoming is not None:
            incoming.take_report(report, at)
        for block in feedback.read_blocks(kind, count, body):
            if subscription := self._outgoing.get(block.ssrc):
                subscription.lost = block.lost

    def _take_payload_feedback(self, form: int, body: bytes, at: float) -> None:
        asked: list[int] = []
        if form == feedback.PLI:
            asked = [feedback.read_target(body)]
        elif form == feedback.FIR:
            asked = list(feedback.read_fir(body))
        elif form == feedback.APPLICATION and (bits := feedback.read_remb(body)):
            self._chooser.hear(bits, at)
        for ssrc in asked:
            if subscription := self._outgoing.get(ssrc):
                subscription.ask()

    # --- what is due ---------------------------------------------------------------------------

    def tick(self, now: float) -> None:
        """Tell the browser what is due about what it sends."""
        streams = self._intake.streams
        if not streams or not self.line.open:
            return
        packets = []
        if now >= self._report_at:
            self._report_at = now + REPORTS_EVERY
            heard = [one for one in streams.values() if one.losses.received]
            blocks = (one.block(now) for one in heard[: feedback.MOST_BLOCKS])
            packets.append(feedback.receiver_report(blocks))
        if now >= self._arrivals_at:
            self._arrivals_at = now + ARRIVALS_EVERY
            packets.append(self._arrivals.report(next(iter(streams))))
        for incoming in streams.values():
            if incoming.losses.missing and (due := incoming.losses.due(now)) and incoming.received:
                packets.append(feedback.nack(incoming.ssrc, due))
            if incoming.video and incoming.wants_key_frame(now):
                packets.append(feedback.picture_loss(incoming.ssrc))
        if any(packets):
            self.line.send_rtcp(feedback.compound(*filter(None, packets)))

    def choose(self, now: float, speaker: LegId | None) -> None:
        """Choose the layer of each video that it receives; the speaker's is the last to suffer."""
        videos = [one for one in self.subscriptions.values() if one.video]
        videos.sort(key=lambda one: one.section.leg != speaker)
        for one in videos:
            if one.wish < 0:
                one.aim(-1)
        videos = [one for one in videos if one.wish >= 0]
        wanted = [Wanted(one.rates, one.wish, one.aimed) for one in videos]
        lost = max((one.lost for one in videos), default=0.0)
        for one, layer in zip(videos, self._chooser.choose(wanted, lost, now), strict=True):
            one.aim(layer)
            one.lost *= FADING

    def prefer(self, track: Track, layer: int, now: float, speaker: LegId | None) -> None:
        """Send at most *layer* of *track*, and that at once when the way isn't known to be full."""
        if (wanted := self.subscriptions.get(track)) is None:
            return
        wanted.wish = max(-1, min(layer, HIGHEST))
        for _ in range(HIGHEST):
            self._chooser.hasten(now)
            self.choose(now, speaker)
