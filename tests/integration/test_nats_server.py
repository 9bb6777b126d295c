"""The server process: its start and end, its files, its version."""

import asyncio
import os
import signal
import socket
import sys
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

from actors.runtime.nats_server import NatsServer, ServerNotStarted
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.transport import Respond
from config.floors import BelowFloor
from config.private import TooOpen
from tests.nats import NatsBus
from tests.waiting import until

ORPHAN = """
import asyncio, sys
from pathlib import Path
from actors.runtime.nats_server import NatsServer

async def main():
    server = NatsServer(Path(sys.argv[1]))
    await server.start()
    print(server.pid, flush=True)
    await server.wait()

asyncio.run(main())
"""


def program(path: Path, script: str) -> Path:
    """Write an executable shell script."""
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o700)
    return path


async def test_all_that_it_keeps_is_its_owners_alone(own_nats_bus: NatsBus) -> None:
    """C04."""
    directory = own_nats_bus.server.log.parent
    assert directory.stat().st_mode & 0o777 == 0o700
    assert {file.name for file in directory.iterdir() if file.suffix != ".ports"} == {
        *("edge.seed", "media.seed", "node.seed", "operator.seed"),
        *("port", "server.conf", "server.log"),
    }
    assert {file.stat().st_mode & 0o777 for file in directory.iterdir()} == {0o600}


@pytest.mark.parametrize(
    "name", [".", "node.seed", "edge.seed", "media.seed", "operator.seed", "port"]
)
async def test_c04_it_does_not_start_when_others_may_reach_its_secrets(
    tmp_path: Path, name: str
) -> None:
    """C04."""
    directory = tmp_path / "nats"
    async with NatsServer(directory):
        pass
    (directory / name).chmod(0o755 if name == "." else 0o640)
    with pytest.raises(TooOpen):
        await NatsServer(directory).start()


async def test_each_install_has_its_own_keys(tmp_path: Path) -> None:
    async with NatsServer(tmp_path / "one") as one, NatsServer(tmp_path / "two") as two:
        seeds = {(await server.access(user)).seed for server in (one, two) for user in USERS}
    assert len(seeds) == 8


async def test_each_node_of_a_machine_has_keys_and_inboxes_of_its_own(tmp_path: Path) -> None:
    async with NatsServer(tmp_path / "nats", nodes=("main-1", "main-2")) as server:
        accesses = [
            await server.access(user, node)
            for user in USERS
            for node in ("main", "main-1", "main-2")
        ]
        assert len({access.seed for access in accesses}) == 12
        assert len({access.inbox_prefix for access in accesses}) == 12
        for access in accesses:
            await (await NatsTransport.join(access, patience=5)).close()


async def test_a_node_that_comes_to_a_machine_changes_no_keys(tmp_path: Path) -> None:
    async with NatsServer(tmp_path / "nats") as one:
        before = await one.access("edge")
    async with NatsServer(tmp_path / "nats", nodes=("main-1",)) as two:
        assert (await two.access("edge")).seed == before.seed
        await (await NatsTransport.join(await two.access("node", "main-1"), patience=5)).close()


async def test_what_runs_since_the_release_before_is_still_let_in(tmp_path: Path) -> None:
    """It has the key of a role, and takes its replies without the name of a node."""
    async with NatsServer(tmp_path / "nats") as server:
        access = await server.access("media")
        before = replace(access, inbox_prefix="_INBOX_media")
        node = await NatsTransport.join(await server.access("node"), patience=5)
        await node.serve("media.beat", lambda _subject, payload, respond: respond(payload))
        media = await NatsTransport.join(before, patience=5)
        assert await media.ask("media.beat", b"alive", 5) == b"alive"
        await asyncio.gather(node.close(), media.close())


async def test_256_shards_are_served_at_once(own_nats_bus: NatsBus) -> None:
    asker, node = await own_nats_bus.connect("edge"), await own_nats_bus.connect("node")

    def echo(_subject: str, payload: bytes, respond: Respond) -> None:
        respond(payload)

    began = time.monotonic()
    await asyncio.gather(*(node.serve(f"actor.*.{shard}", echo) for shard in range(256)))
    print(f"figure serve_256_shards {(time.monotonic() - began) * 1000:.4g} ms")  # noqa: T201
    asked = [asker.ask(f"actor.doctor.{shard}", b"there", 5) for shard in range(256)]
    assert await asyncio.gather(*asked) == [b"there"] * 256


async def test_n07_an_old_server_is_not_started(tmp_path: Path) -> None:
    """N07."""
    old = program(tmp_path / "nats-server", "echo nats-server: v2.14.2")
    with pytest.raises(BelowFloor, match=r"2\.14\.2 is too old"):
        await NatsServer(tmp_path / "nats", program=old).start()


async def test_a_server_that_does_not_come_up_is_told_so(tmp_path: Path) -> None:
    broken = program(tmp_path / "nats-server", '[ "$1" = --version ] && echo v2.15.1')
    with pytest.raises(ServerNotStarted):
        await NatsServer(tmp_path / "nats", program=broken).start()


async def test_a_server_that_never_gets_ready_is_ended(tmp_path: Path) -> None:
    script = '[ "$1" = --version ] && echo v2.15.1 && exit; exec /bin/sleep 60'
    stuck = NatsServer(
        tmp_path / "nats", program=program(tmp_path / "nats-server", script), start_seconds=0.1
    )
    with pytest.raises(ServerNotStarted):
        await stuck.start()
    assert not _alive(stuck.pid)


async def test_a_port_that_somebody_else_took_is_given_up_at_the_first_start(
    tmp_path: Path,
) -> None:
    directory = tmp_path / "nats"
    async with NatsServer(directory) as server:
        taken = (await server.access("node")).url
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(taken.rpartition(":")[2])))
        other.listen()
        async with NatsServer(directory) as server:
            assert (await server.access("node")).url != taken


async def test_its_end_is_told_to_who_waits_for_it(own_nats_bus: NatsBus) -> None:
    ended = asyncio.create_task(own_nats_bus.server.wait())
    own_nats_bus.signal(signal.SIGKILL)
    assert await asyncio.wait_for(ended, 5) == -signal.SIGKILL


async def test_even_a_frozen_server_stops(own_nats_bus: NatsBus) -> None:
    own_nats_bus.signal(signal.SIGSTOP)
    async with asyncio.timeout(30):
        await own_nats_bus.server.stop()
    await own_nats_bus.server.stop()


async def test_it_dies_with_its_parent(tmp_path: Path) -> None:
    parent = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", ORPHAN, str(tmp_path / "nats")), stdout=asyncio.subprocess.PIPE
    )
    assert parent.stdout is not None
    server = int(await parent.stdout.readline())
    os.kill(server, 0)
    parent.kill()
    await parent.communicate()
    await until(lambda: not _alive(server))


async def test_a_client_that_came_first_waits_for_the_server(tmp_path: Path) -> None:
    server = NatsServer(tmp_path / "nats")
    async with server:
        access = await server.access("node")
    connecting = asyncio.create_task(
        NatsTransport.connect(access.url, seed=access.seed, inbox_prefix=access.inbox_prefix)
    )
    async with server:
        transport = await connecting
        assert transport.connected
        await transport.close()


USERS = ("node", "edge", "media", "operator")


def _alive(pid: int) -> bool:
    """Whether process *pid* runs; one that only waits to be buried does not."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
