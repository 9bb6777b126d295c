"""What is larger than the bus carries: said at once, tried no more, and nothing of it in a log."""

import asyncio
from collections.abc import Awaitable, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.address import Address
from actors.asked import Asked
from actors.caller import Role
from actors.effects import Effect, Send
from actors.ids import MessageId
from actors.runtime.codec import encode
from actors.runtime.envelope import Done, Envelope, Failed, Reply, Seen, Watched
from actors.runtime.errors import DeliveryFailed, Fault
from actors.runtime.operations import ListActors, OperationRefused
from actors.runtime.room import Room
from actors.runtime.sizes import NO_EVENTS, carried, name_of
from tests.unit.runtime_support import (
    ANNA,
    ROOM,
    Add,
    Added,
    AddNothing,
    Bench,
    Command,
    Event,
    GetTotal,
    Negative,
    Recalled,
    Tally,
    Total,
    in_virtual_time,
    opened,
    tally,
)
from tests.unit.test_runtime_desk import Office

SECRET = "nobody-should-read-this"
MANY = (SECRET,) * 15_000
"""As names of tallies, more than 256 KiB."""


async def fault_of(bench: Bench, asking: Awaitable[object]) -> Fault:
    """Return with which fault it fails; it does so at once."""
    begun = bench.loop.time()
    with pytest.raises(DeliveryFailed) as failed:
        await asking
    assert bench.loop.time() - begun < 0.1
    return failed.value.fault


def chatty(answers: tuple[int, ...] = (), events: tuple[str, ...] = ()) -> Room[Any]:
    """Return a room whose every view has *answers*, and whose every event names *events*."""

    def decide(_state: Tally, command: Add, _asked: object) -> list[Event]:
        return [Added(command.amount, events, None)]

    return replace(
        ROOM,
        answer=lambda state, _query, _asked: Recalled(answers, state.total),
        decide=decide,
        react=lambda _event, _me: (),
    )


def sending(first: Add) -> Room[Any]:
    """Return a room of which tally one sends *first* to tally two, and then each event's own."""

    def react(event: Event, me: Address) -> Sequence[Effect]:
        if not isinstance(event, Added) or me != tally("one"):
            return ()
        return [Send(tally("two"), first if event.amount == 1 else Add(event.amount))]

    return replace(ROOM, react=react)


@in_virtual_time
async def test_an_answer_that_is_too_large_is_a_fault_at_once_and_harms_nobody(
    bench: Bench,
) -> None:
    await bench.start(room=chatty(tuple(range(10**6, 10**6 + 60_000))))
    asking = bench.client.ask(tally("one"), GetTotal(), Recalled, ANNA)
    assert await fault_of(bench, asking) is Fault.ANSWER_TOO_LARGE
    assert (await bench.tell(Add(1))).seq == 1


@in_virtual_time
async def test_a_command_whose_events_are_too_large_is_answered_as_done(bench: Bench) -> None:
    await bench.start(room=chatty(events=MANY))
    first = await bench.tell(Add(3), name="m-1")
    again = await bench.tell(Add(3), name="m-1")
    assert [(each.seq, len(each), each.first(Added)) for each in (first, again)] == [
        (1, 0, None),
        (1, 0, None),
    ]
    assert len(bench.disk.entries) == 1


@in_virtual_time
async def test_a_message_that_is_too_large_is_a_fault_at_once_and_is_not_sent(
    bench: Bench,
) -> None:
    await bench.start()
    assert await fault_of(bench, bench.tell(Add(1, tell=MANY))) is Fault.TOO_LARGE
    assert DeliveryFailed(Fault.TOO_LARGE).certain
    assert bench.disk.entries == []


@in_virtual_time
async def test_a_send_that_is_too_large_becomes_a_dead_letter_and_the_next_one_is_sent(
    bench: Bench,
) -> None:
    node = await bench.start(room=sending(Add(5, tell=MANY)))
    await bench.tell(Add(1))
    await bench.tell(Add(2))
    await asyncio.sleep(1)
    [letter] = await bench.journal.dead_letters()
    assert (letter.parcel.id, letter.code) == ("tally/one:1.0", "message_too_large")
    assert "larger than the bus carries" in letter.sentence
    assert await bench.total("two") == Total(2, 0)
    assert (bench.disk.parcels, node.outbox.backlog) == ({}, 0)


