"""What the journal keeps, and how it is found again. Every implementation passes this suite."""

from actors.address import Address
from actors.ids import MessageId
from actors.runtime.errors import AlreadyDone, AlreadySettled
from actors.runtime.journal import Snapshot
from tests.contract.journals import (
    ANNA,
    BERT,
    Writer,
    alarm,
    dead,
    entry,
    outcomes,
    parcel,
)

# -- parcels and dead letters --------------------------------------------------------------------


async def test_parcels_wait_in_order_until_they_are_settled(writer: Writer) -> None:
    await writer.put(writer.step(entry=entry(ANNA, 1), parcels=(parcel("b"), parcel("a"))))
    await writer.put(writer.step(BERT, 2, parcels=(parcel("c", BERT, ANNA),)))
    assert await writer.journal.parcels([1, 2]) == [
        parcel("b"),
        parcel("a"),
        parcel("c", BERT, ANNA),
    ]
    assert await writer.journal.parcels([2]) == [parcel("c", BERT, ANNA)]
    await writer.put(writer.step(settled=(MessageId("b"),)))
    assert await writer.journal.parcels([1]) == [parcel("a")]


async def test_a_parcel_may_be_sent_and_settled_in_one_batch(writer: Writer) -> None:
    steps = [
        writer.put(writer.step(entry=entry(ANNA, 1), parcels=(parcel("a"),))),
        writer.put(writer.step(settled=(MessageId("a"),))),
    ]
    assert await outcomes(*steps) == [None, None]
    assert await writer.journal.parcels([1]) == []


async def test_only_a_parcel_that_still_waits_can_be_answered(writer: Writer) -> None:
    await writer.put(writer.step(parcels=(parcel("a"), parcel("b"))))
    await writer.put(writer.step(settled=(MessageId("a"),)))
    late = writer.step(BERT, 2, entry=entry(BERT, 1, "a"), answers=MessageId("a"))
    on_time = writer.step(BERT, 2, entry=entry(BERT, 1, "b"), answers=MessageId("b"))
    assert await outcomes(writer.put(late), writer.put(on_time)) == [AlreadySettled, None]
    assert await writer.journal.find(BERT, MessageId("a")) is None


async def test_a_repetition_is_told_from_what_changed_nothing(writer: Writer) -> None:
    await writer.put(writer.step(parcels=(parcel("a"),)))
    first = writer.step(BERT, 2, entry=entry(BERT, 1, "a"), answers=MessageId("a"))
    settled = writer.step(settled=(MessageId("a"),))
    again = writer.step(BERT, 2, entry=entry(BERT, 2, "a"), answers=MessageId("a"))
    found = await outcomes(*(writer.put(step) for step in (first, settled, again)))
    assert found == [None, None, AlreadyDone]


async def test_an_answer_counts_before_its_parcel_is_settled_and_not_after(
    writer: Writer,
) -> None:
    await writer.put(writer.step(parcels=(parcel("a"), parcel("b"))))
    steps = [
        writer.step(BERT, 2, entry=entry(BERT, 1, "a"), answers=MessageId("a")),
        writer.step(settled=(MessageId("a"),)),
        writer.step(BERT, 2, entry=entry(BERT, 2, "c"), answers=MessageId("a")),
        writer.step(dead=(dead(parcel("b")),)),
        writer.step(BERT, 2, entry=entry(BERT, 2, "d"), answers=MessageId("b")),
    ]
    found = await outcomes(*(writer.put(step) for step in steps))
    assert found == [None, None, AlreadySettled, None, AlreadySettled]


async def test_a_refused_parcel_is_kept_as_a_dead_letter(writer: Writer) -> None:
    await writer.put(writer.step(parcels=(parcel("a"), parcel("b"))))
    await writer.put(writer.step(dead=(dead(parcel("a")),)))
    assert await writer.journal.parcels([1]) == [parcel("b")]
    assert await writer.journal.dead_letters() == [dead(parcel("a"))]


async def test_a_dead_letter_revives_behind_the_others_and_in_its_shard(writer: Writer) -> None:
    await writer.put(writer.step(parcels=(parcel("a"), parcel("b"))))
    await writer.put(writer.step(dead=(dead(parcel("a")),)))
    assert await writer.journal.revive(MessageId("a")) == parcel("a")
    assert await writer.journal.parcels([1]) == [parcel("b"), parcel("a")]
    assert await writer.journal.dead_letters() == []
    assert await writer.journal.revive(MessageId("a")) is None


