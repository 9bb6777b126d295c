"""What a page does in calls: in order, each answered, and no signal overtakes one that failed."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, cast

import pytest

from actors.address import Address
from actors.call_session.messages import HearSignals, SendSignal, Signal, TellWaiting
from actors.caller import Caller, Role
from actors.refusal import Ground, Invalid, Refusal
from actors.runtime.client import Client
from actors.runtime.errors import DeliveryFailed, Fault
from http_edge.emergency import Emergency
from http_edge.sockets import missing
from http_edge.sockets.call_errands import AT_ONCE, MOST, CallErrands
from http_edge.sockets.call_frames import Acted, Do, HeardUpTo, Held, SignalTo
from http_edge.sockets.frames import Outgoing, Refused
from http_edge.sockets.reader import Reader
from http_edge.tokens import Tokens
from tests.simulation.loop import VirtualLoop
from tests.simulation.worldclock import WorldClock
from tests.unit.sockets_bench import Pepper


class TooMany(Refusal):
    """No room."""

    code = "too_many_signals"
    ground = Ground.TOO_MANY


class Heard:
    """What stands for `Happened`."""

    seq = 7


class Page:
    """A socket's errands, and a call session that takes or refuses by number."""

    def __init__(self, loop: VirtualLoop) -> None:
        self.said: list[Outgoing] = []
        self.taken: list[int] = []
        self.passed = 0
        self.fails: dict[int, Exception] = {}
        self.slow = 0.0
        self._tasks: set[asyncio.Task[None]] = set()
        clock = WorldClock(loop)
        reader = Reader(
            Caller("pat", Role.PATIENT),
            cast("Client", self),
            clock,
            "edge.here",
            Emergency(clock),
            self.said.append,
            lambda: asyncio.sleep(0),
            self._spawn,
        )
        self.errands = CallErrands(reader, cast("Tokens", Pepper()), 5.0)
        for lane in self.errands.lanes:
            self._spawn(lane.run())

    def _spawn(self, part: Coroutine[Any, Any, None]) -> Callable[[], object]:
        task = asyncio.get_running_loop().create_task(part)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task.cancel

    async def tell(self, _to: Address, command: object, *_: object, **_more: object) -> Heard:
        """Take a command, as a client does."""
        await asyncio.sleep(self.slow)
        if isinstance(command, SendSignal):
            if command.number in self.fails:
                raise self.fails[command.number]
            self.taken.append(command.number)
        if isinstance(command, HearSignals):
            self.passed += 1
        return Heard()

    def signal(self, *numbers: int, to: str = "b") -> None:
        """Tell another leg something."""
        for number in numbers:
            self.errands.give(SignalTo("call", "a", to, number, Signal.CANDIDATE, "x"))

    @property
    def held(self) -> list[int]:
        """The numbers that the page was told are held."""
        return [each.number for each in self.said if isinstance(each, Held)]

    @property
    def refused(self) -> list[tuple[str, str, bool]]:
        """What had no effect."""
        refusals = [each for each in self.said if isinstance(each, Refused)]
        return [(each.id, each.code, each.again) for each in refusals]


def run(test: Callable[[Page], Coroutine[Any, Any, None]]) -> None:
    """Run *test* in virtual time."""
    loop = VirtualLoop()

    async def whole() -> None:
        await test(Page(loop))

    try:
        loop.run_until_complete(whole())
        assert loop.faults == []
    finally:
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()


@pytest.mark.parametrize("failure", [DeliveryFailed(Fault.BUSY), TooMany()])
def test_no_signal_overtakes_one_that_is_to_be_sent_again(failure: Exception) -> None:
    async def says(page: Page) -> None:
        page.fails = {2: failure}
        page.signal(1, 2, 3)
        page.signal(1, to="c")
        await asyncio.sleep(0.1)
        page.fails = {}
        page.signal(4)
        await asyncio.sleep(0.1)
        assert page.taken[:1] == [1]
        assert {number for number in page.held if number > 1} == set()
        assert all(again for *_, again in page.refused)
        page.signal(2, 3, 4)
        page.signal(1, to="c")
        await asyncio.sleep(0.1)
        assert [number for number in page.taken if number > 1] == [2, 3, 4]

    run(says)


def test_what_can_never_be_told_holds_nothing_up() -> None:
    async def says(page: Page) -> None:
        page.fails = {1: Invalid()}
        page.signal(1, 2)
        await asyncio.sleep(0.1)
        assert page.refused == [("b/1", "invalid", False)]
        assert page.held == [2]

    run(says)


def test_a_page_that_gave_a_signal_up_is_not_held_up_for_ever() -> None:
    async def says(page: Page) -> None:
        page.fails = {1: DeliveryFailed(Fault.BUSY)}
        page.signal(1)
        await asyncio.sleep(1)
        page.signal(2)
        await asyncio.sleep(missing.WAITS)
        page.signal(2)
        await asyncio.sleep(1)
        assert [code for _, code, _ in page.refused] == ["busy", "out_of_turn"]
        assert page.held == [2]

    run(says)


def test_too_much_at_once_is_to_be_sent_again_in_order() -> None:
    async def says(page: Page) -> None:
        page.slow = 0.01
        page.signal(*range(1, MOST + 11))
        await asyncio.sleep(30)
        assert page.held == list(range(1, MOST + 1))
        assert [each for each, *_ in page.refused] == [f"b/{MOST + n}" for n in range(1, 11)]
        page.signal(*range(MOST + 1, MOST + 11))
        await asyncio.sleep(30)
        assert page.held == list(range(1, MOST + 11))

    run(says)


def test_what_passes_is_dropped_where_much_is_on_its_way() -> None:
    async def says(page: Page) -> None:
        page.slow = 0.5
        for number in range(3 * AT_ONCE):
            page.errands.pass_on(HeardUpTo("call", "a", number))
        await asyncio.sleep(1)
        assert page.passed == AT_ONCE
        page.errands.pass_on(HeardUpTo("call", "a", 99))
        await asyncio.sleep(1)
        assert page.passed == AT_ONCE + 1
        assert page.said == []

    run(says)


def test_what_is_done_is_answered_under_its_id() -> None:
    async def says(page: Page) -> None:
        page.errands.give(Do("one", "call", TellWaiting("Soon")))
        page.signal(1)
        await asyncio.sleep(0.1)
        assert page.said == [Acted("one", "call", 7), Held("call", "a", "b", 1)]

    run(says)