@in_virtual_time
async def test_a_send_whose_events_are_too_large_is_settled(bench: Bench) -> None:
    room = replace(chatty(events=MANY), react=sending(Add(7)).react, answer=ROOM.answer)
    await bench.start(room=room)
    await bench.tell(Add(1))
    await asyncio.sleep(1)
    assert (await bench.total("two")).total == 7
    assert (bench.disk.parcels, await bench.journal.dead_letters()) == ({}, [])


@in_virtual_time
async def test_a_send_whose_answer_can_t_be_carried_is_not_sent_for_ever(bench: Bench) -> None:
    def decide(state: Tally, command: Command, asked: Asked) -> list[Event]:
        if asked.caller.role is Role.ACTOR:
            raise Negative(fields={SECRET: "x" * 300_000})
        return list(ROOM.decide(state, command, asked))

    await bench.start(room=replace(sending(Add(7)), decide=decide))
    await bench.tell(Add(1))
    await asyncio.sleep(1)
    [letter] = await bench.journal.dead_letters()
    assert (letter.parcel.id, letter.code) == ("tally/one:1.0", "answer_too_large")
    assert bench.disk.parcels == {}


@in_virtual_time
async def test_events_that_are_too_large_tell_a_watcher_to_read_anew(bench: Bench) -> None:
    await bench.start(room=chatty(events=MANY))
    tab = await opened(bench)
    await tab.watch(0)
    await bench.tell(Add(1))
    await bench.start(room=chatty())
    assert await tab.watch(1) == Watched(1, (), resync=False)
    await bench.tell(Add(1))
    await asyncio.sleep(1)
    assert tab.numbers == [(1, 0), (2, 1)]


@in_virtual_time
async def test_the_operator_is_told_to_ask_for_less(bench: Bench) -> None:
    office = await Office(bench).open(bench)
    for number in range(20):
        await bench.tell(Add(1), to=f"a-tally-of-a-long-name-{number}")
    bench.bus.max_payload = 512
    answer = await office.ask(ListActors(limit=20))
    assert isinstance(answer, OperationRefused)
    assert answer.code == "answer_too_large"


@pytest.mark.parametrize("too_large", ["message", "answer", "send", "events"])
def test_the_log_names_type_kind_and_size_and_nothing_of_the_content(
    caplog: pytest.LogCaptureFixture, too_large: str
) -> None:
    rooms = {
        "message": ROOM,
        "answer": chatty((10**6,) * 60_000),
        "send": sending(Add(5, tell=MANY)),
        "events": chatty(events=MANY),
    }

    @in_virtual_time
    async def happen(bench: Bench) -> None:
        await bench.start(room=rooms[too_large])
        with suppress(DeliveryFailed):
            await bench.tell(Add(1, tell=MANY if too_large == "message" else ()))
        if too_large == "answer":
            with suppress(DeliveryFailed):
                await bench.client.ask(tally("one"), GetTotal(), Recalled, ANNA)
        await asyncio.sleep(1)

    happen()
    name = "GetTotal" if too_large == "answer" else "Add"
    lines = [each for each in caplog.messages if name in each and "tally" in each]
    assert len(lines) == 1
    size = int(next(word for word in lines[0].split() if word.isdecimal()))
    assert size > 262_144
    assert SECRET not in caplog.text


ENVELOPE = Envelope(MessageId("m"), tally("one"), ANNA, 0, msgspec.Raw(encode(AddNothing())))


@given(size=st.integers(0, 400), most=st.integers(120, 400))
def test_what_fits_is_carried_as_it_is(size: int, most: int) -> None:
    raw = msgspec.Raw(encode(["x" * size]))
    replies: tuple[Reply, ...] = (Done(3, raw), Seen(3, raw))
    instead: tuple[Reply, ...] = (Done(3, NO_EVENTS), Failed(Fault.ANSWER_TOO_LARGE))
    for reply, short in zip(replies, instead, strict=True):
        whole = encode(reply)
        expected = whole if len(whole) <= most else encode(short)
        assert carried(reply, ENVELOPE, most) == expected
        assert len(expected) <= most


def test_only_the_type_of_a_message_is_named() -> None:
    assert name_of(encode(Add(1))) == "Add"
    assert [name_of(body) for body in (b"", b"\xff", encode(3), encode({"a": 1}))] == [""] * 4
