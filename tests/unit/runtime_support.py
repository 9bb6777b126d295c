"""A small room and a node to run it on, in virtual time: for the tests of the ground floor."""

import functools
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, TypeAlias

import msgspec

from actors.address import Address
from actors.asked import Asked
from actors.caller import Caller, Role
from actors.effects import Effect, Send, Unwake, Wake
from actors.ids import MessageId
from actors.refusal import Refusal
from actors.runtime.client import Client, Happened
from actors.runtime.codec import decode_told
from actors.runtime.envelope import TOLD_TAKEN, Told, Watched
from actors.runtime.limits import Limits
from actors.runtime.memory_transport import MemoryBus, MemoryTransport
from actors.runtime.mint import SeededMint
from actors.runtime.node import Node
from actors.runtime.room import Room
from actors.runtime.transport import Respond
from actors.store.memory import MemoryDisk, MemoryJournal
from tests.simulation.loop import VirtualLoop
from tests.simulation.worldclock import WorldClock

SHARDS = 4
ANNA = Caller("anna", Role.PATIENT)


class Message(msgspec.Struct, frozen=True, tag=True):
    """Everything that is said to, by or about a tally."""


class Add(Message, frozen=True):
    """Add *amount*, tell the tallies named in *tell* to do so too, and ring after *ring* s."""

    amount: int
    tell: tuple[str, ...] = ()
    ring: float = -1.0


class Hush(Message, frozen=True):
    """Do not ring."""


class Ring(Message, frozen=True):
    """By the alarm: it is time. With *again*, ring at the same time once more."""

    again: bool = False


class RingTwice(Message, frozen=True):
    """Ring after so many seconds, and then for the same time again."""

    seconds: float


class Break(Message, frozen=True):
    """Break over this."""


class Mislead(Message, frozen=True):
    """Tell the tally of that name something that it must refuse."""

    whom: str


class AddNothing(Message, frozen=True):
    """Change nothing."""


class Added(Message, frozen=True):
    """It is more now."""

    amount: int
    tell: tuple[str, ...]
    ring_at: datetime | None


class Hushed(Message, frozen=True):
    """It does not ring any more."""


class Rang(Message, frozen=True):
    """It was time. *again_at*: and it is to be so once more."""

    again_at: datetime | None


class Misled(Message, frozen=True):
    """A tally is told something that it must refuse."""

    whom: str


class RingSet(Message, frozen=True):
    """It is to ring twice."""

    at: datetime


class GetTotal(Message, frozen=True):
    """Ask for the `Total`."""


class Recall(Message, frozen=True):
    """Ask what was added one by one. Prepared: `Recalled` is asked in its place."""

    most: int = 1_000


class Recalled(Message, frozen=True):
    """Prepared: these were added, and the total was so much when that was read."""

    amounts: tuple[int, ...]
    total: int


class Wave(Message, frozen=True):
    """Pass it on that somebody waves so often. Not at all: nothing is told."""

    times: int = 1


class Waved(Message, frozen=True):
    """Somebody waves at this moment. It is kept nowhere."""

    user: str
    times: int


class Total(Message, frozen=True):
    """How much it is, and how often it rang."""

    total: int
    rings: int


class Tally(msgspec.Struct, frozen=True):
    """A number that only grows."""

    total: int = 0
    rings: int = 0
    ring_at: datetime | None = None


Command: TypeAlias = Add | Hush | Ring | RingTwice | Break | Mislead | AddNothing
Query: TypeAlias = GetTotal | Recall | Recalled
Event: TypeAlias = Added | Hushed | Rang | Misled | RingSet


class Negative(Refusal):
    """A tally only grows."""

    code = "negative"


def decide(state: Tally, command: Command, asked: Asked) -> list[Event]:
    """Return what happens."""
    match command:
        case Add(amount) if amount < 0:
            raise Negative
        case Add(amount, tell, ring):
            ring_at = asked.at + timedelta(seconds=ring) if ring >= 0 else None
            return [Added(amount, tell, ring_at)]
        case Hush():
            return [Hushed()]
        case Ring(again):
            return [Rang(state.ring_at if again else None)]
        case RingTwice(seconds):
            return [RingSet(asked.at + timedelta(seconds=seconds))]
        case Mislead(whom):
            return [Misled(whom)]
        case Break():
            raise ZeroDivisionError
        case AddNothing():
            return []


def evolve(state: Tally, event: Event) -> Tally:
    """Return the tally after *event*."""
    match event:
        case Added(amount):
            return msgspec.structs.replace(state, total=state.total + amount)
        case Rang():
            return msgspec.structs.replace(state, rings=state.rings + 1)
        case RingSet(at):
            return msgspec.structs.replace(state, ring_at=at)
        case Hushed() | Misled():
            return state


def react(event: Event, _me: Address) -> Sequence[Effect]:
    """Return what follows from *event*."""
    match event:
        case Added(amount, tell, ring_at):
            sends = [Send(tally(name), Add(amount)) for name in tell]
            return [*sends, *([Wake("ring", ring_at, Ring())] if ring_at else [])]
        case Hushed():
            return [Unwake("ring")]
        case Misled(whom):
            return [Send(tally(whom), Add(-1))]
        case Rang(again_at):
            return [Wake("ring", again_at, Ring())] if again_at else []
        case RingSet(at):
            return [Wake("ring", at, Ring(again=True))]


