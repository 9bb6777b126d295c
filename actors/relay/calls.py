"""The calls of one media worker: orders in, packets through, changes out.

The front of the relay. Whoever sends orders is trusted (they come over the bus); what browsers send
is not, and never raises here. Time comes in as monotonic seconds.
"""

import time
from collections.abc import Callable
from typing import Final

from actors.ids import CallId, LegId
from actors.relay.call import Call
from actors.relay.certificate import Certificate
from actors.relay.connection import Connection
from actors.relay.leg import OpenLine
from actors.relay.messages import (
    ECHO_SECONDS,
    LEASE_SECONDS,
    Answer,
    Arrange,
    Arranged,
    Change,
    Close,
    Connect,
    Declined,
    Prefer,
    Reply,
    Taken,
    TellRecorder,
)
from actors.relay.port import Port
from actors.relay.sdp import BadOffer
from actors.relay.tap import OpenTap

MOST_CALLS: Final = 200
MOST_LEGS: Final = 64
"""In one call."""
MOST_CLOSED: Final = 1000
"""Closed calls whose epoch is remembered, so that an order from before doesn't open them again."""

STALE: Final = Declined("stale", "The call has gone on since.")
NO_CALL: Final = Declined("no_such_call", "There is no such call here.")
NO_LEG: Final = Declined("no_such_leg", "This page is not in the call.")
FULL: Final = Declined("full", "This media worker has as much to do as it can.")
NOT_YOURS: Final = Declined("bad_offer", "A page sends its own media only.")


def lines_over(port: Port, certificate: Certificate) -> OpenLine:
    """Return what makes lines over *port* that show *certificate*."""
    return lambda leg, taker: Connection(leg, port, certificate, taker)


class Calls:
    """All calls of a worker. *boot* names its process' life, *clock* gives monotonic seconds."""

    def __init__(
        self,
        boot: str,
        open_line: OpenLine,
        open_tap: OpenTap | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._boot, self._clock = boot, clock
        self._open_line, self._open_tap = open_line, open_tap
        self._calls: dict[CallId, Call] = {}
        self._until: dict[CallId, float] = {}
        self._closed: dict[CallId, int] = {}
        self._changes: dict[tuple[CallId, LegId], Change] = {}

    def arrange(self, order: Arrange) -> Arranged | Declined:
        """Make the call as *order* says; it is good for `LEASE_SECONDS`, an echo only once."""
        call = self._calls.get(order.call)
        if order.epoch < (call.epoch if call else self._closed.get(order.call, 0)):
            return STALE
        if len(order.legs) > MOST_LEGS or (call is None and len(self._calls) >= MOST_CALLS):
            return FULL
        if call is None:
            call = self._calls[order.call] = self._open(order)
        if not order.echo or order.call not in self._until:
            lease = ECHO_SECONDS if order.echo else LEASE_SECONDS
            self._until[order.call] = self._clock() + lease
        call.arrange(order)
        self._forget(lambda change: change.call == order.call and not _of_now(change, order))
        return self._arranged(call)

    def _open(self, order: Arrange) -> Call:
        recording = self._open_tap, self._clock
        return Call(order, self._open_line, self._note, recording)

    def _arranged(self, call: Call) -> Arranged:
        tap = call.tap
        if tap is None:
            return Arranged(self._boot)
        return Arranged(self._boot, tap.public, tap.running)

    def connect(self, order: Connect) -> Answer | Declined:
        """Answer a leg's offer."""
        call = self._of(order.call, order.epoch)
        if isinstance(call, Declined):
            return call
        if order.leg not in call.order.legs:
            return NO_LEG
        if any(section.leg != order.leg for section in order.sends):
            return NOT_YOURS
        try:
            return Answer(order.neg, call.connect(order))
        except BadOffer as error:
            return Declined("bad_offer", str(error))

    def prefer(self, order: Prefer) -> Reply:
        """Send a leg at most that layer."""
        call = self._of(order.call, order.epoch)
        if isinstance(call, Declined):
            return call
        call.prefer(order, self._clock())
        return Taken()

    def tell_recorder(self, order: TellRecorder) -> Reply:
        """Hand a frame key to the recorder."""
        call = self._of(order.call, order.epoch)
        if isinstance(call, Declined):
            return call
        if call.tap is not None and order.leg in call.order.legs:
            call.tap.learn(order.leg, order.wrapped)
        return Taken()

    def close(self, order: Close) -> Reply:
        """End a call; also one of an older epoch than *order*'s."""
        call = self._calls.get(order.call)
        if call is not None and order.epoch < call.epoch:
            return STALE
        self._closed[order.call] = max(order.epoch, self._closed.pop(order.call, 0))
        if len(self._closed) > MOST_CLOSED:
            del self._closed[next(iter(self._closed))]
        self._end(order.call)
        return Taken()

    def sweep(self, now: float) -> None:
        """Close the calls whose time is over."""
        for call in [call for call, until in self._until.items() if until <= now]:
            self._end(call)

    def tick(self, now: float) -> None:
        """Do what is due; every 10 to 30 ms while packets come, else a few times a second."""
        for call in self._calls.values():
            call.tick(now)

    def end(self) -> None:
        """Close all calls."""
        for call in tuple(self._calls):
            self._end(call)

    @property
    def count(self) -> int:
        """How many calls there are."""
        return len(self._calls)

    @property
    def streams(self) -> int:
        """How many streams are forwarded."""
        return sum(call.streams for call in self._calls.values())

    def speaker(self, call: CallId) -> LegId | None:
        """Return who speaks in *call* now, if somebody does."""
        return self._calls[call].speaker.leg if call in self._calls else None

    def changes(self) -> tuple[Change, ...]:
        """Return what legs have connected or gone since that was acknowledged: of each the last."""
        return tuple(self._changes.values())

    def acknowledge(self, changes: tuple[Change, ...]) -> None:
        """Know that *changes* were heard."""
        self._forget(lambda change: change in changes)

    def _note(self, change: Change) -> None:
        self._changes[change.call, change.leg] = change

    def _forget(self, heard: Callable[[Change], bool]) -> None:
        self._changes = {at: one for at, one in self._changes.items() if not heard(one)}

    def _of(self, call: CallId, epoch: int) -> Call | Declined:
        """Return the call, if it is at this epoch."""
        here = self._calls.get(call)
        if here is None or epoch > here.epoch:
            return NO_CALL
        return here if epoch == here.epoch else STALE

    def _end(self, call: CallId) -> None:
        ended = self._calls.pop(call, None)
        self._until.pop(call, None)
        if ended is not None:
            ended.close()
        self._forget(lambda change: change.call == call)


def _of_now(change: Change, order: Arrange) -> bool:
    return change.epoch == order.epoch and change.leg in order.legs
