"""What the journal promises about commits. Every implementation passes this suite."""

import asyncio

import pytest

from actors.address import Address
from actors.ids import MessageId
from actors.runtime.errors import AlreadyDone, StoreUnavailable, Undone
from actors.runtime.journal import Journal, Line, Snapshot
from tests.contract.journals import (
    ANNA,
    BERT,
    Shelf,
    Writer,
    alarm,
    entry,
    opened,
    outcomes,
    parcel,
)

# -- order and visibility ------------------------------------------------------------------------


async def test_outcomes_are_told_in_the_order_of_the_appends(writer: Writer) -> None:
    steps = [writer.put_entry(entry(actor, seq)) for seq in range(1, 40) for actor in (ANNA, BERT)]
    steps.append(writer.put_entry(entry(ANNA, 5)))
    await outcomes(*steps)
    assert [number for number, _ in writer.told] == list(range(1, len(steps) + 1))


async def test_an_append_does_not_tell_its_outcome_before_it_returns(writer: Writer) -> None:
    step = writer.put_entry(entry(ANNA, 1))
    assert not writer.told
    await step


async def test_what_was_enqueued_before_a_load_is_in_it(writer: Writer) -> None:
    steps = [writer.put_entry(entry(ANNA, seq)) for seq in range(1, 4)]
    loaded = await writer.journal.load(ANNA, schema=1)
    assert loaded.entries == (entry(ANNA, 1), entry(ANNA, 2), entry(ANNA, 3))
    assert all(step.done() for step in steps)


async def test_an_actor_without_a_history_loads_as_nothing(journal: Journal) -> None:
    loaded = await journal.load(ANNA, schema=1)
    assert (loaded.snapshot, loaded.entries) == (None, ())


async def test_what_was_acknowledged_is_there_after_opening_anew(shelf: Shelf) -> None:
    first = await shelf.open()
    writer = await Writer(first).take()
    await writer.put_entry(entry(ANNA, 1, count=3))
    await first.close()
    async with opened(shelf.open()) as second:
        assert (await second.load(ANNA, schema=1)).entries == (entry(ANNA, 1, count=3),)


async def test_closing_finishes_what_was_enqueued(shelf: Shelf) -> None:
    first = await shelf.open()
    writer = await Writer(first).take()
    step = writer.put_entry(entry(ANNA, 1))
    await first.close()
    assert await outcomes(step) == [None]


async def test_an_outcome_that_fails_does_not_keep_the_next_from_being_told(
    writer: Writer, caplog: pytest.LogCaptureFixture
) -> None:
    def stumble(_error: object) -> None:
        raise RuntimeError

    writer.journal.append(Line(), writer.step(entry=entry(ANNA, 1)), stumble)
    assert await outcomes(writer.put_entry(entry(ANNA, 2))) == [None]
    assert "was not taken" in caplog.text


# -- once only, and lines ------------------------------------------------------------------------


async def test_a_command_takes_effect_once(writer: Writer) -> None:
    again = await outcomes(
        writer.put_entry(entry(ANNA, 1, "same")), writer.put_entry(entry(ANNA, 2, "same"))
    )
    assert again == [None, AlreadyDone]
    assert await outcomes(writer.put_entry(entry(ANNA, 2, "same"))) == [AlreadyDone]
    assert await writer.journal.find(ANNA, MessageId("same")) == entry(ANNA, 1, "same")


async def test_a_repeated_command_is_known_even_when_its_number_is_taken(writer: Writer) -> None:
    await writer.put_entry(entry(ANNA, 1, "same"))
    assert await outcomes(writer.put_entry(entry(ANNA, 1, "same"))) == [AlreadyDone]


async def test_a_command_that_was_never_done_is_not_found(writer: Writer) -> None:
    await writer.put_entry(entry(ANNA, 1, "one"))
    assert await writer.journal.find(ANNA, MessageId("two")) is None
    assert await writer.journal.find(BERT, MessageId("one")) is None


async def test_the_same_cause_may_reach_two_actors(writer: Writer) -> None:
    both = (writer.put_entry(entry(ANNA, 1, "same")), writer.put_entry(entry(BERT, 1, "same")))
    assert await outcomes(*both) == [None, None]


async def test_a_failed_commit_undoes_the_rest_of_its_line_and_no_other(writer: Writer) -> None:
    await writer.put_entry(entry(ANNA, 1, "same"))
    line, other = Line(), Line()
    steps = [
        writer.put_entry(entry(BERT, 1), other),
        writer.put_entry(entry(ANNA, 2, "same"), line),
        writer.put_entry(entry(BERT, 2), other),
        writer.put_entry(entry(ANNA, 3, "new"), line),
        writer.put_entry(entry(BERT, 3), other),
    ]
    assert await outcomes(*steps) == [None, AlreadyDone, None, Undone, None]
    assert (line.broken, other.broken) == (True, False)
    assert (await writer.journal.load(ANNA, 1)).entries == (entry(ANNA, 1, "same"),)
    assert len((await writer.journal.load(BERT, 1)).entries) == 3


async def test_a_broken_line_stays_broken_and_a_new_one_goes_on(writer: Writer) -> None:
    line = Line()
    await outcomes(writer.put_entry(entry(ANNA, 1, "same"), line))
    await outcomes(writer.put_entry(entry(ANNA, 2, "same"), line))
    assert await outcomes(writer.put_entry(entry(ANNA, 2), line)) == [Undone]
    assert await outcomes(writer.put_entry(entry(ANNA, 2), Line())) == [None]


async def test_an_event_number_is_given_once(writer: Writer) -> None:
    steps = (writer.put_entry(entry(ANNA, 1, "one")), writer.put_entry(entry(ANNA, 1, "two")))
    assert await outcomes(*steps) == [None, StoreUnavailable]
    assert (await writer.journal.load(ANNA, 1)).entries == (entry(ANNA, 1, "one"),)


async def test_a_commit_is_made_whole_or_not_at_all(writer: Writer) -> None:
    await writer.put(writer.step(entry=entry(ANNA, 1, "same"), parcels=(parcel("kept"),)))
    before = await writer.journal.counts()
    rich = writer.step(
        entry=entry(ANNA, 2, "same"),
        about=("visit",),
        parcels=(parcel("lost"),),
        set_alarms=(alarm("lost", 5),),
        settled=(MessageId("kept"),),
        snapshot=Snapshot(ANNA, 2, 1, b"lost"),
    )
    assert await outcomes(writer.put(rich)) == [AlreadyDone]
    assert await writer.journal.counts() == before
    assert await writer.journal.parcels([1]) == [parcel("kept")]
    assert await writer.journal.about("visit") == []


async def test_many_callers_at_once_are_all_answered(writer: Writer) -> None:
    async def live(name: str) -> None:
        line = Line()
        for seq in range(1, 21):
            await writer.put_entry(entry(Address("patient", name), seq), line)

    await asyncio.gather(*(live(f"p{number}") for number in range(40)))
    assert (await writer.journal.counts())["entries"] == 800
