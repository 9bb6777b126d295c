"""The machine that the actors run on: it starts nodes, kills them, freezes them, replaces them."""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

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
from actors.runtime.clock import SystemClock
from actors.runtime.limits import Controls, Limits
from actors.runtime.memory_transport import MemoryService, MemoryTransport
from actors.runtime.mint import SeededMint
from actors.runtime.node import Node
from actors.runtime.room import Room
from actors.runtime.transport import Handler, Respond
from actors.store.memory import MemoryBlobs, MemoryDisk
from actors.visit_note.actor import ROOM as VISIT_NOTE
from tests.simulation.calls import sessions
from tests.simulation.chance import Chance
from tests.simulation.faults import FaultyDisk, FaultyRooms
from tests.simulation.loop import Life, Process, outside
from tests.simulation.post import NoPast, letter_boxes
from tests.simulation.setting import Setting
from tests.simulation.slow_journal import SlowJournal


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
SHARDS = 4


class ProcessTransport:
    """A transport whose requests are steps of one process; what is sent outlives it."""

    def __init__(self, process: Process, inner: MemoryTransport) -> None:
        self.inner = inner
        self._process = process

    @property
    def connected(self) -> bool:
        """Whether an ask would be sent now."""
        return self.inner.connected

    def ask(self, subject: str, payload: bytes, wait: float) -> asyncio.Future[bytes]:
        """Send *payload* and return a future of the reply."""
        return outside(self.inner.ask, subject, payload, wait)

    async def serve(
        self, subject: str, handler: Handler, *, everyone: bool = False
    ) -> MemoryService:
        """Let *handler* answer, as a step of the process."""

        def step(asked: str, payload: bytes, respond: Respond) -> None:
            self._process.soon(handler, asked, payload, partial(outside, respond))

        return await self.inner.serve(subject, step, everyone=everyone)

    def hurry(self, concerns: Callable[[str], bool]) -> None:
        """Give up the asks of subjects that *concerns*."""
        self.inner.hurry(concerns)

    async def close(self) -> None:
        """Stop every service."""
        await self.inner.close()


class Incarnation:
    """One process with one node, from its start to its death."""

    def __init__(
        self,
        setting: Setting,
        number: int,
        disk: MemoryDisk,
        faults: FaultyDisk,
        faulty: FaultyRooms,
    ) -> None:
        self.name = f"node-{number}"
        self.process = Process(setting.loop, self.name)
        self.ready = False
        self.journal = SlowJournal(
            disk,
            clock=setting.clock,
            delay=faults.delay,
            fails=faults.fails,
            check_fence=setting.control != "fence",
            dedupe=setting.control != "dedupe",
            break_lines=setting.control != "undo",
        )
        self.transport = ProcessTransport(self.process, setting.bus.transport(self.name))
        self.node = Node(
            name=self.name,
            transport=self.transport,
            journal=self.journal,
            rooms=[
                *(faulty.break_some(each) for each in self._care(setting, number)),
                letter_boxes(Chance(setting.seed, f"letters {number}"), self.journal),
            ],
            clock=setting.clock,
            mint=SeededMint(setting.seed * 1000 + number),
            limits=draw_limits(Chance(setting.seed, "limits")),
            controls=Controls(
                remember_answers=setting.control != "dedupe",
                undo_failed_commits=setting.control != "undo",
            ),
            shards=SHARDS,
        )

    def _care(self, setting: Setting, number: int) -> tuple[Room[Any], ...]:
        writing = conversation.room(self.journal)
        calls = sessions(self.journal, setting.clock, SeededMint(setting.seed * 1000 + number))
        return (*CARE, writing, files.room(MemoryBlobs(), Trusting()), calls)

    async def start(self) -> None:
        """Take over from whoever was there before, as a process does that starts alone."""
        await self.journal.leave_all()
        await self.node.start()
        self.ready = True

    async def drain(self, then: Callable[[], None]) -> None:
        """Stop in order."""
        self.ready = False
        await self.node.drain()
        await self.transport.close()
        await self.journal.close()
        outside(then)

    def kill(self) -> None:
        """Be gone: nothing that was only in memory is left."""
        self.ready = False
        self.process.die()
        self.transport.inner.crash()
        self.journal.crash()


