"""The loop in which clinics are simulated: time comes when it was said, and the dead are dead."""

import asyncio
import gc
from collections.abc import Iterator

import pytest

from tests.simulation.loop import Life, Process, VirtualLoop


@pytest.fixture
def loop() -> Iterator[VirtualLoop]:
    """Return a loop at its beginning."""
    virtual = VirtualLoop()
    yield virtual
    virtual.close()


def test_who_waits_for_a_moment_gets_there_however_little_was_left(loop: VirtualLoop) -> None:
    moment = 2.0**10 + 1e-10

    async def wait() -> int:
        looks = 0
        while loop.time() < moment and looks < 10:
            await asyncio.sleep(min(2.0**10, moment - loop.time()))
            looks += 1
        return looks

    assert loop.run_until_complete(wait()) < 10
    assert loop.time() >= moment


def test_time_never_goes_back(loop: VirtualLoop) -> None:
    seen: list[float] = []

    async def look() -> None:
        for seconds in (1e-10, 3e-10, 2e-10):
            loop.call_later(seconds, lambda: seen.append(loop.time()))
        await asyncio.sleep(1)

    loop.run_until_complete(look())
    assert seen == sorted(seen)


class Worker:
    """Begins more work when it is left in the middle of some."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.left = False
        self.went_on = False
        self._loop = loop

    async def work(self) -> None:
        """Wait for ever."""
        try:
            await self._loop.create_future()
        finally:
            self.left = True
            self.begun = self._loop.create_task(self.more())

    async def more(self) -> None:
        """Tell that it was begun."""
        self.went_on = True


def test_who_dies_leaves_all_at_once_and_goes_on_with_nothing(loop: VirtualLoop) -> None:
    process, worker = Process(loop, "node"), Worker(loop)

    async def die() -> bool:
        process.begin(worker.work())
        await asyncio.sleep(1)
        process.die()
        return worker.left

    assert loop.run_until_complete(die())
    loop.run_until_complete(asyncio.sleep(1))
    gc.collect()
    assert process.life is Life.DEAD
    assert not worker.went_on


def test_who_dies_by_its_own_step_finishes_it(loop: VirtualLoop) -> None:
    process, steps = Process(loop, "node"), list[str]()

    async def end() -> None:
        process.die()
        steps.append("finished")
        await asyncio.sleep(0)
        steps.append("went on")

    process.begin(end())
    loop.run_until_complete(asyncio.sleep(1))
    assert steps == ["finished"]
