"""Who may connect to the servers of several machines, who may be one, and what each may say."""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, closing
from pathlib import Path

import pytest
from msgspec.structs import replace

from actors.operations.certs import Wish, make
from actors.runtime.clock import SystemClock
from actors.runtime.errors import AskTimedOut, Disconnected, TransportError
from actors.runtime.nats_cluster import ClusterServer
from actors.runtime.nats_config import inbox_of, new_seed
from actors.runtime.nats_keys import Access, open_keys
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.transport import Respond
from config.private import TooOpen
from tests.nats_cluster import NatsCluster, addresses, answered
from tests.waiting import until

ROLES = ("node", "edge", "media", "operator")
ROUTE_PORT = 6222
WAIT = 5.0


def echo(_subject: str, payload: bytes, respond: Respond) -> None:
    respond(payload)


async def refused(access: Access) -> None:
    """Fail unless whoever connects with that *access* is refused."""
    with pytest.raises(TransportError):
        await come_and_go(access)


async def come_and_go(access: Access) -> None:
    transport = await NatsTransport.join(access, patience=WAIT)
    await transport.close()


@pytest.mark.parametrize(
    ("asker", "server", "subject"),
    [
        ("edge", "node", "actor.doctor.1"),
        ("edge", "node", "clock.now"),
        ("node", "node", "actor.doctor.1"),
        ("node", "node", "peer.n2-1"),
        ("node", "node", "peer.moved"),
        ("node", "node", "clock.now"),
        ("node", "edge", "edge.n2.1"),
        ("node", "edge", "peer.moved"),
        ("node", "media", "media.media-0"),
        ("media", "node", "media.beat"),
        ("operator", "node", "actor.doctor.1"),
        ("operator", "node", "node.n2"),
        ("operator", "node", "clock.now"),
        ("operator", "media", "media.media-0"),
    ],
)
async def test_n03_what_many_nodes_do_is_allowed(
    nats_cluster: NatsCluster, asker: str, server: str, subject: str
) -> None:
    """N03."""
    serving = await nats_cluster.connect(server, "n2", at="b")
    await serving.serve(subject, echo)
    asking = await nats_cluster.connect(asker, "n1", at="a")
    await answered(asking, subject, b"hello")
    assert asking.violations == serving.violations == 0


@pytest.mark.parametrize(
    ("role", "subject"),
    [(role, subject) for role in ROLES for subject in (">", "$SYS.>", "_INBOX_n2_node.>")]
    + [(role, "actor.>") for role in ("edge", "media", "operator")]
    + [(role, "peer.>") for role in ("edge", "media", "operator")]
    + [(role, "clock.now") for role in ("edge", "media", "operator")]
    + [(role, "node.n1") for role in ("edge", "media", "operator")]
    + [(role, "edge.>") for role in ("node", "media", "operator")]
    + [(role, "peer.moved") for role in ("media", "operator")],
)
async def test_n03_each_role_hears_only_its_own(
    nats_cluster: NatsCluster, role: str, subject: str
) -> None:
    """N03."""
    transport = await nats_cluster.connect(role)
    with pytest.raises(TransportError):
        await transport.serve(subject, echo)
    assert transport.violations == 1


@pytest.mark.parametrize(
    ("role", "subject"),
    [(role, subject) for role in ROLES for subject in ("$SYS.REQ.SERVER.PING", "other")]
    + [(role, "_INBOX_n2_node.1") for role in ROLES]
    + [(role, "peer.n2-1") for role in ("edge", "media", "operator")]
    + [(role, "peer.moved") for role in ("edge", "media", "operator")]
    + [(role, "edge.n2.1") for role in ("edge", "media", "operator")]
    + [("media", "clock.now")]
    + [("media", "actor.doctor.1"), ("node", "node.n2"), ("edge", "node.n2")],
)
async def test_n03_each_role_says_only_its_own(
    nats_cluster: NatsCluster, role: str, subject: str
) -> None:
    """N03."""
    transport = await nats_cluster.connect(role)
    with pytest.raises(AskTimedOut):
        await transport.ask(subject, b"", 0.05)
    await until(lambda: transport.violations == 1)


@pytest.mark.parametrize("role", ROLES)
async def test_n04_a_node_takes_no_replies_of_another(nats_cluster: NatsCluster, role: str) -> None:
    """N04: in no role, and in none but its own."""
    access = nats_cluster.access(role, "n1")
    await refused(replace(access, inbox_prefix=inbox_of(role, "n2")))
    other = next(each for each in ROLES if each != role)
    await refused(replace(access, inbox_prefix=inbox_of(other, "n1")))


async def test_n02_a_wrong_key_is_refused_by_every_server(nats_cluster: NatsCluster) -> None:
    """N02."""
    await refused(replace(nats_cluster.access("node"), seed=new_seed()))


async def test_n02_no_key_is_refused(nats_cluster: NatsCluster) -> None:
    """N02."""
    access = nats_cluster.access("node", at="a")
    with pytest.raises(Disconnected):
        await NatsTransport.connect(access.urls, ca=access.ca, patience=WAIT)


async def test_without_tls_nobody_gets_in(nats_cluster: NatsCluster) -> None:
    access = nats_cluster.access("node", at="a")
    plain = tuple(url.replace("tls://", "nats://") for url in access.urls)
    await refused(replace(access, urls=plain, ca=None))


