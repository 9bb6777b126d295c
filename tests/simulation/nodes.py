"""A node in a process of its own, on one of the simulated machines."""

import asyncio
from collections.abc import Callable, Collection
from contextlib import suppress
from typing import Any

import msgspec

from actors.accounts import actor as accounts
from actors.accounts.hasher import QuickHasher
from actors.admin_router.actor import ROOM as ROUTER
from actors.conversation import actor as conversation
from actors.directory.actor import ROOM as DIRECTORY
from actors.doctor.actor import ROOM as DOCTOR
from actors.files import actor as files
from actors.files.inspecting import Inspected
from actors.patient.actor import ROOM as PATIENT
from actors.phone.actor import ROOM as PHONE
from actors.runtime.clock import AgreedClock, SystemClock
from actors.runtime.codec import decode_envelope
from actors.runtime.errors import JournalError, TransportError
from actors.runtime.limits import Controls, Limits
from actors.runtime.memory_transport import MemoryService, MemoryTransport
from actors.runtime.mint import SeededMint
from actors.runtime.node import Node
from actors.runtime.room import Room
from actors.runtime.shards import Shards
from actors.runtime.subjects import shard_asked
from actors.runtime.transport import Handler, Respond
from actors.store.memory import MemoryBlobs
from actors.visit_note.actor import ROOM as VISIT_NOTE
from tests.simulation.calls import sessions
from tests.simulation.chance import Chance
from tests.simulation.faults import FaultyRooms, Plan
from tests.simulation.loop import Process, outside
from tests.simulation.post import NoPast, letter_boxes
from tests.simulation.setting import SHARDS, Setting
from tests.simulation.slow_journal import SlowJournal
from tests.simulation.store_link import StoreLink
from tests.simulation.worldclock import WorldClock


class Trusting:
    """An inspector to whom every file is good."""

    async def inspect(self, name: str, data: bytes) -> Inspected:  # noqa: ARG002
        """Keep it as it is."""
        return Inspected(data, "application/pdf")


CARE: tuple[Room[Any], ...] = (
    accounts.room(QuickHasher()),
    DIRECTORY,
    PATIENT,
    DOCTOR,
    ROUTER,
    PHONE,
    VISIT_NOTE,
)
ROOMS: tuple[Room[Any], ...] = (
    *CARE,
    conversation.room(NoPast()),
    files.room(MemoryBlobs(), Trusting()),
    sessions(NoPast(), SystemClock(), SeededMint(0)),
    letter_boxes(Chance(0, "nobody's letters"), NoPast()),
)
VIEW = b"\xa4seen"
"""What the encoded answer to a query begins with, after its length."""


class ProcessTransport:
    """A transport whose requests are steps of one process; what is sent outlives it."""

    def __init__(
        self, process: Process, inner: MemoryTransport, answering: Callable[[str, bytes], None]
    ) -> None:
        self.inner = inner
        self._process = process
        self._answering = answering
        """Called with each query (subject and payload) in the moment in which it is answered."""

    @property
    def connected(self) -> bool:
        """Whether an ask would be sent now."""
        return self.inner.connected

    @property
    def max_payload(self) -> int:
        """Bytes of the largest request or reply that is carried."""
        return self.inner.max_payload

    def ask(self, subject: str, payload: bytes, wait: float) -> asyncio.Future[bytes]:
        """Send *payload* and return a future of the reply."""
        return outside(self.inner.ask, subject, payload, wait)

    async def gather(self, subject: str, payload: bytes, wait: float) -> list[bytes]:
        """Ask everyone, as a step of the process."""
        return await self.inner.gather(subject, payload, wait)

    async def serve(
        self, subject: str, handler: Handler, *, everyone: bool = False
    ) -> MemoryService:
        """Let *handler* answer, as a step of the process."""

        def step(asked: str, payload: bytes, respond: Respond) -> None:
            def answer(reply: bytes) -> None:
                if reply[1:6] == VIEW:
                    self._answering(asked, payload)
                outside(respond, reply)

            self._process.soon(handler, asked, payload, answer)

        return await self.inner.serve(subject, step, everyone=everyone)

    def hurry(self, concerns: Callable[[str], bool]) -> None:
        """Give up the asks of subjects that *concerns*."""
        self.inner.hurry(concerns)

    async def close(self) -> None:
        """Stop every service."""
        await self.inner.close()


class Machine(msgspec.Struct):
    """What the nodes that run on it one after the other have in common."""

    name: str
    clock: WorldClock
    store: StoreLink


