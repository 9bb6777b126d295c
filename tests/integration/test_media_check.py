"""`up` with media workers, and `check media`: what it tries, what it says to open."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest

import supervisor
from actors.call_session.turn import Turn, ice_servers
from actors.media import IceServer
from actors.operations import media
from actors.operations.arguments import Exit, parse
from actors.operations.bus import Operator, connected
from actors.operations.media import FROM_HERE, HAIRPIN, NO_WORKERS, PRIVATE, SILENT, MediaPaths
from actors.relay import probing
from actors.runtime.memory_transport import MemoryBus
from actors.runtime.operations import GetStatus, NodeStatus
from config.private import private_directory, write_private
from config.settings import NodeSettings, Settings
from tests.house import ROOT, House, carewire, environment, open_house
from tests.turn_server import turn_server
from tests.waiting import until

SECRET = b"shared with nobody else"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def workers_of(house: House) -> list[int]:
    """Return the process ids of the media workers that a clinic runs."""
    pid = house.process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children if _is_worker(child)]


def _is_worker(pid: str) -> bool:
    try:
        return b"actors.relay.process" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def is_gone(pid: int) -> bool:
    """Whether there is no process *pid*, or only its grave."""
    try:
        return ") Z " in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return True


class Clinic(NamedTuple):
    """A clinic that is up with two workers."""

    data: Path
    house: House

    async def check(self, *words: str, **settings: str) -> tuple[int, str]:
        """Run `check media`; return how it ended and what it said."""
        ended = await carewire(
            self.data, "check", "media", *words, **{"CAREWIRE_MEDIA_WORKERS": "2", **settings}
        )
        return ended.code, ended.out + ended.err


@pytest.fixture(scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """Yield a clinic with two media workers."""
    data = tmp_path_factory.mktemp("house") / "data"
    async with open_house(data, CAREWIRE_MEDIA_WORKERS="2") as house:
        yield Clinic(data, house)


async def test_up_runs_each_worker_as_a_process_of_its_own(clinic: Clinic) -> None:
    assert len(workers_of(clinic.house)) == 2


async def test_every_way_to_every_worker_is_tried(clinic: Clinic) -> None:
    code, told = await clinic.check("--json")
    check = msgspec.json.decode(told, type=media.MediaCheck)
    assert code == Exit.DONE
    assert [(row.to, row.way[:14], row.works) for row in check.items] == [
        (worker, f"{way} 127.0.0.1:", True)
        for worker in ("media-0", "media-1")
        for way in ("udp", "tcp")
    ][: len(check.items)]
    assert len(check.items) == 4
    assert check.advice == (FROM_HERE, PRIVATE)


async def test_a_worker_that_does_not_answer_is_said_with_what_to_do(clinic: Clinic) -> None:
    code, told = await clinic.check(CAREWIRE_MEDIA_WORKERS="3")
    assert code == Exit.FAILED
    assert "media-2  bus                  no" in told
    assert SILENT in told


async def test_a_worker_that_dies_is_started_again_and_nothing_else_is(clinic: Clinic) -> None:
    before = workers_of(clinic.house)
    os.kill(before[0], signal.SIGKILL)
    await until(lambda: before[0] not in workers_of(clinic.house))
    await until(lambda: len(workers_of(clinic.house)) == 2, 20)
    assert before[1] in workers_of(clinic.house)
    async with asyncio.timeout(20), connected(clinic.data) as operator:
        while not (await media.check(operator, MediaPaths(("media-0", "media-1")))).good:
            pass
        status = await operator.ask("any", GetStatus())
    assert isinstance(status, NodeStatus)
    assert not any(status.restarts.values())


async def test_a_worker_can_be_run_by_hand_beside_the_others(clinic: Clinic) -> None:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, ROOT / "supervisor.py", "media", "--name", "media-9"),
        stdout=asyncio.subprocess.PIPE,
        env=environment(clinic.data),
    )
    assert process.stdout is not None
    line = (await process.stdout.readline()).decode()
    assert line.startswith("A media worker listens on UDP and TCP port ")
    process.terminate()
    await process.communicate()
    assert process.returncode == Exit.DONE


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--name", "not a token"), "A token of a subject is"),
        (("--name", "media-9", "--bus", "nats://x"), "`--bus` and `--seed` are only good together"),
    ],
)
def test_a_worker_by_hand_needs_a_name_and_a_way_to_the_bus(
    words: tuple[str, ...], why: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings(node=NodeSettings(data=str(tmp_path)))
    write_private(private_directory(tmp_path / "nats") / "media.seed", b"seed")
    write_private(tmp_path / "nats" / "port", b"4222")
    assert supervisor.carry_media(settings, parse(["media", *words])) == Exit.FAILED
    assert why in capsys.readouterr().err


async def test_the_workers_stop_with_the_clinic(tmp_path: Path) -> None:
    async with open_house(tmp_path / "data", CAREWIRE_MEDIA_WORKERS="1") as house:
        (worker,) = workers_of(house)
        house.process.terminate()
        ended = await house.ended()
    assert ended.code == Exit.DONE
    assert "error" not in ended.err
    await until(lambda: is_gone(worker))


async def test_a_port_that_is_taken_is_said_without_a_traceback(tmp_path: Path) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        port = str(taken.getsockname()[1])
        settings = {"CAREWIRE_MEDIA_WORKERS": "1", "CAREWIRE_MEDIA_PORT": port}
        refused = await carewire(tmp_path / "data", "up", **settings)
    assert refused.code == Exit.FAILED
    assert f"UDP and TCP port {port}: another program does. Set another `port`" in refused.err
    assert "Traceback" not in refused.err


# --- without a clinic ----------------------------------------------------------------------------


def operator() -> Operator:
    """Return an operator on a bus on which nobody serves anything."""
    return Operator(MemoryBus().transport("operator"), "root")


async def test_a_clinic_without_workers_is_told_what_that_means() -> None:
    check = await media.check(operator(), MediaPaths())
    assert check.good
    assert check.advice == (NO_WORKERS,)


async def test_a_worker_that_is_not_there_is_no_way() -> None:
    check = await media.check(operator(), MediaPaths(("media-0",)))
    assert not check.good
    assert [row.advice for row in check.items] == [SILENT]
    assert check.advice == ()


async def test_a_turn_server_is_asked_to_relay() -> None:
    async with turn_server(SECRET) as (server, url):
        (good,) = ice_servers(Turn((url,), SECRET), NOW, "check")
        check = await media.check(operator(), MediaPaths(servers=(good,)))
        assert check.good
        assert server.allocated == [good.username]


async def test_m09_a_turn_server_that_has_another_secret_is_said(tmp_path: Path) -> None:
    """M09."""
    del tmp_path
    async with turn_server(b"another secret") as (server, url):
        (bad,) = ice_servers(Turn((url,), SECRET), NOW, "check")
        check = await media.check(operator(), MediaPaths(servers=(bad,)))
    assert not check.good
    assert "it refuses: Unauthorized" in check.items[0].advice
    assert server.allocated == []
    assert server.refused == 1


@pytest.mark.parametrize("scheme", ["turns", "turn"])
async def test_a_turn_server_that_nobody_runs_is_said(scheme: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"{scheme}:127.0.0.1:{port}?transport=tcp"
    assert "it can't be reached" in await probing.allocate(url, IceServer((url,), "a", "b"))


def test_what_a_router_may_hide_is_said() -> None:
    rows = (media.PathRow("media-0", "udp 203.0.113.7:40000", works=False, advice="Open it."),)
    paths = MediaPaths(("media-0",), (), "203.0.113.7")
    assert tuple(media._advice(rows, paths)) == (HAIRPIN,)