async def test_a_dropped_dead_letter_is_gone(writer: Writer) -> None:
    await writer.put(writer.step(parcels=(parcel("a"),)))
    await writer.put(writer.step(dead=(dead(parcel("a")),)))
    assert await writer.journal.drop(MessageId("a")) is True
    assert await writer.journal.drop(MessageId("a")) is False
    assert await writer.journal.dead_letters() == []
    assert await writer.journal.parcels([1]) == []


# -- alarms --------------------------------------------------------------------------------------


async def test_alarms_come_earliest_first_and_by_shard(writer: Writer) -> None:
    await writer.put(writer.step(set_alarms=(alarm("late", 9), alarm("soon", 3))))
    await writer.put(writer.step(BERT, 2, set_alarms=(alarm("other", 5, BERT),)))
    assert await writer.journal.alarms([1, 2]) == [
        alarm("soon", 3),
        alarm("other", 5, BERT),
        alarm("late", 9),
    ]
    assert await writer.journal.alarms([2]) == [alarm("other", 5, BERT)]


async def test_setting_an_alarm_again_moves_it(writer: Writer) -> None:
    await writer.put(writer.step(set_alarms=(alarm("a", 3),)))
    await writer.put(writer.step(clear_alarms=("a",), set_alarms=(alarm("a", 8),)))
    assert await writer.journal.alarms([1]) == [alarm("a", 8)]


async def test_a_cleared_alarm_is_gone_and_another_actor_s_is_not(writer: Writer) -> None:
    await writer.put(writer.step(set_alarms=(alarm("a", 3),)))
    await writer.put(writer.step(BERT, set_alarms=(alarm("a", 4, BERT),)))
    await writer.put(writer.step(clear_alarms=("a", "never set")))
    assert await writer.journal.alarms([1]) == [alarm("a", 4, BERT)]


async def test_an_alarm_that_fired_is_gone_unless_it_was_moved_since(writer: Writer) -> None:
    await writer.put(writer.step(set_alarms=(alarm("a", 3), alarm("b", 3))))
    await writer.put(writer.step(set_alarms=(alarm("b", 8),)))
    await writer.put(writer.step(fired=(("a", 3), ("b", 3), ("never set", 1))))
    assert await writer.journal.alarms([1]) == [alarm("b", 8)]


async def test_an_alarm_that_fired_may_be_set_again_in_the_same_step(writer: Writer) -> None:
    await writer.put(writer.step(set_alarms=(alarm("a", 3),)))
    await writer.put(writer.step(fired=(("a", 3),), set_alarms=(alarm("a", 8),)))
    assert await writer.journal.alarms([1]) == [alarm("a", 8)]


async def test_the_last_word_on_an_alarm_wins_within_one_batch(writer: Writer) -> None:
    steps = [
        writer.put(writer.step(set_alarms=(alarm("a", 1), alarm("b", 1)))),
        writer.put(writer.step(clear_alarms=("a", "b"))),
        writer.put(writer.step(set_alarms=(alarm("b", 2),))),
    ]
    assert await outcomes(*steps) == [None, None, None]
    assert await writer.journal.alarms([1]) == [alarm("b", 2)]


async def test_alarms_are_settled_in_the_order_of_the_commits_within_one_batch(
    writer: Writer,
) -> None:
    await writer.put(writer.step(set_alarms=(alarm("moved", 1), alarm("again", 1))))
    steps = [
        writer.put(writer.step(set_alarms=(alarm("soon", 3), alarm("moved", 9)))),
        writer.put(writer.step(fired=(("soon", 3), ("moved", 1), ("again", 1)))),
        writer.put(writer.step(set_alarms=(alarm("again", 4),))),
    ]
    assert await outcomes(*steps) == [None, None, None]
    assert await writer.journal.alarms([1]) == [alarm("again", 4), alarm("moved", 9)]


# -- snapshots and reading -----------------------------------------------------------------------


async def test_a_load_starts_from_the_snapshot(writer: Writer) -> None:
    await writer.put_entry(entry(ANNA, 1, count=2))
    snapshot = Snapshot(ANNA, 2, schema=3, state=b"state")
    await writer.put(writer.step(snapshot=snapshot))
    await writer.put_entry(entry(ANNA, 3))
    loaded = await writer.journal.load(ANNA, schema=3)
    assert (loaded.snapshot, loaded.entries) == (snapshot, (entry(ANNA, 3),))


