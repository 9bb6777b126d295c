"""When which fault happens to the machines: a random timetable, carried out to its end."""

import asyncio
from collections.abc import Callable

from tests.simulation.chance import Chance
from tests.simulation.faults import FaultyDisk, Plan
from tests.simulation.machines import Machines
from tests.simulation.nodes import Incarnation
from tests.simulation.parting import Parting
from tests.simulation.setting import Setting

TROUBLE = 240.0
"""Virtual seconds in which things go wrong."""
JUMPS = (-7200.0, -60.0, -30.0, -3.0, 3.0, 30.0, 60.0, 1800.0, 7200.0)
MOST_MACHINES = 4


class Fate:
    """Carries out a plan."""

    def __init__(self, setting: Setting, plan: Plan, machines: Machines, disk: FaultyDisk) -> None:
        self.count = 0
        self._setting = setting
        self._chance = Chance(setting.seed, "fate")
        self._machines = machines
        self._disk = disk
        self._plan = plan
        self._parting = Parting(setting, self._chance, machines)

    async def run(self, now_and_then: Callable[[], None]) -> None:
        """Let happen what has to happen; call *now_and_then* in between."""
        for moment, happen in self._timetable():
            while self._setting.loop.time() < moment:
                await asyncio.sleep(min(10.0, moment - self._setting.loop.time()))
                now_and_then()
            happen()
            self.count += 1

    def _timetable(self) -> list[tuple[float, Callable[[], None]]]:
        plan = self._plan
        kinds = (
            (self._crash, plan.crashes),
            (self._pause, plan.pauses),
            (self._overtake, plan.zombies),
            (self._drain, plan.drains),
            (self._come_or_go, plan.joins),
            (self._jump, plan.jumps),
            (self._fill_disk, plan.full_disks),
            (lambda: self._parting.part(self._while_cut()), plan.partitions),
            (self._cut_store, plan.store_cuts),
            (self._restart, plan.restarts),
        )
        happenings = [
            (self._chance.between(0, TROUBLE), happen)
            for happen, times in kinds
            for _ in range(times)
        ]
        happenings.append((TROUBLE, self._parting.heal))
        return sorted(happenings, key=lambda each: each[0])

    def _one(self) -> Incarnation:
        return self._chance.one_of(list(self._machines.now.values()))

    def _steps(self) -> int:
        return self._chance.whole(1, self._chance.one_of((10, 100, 1000)))

    def _while_cut(self) -> float:
        """Return how long something is cut off: mostly for a moment, at times beyond a life."""
        longer = self._plan.longest_cut if self._chance.happens(self._plan.long_cuts) else 0.0
        return self._chance.pause(3.0) + longer

    def _crash(self) -> None:
        back_after = self._chance.pause(self._chance.one_of((2.0, 2.0, 10.0)))
        self._machines.crash(self._one(), self._steps(), back_after)
        if self._chance.happens(0.3):
            again = back_after + self._chance.between(0, 0.05)
            self._setting.loop.call_later(again, self._crash)

    def _pause(self) -> None:
        self._machines.pause(self._one(), self._while_cut())

    def _overtake(self) -> None:
        frozen_for, lives_for = self._chance.pause(4.0), self._chance.pause(15.0)
        self._machines.overtake(self._one(), self._steps(), frozen_for, lives_for)

    def _drain(self) -> None:
        self._machines.drain(self._one(), self._machines.replace)

    def _come_or_go(self) -> None:
        if len(self._machines.now) < MOST_MACHINES and self._chance.happens(0.6):
            self._machines.add()
        else:
            self._machines.drain(self._one(), self._machines.remove)

    def _jump(self) -> None:
        clock, whose = self._setting.clock, "the database's"
        if self._chance.happens(0.5):
            machine = self._one().machine
            clock, whose = machine.clock, machine.name
        seconds = self._chance.one_of(JUMPS)
        self._setting.note(f"the wall clock jumps by {seconds}: {whose}")
        clock.jump(seconds)

    def _fill_disk(self) -> None:
        self._disk.full = True
        self._setting.loop.call_later(self._chance.pause(3.0), self._free_disk)

    def _free_disk(self) -> None:
        self._disk.full = False

    def _cut_store(self) -> None:
        hangs = self._chance.happens(0.5)
        self._machines.cut_store(self._one(), self._while_cut(), hangs=hangs)

    def _restart(self) -> None:
        self._machines.restart_actor(self._one(), self._chance.between(0, 1))
