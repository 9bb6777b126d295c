"""Several nats-servers that are one bus: what goes across, and what happens when one goes."""

import asyncio
import signal
import sys
import time
from itertools import count
from pathlib import Path

import pytest

from actors.runtime.errors import NoResponder, TransportError
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.subjects import PEER_MOVED
from actors.runtime.transport import Respond
from tests.nats_cluster import NAMES, NODES, NatsCluster, answered
from tests.waiting import until

SUBJECT = "actor.doctor.7"
SHARDS = 256
DEADLINE = 5.0
ATTEMPT = 0.25

SERVING = """
import asyncio, sys
from pathlib import Path
from actors.runtime.nats_keys import open_keys
from actors.runtime.nats_transport import NatsTransport

async def main():
    access = open_keys(Path(sys.argv[1]), (sys.argv[2],)).access("node")
    transport = await NatsTransport.join(access)
    await transport.serve(sys.argv[3], lambda subject, payload, respond: respond(payload))
    await asyncio.sleep(60)

asyncio.run(main())
"""


def echo(_subject: str, payload: bytes, respond: Respond) -> None:
    respond(payload)


def show(name: str, value: float, unit: str) -> None:
    """Print a measured figure."""
    print(f"figure {name} {value:.4g} {unit}")  # noqa: T201  for who measures


class Stream:
    """Two who serve, and one on each server who asks without a pause, as clients do."""

    def __init__(self, cluster: NatsCluster) -> None:
        self._cluster = cluster
        self.transports: list[NatsTransport] = []
        self.done: set[bytes] = set()
        self.acknowledged: set[bytes] = set()
        self.repeated = 0
        self.worst = 0.0
        self._asking: list[asyncio.Task[None]] = []
        self._over = False

    async def begin(self) -> None:
        """Serve from the servers a and b, ask from all three."""
        for name, node in (("a", "n1"), ("b", "n2")):
            server = await self._connect("node", node, name)
            await server.serve("actor.doctor.*", self._do)
        for name, node in zip(NAMES, NODES, strict=True):
            asker = await self._connect("edge", node, name)
            await answered(asker, SUBJECT, b"hello")
            self._asking.append(asyncio.create_task(self._ask_on(asker, name)))

    async def more(self, number: int = 50) -> None:
        """Return when so many more have been answered, or an ask has failed."""
        wanted = len(self.acknowledged) + number
        await until(
            lambda: len(self.acknowledged) >= wanted or any(task.done() for task in self._asking)
        )

    async def end(self) -> None:
        """Return when nothing is under way; fail when an ask failed, or what it did is lost."""
        self._over = True
        await asyncio.gather(*self._asking)
        assert self.acknowledged <= self.done

    async def _connect(self, role: str, node: str, first: str) -> NatsTransport:
        transport = await self._cluster.connect(role, node, first=first)
        self.transports.append(transport)
        return transport

    def _do(self, _subject: str, payload: bytes, respond: Respond) -> None:
        self.done.add(payload)
        respond(payload)

    async def _ask_on(self, asker: NatsTransport, name: str) -> None:
        for number in count():
            if self._over:
                return
            payload = f"{name}{number}".encode()
            began = time.monotonic()
            async with asyncio.timeout(DEADLINE):
                await self._acknowledge(asker, payload)
            self.worst = max(self.worst, time.monotonic() - began)

    async def _acknowledge(self, asker: NatsTransport, payload: bytes) -> None:
        while payload not in self.acknowledged:
            try:
                self.acknowledged.add(await asker.ask(SUBJECT, payload, ATTEMPT))
            except TransportError:
                self.repeated += 1
                await asyncio.sleep(0.005)


@pytest.fixture
async def stream(nats_cluster: NatsCluster) -> Stream:
    stream = Stream(nats_cluster)
    await stream.begin()
    return stream


async def test_who_serves_on_one_server_is_reached_from_every_other(
    nats_cluster: NatsCluster,
) -> None:
    server = await nats_cluster.connect("node", "n1", at="a")
    await server.serve(SUBJECT, echo)
    for name, node in zip(NAMES, NODES, strict=True):
        asker = await nats_cluster.connect("edge", node, at=name)
        await answered(asker, SUBJECT, b"hello")


async def test_everyone_is_reached_on_every_server(nats_cluster: NatsCluster) -> None:
    heard: list[str] = []
    for name, node in zip(NAMES, NODES, strict=True):
        hearing = await nats_cluster.connect("edge", node, at=name)

        def hear(_subject: str, _payload: bytes, _to: Respond, name: str = name) -> None:
            heard.append(name)

        await hearing.serve(PEER_MOVED, hear, everyone=True)
    telling = await nats_cluster.connect("node", "n1", at="a")
    async with asyncio.timeout(DEADLINE):
        while set(heard) != set(NAMES):
            await outcome(telling, PEER_MOVED)


