"""What waits for a browser that does not read, or writes nonsense (SECURITY W09, W10)."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any, cast

import msgspec
from aiohttp import WSMessage, WSMsgType, web
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.accounts.messages import LiveSession
from actors.address import Address
from actors.caller import Caller, Role
from actors.ids import AccountKey, SessionId, UserId
from actors.refusal import NotFound
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.envelope import Told, Watched
from actors.runtime.mint import SystemMint
from actors.runtime.transport import Transport
from http_edge.sockets import watches
from http_edge.sockets.frames import Changed, Close, Outgoing, Refused
from http_edge.sockets.hub import Hub
from http_edge.sockets.presence import Owner
from http_edge.sockets.socket import Socket
from http_edge.sockets.waiting import Waiting

ME = Caller("me", Role.PATIENT, "session")
LIVE = LiveSession(
    SessionId("session"), UserId("me"), "Me", Role.PATIENT, "UTC", datetime(2100, 1, 1, tzinfo=UTC)
)
NO_EVENTS = msgspec.Raw(b"\x90")


class Actors:
    """Stands for every actor: mine may be watched, others not."""

    async def watch(self, to: Address, *_: object, **__: object) -> Watched:
        """Answer a watch."""
        if to.key == "nobody":
            raise NotFound
        return Watched(0, (), resync=False)

    async def ask_numbered(self, *_: object, **__: object) -> tuple[LiveSession, int]:
        """Say that the session lives."""
        return LIVE, 1


class Deaf:
    """A connection of which nobody reads the other end; it brings the texts that it was given."""

    def __init__(self, *texts: str) -> None:
        self.texts = list(texts)
        self.read_all = asyncio.Event()
        self.closed_with: int | None = None

    async def __aiter__(self) -> AsyncIterator[WSMessage]:
        for text in self.texts:
            yield WSMessage(WSMsgType.TEXT, text, "")
        self.read_all.set()
        await asyncio.Event().wait()

    async def send_str(self, _: str) -> None:
        """Wait for a reader who never comes."""
        await asyncio.Event().wait()

    async def close(self, *, code: int, message: bytes) -> None:
        """Note the code."""
        assert message
        self.closed_with = code


def socket_on(connection: Deaf, queue_bytes: int = 262_144) -> Socket:
    nowhere = cast("Transport", None)
    owner = Owner(ME, AccountKey("mine"), float("inf"))
    return Socket(
        cast("web.WebSocketResponse", connection),
        None,
        owner,
        hub=Hub(nowhere, SystemClock(), SystemMint(), per_user=10),
        client=cast("Client", Actors()),
        clock=SystemClock(),
        queue_bytes=queue_bytes,
    )


def watch(key: str) -> str:
    return json.dumps({"type": "watch", "address": f"patient/{key}", "after": 0})


def told(key: str, seq: int) -> Told:
    return Told(Address("patient", key), seq, 1, NO_EVENTS)


async def test_w10_news_for_a_slow_reader_takes_the_place_of_older_news() -> None:
    connection = Deaf(*(watch(f"p{number}") for number in range(10)))
    socket = socket_on(connection)
    running = asyncio.create_task(socket.run())
    await connection.read_all.wait()
    for seq in range(1, 10_000):
        socket.told(told(f"p{seq % 10}", seq))
    assert len(socket._waiting) <= 20
    assert connection.closed_with is None
    socket.end(Close.GOING_AWAY)
    await running


async def test_w10_a_reader_for_whom_too_much_waits_is_sent_away_to_come_back() -> None:
    connection = Deaf(*(watch("nobody") for _ in range(40)))
    await socket_on(connection, queue_bytes=1000).run()
    assert connection.closed_with == 1013


async def test_frames_leave_in_order_and_the_newest_number_of_an_address_wins() -> None:
    waiting = Waiting(1000)
    waiting.put(Changed("patient/a", 1))
    waiting.put(Refused("", "x", "y"))
    waiting.put(Changed("patient/a", 2))
    taken = [msgspec.json.decode(await waiting.take()) for _ in range(2)]
    assert [frame["type"] for frame in taken] == ["refused", "changed"]
    assert taken[1]["seq"] == 2
    assert len(waiting) == 0


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=5,
)
FIELD = st.sampled_from(["watch", "unwatch", "changed", "patient/x", "doctor/y", "a/b", "patient/"])
NEARLY = st.fixed_dictionaries(
    {},
    optional={
        "type": FIELD | JSON,
        "address": FIELD | st.text(max_size=300) | JSON,
        "after": st.integers() | JSON,
        "seq": JSON,
    },
)
TEXTS = st.text(max_size=200) | JSON.map(json.dumps) | NEARLY.map(json.dumps)


@settings(max_examples=100, deadline=None)
@given(st.lists(TEXTS, min_size=100, max_size=100))
def test_w09_ten_thousand_frames_break_nothing(texts: list[str]) -> None:
    asyncio.run(take_all(texts))


async def take_all(texts: list[str]) -> None:
    sent: list[Outgoing] = []
    socket = socket_on(Deaf())
    keep(socket, sent.append)
    for text in texts:
        await socket._take(text)
    for frame in sent:
        msgspec.json.decode(msgspec.json.encode(frame), type=Outgoing)
    assert not socket._ending.done()
    assert len(socket._watches._shown) <= watches.MOST


def keep(socket: Any, put: Callable[[Outgoing], None]) -> None:  # noqa: ANN401
    """Let what *socket* has to say go to *put*."""
    socket._put = put
    socket._watches._put = put
