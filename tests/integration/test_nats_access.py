"""Who may connect to the bus, from where, and what they may say there."""

from pathlib import Path

import pytest

from actors.runtime.errors import AskTimedOut, Disconnected, NoResponder, TransportError
from actors.runtime.nats_config import new_seed
from actors.runtime.nats_server import NatsServer
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.transport import Respond
from tests.nats import NatsBus
from tests.waiting import until

LISTENING = "0A"
LOOPBACK = "0100007F"


def listening(pid: int) -> list[tuple[str, int]]:
    """Return the address (hex) and port of each socket on which process *pid* listens."""
    files = (entry.readlink() for entry in Path(f"/proc/{pid}/fd").iterdir())
    ours = {str(file)[8:-1] for file in files if str(file).startswith("socket:[")}
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        for line in Path(f"/proc/{pid}/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[9] in ours and (fields[3] == LISTENING or table.startswith("udp")):
                address, port = fields[1].split(":")
                found.append((address, int(port, 16)))
    return found


def ignore(subject: str, payload: bytes, respond: Respond) -> None:
    """Take a request and never answer."""


async def connect_as(server: NatsServer, userinfo: str = "", seed: str | None = None) -> None:
    """Try to connect with other means than a user's own key."""
    url = (await server.access("node")).url.replace("//", f"//{userinfo}")
    transport = await NatsTransport.connect(url, seed=seed, patience=5)
    await transport.close()


async def test_n01_the_server_listens_on_one_port_of_loopback_only(nats_server: NatsServer) -> None:
    """N01."""
    port = int((await nats_server.access("node")).url.rpartition(":")[2])
    assert listening(nats_server.pid) == [(LOOPBACK, port)]


async def test_n01_the_port_is_chosen_once_and_kept(tmp_path: Path) -> None:
    """N01."""
    directory = tmp_path / "nats"
    async with NatsServer(directory) as first:
        chosen = await first.access("node")
    async with NatsServer(directory) as second:
        assert await second.access("node") == chosen


@pytest.mark.parametrize("userinfo", ["", "token@", "node:password@", "edge:@"])
async def test_n02_nobody_connects_without_a_key(nats_server: NatsServer, userinfo: str) -> None:
    """N02."""
    with pytest.raises(Disconnected):
        await connect_as(nats_server, userinfo)


async def test_n02_an_unknown_key_is_refused(nats_server: NatsServer) -> None:
    """N02."""
    with pytest.raises(Disconnected):
        await connect_as(nats_server, seed=new_seed())


@pytest.mark.parametrize(
    ("user", "subject"),
    [
        (user, subject)
        for user in ("node", "edge", "media", "operator")
        for subject in (">", "*.>", "_INBOX.>", "$SYS.>", "$SYS.REQ.SERVER.PING")
    ]
    + [
        ("node", "_INBOX_edge.>"),
        ("node", "_INBOX_operator.>"),
        ("node", "edge.>"),
        ("edge", "_INBOX_node.>"),
        ("edge", "actor.>"),
        ("edge", "actor.doctor.*"),
        ("edge", "node.main"),
        ("operator", "_INBOX_node.>"),
        ("operator", "actor.>"),
        ("operator", "edge.>"),
        ("operator", "node.main"),
        ("operator", "media.media-0"),
        ("node", "media.media-0"),
        ("edge", "media.beat"),
        ("media", "media.beat"),
        ("media", "actor.>"),
        ("media", "node.main"),
        ("media", "_INBOX_node.>"),
        ("edge", "peer.>"),
        ("edge", "clock.now"),
        ("media", "peer.moved"),
        ("operator", "peer.moved"),
    ],
)
async def test_n03_each_user_subscribes_only_its_own(
    nats_bus: NatsBus, user: str, subject: str
) -> None:
    """N03."""
    transport = await nats_bus.connect(user)
    with pytest.raises(TransportError):
        await transport.serve(subject, ignore)
    assert transport.violations == 1


@pytest.mark.parametrize(
    ("user", "subject"),
    [
        (user, subject)
        for user in ("node", "edge", "media", "operator")
        for subject in ("$SYS.REQ.SERVER.PING", "_INBOX.1", "other", "_INBOX_node.1")
    ]
    + [("node", "node.main"), ("edge", "node.main"), ("edge", "edge.main.1")]
    + [("operator", "edge.main.1"), ("operator", "_INBOX_edge.1"), ("edge", "media.media-0")]
    + [("media", "actor.doctor.1"), ("media", "media.media-1"), ("media", "node.main")]
    + [("edge", "edge.here"), ("edge", "media.here"), ("operator", "edge.here")]
    + [("edge", "peer.moved"), ("operator", "peer.moved"), ("media", "clock.now")],
)
async def test_n03_each_user_publishes_only_its_own(
    nats_bus: NatsBus, user: str, subject: str
) -> None:
    """N03."""
    transport = await nats_bus.connect(user)
    with pytest.raises(AskTimedOut):
        await transport.ask(subject, b"", 0.05)
    await until(lambda: transport.violations == 1)


@pytest.mark.parametrize(
    ("asker", "server", "subject"),
    [
        ("edge", "node", "actor.doctor.1"),
        ("node", "node", "actor.doctor.1"),
        ("operator", "node", "actor.doctor.1"),
        ("operator", "node", "node.main"),
        ("node", "edge", "edge.main.1"),
        ("node", "media", "media.media-0"),
        ("media", "node", "media.beat"),
        ("operator", "media", "media.media-0"),
        ("node", "node", "peer.main-1"),
        ("node", "edge", "peer.moved"),
        ("node", "edge", "edge.here"),
        ("node", "media", "media.here"),
        ("edge", "node", "clock.now"),
    ],
)
async def test_n03_what_the_clinic_does_is_allowed(
    nats_bus: NatsBus, asker: str, server: str, subject: str
) -> None:
    """N03."""
    serving = await nats_bus.connect(server)
    await serving.serve(subject, lambda _subject, payload, respond: respond(payload))
    asking = await nats_bus.connect(asker)
    assert await asking.ask(subject, b"hello", 5) == b"hello"
    assert asking.violations == serving.violations == 0


async def test_n03_a_second_answer_to_one_request_is_refused(nats_bus: NatsBus) -> None:
    """N03."""
    waiting: list[Respond] = []
    serving = await nats_bus.connect("edge")
    await serving.serve("edge.main.*", lambda _subject, _payload, to: waiting.append(to))
    asked = (await nats_bus.connect("node")).ask("edge.main.1", b"", 5)
    await until(lambda: len(waiting) == 1)
    waiting[0](b"first")
    waiting[0](b"second")
    assert await asked == b"first"
    await until(lambda: serving.violations == 1)


@pytest.mark.parametrize("prefix", ["_INBOX", "_INBOX_node", "_INBOX_operator"])
async def test_n04_replies_come_to_the_own_inbox_only(nats_bus: NatsBus, prefix: str) -> None:
    """N04."""
    with pytest.raises(TransportError):
        await nats_bus.connect("edge", prefix=prefix)


async def test_a_request_that_wants_its_reply_elsewhere_gets_none(nats_bus: NatsBus) -> None:
    """A server may answer to any subject, so the transport checks which."""
    got: list[bytes] = []

    def handler(_subject: str, payload: bytes, respond: Respond) -> None:
        got.append(payload)
        respond(b"")

    node = await nats_bus.connect("node")
    await node.serve("actor.doctor.*", handler)
    await node.serve("actor.victim.*", lambda _subject, payload, _to: got.append(payload))
    edge = await nats_bus.connect("edge")
    edge._link.publish("actor.doctor.1", b"asked", reply="actor.victim.1")
    edge._link.publish("actor.doctor.1", b"told")
    await until(lambda: len(got) == 2)
    with pytest.raises(NoResponder):
        await edge.ask("actor.nobody.1", b"", 5)
    assert got == [b"asked", b"told"]


async def test_n08_no_secret_stands_in_arguments_environment_or_log(own_nats_bus: NatsBus) -> None:
    """N08."""
    server = own_nats_bus.server
    accesses = [await server.access(user) for user in ("node", "edge", "media", "operator")]
    edge = await own_nats_bus.connect("edge")
    with pytest.raises(TransportError):
        await edge.serve("actor.>", ignore)
    with pytest.raises(Disconnected):
        await connect_as(server, seed=new_seed())
    files = [Path(f"/proc/{server.pid}") / part for part in ("cmdline", "environ")]
    files += [file for file in server.log.parent.iterdir() if file.suffix != ".seed"]
    told = [file.read_bytes() for file in files] + [repr(accesses).encode()]
    assert server.log in files
    assert not any(access.seed.encode() in text for access in accesses for text in told)
