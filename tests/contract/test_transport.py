"""What every transport promises: in one process and over a nats-server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Protocol

import pytest

from actors.runtime.errors import (
    AskTimedOut,
    Disconnected,
    NoResponder,
    PayloadTooLarge,
    ReplyTooLarge,
)
from actors.runtime.memory_transport import MemoryBus, MemoryTransport
from actors.runtime.nats_server import NatsServer
from actors.runtime.transport import Handler, Respond, Transport
from tests.nats import NatsBus
from tests.waiting import until

LIMIT = 262_144
WAIT = 5.0


class Bus(Protocol):
    """Something that transports connect to, and that can be away."""

    async def connect(self) -> Transport:
        """Return a new transport."""

    async def down(self) -> None:
        """Be away."""

    async def up(self) -> None:
        """Be there again."""


class InProcess:
    """The bus of one process, in the words of `Bus`."""

    def __init__(self) -> None:
        self._bus = MemoryBus()
        self._transports: list[MemoryTransport] = []

    async def connect(self) -> MemoryTransport:
        """Return a new transport."""
        self._transports.append(self._bus.transport())
        return self._transports[-1]

    async def down(self) -> None:
        """Cut every transport off."""
        for transport in self._transports:
            transport.cut()

    async def up(self) -> None:
        """Mend every connection."""
        for transport in self._transports:
            transport.mend()

    async def close(self) -> None:
        """Close every transport."""
        for transport in self._transports:
            await transport.close()


@pytest.fixture(params=["memory", "nats"])
async def bus(request: pytest.FixtureRequest, nats_server: NatsServer) -> AsyncIterator[Bus]:
    if request.param == "nats":
        async with AsyncExitStack() as stack:
            yield NatsBus(nats_server, stack)
    else:
        in_process = InProcess()
        yield in_process
        await in_process.close()


@pytest.fixture
async def asker(bus: Bus) -> Transport:
    return await bus.connect()


@pytest.fixture
async def server(bus: Bus) -> Transport:
    return await bus.connect()


def echo(subject: str, payload: bytes, respond: Respond) -> None:
    respond(subject.encode() + b" " + payload)


def silent(subject: str, payload: bytes, respond: Respond) -> None:
    """Take a request and never answer."""


def collect(into: list[bytes], answer: bytes = b"taken") -> Handler:
    def handler(_subject: str, payload: bytes, respond: Respond) -> None:
        into.append(payload)
        respond(answer)

    return handler


async def test_an_ask_gets_its_answer(asker: Transport, server: Transport) -> None:
    await server.serve("actor.doctor.7", echo)
    assert await asker.ask("actor.doctor.7", b"hello", WAIT) == b"actor.doctor.7 hello"


async def test_a_transport_may_ask_itself(server: Transport) -> None:
    await server.serve("actor.doctor.7", echo)
    assert await server.ask("actor.doctor.7", b"", WAIT) == b"actor.doctor.7 "


async def test_a_star_serves_any_one_token_and_the_handler_sees_which(
    asker: Transport, server: Transport
) -> None:
    await server.serve("actor.doctor.*", echo)
    assert await asker.ask("actor.doctor.12", b"x", WAIT) == b"actor.doctor.12 x"
    with pytest.raises(NoResponder):
        await asker.ask("actor.doctor.12.13", b"x", WAIT)
    with pytest.raises(NoResponder):
        await asker.ask("actor.patient.12", b"x", WAIT)


async def test_many_asks_at_once_each_get_their_own_answer(
    asker: Transport, server: Transport
) -> None:
    await server.serve("actor.doctor.*", echo)
    subjects = [f"actor.doctor.{number}" for number in range(300)]
    replies = await asyncio.gather(*(asker.ask(subject, b"", WAIT) for subject in subjects))
    assert replies == [f"{subject} ".encode() for subject in subjects]


async def test_an_answer_may_come_later_from_the_same_loop(
    asker: Transport, server: Transport
) -> None:
    waiting: list[Respond] = []
    await server.serve("actor.doctor.7", lambda _subject, _payload, to: waiting.append(to))
    asked = asker.ask("actor.doctor.7", b"", WAIT)
    await until(lambda: len(waiting) == 1)
    assert not asked.done()
    waiting[0](b"late but well")
    assert await asked == b"late but well"


async def test_what_one_asks_of_one_subject_arrives_in_order(
    asker: Transport, server: Transport
) -> None:
    got: list[bytes] = []
    await server.serve("actor.doctor.7", collect(got))
    sent = [str(number).encode() for number in range(200)]
    await asyncio.gather(*(asker.ask("actor.doctor.7", payload, WAIT) for payload in sent))
    assert got == sent


async def test_a_subject_that_nobody_serves_is_told_at_once(asker: Transport) -> None:
    async with asyncio.timeout(1):
        with pytest.raises(NoResponder):
            await asker.ask("actor.nobody.1", b"", WAIT)


async def test_an_ask_without_an_answer_times_out(asker: Transport, server: Transport) -> None:
    await server.serve("actor.doctor.7", silent)
    async with asyncio.timeout(1):
        with pytest.raises(AskTimedOut):
            await asker.ask("actor.doctor.7", b"", 0.05)


async def test_an_answer_after_the_time_out_is_dropped(asker: Transport, server: Transport) -> None:
    waiting: list[Respond] = []
    await server.serve("actor.doctor.7", lambda _subject, _payload, to: waiting.append(to))
    with pytest.raises(AskTimedOut):
        await asker.ask("actor.doctor.7", b"", 0.01)
    await until(lambda: len(waiting) == 1)
    waiting[0](b"too late")
    await server.serve("actor.doctor.8", echo)
    assert await asker.ask("actor.doctor.8", b"", WAIT) == b"actor.doctor.8 "


async def test_the_largest_message_passes_both_ways(asker: Transport, server: Transport) -> None:
    await server.serve("actor.doctor.7", lambda _subject, payload, respond: respond(payload))
    payload = bytes(LIMIT)
    assert await asker.ask("actor.doctor.7", payload, WAIT) == payload


async def test_a_larger_message_is_refused_and_not_sent(
    asker: Transport, server: Transport
) -> None:
    got: list[bytes] = []
    await server.serve("actor.doctor.7", collect(got))
    with pytest.raises(PayloadTooLarge):
        await asker.ask("actor.doctor.7", bytes(LIMIT + 1), WAIT)
    assert await asker.ask("actor.doctor.7", b"small", WAIT) == b"taken"
    assert got == [b"small"]


async def test_who_asks_and_who_serves_know_what_is_carried(
    asker: Transport, server: Transport
) -> None:
    assert (asker.max_payload, server.max_payload) == (LIMIT, LIMIT)


async def test_of_a_reply_that_is_too_large_the_asker_is_told_at_once(
    asker: Transport, server: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    await server.serve("actor.doctor.7", lambda _subject, _payload, to: to(b"x" * (LIMIT + 1)))
    await server.serve("actor.doctor.8", echo)
    async with asyncio.timeout(WAIT):
        with pytest.raises(ReplyTooLarge):
            await asker.ask("actor.doctor.7", b"", 60)
    assert "A reply is too large: 262145 bytes, asked of actor.doctor.7." in caplog.text
    assert "xxx" not in caplog.text
    assert await asker.ask("actor.doctor.8", b"", WAIT) == b"actor.doctor.8 "


async def test_of_a_reply_that_comes_later_and_is_too_large_the_asker_is_told(
    asker: Transport, server: Transport
) -> None:
    waiting: list[Respond] = []
    await server.serve("actor.doctor.7", lambda _subject, _payload, to: waiting.append(to))
    asked = [asker.ask("actor.doctor.7", b"", 60) for _ in range(2)]
    await until(lambda: len(waiting) == 2)
    waiting[0](bytes(LIMIT + 1))
    waiting[1](bytes(LIMIT))
    async with asyncio.timeout(WAIT):
        with pytest.raises(ReplyTooLarge):
            await asked[0]
        assert await asked[1] == bytes(LIMIT)


async def test_an_empty_reply_is_a_reply(asker: Transport, server: Transport) -> None:
    await server.serve("actor.doctor.7", lambda _subject, _payload, respond: respond(b""))
    assert await asker.ask("actor.doctor.7", b"", WAIT) == b""


async def test_of_several_servers_one_gets_each_request(bus: Bus, asker: Transport) -> None:
    got: list[list[bytes]] = [[], [], []]
    for into in got:
        await (await bus.connect()).serve("actor.doctor.*", collect(into))
    sent = [str(number).encode() for number in range(100)]
    await asyncio.gather(*(asker.ask("actor.doctor.7", payload, WAIT) for payload in sent))
    assert sorted(payload for into in got for payload in into) == sorted(sent)
    assert all(got)


async def test_those_who_serve_for_everyone_all_get_each_request(
    bus: Bus, asker: Transport
) -> None:
    got: list[list[bytes]] = [[], [], []]
    for into in got:
        await (await bus.connect()).serve("actor.doctor.*", collect(into), everyone=True)
    sent = [str(number).encode() for number in range(50)]
    replies = [asker.ask("actor.doctor.7", payload, WAIT) for payload in sent]
    assert await asyncio.gather(*replies) == [b"taken"] * 50
    await until(lambda: all(len(into) == len(sent) for into in got))
    assert all(into == sent for into in got)


async def test_the_first_of_many_replies_counts(bus: Bus, asker: Transport) -> None:
    waiting: list[Respond] = []
    for _ in range(2):
        await (await bus.connect()).serve(
            "actor.doctor.7", lambda _subject, _payload, to: waiting.append(to), everyone=True
        )
    asked = asker.ask("actor.doctor.7", b"", WAIT)
    await until(lambda: len(waiting) == 2)
    waiting[1](b"first")
    assert await asked == b"first"
    waiting[0](b"second")
    asked = asker.ask("actor.doctor.7", b"", WAIT)
    await until(lambda: len(waiting) == 4)
    waiting[2](b"third")
    assert await asked == b"third"


def called(name: bytes) -> Handler:
    """Return what answers with its name."""
    return lambda _subject, payload, respond: respond(name + payload)


async def test_the_replies_of_all_who_serve_for_everyone_can_be_gathered(
    bus: Bus, asker: Transport
) -> None:
    assert await asker.gather("actor.doctor.7", b"", WAIT) == [], "nobody is there: at once"
    names, gathered = (b"one", b"two", b"three"), list[bytes]()
    for name in names:
        await (await bus.connect()).serve("actor.doctor.7", called(name), everyone=True)
    while len(gathered) < len(names):  # a busy one may answer too late
        gathered = await asker.gather("actor.doctor.7", b"!", 0.5)
    assert sorted(gathered) == [b"one!", b"three!", b"two!"]
    assert await asker.ask("actor.doctor.7", b"!", WAIT) in gathered
    await bus.down()
    await until(lambda: not asker.connected)
    assert await asker.gather("actor.doctor.7", b"!", WAIT) == []
    await bus.up()


async def test_who_serves_for_everyone_takes_nothing_from_the_others(
    bus: Bus, asker: Transport
) -> None:
    for_all: list[bytes] = []
    one_of_two: list[bytes] = []
    await (await bus.connect()).serve("actor.doctor.7", collect(for_all), everyone=True)
    for _ in range(2):
        await (await bus.connect()).serve("actor.doctor.7", collect(one_of_two))
    sent = [str(number).encode() for number in range(50)]
    await asyncio.gather(*(asker.ask("actor.doctor.7", payload, WAIT) for payload in sent))
    await until(lambda: len(for_all) == len(one_of_two) == len(sent))
    assert for_all == sent
    assert sorted(one_of_two) == sorted(sent)


async def test_who_stops_serving_for_everyone_leaves_the_others(bus: Bus, asker: Transport) -> None:
    stops: list[bytes] = []
    stays: list[bytes] = []
    stopping = await (await bus.connect()).serve("actor.doctor.7", collect(stops), everyone=True)
    await (await bus.connect()).serve("actor.doctor.7", collect(stays), everyone=True)
    await stopping.stop()
    assert await asker.ask("actor.doctor.7", b"", WAIT) == b"taken"
    assert (stops, stays) == ([], [b""])


async def test_asks_of_what_another_serves_now_are_given_up_at_once(
    asker: Transport, server: Transport
) -> None:
    waiting: list[tuple[str, Respond]] = []
    await server.serve(
        "actor.doctor.*", lambda subject, _payload, to: waiting.append((subject, to))
    )
    moved = [asker.ask("actor.doctor.7", b"", WAIT) for _ in range(3)]
    stays = asker.ask("actor.doctor.8", b"", WAIT)
    await until(lambda: len(waiting) == 4)
    asker.hurry(lambda subject: subject == "actor.doctor.7")
    results = await asyncio.gather(*moved, return_exceptions=True)
    assert [type(result) for result in results] == [AskTimedOut] * 3
    assert not stays.done()
    for subject, respond in waiting:
        respond(subject.encode())
    assert await stays == b"actor.doctor.8"
    server.hurry(lambda _subject: True)  # nothing is asked there


async def test_what_is_asked_after_others_were_hurried_takes_its_time(
    asker: Transport, server: Transport
) -> None:
    asker.hurry(lambda _subject: True)
    waiting: list[Respond] = []
    await server.serve("actor.doctor.7", lambda _subject, _payload, to: waiting.append(to))
    asked = asker.ask("actor.doctor.7", b"", WAIT)
    await until(lambda: len(waiting) == 1)
    waiting[0](b"late but well")
    assert await asked == b"late but well"


async def test_stopping_loses_nothing_that_was_taken(bus: Bus, asker: Transport) -> None:
    first: list[bytes] = []
    second: list[bytes] = []
    stopping = await (await bus.connect()).serve("actor.doctor.*", collect(first))
    await (await bus.connect()).serve("actor.doctor.*", collect(second))
    asked = [asker.ask("actor.doctor.7", b"%d" % number, WAIT) for number in range(200)]
    await stopping.stop()
    taken = len(first)
    asked += [asker.ask("actor.doctor.7", b"%d" % number, WAIT) for number in range(200, 300)]
    await asyncio.gather(*asked)
    assert len(first) == taken
    assert sorted(map(int, first + second)) == list(range(300))


async def test_after_stopping_nobody_serves(asker: Transport, server: Transport) -> None:
    service = await server.serve("actor.doctor.7", echo)
    await service.stop()
    with pytest.raises(NoResponder):
        await asker.ask("actor.doctor.7", b"", WAIT)


async def test_an_ask_may_be_cancelled(asker: Transport, server: Transport) -> None:
    waiting: list[Respond] = []
    await server.serve("actor.doctor.7", lambda _subject, _payload, to: waiting.append(to))
    asked = asker.ask("actor.doctor.7", b"", WAIT)
    await until(lambda: len(waiting) == 1)
    asked.cancel()
    waiting[0](b"for nobody")
    await server.serve("actor.doctor.8", echo)
    assert await asker.ask("actor.doctor.8", b"", WAIT) == b"actor.doctor.8 "
    assert asked.cancelled()


@pytest.mark.parametrize("fault", [RuntimeError("broken"), asyncio.CancelledError()])
async def test_a_handler_that_fails_harms_only_its_own_request(
    asker: Transport, server: Transport, fault: BaseException
) -> None:
    def handler(_subject: str, payload: bytes, respond: Respond) -> None:
        if payload == b"break":
            raise fault
        respond(payload)

    await server.serve("actor.doctor.7", handler)
    with pytest.raises(AskTimedOut):
        await asker.ask("actor.doctor.7", b"break", 0.05)
    assert await asker.ask("actor.doctor.7", b"fine", WAIT) == b"fine"


async def test_closing_fails_what_is_asked_and_everything_after(
    asker: Transport, server: Transport
) -> None:
    await server.serve("actor.doctor.7", silent)
    asked = [asker.ask("actor.doctor.7", b"", WAIT) for _ in range(3)]
    await asker.close()
    assert not asker.connected
    assert [type(future.exception()) for future in asked] == [AskTimedOut] * 3
    with pytest.raises(Disconnected):
        await asker.ask("actor.doctor.7", b"", WAIT)


async def test_closing_stops_the_services_and_sends_their_last_answers(
    asker: Transport, server: Transport
) -> None:
    await server.serve("actor.doctor.7", echo)
    asked = [asker.ask("actor.doctor.7", b"", WAIT) for _ in range(100)]
    assert await asked[0]
    await server.close()
    assert len(await asyncio.gather(*asked)) == 100
    with pytest.raises(NoResponder):
        await asker.ask("actor.doctor.7", b"", WAIT)


async def test_while_the_bus_is_away_asks_fail_at_once_and_are_never_done_later(
    bus: Bus, asker: Transport, server: Transport
) -> None:
    """N06."""
    got: list[bytes] = []
    await server.serve("actor.doctor.*", collect(got))
    await bus.down()
    await until(lambda: not asker.connected)
    with pytest.raises(Disconnected):
        await asker.ask("actor.doctor.7", b"while away", WAIT)
    with pytest.raises(Disconnected):
        await asker.serve("actor.patient.*", echo)
    await bus.up()
    await until(lambda: asker.connected and server.connected)
    await _asked_with_success(asker, b"back")
    assert set(got) == {b"back"}


async def test_an_ask_under_way_fails_when_the_connection_is_lost(
    bus: Bus, asker: Transport, server: Transport
) -> None:
    waiting: list[Respond] = []
    await server.serve("actor.doctor.7", lambda _subject, _payload, to: waiting.append(to))
    asked = asker.ask("actor.doctor.7", b"", 60)
    await until(lambda: len(waiting) == 1)
    await bus.down()
    async with asyncio.timeout(2):
        with pytest.raises(AskTimedOut):
            await asked
    waiting[0](b"to a connection that is gone")
    await bus.up()


async def _asked_with_success(asker: Transport, payload: bytes) -> None:
    """Ask until the services are there again, too."""
    async with asyncio.timeout(WAIT):
        while True:
            try:
                await asker.ask("actor.doctor.7", payload, WAIT)
            except NoResponder:
                await asyncio.sleep(0.01)
            else:
                return
