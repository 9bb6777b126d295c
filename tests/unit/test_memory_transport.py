"""What the bus in one process does beyond the contract: bad days, given by the test."""

import asyncio
from collections.abc import Sequence

import pytest

from actors.runtime import pending_asks
from actors.runtime.errors import AskTimedOut, Disconnected, NoResponder
from actors.runtime.memory_transport import FairNetwork, MemoryBus
from actors.runtime.transport import Handler

SUBJECT = "actor.doctor.7"


class Weather(FairNetwork):
    """Says of every request and reply the same."""

    def __init__(self, request: Sequence[float] = (0.0,), reply: Sequence[float] = (0.0,)) -> None:
        self._request = request
        self._reply = reply

    def request(self, source: str, subject: str, payload: bytes) -> Sequence[float]:  # noqa: ARG002
        """Bring it as was said."""
        return self._request

    def reply(self, source: str, target: str, payload: bytes) -> Sequence[float]:  # noqa: ARG002
        """Bring it as was said."""
        return self._reply


def collect(into: list[bytes]) -> Handler:
    def handler(_subject: str, payload: bytes, respond: object) -> None:
        into.append(payload)
        assert callable(respond)
        respond(b"%d" % len(into))

    return handler


async def test_a_lost_request_is_not_done() -> None:
    bus, done = MemoryBus(Weather(request=())), list[bytes]()
    await bus.transport().serve(SUBJECT, collect(done))
    with pytest.raises(AskTimedOut):
        await bus.transport().ask(SUBJECT, b"", 0.01)
    assert done == []


async def test_a_lost_reply_leaves_it_done() -> None:
    bus, done = MemoryBus(Weather(reply=())), list[bytes]()
    await bus.transport().serve(SUBJECT, collect(done))
    with pytest.raises(AskTimedOut):
        await bus.transport().ask(SUBJECT, b"", 0.01)
    assert done == [b""]


async def test_a_doubled_request_is_done_twice_and_answered_by_the_first() -> None:
    bus, done = MemoryBus(Weather(request=(0.0, 0.0))), list[bytes]()
    await bus.transport().serve(SUBJECT, collect(done))
    assert await bus.transport().ask(SUBJECT, b"", 5) == b"1"
    assert done == [b"", b""]


async def test_a_doubled_reply_is_taken_once() -> None:
    bus = MemoryBus(Weather(reply=(0.0, 0.0)))
    await bus.transport().serve(SUBJECT, collect([]))
    asker = bus.transport()
    assert await asker.ask(SUBJECT, b"", 5) == b"1"
    assert await asker.ask(SUBJECT, b"", 5) == b"2"


async def test_a_delayed_request_can_be_overtaken() -> None:
    delays = iter([(0.01,), (0.0,)])

    class Overtaking(FairNetwork):
        def request(self, source: str, subject: str, payload: bytes) -> Sequence[float]:  # noqa: ARG002
            return next(delays)

    bus, done = MemoryBus(Overtaking()), list[bytes]()
    await bus.transport().serve(SUBJECT, collect(done))
    asker = bus.transport()
    await asyncio.gather(asker.ask(SUBJECT, b"first", 5), asker.ask(SUBJECT, b"second", 5))
    assert done == [b"second", b"first"]


async def test_parted_transports_lose_each_others_messages_and_no_others() -> None:
    bus, done = MemoryBus(), list[bytes]()
    await bus.transport("server").serve(SUBJECT, collect(done))
    near, far = bus.transport("near"), bus.transport("far")
    bus.part("server", "far")
    assert await near.ask(SUBJECT, b"near", 5)
    with pytest.raises(AskTimedOut):
        await far.ask(SUBJECT, b"far", 0.01)
    bus.join("far", "server")
    assert await far.ask(SUBJECT, b"joined", 5)
    assert done == [b"near", b"joined"]


async def test_the_servers_of_a_cut_transport_are_not_found_until_it_is_mended() -> None:
    bus = MemoryBus()
    server, asker = bus.transport(), bus.transport()
    await server.serve(SUBJECT, collect([]))
    server.cut()
    with pytest.raises(NoResponder):
        await asker.ask(SUBJECT, b"", 5)
    server.mend()
    assert await asker.ask(SUBJECT, b"", 5) == b"1"


async def test_a_crash_answers_nobody_and_serves_nobody() -> None:
    bus, done = MemoryBus(Weather(request=(0.01,))), list[bytes]()
    crashing, asker = bus.transport(), bus.transport()
    await crashing.serve(SUBJECT, collect(done))
    its_own = crashing.ask(SUBJECT, b"its own", 0.01)
    under_way = asker.ask(SUBJECT, b"under way", 5)
    crashing.crash()
    with pytest.raises(NoResponder):
        await under_way
    with pytest.raises(Disconnected):
        await crashing.ask(SUBJECT, b"", 5)
    assert not its_own.done()
    assert done == []


async def test_the_servers_of_a_subject_take_turns() -> None:
    bus = MemoryBus()
    shares: list[list[bytes]] = [[], []]
    for share in shares:
        await bus.transport().serve(SUBJECT, collect(share))
    asker = bus.transport()
    for number in range(4):
        await asker.ask(SUBJECT, b"%d" % number, 5)
    assert shares == [[b"0", b"2"], [b"1", b"3"]]


async def test_too_many_asks_at_once_are_not_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pending_asks, "LIMIT", 2)
    bus = MemoryBus(Weather(request=()))
    asker = bus.transport()
    waiting = [asker.ask(SUBJECT, b"", 0.01) for _ in range(2)]
    with pytest.raises(Disconnected):
        await asker.ask(SUBJECT, b"", 0.01)
    await asyncio.wait(waiting)
    with pytest.raises(AskTimedOut):
        await asker.ask(SUBJECT, b"", 0.01)
