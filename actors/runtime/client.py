"""Asking an actor, from wherever one stands: again with the same id until the deadline."""

import asyncio
from typing import TypeVar

import msgspec

from actors.address import Address
from actors.caller import Caller
from actors.ids import MessageId
from actors.refusal import Ground, Refusal
from actors.runtime.clock import Clock
from actors.runtime.codec import decode_as, decode_reply, encode, split_events
from actors.runtime.envelope import (
    Done,
    Envelope,
    Failed,
    Refused,
    Reply,
    Seen,
    Unwatch,
    Watch,
    Watched,
)
from actors.runtime.errors import (
    AskTimedOut,
    DeliveryFailed,
    Disconnected,
    Fault,
    NoResponder,
    PayloadTooLarge,
    ReplyTooLarge,
)
from actors.runtime.mint import Mint
from actors.runtime.sizes import log_too_large
from actors.runtime.subjects import SHARDS, actor_subject, shard_of
from actors.runtime.transport import Transport

V = TypeVar("V")

FIRST_ATTEMPT = 0.25
LONGEST_ATTEMPT = 1.0
"""Seconds that the first attempt waits for its answer; each further one waits twice as long, up to
the longest: who was asked may have been replaced."""

PAUSE = 0.01
"""Seconds before trying again where nobody took the message; doubles up to `LONGEST_PAUSE`."""
LONGEST_PAUSE = 0.1

_TRY_AGAIN = frozenset({Fault.BUSY, Fault.NOT_OWNER, Fault.STOPPING, Fault.UNCERTAIN})


class RefusedThere(Refusal):
    """An actor's rule said no; its code, ground, sentence and fields came over the wire."""

    def __init__(self, reply: Refused) -> None:
        super().__init__(reply.sentence, fields=reply.fields)
        self.code = reply.code
        self.ground = reply.ground

    code: str  # type: ignore[misc]
    ground: Ground  # type: ignore[misc]


class Happened:
    """The events that a command caused; *seq* is the number of the last (0: none ever)."""

    __slots__ = ("_events", "seq")

    def __init__(self, done: Done) -> None:
        self.seq = done.seq
        self._events = split_events(done.events)

    def __len__(self) -> int:
        return len(self._events)

    def __bool__(self) -> bool:
        """Return True: the command was taken, also when nothing had to change."""
        return True

    def first(self, kind: type[V]) -> V | None:
        """Return the first event of that *kind*, if it happened."""
        for raw in self._events:
            try:
                return decode_as(kind, raw)  # type: ignore[no-any-return]
            except msgspec.ValidationError:
                continue
        return None