async def test_a_server_with_a_strangers_certificate_is_not_believed(
    nats_cluster: NatsCluster, tmp_path: Path
) -> None:
    address = f"{addresses()['a'].rpartition('.')[0]}.9"
    make(Wish(tmp_path / "other", (f"a={address}",), ("n1",)), (), SystemClock().now())
    async with ClusterServer(tmp_path / "other" / "servers" / "a"):
        theirs = open_keys(tmp_path / "other" / "nodes" / "n1").access("node")
        ours = nats_cluster.access("node")
        await come_and_go(theirs)
        await refused(replace(theirs, ca=ours.ca))
        await refused(replace(theirs, ca=None))  # the system's authorities don't know it either


async def test_a_server_under_another_address_than_its_own_is_not_believed(
    nats_cluster: NatsCluster,
) -> None:
    async with listening(through(addresses()["a"], 4222)) as port:
        access = nats_cluster.access("node", at="a")
        await refused(replace(access, urls=(f"tls://127.0.0.1:{port}",)))


async def test_one_that_speaks_no_tls_is_told_nothing(nats_cluster: NatsCluster) -> None:
    """It could pass on what we sign, and be let in in our place."""
    heard: list[bytes] = []

    async def pretend(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b'INFO {"version":"2.15.1","nonce":"x","headers":true,"max_payload":9}\r\n')
        heard.append(await reader.read(1000))
        writer.close()

    async with listening(pretend) as port:
        access = nats_cluster.access("node", at="a")
        await refused(replace(access, urls=(f"tls://127.0.0.1:{port}",)))
        await refused(replace(access, urls=(f"nats://127.0.0.1:{port}",)))
    assert [said[:1] for said in heard] == [b"\x16", b"\x16"]  # the begin of a TLS handshake
    assert not any(b"CONNECT" in said for said in heard)


async def test_only_servers_of_the_clinic_are_let_in_as_servers(
    nats_cluster: NatsCluster, tmp_path: Path
) -> None:
    make(Wish(tmp_path / "other", ("a=127.0.0.1",), ("n1",)), (), SystemClock().now())
    stranger = tmp_path / "other" / "servers" / "a"
    own = nats_cluster.directory / "servers" / "b"
    lets_in = await asyncio.gather(
        *(asyncio.to_thread(route, nats_cluster, as_) for as_ in (None, stranger, own))
    )
    assert lets_in == [False, False, True]


async def test_new_keys_for_a_node_shut_out_who_has_its_old_ones(nats_cluster: NatsCluster) -> None:
    """A machine was lost: the others do not notice."""
    stays = await nats_cluster.connect("node", "n1", at="a")
    lost = await nats_cluster.connect("node", "n3", at="a")
    old = nats_cluster.access("node", "n3")
    made = nats_cluster.certs(renew=("n3",), nodes=("n4",))
    assert made.nodes == ("n3", "n4")
    assert made.servers == ("a", "b", "c")
    for server in nats_cluster.servers.values():
        server.reload()
    await until(lambda: not lost.connected)
    await lost.close()
    await refused(old)
    for node in ("n3", "n4"):
        link = await nats_cluster.connect("node", node, at="a")
        await link.serve(f"node.{node}", echo)
    assert stays.connected
    assert stays.violations == 0


@pytest.mark.parametrize("name", [".", "server.conf", "key.pem"])
async def test_c04_it_does_not_start_when_others_may_reach_its_secrets(
    tmp_path: Path, name: str
) -> None:
    """C04."""
    make(Wish(tmp_path / "keys", ("a=127.0.0.1",), ("n1",)), (), SystemClock().now())
    directory = tmp_path / "keys" / "servers" / "a"
    (directory / name).chmod(0o755 if name == "." else 0o640)
    with pytest.raises(TooOpen):
        await ClusterServer(directory).start()


def route(cluster: NatsCluster, as_: Path | None) -> bool:
    """Return whether the server a takes us for another server, with the certificate in *as_*."""
    host = addresses()["a"]
    context = ssl.create_default_context(cafile=str(cluster.directory / "ca.pem"))
    if as_ is not None:
        context.load_cert_chain(as_ / "cert.pem", as_ / "key.pem")
    with closing(socket.create_connection((host, ROUTE_PORT), timeout=WAIT)) as plain:
        try:
            with context.wrap_socket(plain, server_hostname=host) as inside:
                inside.sendall(b"PING\r\n")
                return inside.recv(100) != b""
        except (ssl.SSLError, ConnectionError):
            return False


@asynccontextmanager
async def listening(
    serve: "asyncio.streams._ClientConnectedCallback",
) -> AsyncIterator[int]:
    """Have *serve* answer on a port of loopback."""
    server = await asyncio.start_server(serve, "127.0.0.1")
    async with server:
        yield server.sockets[0].getsockname()[1]


def through(host: str, port: int) -> "asyncio.streams._ClientConnectedCallback":
    """Return who passes everything on to another address."""

    async def passing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection(host, port)
        async with AsyncExitStack() as stack:
            stack.callback(writer.close)
            stack.callback(back.close)
            await asyncio.gather(copy(reader, back), copy(there, writer))

    return passing


async def copy(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
    while data := await source.read(4096):
        to.write(data)
    if to.can_write_eof():
        to.write_eof()