async def test_nobody_serves_any_more_once_the_one_who_did_was_killed(
    nats_cluster: NatsCluster,
) -> None:
    """Whoever asks on another server is told at once, and not at the end of their patience."""
    asker = await nats_cluster.connect("edge", "n2", at="b")
    keys = nats_cluster.directory / "nodes" / "n1"
    serving = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", SERVING, str(keys), nats_cluster.url("a"), SUBJECT),
        env={"PYTHONPATH": str(Path.cwd())},
    )
    await answered(asker, SUBJECT)
    began = time.monotonic()
    serving.kill()
    async with asyncio.timeout(DEADLINE):
        while not isinstance(await outcome(asker, SUBJECT), NoResponder):
            pass
    show("no_responder_across_servers_after_kill", (time.monotonic() - began) * 1000, "ms")
    await serving.wait()


async def outcome(asker: NatsTransport, subject: str) -> bytes | BaseException:
    """Ask once, not for long, and return what came of it."""
    (found,) = await asyncio.gather(asker.ask(subject, b"", 0.02), return_exceptions=True)
    return found


async def test_after_a_kill_of_its_server_a_node_serves_its_shards_on_another(
    nats_cluster: NatsCluster,
) -> None:
    node = await nats_cluster.connect("node", "n1", first="a")
    began = time.monotonic()
    await asyncio.gather(*(node.serve(f"actor.*.{shard}", echo) for shard in range(SHARDS)))
    show("serve_256_shards", (time.monotonic() - began) * 1000, "ms")
    asker = await nats_cluster.connect("edge", "n2", at="c")
    await answered(asker, "actor.doctor.255")
    began = time.monotonic()
    await nats_cluster.down("a")
    await asyncio.gather(*(answered(asker, f"actor.doctor.{shard}") for shard in range(SHARDS)))
    show("all_shards_answer_after_server_kill", (time.monotonic() - began) * 1000, "ms")
    await until(lambda: nats_cluster.on(node) != "a")


async def test_a_frozen_server_is_left_for_another(nats_cluster: NatsCluster) -> None:
    node = await nats_cluster.connect("node", "n1", first="a")
    await node.serve(SUBJECT, echo)
    asker = await nats_cluster.connect("edge", "n2", at="b")
    await answered(asker, SUBJECT)
    began = time.monotonic()
    nats_cluster.signal("a", signal.SIGSTOP)
    try:
        await until(lambda: nats_cluster.on(node) != "a")
        show("frozen_server_left", time.monotonic() - began, "s")
        await answered(asker, SUBJECT)
        show("answers_again_after_frozen_server", time.monotonic() - began, "s")
    finally:
        nats_cluster.signal("a", signal.SIGCONT)


async def test_a_node_that_can_choose_does_not_wait_for_a_frozen_server(
    nats_cluster: NatsCluster,
) -> None:
    for name in ("a", "b"):
        nats_cluster.signal(name, signal.SIGSTOP)
    try:
        began = time.monotonic()
        node = await nats_cluster.connect("node")
        show("connect_past_frozen_servers", (time.monotonic() - began) * 1000, "ms")
        assert nats_cluster.on(node) == "c"
    finally:
        for name in ("a", "b"):
            nats_cluster.signal(name, signal.SIGCONT)


async def test_a_server_in_lame_duck_mode_is_left_before_it_closes(
    nats_cluster: NatsCluster, stream: Stream
) -> None:
    nats_cluster.signal("a", signal.SIGUSR2)
    await until(lambda: "a" not in map(nats_cluster.on, stream.transports))
    await stream.more()
    assert nats_cluster.servers["a"].running
    await nats_cluster.servers["a"].stop()
    await stream.more()
    await stream.end()
    show("repeated_over_lame_duck", stream.repeated, "asks")
    show("worst_ask_over_lame_duck", stream.worst * 1000, "ms")


async def test_a_rolling_restart_of_all_servers_loses_nothing(
    nats_cluster: NatsCluster, stream: Stream
) -> None:
    for name in NAMES:
        await nats_cluster.servers[name].stop()
        await stream.more()
        await nats_cluster.up(name)
    await stream.more()
    await stream.end()
    show("asks_over_rolling_restart", len(stream.acknowledged), "asks")
    show("repeated_over_rolling_restart", stream.repeated, "asks")
    show("worst_ask_over_rolling_restart", stream.worst * 1000, "ms")


async def test_killing_one_server_after_another_loses_nothing(
    nats_cluster: NatsCluster, stream: Stream
) -> None:
    for name in NAMES:
        await nats_cluster.down(name)
        await stream.more()
        await nats_cluster.up(name)
    await stream.end()
    show("repeated_over_server_kills", stream.repeated, "asks")
    show("worst_ask_over_server_kills", stream.worst * 1000, "ms")
