"""An edge goes by the nodes' clock, whatever its own machine's clock says."""

import asyncio

from actors.runtime import agreeing
from actors.runtime.clock import AgreedClock, SystemClock
from actors.runtime.codec import encode
from actors.runtime.memory_transport import FairNetwork, MemoryBus
from actors.runtime.subjects import CLOCK_NOW
from actors.runtime.transport import Respond

HALF_A_MINUTE = 30_000


class LateClock(SystemClock):
    """A machine's clock that is half a minute behind."""

    def unix_ms(self) -> int:
        """Return what it shows."""
        return super().unix_ms() - HALF_A_MINUTE


async def test_an_edge_goes_by_the_clock_of_the_nodes() -> None:
    bus = MemoryBus(FairNetwork())
    edge, clock = bus.transport("edge"), AgreedClock(LateClock())
    assert not await agreeing.agree(edge, clock), "nobody has said anything"
    assert clock.offset_ms == 0

    def say(_subject: str, _payload: bytes, respond: Respond) -> None:
        respond(encode(SystemClock().unix_ms()))

    await bus.transport("node").serve(CLOCK_NOW, say)
    assert await agreeing.agree(edge, clock)
    assert abs(clock.offset_ms - HALF_A_MINUTE) < HALF_A_MINUTE / 10


async def test_what_is_no_time_is_passed_over() -> None:
    bus = MemoryBus(FairNetwork())
    clock = AgreedClock(LateClock())
    await bus.transport("node").serve(
        CLOCK_NOW, lambda _subject, _payload, respond: respond(encode("noon"))
    )
    assert not await agreeing.agree(bus.transport("edge"), clock)
    assert clock.offset_ms == 0


async def test_an_edge_asks_again_until_a_node_answers() -> None:
    bus = MemoryBus(FairNetwork())
    clock, asked = AgreedClock(LateClock()), asyncio.Event()
    keeping = asyncio.create_task(agreeing.keep_agreeing(bus.transport("edge"), clock))

    def say(_subject: str, _payload: bytes, respond: Respond) -> None:
        respond(encode(SystemClock().unix_ms()))
        asked.set()

    await asyncio.sleep(0)  # it has asked nobody by now
    await bus.transport("node").serve(CLOCK_NOW, say)
    async with asyncio.timeout(10):
        await asked.wait()
    keeping.cancel()
    await asyncio.wait({keeping})