async def test_a_snapshot_of_another_schema_is_left_aside(writer: Writer) -> None:
    await writer.put_entry(entry(ANNA, 1))
    await writer.put(writer.step(snapshot=Snapshot(ANNA, 1, schema=3, state=b"state")))
    loaded = await writer.journal.load(ANNA, schema=4)
    assert (loaded.snapshot, loaded.entries) == (None, (entry(ANNA, 1),))


async def test_only_a_newer_snapshot_replaces_one(writer: Writer) -> None:
    newer, older = Snapshot(ANNA, 2, 1, b"newer"), Snapshot(ANNA, 1, 1, b"older")
    await writer.put(writer.step(snapshot=newer))
    await writer.put(writer.step(snapshot=older))
    assert (await writer.journal.load(ANNA, 1)).snapshot == newer
    remade = Snapshot(ANNA, 2, 2, b"remade")
    await writer.put(writer.step(snapshot=remade))
    assert (await writer.journal.load(ANNA, 2)).snapshot == remade


async def test_the_newest_snapshot_of_one_batch_is_kept(writer: Writer) -> None:
    marks = [(2, 1), (3, 1), (1, 1), (3, 2)]
    snapshots = [Snapshot(ANNA, seq, schema, b"%d %d" % (seq, schema)) for seq, schema in marks]
    await outcomes(*(writer.put(writer.step(snapshot=snapshot)) for snapshot in snapshots))
    assert (await writer.journal.load(ANNA, 2)).snapshot == snapshots[-1]


async def test_what_one_step_sends_and_settles_itself_is_nothing(writer: Writer) -> None:
    both = writer.step(parcels=(parcel("a"), parcel("b")), settled=(MessageId("a"),))
    assert await outcomes(writer.put(both)) == [None]
    assert await writer.journal.parcels([1]) == [parcel("b")]


async def test_entries_come_in_pages(writer: Writer) -> None:
    kept = [entry(ANNA, seq, count=2) for seq in (1, 3, 5, 7)]
    await outcomes(*(writer.put_entry(one) for one in kept))
    assert await writer.journal.entries(ANNA) == kept
    assert await writer.journal.entries(ANNA, after=0, limit=2) == kept[:2]
    assert await writer.journal.entries(ANNA, after=4) == kept[2:]
    assert await writer.journal.entries(ANNA, after=3) == kept[1:]
    assert await writer.journal.entries(ANNA, after=8) == []
    assert await writer.journal.entries(BERT) == []


async def test_a_subject_is_found_across_actors_in_the_order_of_the_commits(writer: Writer) -> None:
    steps = [
        writer.put(writer.step(BERT, 2, entry=entry(BERT, 1), about=("visit", "visit"))),
        writer.put(writer.step(entry=entry(ANNA, 1), about=("other",))),
        writer.put(writer.step(entry=entry(ANNA, 2), about=("visit", "other"))),
    ]
    await outcomes(*steps)
    assert await writer.journal.about("visit") == [entry(BERT, 1), entry(ANNA, 2)]
    assert await writer.journal.about("other") == [entry(ANNA, 1), entry(ANNA, 2)]
    assert await writer.journal.about("nothing") == []


async def test_the_journal_counts_what_it_keeps(writer: Writer) -> None:
    await writer.put(
        writer.step(
            entry=entry(ANNA, 1),
            parcels=(parcel("a"), parcel("b"), parcel("c")),
            set_alarms=(alarm("a", 1), alarm("b", 1)),
            snapshot=Snapshot(ANNA, 1, 1, b"state"),
        )
    )
    await writer.put_entry(entry(ANNA, 2))
    await writer.put(writer.step(dead=(dead(parcel("a")),)))
    assert await writer.journal.counts() == {
        "entries": 2,
        "parcels": 2,
        "alarms": 2,
        "dead_letters": 1,
        "snapshots": 1,
    }


async def test_a_key_may_hold_any_character(writer: Writer) -> None:
    odd = Address("patient", "a/b'; DROP TABLE entry; -- \u2603")
    await writer.put_entry(entry(odd, 1))
    assert (await writer.journal.load(odd, 1)).entries == (entry(odd, 1),)
