"""Durable sends: in order for each pair of actors, retried until answered, never twice in effect.

A parcel leaves after the commit that made it, one at a time per pair (a *lane*). Answered, it is
settled by a later commit; refused, or larger than the bus carries, it becomes a dead letter in the
same commit that removes it.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterable
from typing import TypeAlias

import msgspec

from actors.address import Address
from actors.ids import MessageId
from actors.refusal import Ground
from actors.runtime.clock import Clock
from actors.runtime.codec import decode_caller, decode_reply, encode
from actors.runtime.envelope import Envelope, Failed, Refused, Reply
from actors.runtime.errors import (
    Fault,
    FenceLost,
    JournalError,
    PayloadTooLarge,
    ReplyTooLarge,
)
from actors.runtime.journal import Commit, DeadLetter, Journal, Line, Parcel
from actors.runtime.leases import Fence
from actors.runtime.mint import Mint
from actors.runtime.sizes import log_too_large
from actors.runtime.subjects import actor_subject, shard_of
from actors.runtime.transport import Transport

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 5.0
"""Seconds between two tries of one parcel: doubled from the first to the longest, with jitter."""

ANSWER_SECONDS = 2.0
"""How long one try waits for its answer."""

DEADLINE_MS = 10_000
"""A try that reaches its actor later than this is not worked on; the next one is under way."""

Pair: TypeAlias = tuple[Address, Address]

_NEVER = {
    Fault.TOO_LARGE: "It is larger than the bus carries.",
    Fault.ANSWER_TOO_LARGE: "Its answer is larger than the bus carries.",
}
"""What fails at each further try, too, and what a dead letter says of it."""

log = logging.getLogger(__name__)


class Lane:
    """The parcels from one actor to another, in order; the first is the one being delivered."""

    __slots__ = ("attempt", "parcels")

    def __init__(self) -> None:
        self.parcels: deque[Parcel] = deque()
        self.attempt = 0


class Outbox:
    """Delivers what the node's actors have durably sent."""

    def __init__(
        self,
        transport: Transport,
        journal: Journal,
        clock: Clock,
        mint: Mint,
        *,
        shards: int,
        fence_of: Callable[[int], Fence | None],
        in_flight: int,
    ) -> None:
        self._transport = transport
        self._journal = journal
        self._clock = clock
        self._mint = mint
        self._shards = shards
        self._fence_of = fence_of
        self._free = in_flight
        self._lanes: dict[Pair, Lane] = {}
        self._ready: deque[tuple[Pair, Lane]] = deque()
        self._settled: dict[Address, list[MessageId]] = {}
        self._dead: list[DeadLetter] = []
        self._flushing = False
        self._running = False

    @property
    def backlog(self) -> int:
        """How many parcels are not yet delivered."""
        return sum(len(lane.parcels) for lane in self._lanes.values())

    def start(self) -> None:
        """Begin to deliver."""
        self._running = True
        self.go_on()

    def stop(self) -> None:
        """Begin no further delivery; what is left stays in the journal."""
        self._running = False

    def deliver(self, parcels: Iterable[Parcel]) -> None:
        """Deliver *parcels*, each after those of its pair that came before."""
        self.take_up(parcels)
        self.go_on()

    def take_up(self, parcels: Iterable[Parcel]) -> None:
        """Let *parcels* wait their turn, each after those of its pair that came before."""
        for parcel in parcels:
            pair = (parcel.source, parcel.to)
            lane = self._lanes.get(pair)
            if lane is None:
                lane = self._lanes[pair] = Lane()
                self._ready.append((pair, lane))
            lane.parcels.append(parcel)

    def go_on(self) -> None:
        """Deliver what is ready, as far as there is room on the wire."""
        while self._ready and self._free > 0 and self._running:
            pair, lane = self._ready.popleft()
            if self._lanes.get(pair) is lane:
                self._free -= 1
                self._try(pair, lane)

    def drop(self, lives_there: Callable[[Address], bool]) -> None:
        """Leave the parcels of these sources to another node; write down what was answered."""
        self._flush()
        for pair in [pair for pair in self._lanes if lives_there(pair[0])]:
            del self._lanes[pair]

    # -- delivering -----------------------------------------------------------------------------

    def _try(self, pair: Pair, lane: Lane) -> None:
        lane.attempt += 1
        parcel = lane.parcels[0]
        envelope = Envelope(
            id=parcel.id,
            to=parcel.to,
            caller=decode_caller(parcel.caller),
            deadline=self._clock.unix_ms() + DEADLINE_MS,
            body=msgspec.Raw(parcel.body),
            trace=parcel.trace,
            attempt=lane.attempt,
        )
        subject = actor_subject(parcel.to.kind, shard_of(parcel.to, self._shards))
        payload = encode(envelope)
        answer = self._transport.ask(subject, payload, ANSWER_SECONDS)
        answer.add_done_callback(lambda done: self._answered(pair, lane, done, len(payload)))

    def _answered(self, pair: Pair, lane: Lane, answer: asyncio.Future[bytes], size: int) -> None:
        self._free += 1
        if not self._running:
            return
        reply = _reply_of(answer)
        if self._lanes.get(pair) is lane:
            if isinstance(reply, Failed) and reply.fault in _NEVER:
                self._finish(pair, lane, _never_carried(lane.parcels[0], reply.fault, size))
            elif reply is None or isinstance(reply, Failed):
                self._again_later(pair, lane)
            else:
                self._finish(pair, lane, reply)
        self.go_on()

    def _again_later(self, pair: Pair, lane: Lane) -> None:
        pause = min(FIRST_PAUSE * 2 ** min(lane.attempt - 1, 10), LONGEST_PAUSE)
        loop = asyncio.get_running_loop()
        loop.call_later(pause * (0.5 + self._mint.jitter()), self._ready_again, pair, lane)

    def _ready_again(self, pair: Pair, lane: Lane) -> None:
        self._ready.append((pair, lane))
        self.go_on()

    def _finish(self, pair: Pair, lane: Lane, reply: Reply) -> None:
        parcel = lane.parcels.popleft()
        lane.attempt = 0
        if lane.parcels:
            self._ready.append((pair, lane))
        else:
            del self._lanes[pair]
        if isinstance(reply, Refused):
            log.error("dead letter %s to %s: %s", parcel.id, parcel.to.kind, reply.code)
            now = self._clock.unix_ms()
            self._dead.append(DeadLetter(parcel, reply.code, reply.sentence, now))
        else:
            self._settled.setdefault(parcel.source, []).append(parcel.id)
        if not self._flushing:
            self._flushing = True
            asyncio.get_running_loop().call_soon(self._flush)

    # -- settling -------------------------------------------------------------------------------

    def _flush(self) -> None:
        """Write down what was answered, in the next group commit."""
        self._flushing = False
        settled, self._settled = self._settled, {}
        dead, self._dead = self._dead, []
        for source, ids in settled.items():
            self._commit(source, tuple(ids), ())
        for letter in dead:
            self._commit(letter.parcel.source, (), (letter,))

    def _commit(
        self, source: Address, settled: tuple[MessageId, ...], dead: tuple[DeadLetter, ...]
    ) -> None:
        fence = self._fence_of(shard_of(source, self._shards))
        if fence is None:
            return
        commit = Commit(actor=source, fence=fence, settled=settled, dead=dead)

        def outcome(error: JournalError | None) -> None:
            if error is not None and not isinstance(error, FenceLost) and self._running:
                loop = asyncio.get_running_loop()
                loop.call_later(LONGEST_PAUSE, self._commit, source, settled, dead)

        self._journal.append(Line(), commit, outcome)


def _never_carried(parcel: Parcel, fault: Fault, size: int) -> Refused:
    """Return what is said of a send of *size* bytes that would fail at each further try, too."""
    if fault is Fault.TOO_LARGE:
        log_too_large("the message", parcel.body, parcel.to, size)
    return Refused(fault.value, Ground.INVALID, _NEVER[fault])


def _reply_of(answer: asyncio.Future[bytes]) -> Reply | None:
    """Return the reply, or None when there was none that can be read."""
    if answer.cancelled():
        return None
    match answer.exception():
        case None:
            pass
        case PayloadTooLarge():
            return Failed(Fault.TOO_LARGE)
        case ReplyTooLarge():
            return Failed(Fault.ANSWER_TOO_LARGE)
        case _:
            return None
    try:
        reply: Reply = decode_reply(answer.result())
    except (msgspec.ValidationError, msgspec.DecodeError):
        return Failed(Fault.UNREADABLE)
    return reply
