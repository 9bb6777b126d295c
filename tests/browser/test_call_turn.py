"""Calls by way of a TURN server, with the credentials that browsers are told; see CALLS 4."""

import ipaddress
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from playwright.async_api import Browser

from actors.call_session.turn import Turn, ice_servers
from actors.media import IceServer
from actors.runtime.clock import SystemClock
from tests.browser.calling import FakeCall, figures, open_caller, open_pages
from tests.browser.measures import say
from tests.browser.namespaces import own_network
from tests.browser.turn_server import (
    EXAMPLE,
    FORBIDDEN,
    Served,
    denials,
    open_turn,
    without_denials,
)
from tests.edge import Edge

SECRET = b"a-secret-of-the-clinic-and-its-turn-server"
PRIVATE = ["10.1.2.3", "127.0.0.1", "169.254.169.254", "172.20.0.1", "192.168.1.1", "224.0.0.1"]
PRIVATE += ["0.0.0.0", "100.64.0.1", "198.18.0.1", "240.0.0.1", "255.255.255.255"]  # noqa: S104
PRIVATE_6 = ["::1", "fe80::1", "fd00::1", "ff02::1", "64:ff9b::a01:203"]
PUBLIC = "203.0.113.9"
ONLY_RELAYED = """() => {
  const Plain = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Plain {
    constructor(settings) {
      super({ ...settings, iceTransportPolicy: "relay" });
    }
  };
}"""
GATHER = """async (servers) => {
  const pc = new RTCPeerConnection({ iceServers: servers, iceTransportPolicy: "relay" });
  const found = { relayed: 0, errors: [] };
  pc.onicecandidate = ({ candidate }) => candidate?.type === "relay" && (found.relayed += 1);
  pc.onicecandidateerror = ({ errorCode }) => found.errors.push(errorCode);
  pc.addTransceiver("audio");
  await pc.setLocalDescription();
  while (pc.iceGatheringState !== "complete") {
    await new Promise((done) => (pc.onicegatheringstatechange = done));
  }
  pc.close();
  return found;
}"""


@pytest.fixture(scope="module", autouse=True)
def network() -> Iterator[None]:
    """Enter a network of our own, where that is possible."""
    with own_network():
        yield


@pytest.fixture(scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """Run a TURN server that carries between pages of this machine."""
    directory = tmp_path_factory.mktemp("turn")
    async with open_turn(directory, SECRET, *without_denials()) as served:
        yield served


@pytest.fixture(scope="module")
async def caller() -> AsyncIterator[Browser]:
    """Start a browser with a camera."""
    async with open_caller() as browser:
        yield browser


@pytest.fixture
async def call(caller: Browser, edge: Edge) -> AsyncIterator[FakeCall]:
    """Let two pages be in one call, of which nothing is shown to them yet."""
    async with open_pages(caller, edge) as call:
        yield call


def told(served: Served, now: datetime | None = None, secret: bytes = SECRET) -> tuple[Any, ...]:
    """Return what a browser is told of the server, as JSON."""
    servers = ice_servers(Turn(served.urls, secret), now or SystemClock().now(), "somebody")
    return tuple(msgspec.to_builtins(servers))


async def gather(call: FakeCall, servers: tuple[Any, ...]) -> dict[str, Any]:
    """Return how many ways through the server a page gets, and the errors."""
    found: dict[str, Any] = await call.pages[0].page.evaluate(GATHER, servers)
    return found


async def test_13_two_who_can_only_be_relayed_talk_through_the_turn_server(
    call: FakeCall, served: Served
) -> None:
    call.ice = told(served)
    for one in call.pages:
        await one.page.evaluate(ONLY_RELAYED)
    if not served.carries:
        assert (await gather(call, call.ice))["relayed"] > 0
        return
    await call.connect()
    for one in call.pages:
        found = await figures(one.page)
        assert found["path"]["kind"] == "relay"
        say("connected_by_turn", found["took_ms"], "ms")
        assert not await one.errors()


async def test_13_a_wrong_or_old_credential_is_refused(call: FakeCall, served: Served) -> None:
    old = SystemClock().now() - timedelta(days=1)
    assert (await gather(call, told(served)))["relayed"] > 0
    for servers in (told(served, secret=b"another secret"), told(served, old)):
        found = await gather(call, servers)
        assert found["relayed"] == 0
        assert 401 in found["errors"]


def test_m08_the_example_denies_every_network_that_is_not_public() -> None:
    """M08."""
    for address in PRIVATE + PRIVATE_6:
        assert is_denied(address), address
    assert not is_denied(PUBLIC)
    assert not is_denied("2001:db8::9")


def is_denied(address: str) -> bool:
    """Tell whether a line of the example denies *address*."""
    at = ipaddress.ip_address(address)
    for line in EXAMPLE.read_text().splitlines():
        name, _, span = line.partition("=")
        first, _, last = span.partition("-")
        if name != "denied-peer-ip":
            continue
        ends = ipaddress.ip_address(first), ipaddress.ip_address(last or first)
        if ends[0].version == at.version and int(ends[0]) <= int(at) <= int(ends[1]):
            return True
    return False


async def test_m08_a_server_set_up_as_the_example_says_lets_nobody_into_private_networks(
    tmp_path: Path,
) -> None:
    """M08."""
    async with open_turn(tmp_path, SECRET) as served:
        if not served.carries:
            return
        (server,) = ice_servers(Turn(served.urls, SECRET), SystemClock().now(), "somebody")
        assert isinstance(server, IceServer)
        found = await denials(served, server, [*PRIVATE, PUBLIC])
    assert found == {**dict.fromkeys(PRIVATE, FORBIDDEN), PUBLIC: 0}
