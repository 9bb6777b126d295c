"""From the events of one command to one commit."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from actors.address import Address
from actors.caller import Caller, Role, actor_caller
from actors.effects import Effect, Send, Unwake, Wake
from actors.ids import MessageId
from actors.runtime.codec import decode_caller, encode
from actors.runtime.envelope import Envelope
from actors.runtime.journal import Alarm, Commit
from actors.runtime.leases import Fence
from actors.runtime.room import Room
from actors.runtime.step import Step, snapshot_of
from tests.unit.runtime_support import ANNA, ROOM, Add, Ring, Tally, tally

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


class Fact(msgspec.Struct, frozen=True, tag=True):
    """An event, and all that follows from it."""

    effects: tuple[Any, ...]
    appointment: str | None = None


def room_of(*effects: Effect) -> tuple[Room[Any], Fact]:
    """Return a room in which one event has these effects, and the event."""
    table = {"one": effects}
    room = Room(
        kind="tally",
        command=Add,
        query=Add,
        event=Fact,
        state=Tally,
        schema=7,
        born=lambda _: Tally(),
        decide=lambda *_: (),
        evolve=lambda state, _: state,
        answer=lambda *_: None,
        react=lambda event, _: table[event.effects[0]],
        may_watch=lambda *_: True,
    )
    return room, Fact(("one",), "visit-1")


def commit_of(*effects: Effect, caller: Caller = ANNA, alarm: Alarm | None = None) -> Commit:
    """Return the commit of an event with these effects, given by *caller*."""
    room, fact = room_of(*effects)
    envelope = Envelope(MessageId("m1"), tally("one"), caller, 0, msgspec.Raw(b""), "trace-1")
    step = Step(tally("one"), room, Fence(3, 9), envelope, "Add", 1_000, 41, alarm)
    return step.commit([fact, fact])[0]


def test_the_entry_says_what_happened_why_and_by_whom() -> None:
    commit = commit_of()
    entry = commit.entry
    assert entry is not None
    assert (entry.seq, entry.count, entry.last, entry.cause) == (42, 2, 43, "m1")
    assert (entry.at, entry.command, entry.trace) == (1_000, "Add", "trace-1")
    assert decode_caller(entry.caller) == ANNA
    assert (commit.actor, commit.fence, commit.about) == (tally("one"), Fence(3, 9), ("visit-1",))


def test_sends_are_numbered_within_the_step_and_speak_for_the_person() -> None:
    two, three = Send(tally("two"), Add(1)), Send(tally("three"), Add(2))
    parcels = commit_of(two, three).parcels
    assert [parcel.id for parcel in parcels] == [f"tally/one:42.{number}" for number in range(4)]
    assert [parcel.to.key for parcel in parcels] == ["two", "three", "two", "three"]
    assert parcels[0].body == encode(Add(1))
    assert parcels[0].trace == "trace-1"
    assert decode_caller(parcels[0].caller) == actor_caller(tally("one"), "anna")


def test_what_an_actor_sends_on_still_speaks_for_the_person() -> None:
    sender = actor_caller(Address("tally", "zero"), "anna")
    [parcel, _] = commit_of(Send(tally("two"), Add(1)), caller=sender).parcels
    assert decode_caller(parcel.caller) == Caller("tally/one", Role.ACTOR, on_behalf_of="anna")


def test_the_last_word_on_an_alarm_counts() -> None:
    wake, later = Wake("ring", NOON, Ring()), Wake("ring", NOON.replace(hour=13), Ring())
    commit = commit_of(wake, later)
    assert [alarm.due for alarm in commit.set_alarms] == [1_772_456_400_000]
    cleared = commit_of(wake, Unwake("ring"))
    assert (cleared.set_alarms, cleared.clear_alarms) == ((), ("ring",))
    again = commit_of(Unwake("ring"), wake)
    assert ([alarm.name for alarm in again.set_alarms], again.clear_alarms) == (["ring"], ("ring",))


def test_a_step_that_an_alarm_woke_names_it() -> None:
    alarm = Alarm(tally("one"), "ring", 500, b"")
    assert commit_of(alarm=alarm).fired == (("ring", 500),)
    assert commit_of().fired == ()


def test_a_snapshot_carries_the_mark_of_the_schema() -> None:
    snapshot = snapshot_of(tally("one"), 5, ROOM, Tally(3))
    assert (snapshot.seq, snapshot.schema) == (5, ROOM.schema)
    assert msgspec.msgpack.decode(snapshot.state, type=Tally) == Tally(3)
