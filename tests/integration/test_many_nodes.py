"""A clinic on three machines in every kind of trouble, while people book and write without a pause.

Three nats-servers, a PostgreSQL and three nodes are real processes. After each trouble: nothing
that was acknowledged is lost or doubled, no time is given twice, whoever follows a thread has heard
all of it in order, and the shards are shared fairly again. How long somebody had to wait for an
answer is printed.
"""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TypeAlias

import pytest

from tests.fleet import Fleet, open_fleet
from tests.nats_cluster import NAMES
from tests.steady_load import Load, steady_load, wrongs

STANDSTILL = 10.0
"""Seconds for which something is frozen."""
CUT = 6.0
"""Seconds for which a line is cut: twice as long as a lease."""
BUSY = 40
"""Acts that are waited for before and after a trouble, so that there is something to lose."""


@pytest.fixture(scope="module")
async def fleet(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Fleet]:
    async with open_fleet(tmp_path_factory.mktemp("fleet"), apart=True) as fleet:
        yield fleet


async def node_killed(fleet: Fleet) -> None:
    await fleet.machines["n2"].kill()
    await fleet.balanced(("n1", "n3"))
    await fleet.machines["n2"].start()


async def nats_server_killed(fleet: Fleet) -> None:
    await fleet.nats.down("b")
    await fleet.nats.up("b")


async def store_restarted(fleet: Fleet) -> None:
    await asyncio.to_thread(fleet.postgres.stop)
    await fleet.network.run(fleet.postgres.start)


async def store_killed(fleet: Fleet) -> None:
    await asyncio.to_thread(fleet.postgres.stop, signal.SIGQUIT)
    await fleet.network.run(fleet.postgres.start)


async def node_frozen(fleet: Fleet) -> None:
    fleet.machines["n3"].send(signal.SIGSTOP)
    await asyncio.sleep(STANDSTILL)
    fleet.machines["n3"].send(signal.SIGCONT)


async def nats_server_frozen(fleet: Fleet) -> None:
    fleet.nats.signal("c", signal.SIGSTOP)
    await asyncio.sleep(STANDSTILL)
    fleet.nats.signal("c", signal.SIGCONT)


async def node_cut_off(fleet: Fleet) -> None:
    fleet.machines["n1"].cut()
    await asyncio.sleep(CUT)
    fleet.machines["n1"].mend()


async def node_deaf(fleet: Fleet) -> None:
    fleet.machines["n2"].cut(there=False)
    await asyncio.sleep(CUT)
    fleet.machines["n2"].mend()


async def node_mute(fleet: Fleet) -> None:
    fleet.machines["n3"].cut(back=False)
    await asyncio.sleep(CUT)
    fleet.machines["n3"].mend()


async def rolled_with_wrong_clocks(fleet: Fleet) -> None:
    """Restart every node in order, and let their clocks be a minute apart from then on."""
    for seconds, machine in zip((-30.0, 0.0, 30.0), fleet.machines.values(), strict=True):
        machine.wrong_by = seconds
        assert await machine.stop() == 0
        await machine.start()


async def bus_rolled(fleet: Fleet) -> None:
    """Restart every nats-server in order."""
    for name in NAMES:
        await fleet.nats.servers[name].stop()
        await fleet.nats.up(name)


Trouble: TypeAlias = Callable[[Fleet], Awaitable[None]]
TROUBLES: tuple[Trouble, ...] = (
    node_killed,
    nats_server_killed,
    store_restarted,
    store_killed,
    node_frozen,
    nats_server_frozen,
    node_cut_off,
    node_deaf,
    node_mute,
    rolled_with_wrong_clocks,
    bus_rolled,
)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("trouble", TROUBLES, ids=lambda each: each.__name__)
async def test_people_lose_nothing_but_a_moment(fleet: Fleet, trouble: Trouble) -> None:
    async with steady_load(fleet) as load:
        await busy(load)
        load.begin()
        await trouble(fleet)
        await fleet.balanced()
        await busy(load)
        print(f"figure longest_wait_{trouble.__name__} {load.longest:.2f} s")  # noqa: T201
    assert await wrongs(load) == []


async def busy(load: Load) -> None:
    """Return after some more acts."""
    until = load.acts + BUSY
    async with asyncio.timeout(60):
        while load.acts < until:  # noqa: ASYNC110  many tasks do them
            await asyncio.sleep(0.01)
