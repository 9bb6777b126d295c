"""Whether browsers find a worker: its own paths checked as a browser does, and a TURN server's.

A check is a real one (RFC 8445, 7.2.4): signed with the password of an answer that the worker gave.
"""

import asyncio
import os
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs

from aioice import stun, turn

from actors.media import IceServer

PATIENCE: Final = 2.0
"""Seconds that a path is worth waiting for."""
_TRIES: Final = 4
_PRIORITY: Final = 1_845_501_695
_UFRAG: Final = "probe"
_OFFER: Final = """\
v=0
o=- 1 1 IN IP4 0.0.0.0
s=-
t=0 0
a=group:BUNDLE 0
m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=ice-ufrag:{ufrag}
a=ice-pwd:{password}
a=fingerprint:sha-256 {fingerprint}
a=setup:actpass
a=mid:0
a=sendonly
a=rtcp-mux
a=rtpmap:111 opus/48000/2
a=ssrc:1 cname:probe
"""


@dataclass(frozen=True, slots=True)
class Way:
    """One way to a worker, as its answer names it: `udp` or `tcp`."""

    protocol: str
    host: str
    port: int


@dataclass(frozen=True, slots=True)
class Found:
    """What an answer says of the worker."""

    ways: tuple[Way, ...]
    ufrag: str
    password: str


def offer() -> str:
    """Return an offer of somebody who sends a voice; its section is called `0`."""
    text = _OFFER.format(
        ufrag=_UFRAG, password=os.urandom(16).hex(), fingerprint=os.urandom(32).hex(":").upper()
    )
    return text.replace("\n", "\r\n")


def read_answer(sdp: str) -> Found:
    """Return which ways the answer to `offer` names; raise `ValueError` when it is none."""
    said = {name: _values(sdp, name) for name in ("candidate", "ice-ufrag", "ice-pwd")}
    if not all(said.values()):
        raise ValueError("The answer takes no media.")
    ways = tuple(_way(candidate.split()) for candidate in said["candidate"])
    return Found(ways, said["ice-ufrag"][0], said["ice-pwd"][0])


def _values(sdp: str, name: str) -> list[str]:
    head = f"a={name}:"
    return [line.removeprefix(head) for line in sdp.splitlines() if line.startswith(head)]


def _way(candidate: list[str]) -> Way:
    """Read a candidate (RFC 8839, 5.1): foundation, component, protocol, priority, where."""
    _, _, protocol, _, host, port, *_ = candidate
    return Way(protocol.lower(), host, int(port))


async def check(way: Way, found: Found, patience: float = PATIENCE) -> float | None:
    """Return after how many milliseconds the worker answered by *way*.

    None: it did not within *patience* (seconds).
    """
    ask = {"udp": _by_udp, "tcp": _by_tcp}[way.protocol]
    clock = asyncio.get_running_loop().time
    begun = clock()
    with suppress(OSError, TimeoutError, asyncio.IncompleteReadError):
        async with asyncio.timeout(patience):
            await ask(way, found)
            return (clock() - begun) * 1000
    return None


class _Heard(asyncio.DatagramProtocol):
    """Waits for the answer to one check."""

    def __init__(self, is_answer: Callable[[bytes], bool]) -> None:
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._is_answer = is_answer

    def datagram_received(self, data: bytes, _addr: object) -> None:
        """Take a datagram."""
        if not self.done.done() and self._is_answer(data):
            self.done.set_result(None)


async def _by_udp(way: Way, found: Found) -> None:
    request = _request(found)
    transport, heard = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Heard(lambda data: _answers(data, request, found)),
        remote_addr=(way.host, way.port),
    )
    try:
        for _ in range(_TRIES):
            transport.sendto(bytes(request))
            await asyncio.wait({heard.done}, timeout=PATIENCE / _TRIES)
            if heard.done.done():
                return
        raise TimeoutError
    finally:
        transport.close()


async def _by_tcp(way: Way, found: Found) -> None:
    """Check by TCP: each message has its length before it (RFC 4571)."""
    request = _request(found)
    reader, writer = await asyncio.open_connection(way.host, way.port)
    try:
        data = bytes(request)
        writer.write(len(data).to_bytes(2, "big") + data)
        while not _answers(await _framed(reader), request, found):
            pass
    finally:
        writer.close()


async def _framed(reader: asyncio.StreamReader) -> bytes:
    return await reader.readexactly(int.from_bytes(await reader.readexactly(2), "big"))


def _request(found: Found) -> stun.Message:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{found.ufrag}:{_UFRAG}"
    message.attributes["PRIORITY"] = _PRIORITY
    message.attributes["ICE-CONTROLLING"] = int.from_bytes(os.urandom(8), "big")
    message.add_message_integrity(found.password.encode())
    return message


def _answers(data: bytes, request: stun.Message, found: Found) -> bool:
    try:
        message = stun.parse_message(data)
    except ValueError:
        return False
    return (
        message.message_class is stun.Class.RESPONSE
        and message.transaction_id == request.transaction_id
        and message.check_message_integrity(found.password.encode())
    )


async def allocate(url: str, server: IceServer) -> str:
    """Have the TURN server at *url* relay for us for a moment; return why not, or nothing."""
    secure, _, rest = url.partition(":")
    place, _, query = rest.partition("?")
    host, _, port = place.rpartition(":") if ":" in place.rpartition("]")[2] else (place, "", "")
    transport = parse_qs(query).get("transport", ["tcp" if secure == "turns" else "udp"])[0]
    number = int(port) if port else (5349 if secure == "turns" else 3478)
    connecting = turn.create_turn_endpoint(
        asyncio.DatagramProtocol,
        server_addr=(host.strip("[]"), number),
        username=server.username,
        password=server.credential,
        ssl=ssl.create_default_context() if secure == "turns" else False,
        transport=transport,
    )
    return await _reason(connecting)


async def _reason(connecting: Awaitable[tuple[turn.TurnTransport, object]]) -> str:
    try:
        async with asyncio.timeout(2 * PATIENCE):
            allocated, _ = await connecting
    except TimeoutError:
        return "it does not answer"
    except stun.TransactionFailed as error:
        return f"it refuses: {error.response.attributes.get('ERROR-CODE', ('', ''))[1]}"
    except (stun.TransactionError, ConnectionError, OSError, ssl.SSLError) as error:
        return f"it can't be reached: {error}"
    allocated.close()
    return ""