def answer(state: Tally, query: Query, _asked: Asked) -> Total | Recalled:
    """Return the view."""
    match query:
        case GetTotal():
            return Total(state.total, state.rings)
        case Recall():
            raise ZeroDivisionError  # it is always prepared
        case Recalled(_, total) if total > state.total:
            raise Negative
        case Recalled():
            return query


def pass_on(_state: Tally, message: Wave, asked: Asked) -> Waved | None:
    """Return what the watchers are told."""
    if message.times < 0:
        raise Negative
    if message.times > 100:
        raise ZeroDivisionError
    return Waved(asked.caller.user, message.times) if message.times else None


ROOM: Room[Tally] = Room(
    kind="tally",
    command=Command,
    query=Query,
    event=Event,
    state=Tally,
    schema=1,
    born=lambda _: Tally(),
    decide=decide,
    evolve=evolve,
    answer=answer,
    react=react,
    may_watch=lambda _, caller: caller.role is not Role.NOBODY,
    passing=Wave,
    pass_on=pass_on,
)


def tally(name: str) -> Address:
    """Return the tally of that name."""
    return Address("tally", name)


@dataclass
class Trouble:
    """What the disk does: how long a step takes, and how many transactions fail next."""

    delay: float = 0.0
    failing: int = 0

    def fails(self) -> bool:
        """Return whether the next transaction fails."""
        self.failing -= 1
        return self.failing >= 0


class Bench:
    """A disk, a bus, and the node that runs on them now."""

    node: Node
    journal: MemoryJournal
    transport: MemoryTransport

    def __init__(self, loop: VirtualLoop) -> None:
        self.loop = loop
        self.limits = Limits()
        self.room: Room[Any] = ROOM
        self.disk = MemoryDisk()
        self.bus = MemoryBus()
        self.trouble = Trouble()
        self.clock = WorldClock(loop)
        self.mint = SeededMint(1)
        self.client = Client(self.bus.transport("edge"), self.clock, self.mint, shards=SHARDS)
        self.faults = loop.faults
        """What asyncio reported; there must be none left at the end."""
        self.runs = 0

    async def start(self, *, limits: Limits | None = None, room: Room[Any] | None = None) -> Node:
        """Start a node on the disk as it is."""
        self.limits, self.room = limits or self.limits, room or self.room
        self.runs += 1
        self.journal = MemoryJournal(
            self.disk,
            clock=self.clock,
            delay=lambda: self.trouble.delay,
            fails=self.trouble.fails,
        )
        await self.journal.leave_all()
        self.transport = self.bus.transport(f"node-{self.runs}")
        self.node = Node(
            name=f"node-{self.runs}",
            transport=self.transport,
            journal=self.journal,
            rooms=[self.room],
            clock=self.clock,
            mint=SeededMint(1000 + self.runs),
            limits=self.limits,
            shards=SHARDS,
        )
        await self.node.start()
        return self.node

    def crash(self) -> None:
        """Kill the node: what is only in memory is gone."""
        self.node.kill()
        self.transport.crash()
        self.journal.crash()

    async def tell(
        self, command: Command | Wave, to: str = "one", *, name: str = "", wait: float = 5.0
    ) -> Happened:
        """Give *command*, in a message of that *name*, to a tally."""
        message = MessageId(name) if name else None
        return await self.client.tell(tally(to), command, ANNA, id=message, wait=wait)

    async def total(self, of: str = "one") -> Total:
        """Return what a tally says."""
        return await self.client.ask(tally(of), GetTotal(), Total, ANNA)


class Tab:
    """A browser's tab: it keeps what it is told."""

    def __init__(self, bench: Bench, name: str) -> None:
        self.subject = f"edge.test.{name}"
        self.told: list[Told] = []
        self.answer = TOLD_TAKEN
        self.held: list[Respond] = []
        self.slow = False
        self._bench = bench
        self._transport = bench.bus.transport(name)

    async def open(self) -> None:
        """Be there."""
        await self._transport.serve(self.subject, self._take)

    def _take(self, _subject: str, payload: bytes, respond: Respond) -> None:
        self.told.append(decode_told(payload))
        if self.slow:
            self.held.append(respond)
        else:
            respond(self.answer)

    async def watch(self, after: int) -> Watched:
        """Watch the tally from number *after* on."""
        return await self._bench.client.watch(tally("one"), self.subject, after, ANNA)

    @property
    def numbers(self) -> list[tuple[int, int]]:
        """The numbers of what it was told: from where on, and how many."""
        return [(told.seq, told.count) for told in self.told]


async def opened(bench: Bench, name: str = "tab") -> Tab:
    """Return a tab that is there."""
    tab = Tab(bench, name)
    await tab.open()
    return tab


Test: TypeAlias = Callable[[Bench], Coroutine[Any, Any, None]]


def in_virtual_time(test: Test) -> Callable[[], None]:
    """Run *test* on a loop of its own, with a bench; no time is waited for."""

    @functools.wraps(test)
    def run() -> None:
        loop = VirtualLoop()
        try:
            loop.run_until_complete(_run(test, loop))
            assert loop.faults == []
        finally:
            loop.close()

    del run.__dict__["__wrapped__"]
    return run


async def _run(test: Test, loop: VirtualLoop) -> None:
    bench = Bench(loop)
    await test(bench)
    bench.node.kill()


def with_schema(schema: int) -> Room[Any]:
    """Return the room after its state has changed shape."""
    return replace(ROOM, schema=schema)
