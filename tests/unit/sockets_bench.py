"""A conversation and the live sockets of those who take part, in one process and virtual time.

The actor, the bus, the store and the sockets are the real ones; the browsers and the session of
whoever sits before them are made up.
"""

import asyncio
import functools
import hashlib
import inspect
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, TypeAlias, cast

import msgspec
from aiohttp import WSMessage, WSMsgType, web

from actors.accounts import messages as accounts
from actors.accounts.messages import LiveSession
from actors.address import Address
from actors.admin_router.messages import address_of as router_of
from actors.appointment import DoctorRef, PatientRef
from actors.caller import Caller, Role, actor_caller
from actors.conversation.actor import room
from actors.conversation.messages import Command as Saying
from actors.conversation.messages import (
    EnterThread,
    LeaveTeam,
    OpenTeam,
    RecordVisit,
    VisitStep,
    address_of,
    between,
    with_team,
)
from actors.ids import (
    AccountKey,
    AppointmentId,
    ConversationId,
    DepartmentId,
    DoctorId,
    GroupId,
    PatientId,
    SessionId,
    UserId,
)
from actors.patient.messages import address_of as patient_of
from actors.runtime.client import Client, Happened
from actors.runtime.clock import Clock
from actors.runtime.envelope import Watched
from actors.runtime.limits import Limits
from actors.runtime.memory_transport import FairNetwork, MemoryBus
from actors.runtime.mint import SeededMint
from actors.runtime.node import Node
from actors.runtime.subjects import edge_subject
from actors.store.memory import MemoryDisk, MemoryJournal
from http_edge.emergency import Emergency
from http_edge.limits import Limits as Tries
from http_edge.sockets.frames import Close
from http_edge.sockets.hub import Hub
from http_edge.sockets.presence import Owner
from http_edge.sockets.socket import Socket
from http_edge.tokens import Tokens
from tests.simulation.loop import VirtualLoop
from tests.simulation.worldclock import WorldClock

SHARDS = 4
PAT = Caller("pat", Role.PATIENT, "session")
MIA = Caller("mia", Role.DOCTOR, "session")
BEN = Caller("ben", Role.DOCTOR, "session")
THREAD = between(PatientId("pat"), DoctorId("mia"))
TEAM = with_team(PatientId("pat"), DepartmentId("clinic"), GroupId("hearts"))
QUEUE = 262_144
TRIES = 120
"""Messages of one person in a minute, as the settings have it."""


class Lossy(FairNetwork):
    """A bus that loses what sockets are told, when it is said so."""

    losing = False

    def request(self, source: str, subject: str, payload: bytes) -> Sequence[float]:
        """Bring it, or lose it."""
        lost = self.losing and subject.startswith("edge.")
        return () if lost else super().request(source, subject, payload)


class Pepper:
    """Makes the same secret of the same words, as `Tokens` does."""

    def again(self, purpose: str, message: str) -> str:
        """Return 64 characters."""
        return hashlib.sha256(f"{purpose}\0{message}".encode()).hexdigest()


class SignedIn(Client):
    """Asks the actors; of sessions it says that they live."""

    async def ask_numbered(self, to: Address, *args: Any, **options: Any) -> tuple[Any, int]:  # noqa: ANN401
        """Ask."""
        if to.kind == accounts.KIND:
            return _live(), 1
        return await super().ask_numbered(to, *args, **options)

    async def watch(self, to: Address, *args: Any, **options: Any) -> Watched:  # noqa: ANN401
        """Watch."""
        if to.kind == accounts.KIND:
            return Watched(1, (), resync=False)
        return await super().watch(to, *args, **options)


def _live() -> LiveSession:
    end = datetime(2100, 1, 1, tzinfo=UTC)
    return LiveSession(SessionId("session"), UserId("me"), "Me", Role.PATIENT, "UTC", end)


