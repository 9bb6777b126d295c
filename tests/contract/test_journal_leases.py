"""What the journal promises about members, shards and fences. Every implementation passes it."""

import asyncio

from actors.runtime.errors import FenceLost
from actors.runtime.journal import Journal
from actors.runtime.leases import Fence, Lease, Member
from tests.contract.journals import ANNA, LONG, Shelf, Writer, entry, opened, outcomes


async def join(journal: Journal, *runs: str, seconds: float = LONG) -> None:
    """Let *runs* begin to live, one after the other."""
    for run in runs:
        await journal.beat(Member(run, f"node {run}"), seconds)


def epochs(fences: dict[int, Fence]) -> dict[int, int]:
    """Return the epoch of each shard."""
    assert all(shard == fence.shard for shard, fence in fences.items())
    return {shard: fence.epoch for shard, fence in fences.items()}


# -- members -------------------------------------------------------------------------------------


async def test_a_beat_tells_who_lives_and_who_owns_what(journal: Journal) -> None:
    await join(journal, "a")
    fences = await journal.take("a", [7, 3])
    census = await journal.beat(Member("b", "other", "1.2.3", wants=False), LONG)
    first, second = census.members
    assert (first.run, first.name, first.version, first.wants) == ("a", "node a", "", True)
    assert (second.run, second.name, second.version) == ("b", "other", "1.2.3")
    assert second.wants is False
    assert 0 < first.since <= second.since <= census.now
    assert census.leases == (Lease(3, "a", 1), Lease(7, "a", 1))
    assert census.of("a") == fences
    assert census.of("b") == {}


async def test_who_looks_around_is_no_member(journal: Journal) -> None:
    assert (await journal.census()).members == ()
    await join(journal, "a")
    census = await journal.census()
    assert [member.run for member in census.members] == ["a"]
    assert census.leases == ()


async def test_the_longest_there_comes_first_whoever_beats_last(
    shelf: Shelf, journal: Journal
) -> None:
    for run in ("c", "a", "b"):
        await join(journal, run)
        await shelf.let_pass(0.01)
    await join(journal, "c", "a")
    assert [member.run for member in (await journal.census()).members] == ["c", "a", "b"]


async def test_a_member_says_anew_what_it_wants_and_keeps_its_beginning(
    shelf: Shelf, journal: Journal
) -> None:
    first = await journal.beat(Member("a", "node a"), LONG)
    await shelf.let_pass(0.01)
    [before] = (await journal.census()).members
    [member] = (await journal.beat(Member("a", "node a", wants=False), LONG)).members
    assert member.wants is False
    assert member.since == before.since <= first.now


async def test_a_member_lives_as_long_as_its_last_beat_said(shelf: Shelf, journal: Journal) -> None:
    await join(journal, "a", "b", seconds=20)
    await shelf.let_pass(15)
    await join(journal, "a", seconds=20)
    await shelf.let_pass(15)
    census = await journal.beat(Member("c", "node c"), LONG)
    assert [member.run for member in census.members] == ["a", "c"]


async def test_the_dead_do_not_live_on_when_the_clock_was_set_back(
    shelf: Shelf, journal: Journal
) -> None:
    await join(journal, "dead", "alive", seconds=3.0)
    await shelf.let_pass(-7200)
    census = await journal.beat(Member("alive", "node alive"), 3.0)
    assert [member.run for member in census.members] == ["alive"]


async def test_a_beat_may_shorten_a_life(shelf: Shelf, journal: Journal) -> None:
    await join(journal, "a", seconds=40)
    await join(journal, "a", seconds=10)
    await shelf.let_pass(15)
    assert (await journal.census()).members == ()


# -- shards --------------------------------------------------------------------------------------


async def test_a_shard_has_one_owner_and_epochs_only_grow(journal: Journal) -> None:
    await join(journal, "a", "b")
    assert epochs(await journal.take("a", [1, 2])) == {1: 1, 2: 1}
    assert epochs(await journal.take("b", [1, 2, 3])) == {3: 1}
    assert epochs(await journal.take("a", [1])) == {1: 2}


async def test_an_expired_member_s_shards_are_free(shelf: Shelf, journal: Journal) -> None:
    await join(journal, "a", seconds=20)
    await join(journal, "b")
    await journal.take("a", [1, 2])
    assert await journal.take("b", [1]) == {}
    await shelf.let_pass(30)
    assert epochs(await journal.take("b", [1])) == {1: 2}
    assert (await journal.census()).leases == (Lease(1, "b", 2), Lease(2, "a", 1))


async def test_who_beats_late_keeps_what_nobody_took(shelf: Shelf, journal: Journal) -> None:
    await join(journal, "a", seconds=20)
    await join(journal, "b")
    await journal.take("a", [1, 2])
    await shelf.let_pass(30)
    await journal.take("b", [1])
    census = await journal.beat(Member("a", "node a"), LONG)
    assert census.of("a") == {2: Fence(2, 1)}
    assert await journal.take("b", [2]) == {}