class Client:
    """Asks actors over a transport.

    All methods raise `Refusal` when a rule says no, and `DeliveryFailed` when there was no
    answer; *wait* is how many seconds an answer is worth waiting for.
    """

    def __init__(
        self, transport: Transport, clock: Clock, mint: Mint, *, shards: int = SHARDS
    ) -> None:
        self._transport = transport
        self._clock = clock
        self._mint = mint
        self._shards = shards

    async def tell(
        self,
        to: Address,
        command: msgspec.Struct,
        caller: Caller,
        *,
        id: MessageId | None = None,  # noqa: A002  the envelope's own word
        wait: float = 5.0,
        trace: str = "",
    ) -> Happened:
        """Give *command* to *to* and return what happened.

        Telling again with the same *id* has no second effect and gets the first answer.
        """
        reply = await self._ask(to, command, caller, id=id, wait=wait, trace=trace)
        if isinstance(reply, Done):
            return Happened(reply)
        raise DeliveryFailed(Fault.UNREADABLE, "A command was answered with a view.")

    async def ask(
        self,
        to: Address,
        query: msgspec.Struct,
        expect: type[V],
        caller: Caller,
        *,
        wait: float = 5.0,
        trace: str = "",
    ) -> V:
        """Put *query* to *to* and return its view, which is of the type *expect*."""
        return (await self.ask_numbered(to, query, expect, caller, wait=wait, trace=trace))[0]

    async def ask_numbered(
        self,
        to: Address,
        query: msgspec.Struct,
        expect: type[V],
        caller: Caller,
        *,
        wait: float = 5.0,
        trace: str = "",
    ) -> tuple[V, int]:
        """Like `ask`, and return also the number of the last event that the view has seen."""
        reply = await self._ask(to, query, caller, id=None, wait=wait, trace=trace)
        if isinstance(reply, Seen):
            return decode_as(expect, reply.view), reply.seq
        raise DeliveryFailed(Fault.UNREADABLE, "A query was answered with events.")

    async def watch(
        self, to: Address, subject: str, after: int, caller: Caller, *, wait: float = 5.0
    ) -> Watched:
        """Have *subject* told of the events of *to* after number *after*; renews, too."""
        return await self.ask(to, Watch(subject, after), Watched, caller, wait=wait)

    async def unwatch(
        self, to: Address, subject: str, caller: Caller, *, wait: float = 1.0
    ) -> None:
        """Have *subject* told no more."""
        await self.ask(to, Unwatch(subject), Watched, caller, wait=wait)

    async def _ask(
        self,
        to: Address,
        message: msgspec.Struct,
        caller: Caller,
        *,
        id: MessageId | None,  # noqa: A002
        wait: float,
        trace: str,
    ) -> Done | Seen:
        envelope = Envelope(
            id=id or self._mint.message_id(),
            to=to,
            caller=caller,
            deadline=self._clock.unix_ms() + round(wait * 1000),
            body=msgspec.Raw(encode(message)),
            trace=trace,
        )
        reply = await self._until_answered(envelope, wait)
        match reply:
            case Refused():
                raise RefusedThere(reply)
            case Failed(fault):
                raise DeliveryFailed(fault)
            case _:
                return reply

    async def _until_answered(self, envelope: Envelope, wait: float) -> Reply:
        subject = actor_subject(envelope.to.kind, shard_of(envelope.to, self._shards))
        payload = encode(envelope)
        end = self._clock.monotonic() + wait
        patience, pause = FIRST_ATTEMPT, PAUSE
        sent, fault = False, Fault.TIMED_OUT
        while True:
            left = end - self._clock.monotonic()
            if left <= 0:
                raise DeliveryFailed(Fault.TIMED_OUT if sent else fault)
            try:
                answer = await self._transport.ask(subject, payload, min(patience, left))
                reply: Reply = decode_reply(answer)
            except AskTimedOut:
                sent = True
                patience = min(patience * 2, LONGEST_ATTEMPT)
                continue
            except (NoResponder, Disconnected) as error:
                fault = Fault.DISCONNECTED if isinstance(error, Disconnected) else Fault.NOT_OWNER
            except (PayloadTooLarge, ReplyTooLarge) as error:
                raise _too_large(error, envelope, len(payload)) from error
            else:
                if not isinstance(reply, Failed):
                    return reply
                if reply.fault not in _TRY_AGAIN:
                    sure = DeliveryFailed(reply.fault).certain
                    return Failed(Fault.TIMED_OUT) if sent and sure else reply
                fault = reply.fault
                sent = sent or fault is Fault.UNCERTAIN
            if self._clock.monotonic() + pause >= end:
                raise DeliveryFailed(Fault.TIMED_OUT if sent else fault)
            await asyncio.sleep(pause * (0.5 + self._mint.jitter()))
            pause = min(pause * 2, LONGEST_PAUSE)


def _too_large(
    error: PayloadTooLarge | ReplyTooLarge, envelope: Envelope, size: int
) -> DeliveryFailed:
    if isinstance(error, ReplyTooLarge):
        return DeliveryFailed(Fault.ANSWER_TOO_LARGE)
    log_too_large("the message", envelope.body, envelope.to, size)
    return DeliveryFailed(Fault.TOO_LARGE)