class Wire:
    """A websocket, as the server has it; the browser's end is in the test's hands."""

    def __init__(self) -> None:
        self.heard: list[dict[str, Any]] = []
        self.closed_with: int | None = None
        self.close_code: int | None = None
        """What the browser has closed it with."""
        self.reads = asyncio.Event()
        """Whether the browser reads."""
        self.reads.set()
        self.some = asyncio.Event()
        self._said: asyncio.Queue[str | None] = asyncio.Queue()

    async def __aiter__(self) -> AsyncIterator[WSMessage]:
        while (text := await self._said.get()) is not None:
            yield WSMessage(WSMsgType.TEXT, text, "")

    def say(self, text: str | None) -> None:
        """Let the browser send a text, or leave."""
        self._said.put_nowait(text)

    async def send_frame(self, data: bytes, kind: WSMsgType) -> None:
        """Bring a frame to the browser, once it reads."""
        assert kind is WSMsgType.TEXT
        await self.reads.wait()
        self.heard.append(msgspec.json.decode(data))
        self.some.set()

    async def close(self, *, code: int, message: bytes) -> None:
        """Note the code."""
        assert message
        self.closed_with = code
        self.some.set()


class Page:
    """One page of somebody's, with its live socket."""

    def __init__(self, wire: Wire, socket: Socket) -> None:
        self.wire = wire
        self.socket = socket
        self.running = asyncio.create_task(socket.run())
        self._read = 0

    def say(self, kind: str, **fields: object) -> None:
        """Send a frame."""
        self.wire.say(msgspec.json.encode({"type": kind, **fields}).decode())

    def follow(self, after: int = 0, conversation: str = THREAD) -> None:
        """Follow a conversation."""
        self.say("follow", conversation=conversation, after=after)

    def post(self, key: str, text: str = "Hello", **more: object) -> None:
        """Write."""
        self.say("post", **{"id": key, "conversation": THREAD, "text": text, **more})

    async def hear(self, **wanted: object) -> dict[str, Any]:
        """Return the next frame that has all of *wanted*."""
        async with asyncio.timeout(120):
            while True:
                while self._read == len(self.wire.heard):
                    assert self.wire.closed_with is None, self.wire.closed_with
                    self.wire.some.clear()
                    await self.wire.some.wait()
                frame = self.wire.heard[self._read]
                self._read += 1
                if wanted.items() <= frame.items():
                    return frame

    async def leave(self) -> None:
        """Close the page."""
        self.wire.say(None)
        await self.running

    def of(self, kind: str) -> list[dict[str, Any]]:
        """Return every frame of that type so far."""
        return [frame for frame in self.wire.heard if frame["type"] == kind]

    @property
    def numbers(self) -> list[int]:
        """The numbers of what the conversation told, in the order they came."""
        return [frame["number"] for frame in self.wire.heard if "at" in frame]