async def test_a_shard_of_one_that_is_gone_is_free_although_it_lives(journal: Journal) -> None:
    await join(journal, "a", "b", "c")
    await journal.take("a", [1])
    await journal.take("c", [2])
    assert epochs(await journal.take("b", [1, 2], gone=["a", "never there"])) == {1: 2}


async def test_a_shard_of_one_that_was_never_a_member_is_free(journal: Journal) -> None:
    await journal.take("stranger", [1])
    assert epochs(await journal.take("b", [1])) == {1: 2}


async def test_no_shards_are_taken_when_none_are_asked_for(journal: Journal) -> None:
    assert await journal.take("a", []) == {}
    assert await journal.hand_over("a", [], "b") == {}


async def test_takers_at_once_get_different_shards(shelf: Shelf) -> None:
    journals = await shelf.open_many(4)
    runs = [f"run-{number}" for number in range(12)]
    hands = [journals[number % len(journals)] for number in range(len(runs))]
    for run, journal in zip(runs, hands, strict=True):
        await join(journal, run)
    got = await asyncio.gather(
        *(journal.take(run, range(32)) for run, journal in zip(runs, hands, strict=True))
    )
    assert sorted(shard for fences in got for shard in fences) == list(range(32))
    census = await journals[0].census()
    assert [census.of(run) for run in runs] == got
    for journal in journals:
        await journal.close()


async def test_takers_in_opposite_order_all_come_through(shelf: Shelf) -> None:
    journals = await shelf.open_many(2)
    one, other = journals[0], journals[-1]
    for _ in range(5):
        there, back = one.take("a", range(64)), other.take("b", reversed(range(64)))
        got = await asyncio.gather(there, back)
        assert {shard for fences in got for shard in fences} == set(range(64))
    for journal in journals:
        await journal.close()


# -- handing over and leaving --------------------------------------------------------------------


async def test_only_own_shards_are_handed_over_and_each_has_a_new_epoch(journal: Journal) -> None:
    await join(journal, "a", "b", "c")
    await journal.take("a", [1, 2])
    await journal.take("c", [3])
    assert epochs(await journal.hand_over("a", [1, 3, 4], "b")) == {1: 2}
    census = await journal.census()
    assert census.leases == (Lease(1, "b", 2), Lease(2, "a", 1), Lease(3, "c", 1))


async def test_the_heir_writes_at_once_and_the_giver_no_more(writer: Writer) -> None:
    await writer.put_entry(entry(ANNA, 1))
    fences = await writer.journal.hand_over("node-a", [1], "node-b")
    heir = Writer(writer.journal, fences)
    steps = [writer.put_entry(entry(ANNA, 2)), heir.put_entry(entry(ANNA, 2, "heir"))]
    assert await outcomes(*steps) == [FenceLost, None]


async def test_what_was_enqueued_before_a_hand_over_is_written(writer: Writer) -> None:
    step = writer.put_entry(entry(ANNA, 1))
    await writer.journal.hand_over("node-a", [1], "node-b")
    assert await outcomes(step) == [None]


async def test_without_an_heir_a_shard_is_given_up(journal: Journal) -> None:
    await join(journal, "a", "b")
    await journal.take("a", [1])
    assert epochs(await journal.hand_over("a", [1], "")) == {1: 2}
    assert (await journal.census()).leases == (Lease(1, "", 2),)
    assert epochs(await journal.take("b", [1])) == {1: 3}


async def test_who_leaves_owns_nothing_and_is_no_member_and_epochs_stay(journal: Journal) -> None:
    await join(journal, "a", "b")
    await journal.take("a", [1])
    await journal.take("b", [2])
    await journal.leave("a")
    census = await journal.census()
    assert [member.run for member in census.members] == ["b"]
    assert census.leases == (Lease(1, "", 1), Lease(2, "b", 1))
    assert epochs(await journal.take("c", [1, 2])) == {1: 2}


async def test_everybody_s_leases_can_be_given_up(journal: Journal) -> None:
    await join(journal, "a", "b")
    await journal.take("a", [1])
    await journal.take("b", [2])
    await journal.leave_all()
    assert (await journal.census()).members == ()
    assert epochs(await journal.take("c", [1, 2])) == {1: 2, 2: 2}


async def test_members_and_epochs_survive_opening_anew(shelf: Shelf) -> None:
    first = await shelf.open()
    await join(first, "a")
    await first.take("a", [1])
    await first.close()
    async with opened(shelf.open()) as second:
        assert [member.run for member in (await second.census()).members] == ["a"]
        await second.leave_all()
        assert epochs(await second.take("b", [1])) == {1: 2}
