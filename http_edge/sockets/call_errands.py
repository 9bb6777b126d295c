"""What a page does in calls: told one after the other, each once, and answered.

What is done takes effect once, by the id that is made of the frame's (see `http_edge.once`); what
is told another leg, by its number, and in order: where one of these did not come through, later
ones are not taken before it. Offers to a relay take longer, so they have a lane of their
own. That a leg lives, and which layer it likes, passes: what is lost of it is said again.
"""

from contextlib import suppress
from typing import TypeAlias

from msgspec.structs import replace

from actors.call_session.messages import (
    HearSignals,
    MediaAnswer,
    OfferEcho,
    OfferMedia,
    PreferLayer,
    Preferred,
    SendSignal,
    address_of,
)
from actors.ids import CallId, LegId
from actors.refusal import Ground, Refusal
from actors.runtime.errors import DeliveryFailed
from http_edge.once import once_acted
from http_edge.sockets.call_frames import Acted, Answer, Do, HeardUpTo, Held, Layer, Offer, SignalTo
from http_edge.sockets.errands import Busy
from http_edge.sockets.lane import Lane
from http_edge.sockets.missing import Missing
from http_edge.sockets.reader import Reader
from http_edge.sockets.refusing import refused
from http_edge.tokens import Tokens

MOST = 256
"""Things done and signals that may wait at one socket: candidates come in bursts."""
MOST_OFFERS = 8
AT_ONCE = 8
"""Passing ones on their way from one socket; further ones are dropped."""
PASSING_SECONDS = 1.0

Errand: TypeAlias = Do | SignalTo | Offer
Passing: TypeAlias = HeardUpTo | Layer


class CallErrands:
    """Tells call sessions what *reader* does; *wait* is in seconds, for each answer."""

    def __init__(self, reader: Reader, tokens: Tokens, wait: float) -> None:
        self._reader = reader
        self._tokens = tokens
        self._wait = wait
        self._told: Lane[Do | SignalTo] = Lane(MOST, self._tell)
        self._offers: Lane[Offer] = Lane(MOST_OFFERS, self._offer)
        self._passing = 0
        self._missing = Missing()

    @property
    def lanes(self) -> tuple[Lane[Do | SignalTo], Lane[Offer]]:
        """What is to run for as long as the socket does."""
        return self._told, self._offers

    def give(self, errand: Errand) -> None:
        """Let *errand* wait its turn, or refuse it when too many do."""
        room = self._offers.give(errand) if isinstance(errand, Offer) else self._told.give(errand)
        if not room:
            self._refuse(errand, Busy(), again=True)

    def pass_on(self, frame: Passing) -> None:
        """Tell *frame* on, or drop it where many are on their way still."""
        if self._passing < AT_ONCE:
            self._passing += 1
            self._reader.spawn(self._pass_on(frame))

    # -- one after the other --------------------------------------------------------------------

    async def _tell(self, errand: Do | SignalTo) -> None:
        try:
            match errand:
                case Do():
                    await self._act(errand)
                case SignalTo():
                    await self._signal(errand)
        except Refusal as refusal:
            self._refuse(errand, refusal, again=refusal.ground is Ground.TOO_MANY)
        except DeliveryFailed as failure:
            behind = self._told.take_out(lambda other: other.call == errand.call)
            for undone in (errand, *behind):
                self._refuse(undone, failure)

    def _refuse(
        self, errand: Errand, error: Refusal | DeliveryFailed, *, again: bool = False
    ) -> None:
        """Say that *errand* had no effect; a signal that is to come again is waited for."""
        frame = refused(error, **_named(errand))
        frame = replace(frame, again=frame.again or again)
        if isinstance(errand, SignalTo) and frame.again:
            self._missing.lacks(errand, self._reader.clock.monotonic())
        elif isinstance(errand, SignalTo):
            self._missing.settles(errand)
        self._reader.put(frame)

    async def _act(self, do: Do) -> None:
        reader, call = self._reader, CallId(do.call)
        once = once_acted(self._tokens, reader.caller.user, call, do.id)
        happened = await reader.client.tell(
            address_of(call), do.act, reader.caller, id=once, wait=self._wait
        )
        reader.put(Acted(do.id, do.call, happened.seq))

    async def _signal(self, told: SignalTo) -> None:
        if self._missing.holds_up(told, self._reader.clock.monotonic()):
            raise OutOfTurn
        reader, leg, to = self._reader, LegId(told.leg), LegId(told.to)
        signal = SendSignal(leg, to, told.number, told.signal, told.body)
        to_call = address_of(CallId(told.call))
        await reader.client.tell(to_call, signal, reader.caller, wait=self._wait)
        self._missing.settles(told)
        reader.put(Held(told.call, told.leg, told.to, told.number))

    async def _offer(self, offer: Offer) -> None:
        reader = self._reader
        try:
            answer = await reader.client.ask(
                address_of(CallId(offer.call)),
                _query(offer),
                MediaAnswer,
                reader.caller,
                wait=self._wait,
            )
        except (Refusal, DeliveryFailed) as error:
            self._refuse(offer, error)
            return
        reader.put(Answer(offer.id, offer.call, answer.epoch, answer.neg, answer.sdp))

    # -- in passing -----------------------------------------------------------------------------

    async def _pass_on(self, frame: Passing) -> None:
        reader, call = self._reader, address_of(CallId(frame.call))
        leg, wait = LegId(frame.leg), PASSING_SECONDS
        try:
            with suppress(Refusal, DeliveryFailed):
                if isinstance(frame, HeardUpTo):
                    heard = HearSignals(leg, frame.number)
                    await reader.client.tell(call, heard, reader.caller, wait=wait)
                else:
                    wish = PreferLayer(leg, frame.epoch, frame.of, frame.layer)
                    await reader.client.ask(call, wish, Preferred, reader.caller, wait=wait)
        finally:
            self._passing -= 1


def _query(offer: Offer) -> OfferMedia | OfferEcho:
    leg, neg = LegId(offer.leg), offer.neg
    if offer.echo:
        return OfferEcho(leg, neg, offer.sdp, offer.sends, offer.receives)
    return OfferMedia(leg, offer.epoch, neg, offer.sdp, offer.sends, offer.receives)


def _named(errand: Errand) -> dict[str, str]:
    """Return how a `Refused` names *errand*: by its id, or whom it tells and the number of it."""
    address = str(address_of(CallId(errand.call)))
    if isinstance(errand, SignalTo):
        return {"address": address, "id": f"{errand.to}/{errand.number}"}
    return {"address": address, "id": errand.id}


class OutOfTurn(Refusal):
    """Something that you said before this has not come through. Send that again first."""

    code = "out_of_turn"
    ground = Ground.TOO_MANY
