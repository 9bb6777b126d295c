"""How a fence keeps two nodes apart. Every implementation passes this suite."""

from actors.ids import MessageId
from actors.runtime.errors import AlreadyDone, FenceLost, Undone
from actors.runtime.journal import Journal, Line
from actors.runtime.leases import Fence, Member
from tests.contract.journals import ANNA, BERT, Shelf, Writer, entry, outcomes, parcel


async def test_a_writer_that_was_overtaken_can_write_no_more(writer: Writer) -> None:
    shard_two = Line()
    await writer.put_entry(entry(ANNA, 1))
    await writer.journal.leave("node-a")
    newer = await Writer(writer.journal).take([1], node="node-b")
    await writer.take([2])
    line = Line()
    steps = [
        writer.put_entry(entry(ANNA, 2), line),
        writer.put_entry(entry(BERT, 1), shard_two, shard=2),
        writer.put_entry(entry(ANNA, 3), line),
        newer.put_entry(entry(ANNA, 2, "newer")),
    ]
    assert await outcomes(*steps) == [FenceLost, None, Undone, None]
    assert (await writer.journal.load(ANNA, 1)).entries[-1] == entry(ANNA, 2, "newer", epoch=2)


async def test_an_entry_keeps_the_epoch_that_its_commit_has_proven(writer: Writer) -> None:
    await writer.put_entry(entry(ANNA, 1, epoch=99))
    await writer.take([1])
    await writer.put_entry(entry(ANNA, 2, epoch=0))
    await writer.put_entry(entry(BERT, 1), shard=2)
    assert (await writer.journal.load(ANNA, 1)).entries == (
        entry(ANNA, 1, epoch=1),
        entry(ANNA, 2, epoch=2),
    )
    found = await writer.journal.find(ANNA, entry(ANNA, 2).cause)
    assert found == entry(ANNA, 2, epoch=2)
    assert [each.epoch for each in await writer.journal.entries(BERT)] == [1]


async def test_a_released_fence_is_lost(writer: Writer) -> None:
    await writer.journal.leave("node-a")
    assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [FenceLost]


async def test_a_lost_fence_and_a_repetition_fail_apart_in_one_batch(writer: Writer) -> None:
    await writer.put_entry(entry(ANNA, 1, "same"))
    old = Writer(writer.journal, dict(writer.fences))
    await writer.take([2])
    steps = [
        old.put_entry(entry(BERT, 1, "late"), shard=2),
        writer.put_entry(entry(ANNA, 2, "same")),
        writer.put_entry(entry(BERT, 1, "good"), shard=2),
    ]
    assert await outcomes(*steps) == [FenceLost, AlreadyDone, None]


async def test_a_fence_that_was_never_given_holds_nothing(writer: Writer) -> None:
    future = Writer(writer.journal, {1: Fence(1, 99), 9: Fence(9, 1)})
    steps = [future.put_entry(entry(ANNA, 1)), future.put_entry(entry(BERT, 1), shard=9)]
    assert await outcomes(*steps) == [FenceLost, FenceLost]


async def test_a_step_without_events_needs_its_fence_too(writer: Writer) -> None:
    await writer.put(writer.step(parcels=(parcel("a"),)))
    await writer.journal.leave("node-a")
    late = writer.step(settled=(MessageId("a"),))
    assert await outcomes(writer.put(late)) == [FenceLost]
    assert await writer.journal.parcels([1]) == [parcel("a")]


async def test_an_expired_member_may_write_until_its_shard_is_taken(
    shelf: Shelf, journal: Journal
) -> None:
    await journal.beat(Member("a", "node a"), 20)
    writer = Writer(journal, await journal.take("a", [1]))
    await shelf.let_pass(30)
    assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [None]
    await journal.take("b", [1])
    assert await outcomes(writer.put_entry(entry(ANNA, 2))) == [FenceLost]
