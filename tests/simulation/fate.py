"""When which fault happens to the machine: a random timetable, carried out to its end."""

import asyncio
from collections.abc import Callable

from tests.simulation.chance import Chance
from tests.simulation.faults import FaultyDisk, Plan
from tests.simulation.nodes import Machine
from tests.simulation.setting import Setting

TROUBLE = 400.0
"""Virtual seconds in which things go wrong."""
JUMPS = (-7200.0, -60.0, -3.0, 3.0, 60.0, 1800.0, 7200.0)


class Fate:
    """Carries out a plan."""

    def __init__(self, setting: Setting, plan: Plan, machine: Machine, disk: FaultyDisk) -> None:
        self.count = 0
        self._setting = setting
        self._chance = Chance(setting.seed, "fate")
        self._machine = machine
        self._disk = disk
        self._plan = plan

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
            (self._machine.drain, plan.drains),
            (self._jump, plan.jumps),
            (self._fill_disk, plan.full_disks),
            (lambda: self._machine.part(self._chance.pause(3.0)), plan.partitions),
            (lambda: self._machine.restart_actor(self._chance.between(0, 1)), plan.restarts),
        )
        happenings = [
            (self._chance.between(0, TROUBLE), happen)
            for happen, times in kinds
            for _ in range(times)
        ]
        happenings.append((TROUBLE, lambda: None))
        return sorted(happenings, key=lambda each: each[0])

    def _steps(self) -> int:
        return self._chance.whole(1, self._chance.one_of((10, 100, 1000)))

    def _crash(self) -> None:
        back_after = self._chance.pause(2.0)
        self._machine.crash(self._steps(), back_after)
        if self._chance.happens(0.3):
            again = back_after + self._chance.between(0, 0.05)
            self._setting.loop.call_later(again, self._crash)

    def _pause(self) -> None:
        self._machine.pause(self._chance.pause(4.0))

    def _overtake(self) -> None:
        self._machine.overtake(self._steps(), self._chance.pause(4.0), self._chance.pause(15.0))

    def _jump(self) -> None:
        seconds = self._chance.one_of(JUMPS)
        self._setting.note(f"the wall clock jumps by {seconds}")
        self._setting.clock.jump(seconds)

    def _fill_disk(self) -> None:
        self._disk.full = True
        self._setting.loop.call_later(self._chance.pause(3.0), self._free_disk)

    def _free_disk(self) -> None:
        self._disk.full = False
