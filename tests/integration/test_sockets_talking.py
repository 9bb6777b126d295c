"""People who write to one another over live sockets, through the real bus and the real store."""

import asyncio
import socket as sockets
from contextlib import suppress
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import msgspec
import pytest

from actors.caller import Caller, Role
from actors.conversation.messages import MOST_TEXT, PostMessage, address_of
from actors.ids import MessageId
from http_edge.idempotency import HEADER
from http_edge.once import MESSAGES
from http_edge.routes import Kind
from http_edge.sockets import flow, socket
from http_edge.sockets.hub import HUB
from tests.clinic import open_clinic
from tests.edge import V1, Edge, Person, Ward, open_edge, open_ward, routes_of
from tests.integration.sockets_support import Live, open_live, page_cookie, post_form
from tests.integration.threads_support import Pair, pair_of
from tests.waiting import until


@pytest.fixture
async def pair(edge: Edge, ward: Ward) -> Pair:
    """Return a patient and a doctor who may write to one another."""
    return await pair_of(edge, ward)


async def follow(live: Live, pair: Pair, after: int = 0) -> int:
    """Follow the thread of *pair*; return the number of its last event."""
    await live.say({"type": "follow", "conversation": pair.id, "after": after})
    return int((await live.hear_until(type="following"))["last"])


async def at(edge: Edge, person: Person) -> Person:
    """Return *person*, signed in at another edge of the same clinic."""
    return await Person(edge, person.email).sign_in()


def post(pair: Pair, key: str, text: str = "Hello", **more: object) -> dict[str, Any]:
    """Return the frame of a message."""
    return {"type": "post", "id": key, "conversation": pair.id, "text": text, **more}


async def test_what_one_writes_the_other_reads_at_once(edge: Edge, pair: Pair) -> None:
    async with open_live(edge, pair.patient) as pat, open_live(edge, pair.doctor) as mia:
        await follow(pat, pair)
        await follow(mia, pair)
        await mia.say({"type": "typing", "conversation": pair.id})
        assert (await pat.hear_until(type="typing"))["user"] == pair.doctor.user
        await mia.say(post(pair, "m1", "How is it?"))
        done = await mia.hear_until(type="done", id="m1")
        heard = await pat.hear_until(type="message")
        assert (heard["number"], heard["text"]) == (done["number"], "How is it?")
        number = heard["number"]
        await pat.say({"type": "mark", "conversation": pair.id, "read": number})
        marked = await mia.hear_until(type="marked")
        assert (marked["user"], marked["mark"]["read"]) == (pair.patient.user, number)
        await pat.say(post(pair, "p1", "Better", reply_to=number))
        answer = await mia.hear_until(type="message", key="p1")
        assert answer["quote"]["text"] == "How is it?"
        await mia.say(
            {"type": "edit", "id": "m2", "conversation": pair.id, "number": number, "text": "Well?"}
        )
        assert (await pat.hear_until(type="edited"))["text"] == "Well?"
        await mia.say({"type": "delete", "id": "m3", "conversation": pair.id, "number": number})
        assert (await pat.hear_until(type="deleted"))["original"] == number


async def test_what_is_told_is_as_it_is_described(edge: Edge, pair: Pair) -> None:
    answer = await edge.send("GET", f"{V1}/asyncapi.json")
    assert answer.status == 200
    described = answer.json["components"]["messages"]
    hear = answer.json["operations"]["hear"]["messages"]
    names = [each["$ref"].rpartition("/")[2] for each in hear]
    schemas = {described[name]["name"]: described[name]["payload"] for name in names}
    async with open_live(edge, pair.patient) as live:
        await live.say(post(pair, "one"))
        await live.say({"type": "mark", "conversation": pair.id, "read": 1})
        await live.say({"type": "watch", "address": f"notify/{pair.patient.user}", "after": 0})
        await live.say({"type": "follow", "conversation": pair.id, "after": 0})
        await live.say({"type": "nonsense"})
        wanted = {"members", "visit", "message", "done", "following", "watching", "refused"}
        while wanted:
            frame = await live.hear()
            whole = {**schemas[frame["type"]], "components": answer.json["components"]}
            jsonschema.validate(frame, whole)
            wanted.discard(frame["type"])