class Bench:
    """A disk, a bus, the node of the conversations, and an edge with its sockets."""

    node: Node
    journal: MemoryJournal

    def __init__(self, loop: VirtualLoop) -> None:
        self.network = Lossy()
        self.bus = MemoryBus(self.network)
        self.disk = MemoryDisk()
        self.clock: Clock = WorldClock(loop)
        self.mint = SeededMint(1)
        self.faults = loop.faults
        self.edge = self.bus.transport("edge")
        self.client = SignedIn(self.edge, self.clock, self.mint, shards=SHARDS)
        self.hub = Hub(self.edge, self.clock, self.mint, per_user=10, shards=SHARDS)
        self.tries = Tries(self.clock, TRIES)
        self.pages: list[Page] = []
        self.visits = 0
        self.runs = 0

    async def start(self, limits: Limits | None = None) -> None:
        """Start a node on the disk as it is."""
        self.runs += 1
        self.journal = MemoryJournal(self.disk, clock=self.clock)
        await self.journal.leave_all()
        conversations = replace(room(self.journal), react=lambda *_: ())
        self.transport = self.bus.transport(f"node-{self.runs}")
        self.node = Node(
            name=f"node-{self.runs}",
            transport=self.transport,
            journal=self.journal,
            rooms=[conversations],
            clock=self.clock,
            mint=SeededMint(1000 + self.runs),
            limits=limits,
            shards=SHARDS,
        )
        await self.node.start()

    def crash(self) -> None:
        """Kill the node: what is only in memory is gone."""
        self.node.kill()
        self.transport.crash()
        self.journal.crash()

    async def open(self) -> None:
        """Start everything, and open the thread of Pat and Mia, in which Pat has read already."""
        await self.start()
        await self.edge.serve(edge_subject(self.hub.node, None), self.hub.take)
        await self.visit()
        await self.enter(PAT)

    def page(self, caller: Caller, queue_bytes: int = QUEUE) -> Page:
        """Open a page of *caller*."""
        wire = Wire()
        socket = Socket(
            cast("web.WebSocketResponse", wire),
            None,
            Owner(caller, AccountKey("mine"), float("inf")),
            hub=self.hub,
            client=self.client,
            clock=self.clock,
            limits=self.tries,
            emergency=Emergency(self.clock),
            tokens=cast("Tokens", Pepper()),
            queue_bytes=queue_bytes,
            ask_seconds=5.0,
        )
        self.pages.append(Page(wire, socket))
        return self.pages[-1]

    async def tell(
        self, command: Saying, caller: Caller, conversation: ConversationId = THREAD
    ) -> Happened:
        """Give *command* to a conversation."""
        return await self.client.tell(address_of(conversation), command, caller)

    async def visit(
        self, step: VisitStep = VisitStep.CONFIRMED, appointment: str = "a"
    ) -> Happened:
        """Let a visit of Pat with Mia come to *step*."""
        mia = DoctorRef(DoctorId("mia"), "Dr Mia")
        command = RecordVisit(AppointmentId(appointment), step, mia, "Pat")
        return await self.tell(command, actor_caller(patient_of(PatientId("pat"))))

    async def team(self, *doctors: str) -> Happened:
        """Let a request of Pat lie with these *doctors* of a group; with nobody: no more."""
        router = actor_caller(router_of(DepartmentId("clinic")))
        appointment = AppointmentId("team")
        if not doctors:
            return await self.tell(LeaveTeam(appointment, VisitStep.TAKEN), router, TEAM)
        folk = tuple(DoctorRef(DoctorId(name), name.title()) for name in doctors)
        patient = PatientRef(PatientId("pat"), "Pat", "UTC")
        return await self.tell(OpenTeam(appointment, patient, "Hearts", folk), router, TEAM)

    async def enter(self, caller: Caller = MIA) -> Happened:
        """Let *caller* have read: an event that nobody is told."""
        return await self.tell(EnterThread(), caller)

    async def end(self) -> None:
        """Close every page, and stop."""
        for page in self.pages:
            page.socket.end(Close.GOING_AWAY)
            await page.running
        self.node.kill()


Test: TypeAlias = Callable[..., Coroutine[Any, Any, None]]


def in_virtual_time(test: Test) -> Callable[..., None]:
    """Run *test* on a loop of its own, with an open bench; no time is waited for."""

    @functools.wraps(test)
    def run(*args: object, **options: object) -> None:
        loop = VirtualLoop()
        try:
            loop.run_until_complete(_run(loop, functools.partial(test, *args, **options)))
            assert loop.faults == []
        finally:
            loop.close()

    signature = inspect.signature(test)
    _, *others = signature.parameters.values()
    named = [other.replace(kind=inspect.Parameter.KEYWORD_ONLY) for other in others]
    run.__dict__["__signature__"] = signature.replace(parameters=named, return_annotation=None)
    del run.__dict__["__wrapped__"]
    return run


async def _run(loop: VirtualLoop, test: Test) -> None:
    bench = Bench(loop)
    await bench.open()
    try:
        await test(bench)
    finally:
        await bench.end()
