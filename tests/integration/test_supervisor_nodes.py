"""Several nodes: on one machine, on one database, of two releases."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import pytest

from actors.directory.messages import ADDRESS, ListPeople, People
from actors.operations import nodes, verbs
from actors.operations.arguments import Exit, parse
from actors.operations.bus import NoAnswer, Operator, Refused, connected
from actors.operations.people import Links
from actors.runtime.nats_cluster import ClusterServer
from config import VERSION
from config.nats import NatsSettings
from tests.house import carewire, open_house
from tests.integration.test_supervisor_up import admins, sign_up_admin
from tests.nats_cluster import addresses
from tests.waiting import until

LINKS = Links(lambda code: f"https://x/welcome#{code}", lambda code: f"https://x/password#{code}")
SECONDS = 40.0
"""What processes may need to come and go on a busy machine."""


async def shares(operator: Operator) -> dict[str, int]:
    """Return how many shards each node has that says that it runs."""
    with suppress(NoAnswer, Refused):
        found = await nodes.at_a_glance(operator, "any")
        return {row.name: row.shards for row in found.items if row.state == "running"}
    return {}


async def shared_as(operator: Operator, **wanted: int) -> None:
    """Return when shards are shared so; `_` stands for `-` in a name."""
    share = {name.replace("_", "-"): shards for name, shards in wanted.items()}
    async with asyncio.timeout(SECONDS):
        while await shares(operator) != share:
            pass


async def opens(url: str) -> bool:
    """Return whether a page is shown, on a connection of its own."""
    async with aiohttp.ClientSession() as session, session.get(f"{url}/sign-in") as answer:
        return answer.status == 200


def listeners(url: str) -> int:
    """Return how many processes take connections there (Linux says so, 0A: it listens)."""
    port = int(url.rpartition(":")[2])
    rows = Path("/proc/net/tcp").read_text().splitlines()[1:]
    return sum(row.split()[1].endswith(f":{port:04X}") and row.split()[3] == "0A" for row in rows)


async def gone(*pids: int) -> None:
    """Return when none of these processes is there any more."""
    await until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in pids), SECONDS)


async def test_nodes_of_one_machine_share_a_port_a_database_and_the_work(
    tmp_path: Path, database: str, capsys: pytest.CaptureFixture[str]
) -> None:
    data, many = tmp_path / "data", {"CAREWIRE_STORE_URL": database}
    async with open_house(data, "--nodes", "2", **many) as house, connected(data) as operator:
        assert house.said.count(" is open at ") == house.said.count("no administrator yet") == 1
        await shared_as(operator, main_1=128, main_2=128)
        assert all([await opens(house.url) for _ in range(8)])
        first, second = house.node_pids

        os.kill(second, signal.SIGKILL)
        await gone(second)
        await shared_as(operator, main_1=128, main_2=128)
        await until(lambda: listeners(house.url) == 2, SECONDS)
        assert house.node_pids[0] == first

        assert await verbs.run(parse(["drain"]), data, LINKS) == Exit.FAILED
        assert "Say which node: main-1, main-2." in capsys.readouterr().err
        assert await verbs.run(parse(["drain", "main-1"]), data, LINKS) == Exit.DONE
        await gone(first)
        await shared_as(operator, main_2=256)
        assert await opens(house.url)
        pids = house.node_pids
        assert len(pids) == 1, "a drained node is let be"

        house.process.send_signal(signal.SIGTERM)
        ended = await house.ended()
    assert ended.code == Exit.DONE
    await gone(*pids)


async def test_a_database_has_one_clinic_and_a_bus_one_owner(tmp_path: Path, database: str) -> None:
    many = {"CAREWIRE_STORE_URL": database}
    async with open_house(tmp_path / "data", **many):
        second, foreign = await asyncio.gather(
            carewire(tmp_path / "data", "up", **many), carewire(tmp_path / "other", "up", **many)
        )
    assert (second.code, foreign.code) == (Exit.FAILED, Exit.FAILED)
    assert "Another `carewire up` runs the bus of" in second.err
    assert "The database holds a clinic already" in foreign.err
    assert "Traceback" not in second.err + foreign.err


async def test_a_clinic_goes_on_in_the_database_that_it_was_moved_to(
    tmp_path: Path, database: str
) -> None:
    data = tmp_path / "data"
    async with open_house(data) as house:
        assert house.first_link
        assert await sign_up_admin(house.url, house.first_link) == 202
        while not await admins(data):
            pass
    moved = await carewire(data, "migrate", "--to", database)
    assert moved.code == Exit.DONE, moved.err
    assert "name it as `url` in [store]" in moved.out
    async with open_house(data, CAREWIRE_STORE_URL=database) as house:
        assert house.first_link is None, "the administrator came along"


async def test_with_sqlite_the_other_nodes_are_edges_and_none_outlives_its_parent(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    async with open_house(data, "--nodes", "2", CAREWIRE_MEDIA_WORKERS="1") as house:
        async with connected(data) as operator, asyncio.timeout(SECONDS):
            found = await nodes.at_a_glance(operator, "any")
            while len(found.items) < 3:  # a busy one may answer too late
                found = await nodes.at_a_glance(operator, "any")
        assert [(row.name, row.role, row.shards, row.version) for row in found.items] == [
            ("main-1", "all", 256, VERSION),
            ("main-2", "edge", 0, VERSION),
            ("media-0", "media", 0, VERSION),
        ]
        assert [(row.sockets, row.calls) for row in found.items[1:]] == [(0, None), (None, 0)]
        assert listeners(house.url) == 2
        assert all([await opens(house.url) for _ in range(8)])
        pids = house.node_pids
        assert len(pids) == 2
        house.process.kill()
        await gone(*pids)


# --- a rolling upgrade ---------------------------------------------------------------------------


@dataclass
class Steady:
    """Somebody who asks the actors all the time."""

    operator: Operator
    answered: int = 0
    failed: list[Exception] = field(default_factory=list)

    async def ask(self) -> None:
        """Go on until cancelled."""
        while True:
            try:
                query, caller = ListPeople(), self.operator.caller
                await self.operator.client.ask(ADDRESS, query, People, caller, wait=SECONDS)
                self.answered += 1
            except Exception as error:  # noqa: BLE001  what it was is shown
                self.failed.append(error)


@asynccontextmanager
async def one_server_bus(keys: Path) -> AsyncIterator[None]:
    """Run a bus of one server, with keys for three nodes."""
    at = f"{addresses()['a'].rpartition('.')[0]}.9"
    made = await carewire(
        keys.parent, "certs", str(keys), "--servers", f"a={at}", "--nodes", "n1,n2,n3"
    )
    assert made.code == Exit.DONE, made.err
    async with ClusterServer(keys / "servers" / "a"):
        yield


async def test_an_upgrade_goes_from_release_to_release_while_everybody_works(
    tmp_path: Path, database: str
) -> None:
    keys = tmp_path / "keys"
    shared = {"CAREWIRE_STORE_URL": database, "CAREWIRE_FILES_FOLDER": str(tmp_path / "files")}

    def node(name: str) -> dict[str, str]:
        return {**shared, "CAREWIRE_NATS_KEYS": str(keys / "nodes" / name)}

    bus = NatsSettings(keys=str(keys / "nodes" / "n1"))
    async with (
        one_server_bus(keys),
        open_house(tmp_path / "1", release="1.4.2", **node("n1")) as old,
        connected(tmp_path / "1", bus) as operator,
    ):
        steady = Steady(operator)
        asking = asyncio.create_task(steady.ask())
        too_new = await carewire(tmp_path / "3", "up", release="1.6.0", **node("n3"))
        assert too_new.code == Exit.FAILED
        assert "The node n1 runs Carewire 1.4.2, and this is 1.6.0" in too_new.err
        async with open_house(tmp_path / "2", release="1.5.0", **node("n2")):
            await shared_as(operator, n1=128, n2=128)
            versions = {row.version for row in (await nodes.at_a_glance(operator, "any")).items}
            assert versions == {"1.4.2", "1.5.0"}
            drained = await verbs.run(parse(["drain", "n1"]), tmp_path, LINKS, nats=bus)
            assert drained == Exit.DONE
            assert (await old.ended()).code == Exit.DONE
            await shared_as(operator, n2=256)
            asking.cancel()
            await asyncio.wait({asking})
    assert steady.failed == []
    assert steady.answered > 0
