"""One call at one epoch: its legs, who of them receives whom, and the recorder.

`Arrange` says the whole of it. `_wire` then makes it so: each subscription finds the track that its
section names, unless somebody is held, gone, or was never let in. It changes nothing that is right
already, so it runs after whatever happens.
"""

from collections.abc import Callable
from typing import Final

from actors.ids import LegId
from actors.media import Section, Source
from actors.relay.leg import Leg, OpenLine, Track
from actors.relay.messages import Arrange, Change, Connect, Prefer, RecordOrder
from actors.relay.publisher import Publisher
from actors.relay.sdp import BadOffer
from actors.relay.speaker import Speaker
from actors.relay.tap import OpenTap, Tap, TapLine

MEASURE_EVERY: Final = 0.5
"""Seconds between two choices of layers."""


class Call:
    """A call. *changed* is told of legs that have connected or gone."""

    def __init__(
        self,
        order: Arrange,
        open_line: OpenLine,
        changed: Callable[[Change], None],
        recording: tuple[OpenTap | None, Callable[[], float]],
    ) -> None:
        self.order = order
        self.speaker = Speaker()
        self.tap: Tap | None = None
        self._open_line, self._changed = open_line, changed
        self._open_tap, self._clock = recording
        self._legs: dict[LegId, Leg] = {}
        self._recorded: RecordOrder | None = None
        self._recorder: Leg | None = None
        self._measure_at = 0.0

    @property
    def epoch(self) -> int:
        """The epoch that its lines belong to."""
        return self.order.epoch

    def arrange(self, order: Arrange) -> None:
        """Be as *order* says, from now on. Lines of an older epoch are closed."""
        anew = order.epoch != self.order.epoch
        self.order = order
        for leg in [leg for leg in self._legs if anew or leg not in order.legs]:
            self._legs.pop(leg).leave()
        self._record(order.record)
        self._wire()

    def connect(self, order: Connect) -> str:
        """Answer the offer of a leg that is in the call, or raise `BadOffer`."""
        leg = self._legs.get(order.leg)
        if leg is not None and leg.neg == order.neg:
            return leg.answer
        if leg is not None and order.neg < leg.neg:
            raise BadOffer("A newer offer was answered already.")
        if leg is None:
            leg = self._legs[order.leg] = Leg(order.leg, self._open_line, self._turn)
        leg.answer, settled = leg.line.answer(order.sdp, order.sends, order.receives)
        leg.neg = order.neg
        leg.settle(settled)
        if not leg.line.open:
            self._expect(leg)
        self._wire()
        return leg.answer

    def _expect(self, leg: Leg) -> None:
        """Prepare what *leg* will be sent once it has connected."""
        published = self._publishers()
        for track, subscription in leg.subscriptions.items():
            if track in published:
                subscription.expect(published[track])

    def _turn(self, leg: Leg, connected: bool) -> None:
        """Know that the line of *leg* opened or closed."""
        if self._legs.get(leg.leg) is leg:
            self._changed(Change(self.order.call, self.epoch, leg.leg, connected))
            self._wire()

    def prefer(self, order: Prefer, now: float) -> None:
        """Send that leg at most this layer of that video."""
        leg = self._legs.get(order.leg)
        if leg is not None:
            leg.prefer((order.of.leg, order.of.source), order.layer, now, self.speaker.leg)

    def tick(self, now: float) -> None:
        """Do what is due."""
        for leg in self._legs.values():
            leg.tick(now)
        if now >= self._measure_at:
            self._measure_at = now + MEASURE_EVERY
            self._measure(now)

    def _measure(self, now: float) -> None:
        for publisher in self._publishers().values():
            publisher.measure(now)
        self.speaker.hear(self._loudness(), now)
        for leg in self._receivers():
            leg.choose(now, self.speaker.leg)

    def _loudness(self) -> dict[LegId, float]:
        return {
            leg: publisher.loudness
            for (leg, source), publisher in self._publishers().items()
            if source is Source.MICROPHONE
        }

    @property
    def streams(self) -> int:
        """How many streams are forwarded now."""
        return sum(
            one.stretch is not None
            for leg in self._receivers()
            for one in leg.subscriptions.values()
        )

    def close(self) -> None:
        """End everything."""
        for leg in tuple(self._legs):
            self._legs.pop(leg).leave()
        self._record(None)

    # --- who receives whom ---------------------------------------------------------------------

    def _wire(self) -> None:
        """Let each subscription be sent its track, or nothing."""
        published = self._publishers()
        self._follow(published)
        for leg in self._receivers():
            here = leg is self._recorder or self._present(leg)
            for track, subscription in leg.subscriptions.items():
                publisher = published.get(track) if here else None
                if publisher is None or (track[0] == leg.leg and not self.order.echo):
                    subscription.leave()
                else:
                    subscription.join(publisher)

    def _present(self, leg: Leg) -> bool:
        return leg.line.open and leg.leg not in self.order.held

    def _receivers(self) -> tuple[Leg, ...]:
        """All who receive: the legs, and the recorder."""
        return (*self._legs.values(), *filter(None, (self._recorder,)))

    def _publishers(self) -> dict[Track, Publisher]:
        """All tracks that may be forwarded."""
        return {
            (leg.leg, source): publisher
            for leg in self._legs.values()
            if self._present(leg)
            for source, publisher in leg.publishers.items()
        }

    # --- the recorder --------------------------------------------------------------------------

    def _record(self, order: RecordOrder | None) -> None:
        """Begin or end the recording."""
        if order == self._recorded:
            return
        if self._recorder is not None:
            self._recorder.leave()
        self._recorded, self._recorder, self.tap = order, None, None
        if order is not None and self._open_tap is not None:
            self.tap = tap = self._open_tap(self.order.call, order)
            self._recorder = Leg(
                LegId(order.recording),
                lambda _leg, taker: TapLine(tap, taker, self._clock),
                lambda _leg, _connected: None,
            )

    def _follow(self, published: dict[Track, Publisher]) -> None:
        """Let the recorder receive all that is published."""
        if self._recorder is not None:
            sections = tuple(Section("", leg, source) for leg, source in published)
            _, settled = self._recorder.line.answer("", (), sections)
            self._recorder.settle(settled)