async def test_a_message_sent_again_by_http_is_the_same_message(edge: Edge, pair: Pair) -> None:
    async with open_live(edge, pair.patient) as live:
        await live.say(post(pair, "one-id", "Hello"))
        number = (await live.hear_until(type="done"))["number"]
        again = await pair.patient.post(
            f"{pair.api}/messages", {"text": "Hello"}, **{HEADER: "one-id"}
        )
        assert (again.status, again.json["number"]) == (201, number)
        first = await pair.patient.post(
            f"{pair.api}/messages", {"text": "By HTTP"}, **{HEADER: "other-id"}
        )
        await live.say(post(pair, "other-id", "By HTTP"))
        assert (await live.hear_until(type="done"))["number"] == first.json["number"]
    items = (await pair.patient.get(f"{pair.api}/messages")).json["items"]
    assert [item["text"] for item in items if item["type"] == "message"] == ["Hello", "By HTTP"]


def test_sockets_and_http_mean_the_same_door(edge: Edge) -> None:
    doors = {(route.method, route.path) for route in routes_of(edge) if route.kind is Kind.API}
    assert ("POST", MESSAGES) in doors


async def test_a_repeated_id_has_its_first_number_after_a_restart(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic, open_edge(clinic) as edge:
        pair = await pair_of(edge, await open_ward(edge))
        async with open_live(edge, pair.patient) as live:
            await live.say(post(pair, "one-id"))
            number = (await live.hear_until(type="done"))["number"]
        await pair.says(pair.doctor, "Hello to you")
        await clinic.settled()
    async with open_clinic(tmp_path) as clinic, open_edge(clinic) as edge:
        person = Person(edge, pair.patient.email, pair.patient.user, pair.patient.token)
        async with open_live(edge, await person.sign_in()) as live:
            await live.say(post(pair, "one-id"))
            assert (await live.hear_until(type="done"))["number"] == number


async def test_a_thread_goes_on_over_edges_and_lost_sockets(edge: Edge, pair: Pair) -> None:
    numbers: list[int] = []
    async with open_edge(edge.clinic) as far:
        there = await at(far, pair.patient)
        for turn in range(3):
            person = there if turn % 2 else pair.patient
            async with open_live(person.edge, person) as live:
                await pair.says(pair.doctor, f"While nobody read {turn}")
                after = numbers[-1] if numbers else 0
                await live.say({"type": "follow", "conversation": pair.id, "after": after})
                said = await pair.says(pair.doctor, f"While somebody read {turn}")
                while not numbers or numbers[-1] < said:
                    numbers.append((await live.hear_until(type="message"))["number"])
            await pair.says(pair.doctor, f"Afterwards {turn}")
    items = (await pair.patient.get(f"{pair.api}/messages?limit=100")).json["items"]
    assert numbers == [item["number"] for item in items if item["type"] == "message"][:-1]


async def test_w07_a_doctor_whose_visit_is_called_off_hears_no_more(edge: Edge, pair: Pair) -> None:
    async with open_live(edge, pair.patient) as pat, open_live(edge, pair.doctor) as mia:
        await follow(pat, pair)
        await follow(mia, pair)
        cancelled = await pair.patient.post(f"/appointments/{pair.appointment}/cancel", {})
        assert cancelled.status == 200, cancelled.text
        refused = await mia.hear_until(type="refused")
        assert (refused["address"], refused["code"]) == (f"conversation/{pair.id}", "not_found")
        assert not (await pat.hear_until(type="members", open=False))["open"]
        await pat.say(post(pair, "too-late"))
        assert not (await pat.hear_until(type="refused", id="too-late"))["again"]


async def test_w07_signing_out_ends_what_is_followed(edge: Edge, pair: Pair) -> None:
    cookie = await page_cookie(edge, pair.patient)
    headers = {"Cookie": cookie, "Origin": edge.url}
    async with open_live(edge, edge.visitor, headers) as live:
        await follow(live, pair)
        await post_form(edge, "/sign-out", {}, cookie)
        assert await live.closing(5) == 4401


async def test_w08_every_frame_against_every_relation(edge: Edge, ward: Ward, pair: Pair) -> None:
    said = await pair.says(pair.doctor, "Between us")
    frames: dict[str, dict[str, object]] = {
        "follow": {"conversation": pair.id, "after": 0},
        "mark": {"conversation": pair.id, "read": said},
        "post": {"conversation": pair.id, "text": "Hello"},
        "edit": {"conversation": pair.id, "number": said, "text": "Something else"},
        "delete": {"conversation": pair.id, "number": said},
    }
    members = {pair.patient.user, pair.doctor.user}
    addresses = {
        f"conversation/{pair.id}": members,
        f"files/{pair.id}": set(),
        f"notify/{pair.patient.user}": {pair.patient.user},
        f"notify/{pair.doctor.user}": {pair.doctor.user},
    }
    for person in (await edge.patient(), ward.doctors[1], ward.admin, pair.patient, pair.doctor):
        async with open_live(edge, person) as live:
            for kind, fields in frames.items():
                answer = await answered(live, kind, fields, f"{kind}-{person.user}")
                if person.user not in members:
                    assert (answer["type"], answer["code"]) == ("refused", "not_found"), kind
                elif kind in {"edit", "delete"}:  # by its author alone
                    assert answer["type"] == ("done" if person is pair.doctor else "refused")
            for address, allowed in addresses.items():
                await live.watch(address)
                frame = await live.hear_until(address=address)
                while frame["type"] == "changed":  # the thread is followed, too
                    frame = await live.hear_until(address=address)
                expected = "watching" if person.user in allowed else "refused"
                assert frame["type"] == expected, (address, person.email)


async def answered(live: Live, kind: str, fields: dict[str, object], key: str) -> dict[str, Any]:
    """Say something, and return what comes of it."""
    if kind in {"follow", "mark"}:
        await live.say({"type": kind, **fields})
        return await live.hear()
    await live.say({"type": kind, "id": key, **fields})
    return await live.hear_until(id=key)


HOSTILE = (
    '{"type": "post"}',
    '{"type": "post", "id": "", "conversation": "x", "text": ""}',
    '{"type": "post", "id": "a b", "conversation": "x", "text": ""}',
    '{"type": "post", "id": "a", "conversation": "x.>", "text": ""}',
    '{"type": "post", "id": "a", "conversation": "../x", "text": ""}',
    '{"type": "post", "id": "a", "conversation": "x", "text": "\\ud800"}',
    '{"type": "post", "id": "a", "conversation": "x", "text": "' + "y" * 8001 + '"}',
    '{"type": "post", "id": "a", "conversation": "x", "text": "", "author": "mia"}',
    '{"type": "post", "id": "a", "conversation": "x", "text": "", "files": ["a/b"]}',
    '{"type": "edit", "id": "a", "conversation": "x", "number": -1, "text": ""}',
    '{"type": "delete", "id": "a", "conversation": "x", "number": 1e20}',
    '{"type": "mark", "conversation": "x", "read": 9007199254740993}',
    '{"type": "follow", "conversation": "' + "x" * 65 + '", "after": 0}',
    '{"type": "typing", "conversation": "x", "user": "mia"}',
    '{"type": "here", "conversation": "x", "here": "yes"}',
    '{"type": "message", "conversation": "x", "number": 1}',
    '{"type": "done", "id": "a", "conversation": "x", "number": 1}',
)


async def test_w09_a_hostile_frame_of_chat_is_refused_and_closes_nothing(edge: Edge) -> None:
    async with open_live(edge, await edge.patient()) as live:
        for text in HOSTILE:
            await live.socket.send_str(text)
            refused = await live.hear()
            assert (refused["type"], refused["code"]) == ("refused", "malformed_frame"), text


async def test_w04_a_burst_of_messages_is_taken(edge: Edge, pair: Pair) -> None:
    async with open_live(edge, pair.patient) as live:
        waiting = [f"key-{number}" for number in range(flow.BURST - 20)]
        said = list(waiting)
        for key in waiting[:30]:
            await live.say(post(pair, key))
        sent = 30
        while said:
            frame = await live.hear()
            assert frame["type"] == "done", frame
            assert frame["id"] == said.pop(0)
            if sent < len(waiting):
                await live.say(post(pair, waiting[sent]))
                sent += 1


class Relay:
    """A line between a program and the edge, which can go dead without a word to either."""

    def __init__(self, edge: Edge) -> None:
        self._port = edge.settings.port
        self._tasks: list[asyncio.Task[None]] = []
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None
        self.dead = False

    async def open(self) -> int:
        """Listen; return the port."""
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection("localhost", self._port)
        self._writers += [writer, far_writer]
        for source, sink in ((reader, far_writer), (far_reader, writer)):
            self._tasks.append(asyncio.create_task(self._carry(source, sink)))

    async def _carry(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65_536):
                if not self.dead:
                    sink.write(data)

    async def close(self) -> None:
        """Let go of everything."""
        assert self._server is not None
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for writer in self._writers:
            writer.close()
            with suppress(ConnectionError):
                await writer.wait_closed()
        await self._server.wait_closed()


async def test_w06_a_line_that_goes_dead_is_noticed_and_forgotten(edge: Edge, pair: Pair) -> None:
    async with open_edge(edge.clinic, heartbeat_seconds=0.3) as quick:
        relay = Relay(quick)
        port = await relay.open()
        headers = {"Authorization": f"Bearer {(await at(quick, pair.patient)).token}"}
        host = {"Host": f"localhost:{quick.settings.port}"}
        url = f"http://127.0.0.1:{port}/live"
        async with edge.session.ws_connect(url, headers={**headers, **host}) as line:
            live = Live(line)
            await follow(live, pair)
            assert len(quick.app[HUB]) == 1
            relay.dead = True
            await until(lambda: len(quick.app[HUB]) == 0)
            await relay.close()


MANY = 600
TEXT = "\N{EURO SIGN}" * MOST_TEXT


async def test_w10_a_reader_who_stops_is_cut_off_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Many messages come while somebody does not read; each is there once, later."""
    monkeypatch.setattr(socket, "PATIENCE", 0.5)
    async with (
        open_clinic(tmp_path) as clinic,
        open_edge(clinic, socket_queue_bytes=65_536) as small,
    ):
        pair = await pair_of(small, await open_ward(small))
        reader, writer = await narrow_line(small)
        await shake_hands(pair, reader, writer)
        await until(lambda: len(small.app[HUB]) == 1)
        await write_many(small, pair)
        await until(lambda: len(small.app[HUB]) == 0)
        numbers = await what_had_come(reader)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        before = len(numbers)
        async with open_live(small, pair.patient) as live:
            await go_on(live, pair, numbers)
        assert before < MANY
        assert len(numbers) == MANY
        assert numbers == sorted(set(numbers))


async def narrow_line(edge: Edge) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """Return a connection of which little fits into the pipe."""
    line = sockets.socket(sockets.AF_INET)
    line.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    line.setblocking(False)
    await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", edge.settings.port))
    return await asyncio.open_connection(sock=line, limit=4096)


async def shake_hands(
    pair: Pair, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    """Open a websocket by hand and follow the thread of *pair*; read no more than the answer."""
    lines = (
        "GET /live HTTP/1.1",
        f"Host: localhost:{pair.edge.settings.port}",
        f"Authorization: Bearer {pair.patient.token}",
        "Connection: Upgrade",
        "Upgrade: websocket",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
        "\r\n",
    )
    writer.write("\r\n".join(lines).encode())
    assert b" 101 " in await reader.readline()
    text = b'{"type":"follow","conversation":"%s","after":0}' % pair.id.encode()
    frame = bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text
    writer.write(frame)


async def write_many(edge: Edge, pair: Pair) -> None:
    """Let the doctor write thousands of messages."""
    client, mia = edge.clinic.client, Caller(pair.doctor.user, Role.DOCTOR)
    for start in range(0, MANY, 20):
        async with asyncio.TaskGroup() as tasks:
            for number in range(start, start + 20):
                once = MessageId(f"{pair.id}-{number}")
                telling = client.tell(address_of(pair.id), PostMessage(TEXT), mia, id=once, wait=20)
                tasks.create_task(telling)


async def what_had_come(reader: asyncio.StreamReader) -> list[int]:
    """Read what lies in the pipe of a connection that was cut; return the messages' numbers."""
    while await reader.readline() != b"\r\n":  # the answer to the handshake
        pass
    numbers = []
    with suppress(ConnectionError, asyncio.IncompleteReadError):
        while True:
            kind, size = await reader.readexactly(2)
            if size == 126:
                size = int.from_bytes(await reader.readexactly(2))
            data = await reader.readexactly(size)
            frame = msgspec.json.decode(data) if kind == 0x81 else {}
            if frame.get("type") == "message":
                numbers.append(frame["number"])
    return numbers


async def go_on(live: Live, pair: Pair, numbers: list[int]) -> None:
    """Follow after the last of *numbers*, and put to them what comes."""
    after = numbers[-1] if numbers else 0
    await live.say({"type": "follow", "conversation": pair.id, "after": after})
    while (frame := await live.hear())["type"] != "following":
        numbers.append(frame["number"])