class Incarnation:
    """One process with one node, from its start to its death."""

    def __init__(
        self, setting: Setting, machine: Machine, number: int, plan: Plan, faulty: FaultyRooms
    ) -> None:
        self.name = f"node-{number}"
        self.machine = machine
        self.process = Process(setting.loop, self.name)
        self.ready = False
        self.alone = plan.nodes == 1
        self._setting = setting
        self.journal = self._open_journal(setting)
        inner = setting.bus.transport(machine.name)
        self.transport = ProcessTransport(self.process, inner, self._answers)
        self.node = Node(
            name=self.name,
            transport=self.transport,
            journal=self.journal,
            rooms=[
                *(faulty.break_some(each) for each in self._care(setting, number)),
                letter_boxes(Chance(setting.seed, f"letters {number}"), self.journal),
            ],
            clock=AgreedClock(machine.clock),
            mint=SeededMint(setting.seed * 1000 + number),
            limits=draw_limits(Chance(setting.seed, "limits"), plan),
            controls=Controls(
                remember_answers=setting.control != "dedupe",
                undo_failed_commits=setting.control != "undo",
            ),
            shards=SHARDS,
        )
        self.journal.run = self.node.shards.run
        break_node(self.node, setting.control)

    def _open_journal(self, setting: Setting) -> SlowJournal:
        disk = self.machine.store.disk
        return SlowJournal(
            setting.ledger,
            self.machine.store,
            setting.control,
            clock=setting.clock,
            delay=disk.delay,
            fails=disk.fails,
            check_fence=setting.control != "fence",
            dedupe=setting.control != "dedupe",
            break_lines=setting.control != "undo",
        )

    def _care(self, setting: Setting, number: int) -> tuple[Room[Any], ...]:
        writing = conversation.room(self.journal)
        calls = sessions(self.journal, setting.clock, SeededMint(setting.seed * 1000 + number))
        return (*CARE, writing, files.room(MemoryBlobs(), Trusting()), calls)

    def _answers(self, subject: str, payload: bytes) -> None:
        """Note it when a query is answered from the past: how old that may be is a promise."""
        ledger, shard = self._setting.ledger, shard_asked(subject)
        overtaken = None if shard is None else ledger.overtaken_at(shard, self.journal.run)
        if overtaken is None:
            return
        ledger.stale_answers += 1
        late = self._setting.loop.time() - overtaken
        if late > self.node.limits.lease and self._is_awaited(payload):
            ledger.wrongs.append(f"{self.name} answered for shard {shard} {late:.1f} s too late")

    def _is_awaited(self, payload: bytes) -> bool:
        return decode_envelope(payload).deadline >= self._setting.clock.unix_ms()

    async def start(self, then: Callable[[], None]) -> None:
        """Start, as a process does; call *then* when that was not possible now."""
        try:
            if self.alone:
                await self.journal.leave_all()
            await self.node.start()
        except (JournalError, TransportError):
            outside(then)
        else:
            self.ready = True

    async def drain(self, then: Callable[[], None]) -> None:
        """Stop in order."""
        self.ready = False
        await self.node.drain()
        await self.transport.close()
        with suppress(JournalError):
            await self.journal.close()
        outside(then)

    def kill(self) -> None:
        """Be gone: nothing that was only in memory is left."""
        self.ready = False
        self.transport.inner.crash()
        self.journal.crash()
        self.process.die()


def draw_limits(chance: Chance, plan: Plan) -> Limits:
    """Return limits that are reached within a run."""
    return Limits(
        mailbox=chance.one_of((3, 256)),
        uncommitted=chance.one_of((1, 4, 256)),
        in_flight=chance.one_of((4, 8192)),
        active=chance.one_of((3, 20_000)),
        idle=chance.one_of((10.0, 60.0, 600.0)),
        sweep=10.0,
        snapshot_every=chance.one_of((2, 10, 200)),
        snapshot_idle=chance.one_of((1, 20)),
        answers_kept=chance.one_of((1, 16)),
        watch_backlog=chance.one_of((2, 64)),
        watch_replay=chance.one_of((4, 256)),
        outbox_in_flight=chance.one_of((1, 256)),
        rest=20.0,
        at_once=chance.one_of((1, 2, 16)),
        lease=plan.lease,
        knock=plan.knock,
    )


class TooSure(Shards):
    """Shards of which a node is always sure, however long it has not heard."""

    @property
    def sure(self) -> bool:
        """Whether nobody can have taken them."""
        return True


def break_node(node: Node, control: str) -> None:
    """Break the promise *control*, if it is one that a node itself keeps."""
    if control == "sure":
        node.shards.__class__ = TooSure
    elif control == "closing":
        vars(node.keeping)["close_shards"] = leave_open


async def leave_open(_shards: Collection[int]) -> None:
    """Hand shards over without finishing what was taken in them."""