def draw_limits(chance: Chance) -> Limits:
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
        lease=600.0,
    )


class Machine:
    """Keeps one node running, whatever happens to it."""

    def __init__(self, setting: Setting, faults: FaultyDisk, faulty: FaultyRooms) -> None:
        self.disk = MemoryDisk()
        self.crashes: dict[str, int] = {}
        """How often actors of nodes that are gone crashed, by kind."""
        self._setting = setting
        self._faults = faults
        self._faulty = faulty
        self._count = 0
        self._others: list[Incarnation] = []
        self.now = self.start()

    def start(self) -> Incarnation:
        """Start a node in a process of its own."""
        self._count += 1
        incarnation = Incarnation(self._setting, self._count, self.disk, self._faults, self._faulty)
        self._setting.note(f"{incarnation.name} starts")
        incarnation.process.begin(incarnation.start())
        self.now = incarnation
        return incarnation

    def replace(self, gone: Incarnation) -> None:
        """Start a node in place of *gone*, unless that was done before."""
        if self.now is gone:
            self.start()

    def crash(self, steps: int, back_after: float) -> None:
        """Kill the node between two of its steps, and start another one later."""
        doomed = self.now

        def fall() -> None:
            if doomed.process.life is Life.DEAD:
                return
            self._kill(doomed)
            self._setting.loop.call_later(back_after, self.replace, doomed)

        doomed.process.after_steps(steps, fall)

    def pause(self, seconds: float) -> None:
        """Freeze the node for a while."""
        frozen = self.now.process
        self._setting.note(f"{frozen.name} stands still")
        frozen.stop()
        self._setting.loop.call_later(seconds, frozen.go_on)

    def overtake(self, steps: int, frozen_for: float, lives_for: float) -> None:
        """Freeze the node between two steps, replace it, let it go on for a while, kill it."""
        old, loop = self.now, self._setting.loop
        self._others.append(old)

        def freeze() -> None:
            self._setting.note(f"{old.name} is overtaken")
            old.process.stop()
            self.replace(old)
            loop.call_later(frozen_for, old.process.go_on)
            loop.call_later(frozen_for + lives_for, self._kill, old)

        old.process.after_steps(steps, freeze)

    def drain(self) -> None:
        """Stop the node in order and start another one."""
        old = self.now
        if old.ready:
            self._setting.note(f"{old.name} drains")
            old.process.begin(old.drain(partial(self._drained, old)))

    def _drained(self, old: Incarnation) -> None:
        self._kill(old)
        self.replace(old)

    def part(self, seconds: float) -> None:
        """Let the node and the people not hear each other for a while."""
        bus, name = self._setting.bus, self.now.name
        bus.part("edge", name)
        self._setting.loop.call_later(seconds, bus.join, "edge", name)

    def restart_actor(self, which: float) -> None:
        """Forget the memory of one of the active actors."""
        actors = list(self.now.node.actors.values())
        if actors and self.now.process.life is Life.RUNNING:
            actor = actors[int(which * len(actors))]
            self.now.process.soon(actor.restart)

    def calm(self) -> None:
        """Leave one node, that runs."""
        for other in self._others:
            if other is not self.now:
                self._kill(other)
        self.now.process.after_steps(0, lambda: None)
        self.now.process.go_on()

    def _kill(self, doomed: Incarnation) -> None:
        if doomed.process.life is not Life.DEAD:
            self._setting.note(f"{doomed.name} dies")
            for kind, count in doomed.node.restarts.items():
                self.crashes[kind] = self.crashes.get(kind, 0) + count
            doomed.kill()
