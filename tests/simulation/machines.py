"""The machines that a clinic runs on: nodes start on them, die, freeze, leave, are cut off."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from tests.simulation.chance import Chance
from tests.simulation.faults import FaultyDisk, FaultyRooms, Plan
from tests.simulation.loop import Life
from tests.simulation.nodes import Incarnation, Machine
from tests.simulation.setting import Setting
from tests.simulation.store_link import StoreLink
from tests.simulation.worldclock import WorldClock

AGAIN = 1.0
"""Seconds after which a node that could not start is started anew."""


class Machines:
    """Keeps one node running on each machine, whatever happens to it."""

    def __init__(self, setting: Setting, plan: Plan, disk: FaultyDisk, faulty: FaultyRooms) -> None:
        self.now: dict[str, Incarnation] = {}
        """By machine: the node that should run on it, alive or about to be replaced."""
        self.crashes: dict[str, int] = {}
        """How often actors of nodes that are gone crashed, by kind."""
        self._setting = setting
        self._plan = plan
        self._disk = disk
        self._faulty = faulty
        self._chance = Chance(setting.seed, "machines")
        self._machines = 0
        self._started = 0
        self._others: list[Incarnation] = []
        """Overtaken ones, that go on after another was started in their place."""
        for _ in range(plan.nodes):
            self.add()

    @property
    def living(self) -> list[Incarnation]:
        """The nodes that run, in the order of their machines."""
        return [each for each in self.now.values() if each.process.life is not Life.DEAD]

    @property
    def names(self) -> list[str]:
        """What the machines are called on the bus."""
        return list(self.now)

    def add(self) -> None:
        """Have one machine more, and a node on it."""
        self._machines += 1
        off = self._chance.between(-self._plan.skew, self._plan.skew)
        clock = WorldClock(self._setting.loop, off)
        self._start(Machine(f"machine-{self._machines}", clock, StoreLink(self._disk)))

    def _start(self, machine: Machine) -> None:
        self._started += 1
        node = Incarnation(self._setting, machine, self._started, self._plan, self._faulty)
        self._setting.note(f"{node.name} starts on {machine.name}")
        self.now[machine.name] = node
        node.process.begin(node.start(partial(self._could_not_start, node)))

    def _could_not_start(self, node: Incarnation) -> None:
        self.kill(node)
        self._setting.loop.call_later(AGAIN, self.replace, node)

    def replace(self, gone: Incarnation) -> None:
        """Start a node in the place of *gone*, unless that was done before."""
        if self.now.get(gone.machine.name) is gone:
            self._start(gone.machine)

    def kill(self, doomed: Incarnation) -> None:
        """End a node as SIGKILL does."""
        if doomed.process.life is not Life.DEAD:
            self._setting.note(f"{doomed.name} dies")
            for kind, count in doomed.node.restarts.items():
                self.crashes[kind] = self.crashes.get(kind, 0) + count
            doomed.kill()

    # -- what happens to one node -----------------------------------------------------------------

    def crash(self, doomed: Incarnation, steps: int, back_after: float) -> None:
        """Kill a node between two of its steps, and start another one later."""

        def fall() -> None:
            if doomed.process.life is not Life.DEAD:
                self.kill(doomed)
                self._setting.loop.call_later(back_after, self.replace, doomed)

        doomed.process.after_steps(steps, fall)

    def pause(self, frozen: Incarnation, seconds: float) -> None:
        """Freeze a node for a while."""
        self._setting.note(f"{frozen.name} stands still for {seconds:.1f} s")
        frozen.process.stop()
        self._setting.loop.call_later(seconds, frozen.process.go_on)

    def overtake(self, old: Incarnation, steps: int, frozen_for: float, lives_for: float) -> None:
        """Freeze a node between two steps, replace it, let it go on for a while, kill it."""
        loop = self._setting.loop
        self._others.append(old)

        def freeze() -> None:
            self._setting.note(f"{old.name} is overtaken")
            old.process.stop()
            self.replace(old)
            loop.call_later(frozen_for, old.process.go_on)
            loop.call_later(frozen_for + lives_for, self.kill, old)

        old.process.after_steps(steps, freeze)

    def drain(self, old: Incarnation, then: Callable[[Incarnation], None]) -> None:
        """Stop a node in order, and do something *then*."""
        if old.ready:
            self._setting.note(f"{old.name} drains")
            old.process.begin(old.drain(partial(self._drained, old, then)))

    def _drained(self, old: Incarnation, then: Callable[[Incarnation], None]) -> None:
        self.kill(old)
        then(old)

    def remove(self, old: Incarnation) -> None:
        """Have one machine less, if another is left."""
        if self.now.get(old.machine.name) is old:
            if len(self.now) > 1:
                self._setting.note(f"{old.machine.name} is taken away")
                del self.now[old.machine.name]
            else:
                self.replace(old)

    def cut_store(self, node: Incarnation, seconds: float, *, hangs: bool) -> None:
        """Let a node's machine not reach the database for a while."""
        store, name = node.machine.store, node.machine.name
        self._setting.note(f"{name} loses the database for {seconds:.1f} s, hangs: {hangs}")
        store.cut(hangs=hangs)
        self._setting.loop.call_later(seconds, store.mend)

    def cut_bus(self, node: Incarnation, seconds: float) -> None:
        """Let a node lose its connection to the bus, and know it."""
        self._setting.note(f"{node.name} loses the bus for {seconds:.1f} s")
        node.process.soon(node.transport.inner.cut)
        self._setting.loop.call_later(seconds, self._mend_bus, node)

    def _mend_bus(self, node: Incarnation) -> None:
        if node.process.life is not Life.DEAD:
            node.process.soon(node.transport.inner.mend)

    def restart_actor(self, node: Incarnation, which: float) -> None:
        """Forget the memory of one of the active actors."""
        actors = list(node.node.actors.values())
        if actors and node.process.life is Life.RUNNING:
            actor = actors[int(which * len(actors))]
            node.process.soon(actor.restart)

    # -- the end ----------------------------------------------------------------------------------

    def calm(self) -> None:
        """Leave one node on each machine, that runs and reaches everything."""
        for other in self._others:
            if self.now.get(other.machine.name) is not other:
                self.kill(other)
        for node in self.now.values():
            node.process.after_steps(0, lambda: None)
            node.process.go_on()
            node.machine.store.mend()
            self._mend_bus(node)

    def rest(self, seconds: float) -> None:
        """Let living nodes beat and knock as seldom as lives of so long allow."""
        for each in self.living:
            limits = replace(each.node.limits, lease=seconds, knock=seconds / 4)
            each.node.shards._limits = limits

    def end(self) -> None:
        """End what still runs, and with it everything that it holds."""
        for each in (*self._others, *self.living):
            each.kill()
