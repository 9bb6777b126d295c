"""The clinic as one process: first start, stop, trouble."""

import asyncio
import os
import signal
import socket
import stat
import time
from pathlib import Path

import aiohttp
import pytest

from actors.caller import Role
from actors.directory.messages import ADDRESS, ListPeople, People
from actors.operations.arguments import Exit
from actors.operations.bus import connected
from tests.edge import PASSWORD, ZONE
from tests.house import carewire, open_house


async def sign_up_admin(url: str, token: str) -> int:
    """Open the first administrator's account with the printed link's token."""
    somebody = {"email": "ada@clinic.example", "name": "Ada", "zone": ZONE, "password": PASSWORD}
    body = {**somebody, "role": "admin", "invitation": token}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{url}/api/v1/accounts", json=body) as answer,
    ):
        return answer.status


async def admins(data: Path) -> int:
    """Return how many administrators can sign in."""
    async with connected(data) as operator:
        query = ListPeople(role=Role.ADMIN)
        people = await operator.client.ask(ADDRESS, query, People, operator.caller)
        return sum(one.status == "active" for one in people.items)


async def test_a17_a_fresh_install_has_no_account_but_one_link_for_the_first(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    async with open_house(data) as house:
        async with connected(data) as operator:
            people = await operator.client.ask(ADDRESS, ListPeople(), People, operator.caller)
        assert people.items == ()
        house.process.terminate()
        assert house.first_link
        assert house.first_link not in (await house.ended()).err
    async with open_house(data) as house:
        assert house.first_link, "until somebody has used one, each start hands out another"
        assert await sign_up_admin(house.url, house.first_link) == 202
        while not await admins(data):
            pass
    async with open_house(data) as house:
        assert house.first_link is None


async def test_a_signal_stops_everything_in_order_and_in_time(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data") as house:
        bus = house.bus_pid
        begun = time.monotonic()
        house.process.send_signal(signal.SIGTERM)
        ended = await house.ended()
        assert time.monotonic() - begun < 5
    assert ended.code == Exit.DONE
    assert "error" not in ended.err
    with pytest.raises(ProcessLookupError):
        os.kill(bus, 0)


async def test_drain_stops_it_too(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with open_house(data) as house:
        assert (await carewire(data, "drain")).code == Exit.DONE
        assert (await house.ended()).code == Exit.DONE
    assert (await carewire(data, "status")).code == Exit.NO_ANSWER


async def test_a_killed_bus_is_started_again_and_found_again(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with open_house(data) as house:
        port = (data / "nats" / "port").read_bytes()
        killed = await house.kill_bus()
        async with asyncio.timeout(20):
            while (await carewire(data, "status")).code != Exit.DONE:
                pass
        assert house.bus_pid not in {0, killed}
        assert (data / "nats" / "port").read_bytes() == port
        async with (
            aiohttp.ClientSession() as session,
            session.get(f"{house.url}/sign-in") as answer,
        ):
            assert answer.status == 200


async def test_services_that_fail_too_often_end_the_process_with_an_error(
    tmp_path: Path,
) -> None:
    async with open_house(tmp_path / "data") as house:
        for _ in range(4):
            await house.kill_bus()
        ended = await house.ended()
    assert ended.code == Exit.FAILED
    assert "bus failed, and services have failed too often" in ended.err


async def test_c04_what_it_keeps_is_for_its_owner_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with open_house(data):
        kept = [data, *data.rglob("*")]
        wide = [path for path in kept if stat.S_IMODE(path.lstat().st_mode) & 0o077]
    assert len(kept) > 5
    assert wide == []


async def test_c04_a_data_directory_that_others_reach_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir(mode=0o755)
    refused = await carewire(data, "up")
    assert refused.code == Exit.FAILED
    assert refused.err == (
        f"carewire: {data} may be read or changed by others (mode 0755): chmod 700 {data}\n"
    )


async def test_a_port_that_is_taken_is_said_without_a_traceback(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = await carewire(tmp_path / "data", "up", CAREWIRE_EDGE_PORT=port)
    assert refused.code == Exit.FAILED
    assert "carewire: door did not start: " in refused.err
    assert "Traceback" not in refused.err


async def test_a_second_clinic_on_the_same_data_is_refused(tmp_path: Path) -> None:
    data = tmp_path / "data"
    async with open_house(data):
        refused = await carewire(data, "up")
        migrated = await carewire(data, "migrate")
        assert (await carewire(data, "status")).code == Exit.DONE
    assert refused.code == migrated.code == Exit.FAILED
    assert "in use" in refused.err


async def test_migrate_makes_a_journal_and_then_finds_nothing_to_do(tmp_path: Path) -> None:
    first = await carewire(tmp_path / "data", "migrate")
    again = await carewire(tmp_path / "data", "migrate")
    assert first.out.startswith("Made ")
    assert again.out == "The journal is up to date.\n"
    assert first.code == again.code == Exit.DONE
