"""What happens to asks when the server, the connection or nats-py breaks."""

import asyncio
import signal

import pytest

from actors.runtime.errors import AskTimedOut, Disconnected, NoResponder, TransportError
from actors.runtime.nats_transport import NatsTransport
from actors.runtime.transport import Respond
from tests.nats import NatsBus
from tests.waiting import until

SUBJECT = "actor.doctor.7"


def echo(_subject: str, payload: bytes, respond: Respond) -> None:
    respond(payload)


async def pair(bus: NatsBus) -> tuple[NatsTransport, NatsTransport, list[bytes]]:
    """Return an asker, a server that answers it, and what that server has done."""
    done: list[bytes] = []

    def handler(_subject: str, payload: bytes, respond: Respond) -> None:
        done.append(payload)
        respond(payload)

    asker, server = await bus.connect("edge"), await bus.connect("node")
    await server.serve("actor.doctor.*", handler)
    return asker, server, done


async def answered(asker: NatsTransport, payload: bytes) -> None:
    """Ask until there is an answer, as a client does."""
    async with asyncio.timeout(30):
        while True:
            try:
                assert await asker.ask(SUBJECT, payload, 1) == payload
            except (Disconnected, NoResponder, AskTimedOut):
                await asyncio.sleep(0.01)
            else:
                return


async def test_n06_what_was_asked_of_a_dying_server_is_never_done_later(
    own_nats_bus: NatsBus,
) -> None:
    """N06."""
    asker, server, done = await pair(own_nats_bus)
    own_nats_bus.signal(signal.SIGKILL)
    asked = [asker.ask(SUBJECT, b"%d" % number, 60) for number in range(1000)]
    await own_nats_bus.server.wait()
    async with asyncio.timeout(30):
        results = await asyncio.gather(*asked, return_exceptions=True)
    assert all(isinstance(result, bytes | TransportError) for result in results)
    before = set(done)
    await own_nats_bus.up()
    await until(lambda: asker.connected and server.connected)
    await answered(asker, b"back")
    assert set(done) == before | {b"back"}


async def test_after_a_kill_everybody_is_back_on_the_same_port_at_once(
    own_nats_bus: NatsBus,
) -> None:
    asker, server, _ = await pair(own_nats_bus)
    url = (await own_nats_bus.server.access("node")).url
    for _ in range(3):
        await own_nats_bus.down()
        await until(lambda: not asker.connected and not server.connected)
        await own_nats_bus.up()
        assert (await own_nats_bus.server.access("node")).url == url
        async with asyncio.timeout(30):
            await answered(asker, b"back")


async def test_a_service_stopped_while_the_server_is_away_stays_stopped(
    own_nats_bus: NatsBus,
) -> None:
    asker, server = await own_nats_bus.connect("edge"), await own_nats_bus.connect("node")
    service = await server.serve(SUBJECT, echo)
    await own_nats_bus.down()
    await until(lambda: not server.connected)
    async with asyncio.timeout(30):
        await service.stop()
    await own_nats_bus.up()
    await until(lambda: asker.connected and server.connected)
    with pytest.raises(NoResponder):
        await asker.ask(SUBJECT, b"", 5)


async def test_closing_while_the_server_is_away_does_not_hang(own_nats_bus: NatsBus) -> None:
    asker, server, _ = await pair(own_nats_bus)
    await own_nats_bus.down()
    async with asyncio.timeout(30):
        await asyncio.gather(asker.close(), server.close())


async def test_t6_a_frozen_server_is_noticed_though_the_socket_is_full(
    own_nats_bus: NatsBus,
) -> None:
    """RUNTIME T6: with unsent bytes nats-py itself would hang."""
    asker, server, _ = await pair(own_nats_bus)
    own_nats_bus.signal(signal.SIGSTOP)
    asked: list[asyncio.Future[bytes]] = []
    while asker.connected and len(asked) < 200:
        asked.append(asker.ask(SUBJECT, bytes(100_000), 60))
    await until(lambda: not asker.connected and not server.connected)
    async with asyncio.timeout(30):
        results = await asyncio.gather(*asked, return_exceptions=True)
    assert {type(result) for result in results} == {AskTimedOut, Disconnected}
    own_nats_bus.signal(signal.SIGCONT)
    await answered(asker, b"back")


async def test_what_waits_to_be_sent_is_bounded(own_nats_bus: NatsBus) -> None:
    """RUNTIME T9: beyond the bound an ask fails at once, and memory stays flat."""
    asker, _, _ = await pair(own_nats_bus)
    own_nats_bus.signal(signal.SIGSTOP)
    refused = 0
    for _ in range(300):
        asked = asker.ask(SUBJECT, bytes(100_000), 60)
        refused += asked.done() and isinstance(asked.exception(), Disconnected)
    assert refused > 200
    own_nats_bus.signal(signal.SIGCONT)


async def test_t1_a_cancelled_handler_does_not_end_the_service(nats_bus: NatsBus) -> None:
    """RUNTIME T1."""
    server = await nats_bus.connect()

    def handler(_subject: str, payload: bytes, respond: Respond) -> None:
        if payload == b"cancel":
            raise asyncio.CancelledError
        respond(payload)

    await server.serve(SUBJECT, handler)
    with pytest.raises(AskTimedOut):
        await server.ask(SUBJECT, b"cancel", 0.05)
    assert await server.ask(SUBJECT, b"fine", 5) == b"fine"


async def test_t2_a_reader_that_died_is_replaced(nats_bus: NatsBus) -> None:
    """RUNTIME T2: nats-py would go on saying that it is connected."""
    asker, server, _ = await pair(nats_bus)
    lost = server._link
    reading = lost._client._reading_task
    assert reading is not None
    reading.cancel()
    await until(lambda: server._link is not lost and server.connected)
    await answered(asker, b"back")


async def test_t9_a_cancelled_caller_does_not_break_the_connection(nats_bus: NatsBus) -> None:
    """RUNTIME T9: nothing of nats-py runs where a cancellation could reach it."""
    asker, server, _ = await pair(nats_bus)
    serving = asyncio.create_task(server.serve("actor.patient.*", echo))
    await asyncio.sleep(0)
    serving.cancel()
    with pytest.raises(asyncio.CancelledError):
        await serving
    await answered(asker, b"fine")


async def test_when_serving_or_stopping_returns_the_server_knows(nats_bus: NatsBus) -> None:
    """nats-py's own PING overtakes the SUB or UNSUB that waits to be written."""
    asker, server = await nats_bus.connect("edge"), await nats_bus.connect("node")
    for _ in range(100):
        service = await server.serve(SUBJECT, echo)
        assert await asker.ask(SUBJECT, b"there", 5) == b"there"
        await service.stop()
        with pytest.raises(NoResponder):
            await asker.ask(SUBJECT, b"gone", 5)
