"""One run: a seed makes a world, the world gets its troubles, comes to rest, and is looked at."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import structlog

from actors.caller import Role
from actors.runtime.agreeing import keep_agreeing
from actors.runtime.client import Client
from actors.runtime.clock import AgreedClock
from actors.runtime.memory_transport import MemoryBus
from actors.runtime.mint import SeededMint
from actors.runtime.moves import Moves
from tests.simulation.acts import Hand, Record
from tests.simulation.administrators import Admin
from tests.simulation.agreement import check_clinic
from tests.simulation.chance import Chance
from tests.simulation.doctors import Doctor
from tests.simulation.drill import Drill, Silence
from tests.simulation.fate import Fate
from tests.simulation.faults import FaultyDisk, FaultyNetwork, FaultyRooms, draw_plan
from tests.simulation.invariants import Rest, check_runtime
from tests.simulation.ledger import Ledger
from tests.simulation.loop import VirtualLoop
from tests.simulation.machines import Machines
from tests.simulation.onlookers import Onlooker
from tests.simulation.ownership import check_ownership, shards_rest
from tests.simulation.patients import Patient
from tests.simulation.person import ADMIN, DESK, Known, Person
from tests.simulation.setting import SHARDS, Setting
from tests.simulation.trace import Trace
from tests.simulation.worldclock import WorldClock

CONTROLS = ("closing", "dedupe", "epochs", "fence", "outbox", "sure", "timers", "undo")
NIGHT = 3600.0
"""Virtual seconds in which nobody does anything, and deadlines pass one after the other."""
NIGHT_LEASE = 600.0
"""Virtual seconds that a node lives at night after its last beat: nobody falls then."""
PATIENCE = 600.0
"""Virtual seconds in which the world must come to rest, once the lives of the dead are over."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one run."""

    seed: int
    failures: tuple[str, ...]
    digest: str
    acks: int
    faults: int
    confirmed: int
    silence: Silence
    stale_answers: int
    """Queries that a node answered which had just been overtaken."""
    past_views: int
    """Views that lacked something which the same person had been told of before."""
    virtual_seconds: float
    steps: int
    lines: list[str]


def simulate(seed: int, control: str = "", *, trace: bool = False) -> Outcome:
    """Run the world of *seed* to its end and say what was wrong at that."""
    loop = VirtualLoop()
    try:
        with _quiet():
            return loop.run_until_complete(World(seed, control, loop, Trace(keep=trace)).run())
    finally:
        loop.close()


@contextmanager
def _quiet() -> Iterator[None]:
    """Write no log: faults are meant here, and thousands of them."""
    before, telling = logging.root.manager.disable, structlog.get_config()
    logging.disable(logging.CRITICAL)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    try:
        yield
    finally:
        structlog.configure(**telling)
        logging.disable(before)


