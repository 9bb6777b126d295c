"""A calm world tries itself: a node is killed, another stopped in order. How long is silence?"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from itertools import count

from actors.address import Address
from actors.caller import NOBODY
from actors.patient import messages as patient
from actors.refusal import Refusal
from actors.runtime.client import Client
from actors.runtime.errors import DeliveryFailed
from actors.runtime.limits import Limits
from actors.runtime.subjects import shard_of
from tests.simulation.chance import Chance
from tests.simulation.loop import Life
from tests.simulation.machines import Machines
from tests.simulation.setting import SHARDS, Setting

LONGEST_AFTER_KILL = 1.0
LONGEST_AT_HAND_OVER = 0.25
"""Virtual seconds in which an actor may give no answer."""
EVERY = 0.05
"""Virtual seconds between two questions to one actor."""
PATIENCE = 60.0


@dataclass
class Silence:
    """The longest times without answers, in virtual seconds; None when that was not tried."""

    after_kill: float | None = None
    at_hand_over: float | None = None


class Drill:
    """Kills and stops nodes on purpose, and asks all the while."""

    def __init__(self, setting: Setting, machines: Machines, client: Client) -> None:
        self.silence = Silence()
        self.failures: list[str] = []
        self._setting = setting
        self._machines = machines
        self._client = client
        self._chance = Chance(setting.seed, "drill")
        self._addresses = _one_actor_of_each_shard()

    async def kill(self) -> None:
        """Kill a node, and see how long actors are without answers; then start another."""
        if len(self._machines.living) == 1:
            self._machines.add()
        doomed = self._chance.one_of(self._machines.living)
        await asyncio.sleep(2 * doomed.node.limits.lease)  # nobody is humble any more
        slow = doomed.node.limits
        self._knock_by(replace(slow, knock=Limits().knock))
        await asyncio.sleep(slow.knock)
        self._machines.crash(doomed, self._chance.whole(1, 50), PATIENCE)
        while doomed.process.life is not Life.DEAD:  # noqa: ASYNC110  nobody else knows
            await asyncio.sleep(EVERY)
        self.silence.after_kill = await self._longest_silence(lambda: True)
        self._judge("a kill", self.silence.after_kill, LONGEST_AFTER_KILL)
        self._knock_by(slow)
        self._machines.replace(doomed)

    async def hand_over(self) -> None:
        """Stop a node in order, ask all the while, and start another."""
        leaving = self._chance.one_of(self._machines.living)
        self._machines.drain(leaving, self._machines.replace)
        gone = leaving.process
        self.silence.at_hand_over = await self._longest_silence(lambda: gone.life is Life.DEAD)
        self._judge("a hand-over", self.silence.at_hand_over, LONGEST_AT_HAND_OVER)

    def _knock_by(self, limits: Limits) -> None:
        """Let living nodes knock as often as these limits say: in life it is often."""
        for each in self._machines.living:
            shards = each.node.shards
            shards._limits = shards._peers._limits = limits

    def _judge(self, what: str, seconds: float, longest: float) -> None:
        self._setting.note(f"{what} in calm: {seconds:.3f} s without answers")
        if seconds > longest:
            self.failures.append(f"{seconds:.3f} s without answers at {what} in calm")

    async def _longest_silence(self, over: Callable[[], bool]) -> float:
        each = (self._silence_of(address, over) for address in self._addresses)
        return max(await asyncio.gather(*each))

    async def _silence_of(self, address: Address, over: Callable[[], bool]) -> float:
        """Ask until it is *over*, at least once; return the longest time that an answer took."""
        clock, longest = self._setting.loop, 0.0
        while True:
            begun, last = clock.time(), over()
            await self._answer(address)
            longest = max(longest, clock.time() - begun)
            if last:
                return longest
            await asyncio.sleep(EVERY)

    async def _answer(self, address: Address) -> None:
        """Return when the actor has said something: to nobody it says no."""
        query, expect = patient.ListAppointments(), patient.Appointments
        try:
            await self._client.ask(address, query, expect, NOBODY, wait=PATIENCE)
        except Refusal:
            return
        except DeliveryFailed as failure:
            self.failures.append(f"{address} gave no answer in calm: {failure.fault}")


def _one_actor_of_each_shard() -> list[Address]:
    found: dict[int, Address] = {}
    for number in count():
        address = Address("patient", f"drill-{number}")
        found.setdefault(shard_of(address, SHARDS), address)
        if len(found) == SHARDS:
            return list(found.values())
    raise AssertionError