class World:
    """A clinic, its people, and its troubles."""

    def __init__(self, seed: int, control: str, loop: VirtualLoop, trace: Trace) -> None:
        clock = WorldClock(loop)
        plan = draw_plan(Chance(seed, "plan"), control)
        self.network = FaultyNetwork(plan, Chance(seed, "network"), clock, trace)
        self.faulty_disk = FaultyDisk(plan, Chance(seed, "disk"), clock, trace)
        self.faulty_rooms = FaultyRooms(plan, Chance(seed, "rooms"))
        self.setting = Setting(
            seed=seed,
            control=control,
            loop=loop,
            clock=clock,
            ledger=Ledger(loop, raise_epochs=control != "epochs"),
            bus=MemoryBus(self.network),
            trace=trace,
        )
        self.known = Known()
        self.record = Record()
        self.machines: Machines
        self.drill: Drill
        self.plan = plan
        self.people: list[Person] = []
        self.onlookers: list[Onlooker] = []

    async def run(self) -> Outcome:
        """Let everybody live through the troubles, then come to rest; leave nothing behind."""
        self.machines = Machines(self.setting, self.plan, self.faulty_disk, self.faulty_rooms)
        try:
            return await self._live()
        finally:
            self.machines.end()

    async def _live(self) -> Outcome:
        await self._gather()
        fate = Fate(self.setting, self.plan, self.machines, self.faulty_disk)
        lives = [
            *(self.setting.loop.create_task(each.live()) for each in self.people),
            *(self.setting.loop.create_task(each.live()) for each in self.onlookers),
        ]
        await fate.run(self._eyes)
        self.known.over = True
        self.network.trouble = self.faulty_disk.trouble = self.faulty_rooms.trouble = False
        failures = await self._come_to_rest(lives)
        if not failures and self.plan.nodes > 1:
            failures = await self._try_calm()
        if not failures and self.plan.night:
            self.machines.rest(NIGHT_LEASE)
            await asyncio.sleep(NIGHT)
            failures = await self._come_to_rest([])
        return self._outcome(fate, failures)

    async def _try_calm(self) -> list[str]:
        """Kill a node and stop another, one after the other; the world has to rest in between."""
        for trial in (self.drill.kill, self.drill.hand_over):
            await trial()
            failures = [*self.drill.failures, *await self._come_to_rest([])]
            if failures:
                return failures
        return []

    async def _gather(self) -> None:
        setting, mint = self.setting, SeededMint(self.setting.seed)
        edge = setting.bus.transport("edge")
        clock = AgreedClock(WorldClock(setting.loop, Chance(setting.seed, "edge").between(-30, 30)))
        self._agreeing = setting.loop.create_task(keep_agreeing(edge, clock))
        await Moves(edge).open()
        client = Client(edge, clock, mint, shards=SHARDS)
        self.drill = Drill(setting, self.machines, client)
        for kind, count in ((Patient, 3), (Doctor, 3), (Admin, 1)):
            for number in range(count):
                name = f"{kind.__name__.lower()}{number}"
                hand = Hand(setting, client, mint, self.record, name, lease=self.plan.lease)
                self.people.append(kind(setting, hand, self.known, name))
        for number in range(3):
            transport = setting.bus.transport(f"eyes{number}")
            watching = Client(transport, clock, mint, shards=SHARDS)
            self.onlookers.append(
                Onlooker(setting, transport, watching, self.known, f"eyes{number}")
            )

    def _eyes(self) -> None:
        """Give everybody who watches somebody to watch, as soon as there is somebody."""
        somebody = [
            (each.address, each.caller)
            for each in self.people
            if isinstance(each, Patient | Doctor) and each.caller.role is not Role.NOBODY
        ]
        for onlooker in self.onlookers:
            if onlooker.address is None:
                onlooker.follow(*onlooker.chance.one_of([(DESK, ADMIN), *somebody]))

    async def _come_to_rest(self, lives: list[asyncio.Task[None]]) -> list[str]:
        try:
            async with asyncio.timeout(self.plan.lease + PATIENCE):
                await asyncio.gather(*lives)
                self.machines.calm()
                while not await self._rests():  # noqa: ASYNC110  nobody else knows
                    await asyncio.sleep(0.5)
        except TimeoutError:
            return ["the world does not come to rest", *self._check()]
        except AssertionError as failure:
            return [f"somebody was surprised: {failure!r}", *self._check()]
        return self._check()

    async def _rests(self) -> bool:
        """Return whether nothing more is under way, and everybody has seen it all."""
        if not self._still():
            return False
        entries = self.setting.ledger.entries
        before = len(entries)
        seen = [await onlooker.catch_up() for onlooker in self.onlookers]
        return all(seen) and self._still() and len(entries) == before

    def _still(self) -> bool:
        ledger, now = self.setting.ledger, self.setting.clock.unix_ms()
        nodes = list(self.machines.now.values())
        return (
            all(each.ready and not each.node.busy for each in nodes)
            and not any(each.node.outbox.backlog for each in nodes)
            and not ledger.parcels
            and all(alarm.due > now for _, alarm in ledger.alarms.values())
            and shards_rest(self._rest())
        )

    def _check(self) -> list[str]:
        rest = self._rest()
        failures = [*self.setting.loop.faults]
        for check in (check_runtime, check_ownership, check_clinic):
            try:
                failures.extend(check(rest))
            except Exception as error:  # noqa: BLE001  a journal that can't even be replayed
                failures.append(f"{check.__name__} can't make sense of the journal: {error!r}")
        return failures

    def _rest(self) -> Rest:
        return Rest(
            self.setting.ledger,
            self.machines.living,
            self.record,
            self.onlookers,
            self.machines.crashes,
            self.faulty_rooms.count,
        )

    def _outcome(self, fate: Fate, failures: list[str]) -> Outcome:
        loop = self.setting.loop
        self.setting.note(f"the end after {loop.steps} steps")
        return Outcome(
            seed=self.setting.seed,
            failures=tuple(failures),
            digest=self.setting.trace.digest(),
            acks=len(self.record.acks),
            faults=fate.count
            + self.network.count
            + self.faulty_disk.count
            + self.faulty_rooms.count,
            confirmed=self._confirmed(),
            silence=self.drill.silence,
            stale_answers=self.setting.ledger.stale_answers,
            past_views=self.record.past_views,
            virtual_seconds=loop.time(),
            steps=loop.steps,
            lines=self.setting.trace.lines,
        )

    def _confirmed(self) -> int:
        return sum(entry.command == "RecordConfirmation" for entry in self.setting.ledger.entries)
