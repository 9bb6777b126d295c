"""Group commit in PostgreSQL: what fails, who fails with it, and how it comes back."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import asyncpg  # noqa: TID251  speaks of PostgreSQL's own errors
import pytest
from msgspec.structs import replace

from actors.address import Address
from actors.ids import MessageId
from actors.runtime.errors import AlreadyDone, StoreUnavailable
from actors.runtime.journal import Commit
from actors.store.postgres import PostgresJournal, group
from tests.contract.journals import (
    ANNA,
    BERT,
    PostgresShelf,
    Writer,
    entry,
    opened,
    outcomes,
    parcel,
)
from tests.postgres import PostgresServer
from tests.unit.postgres_support import blocked, in_the_way


@pytest.fixture
async def url(postgres_server: PostgresServer) -> str:
    return await postgres_server.emptied_database()


@pytest.fixture
async def journal(url: str) -> AsyncIterator[PostgresJournal]:
    async with opened(PostgresJournal.open(url, connections=3)) as journal:
        yield journal


@pytest.fixture
async def writer(journal: PostgresJournal) -> Writer:
    return await Writer(journal).take()


# -- who fails ------------------------------------------------------------------------------------


async def test_a_value_that_can_t_be_kept_fails_its_commit_alone(writer: Writer) -> None:
    steps = [
        writer.put_entry(entry(ANNA, 1)),
        writer.put_entry(replace(entry(ANNA, 2), trace="\ud800")),
        writer.put_entry(replace(entry(ANNA, 3), at=2**70)),
        writer.put_entry(entry(Address("patient", "a\x00b"), 1)),
        writer.put_entry(entry(BERT, 1)),
    ]
    wrong = [StoreUnavailable] * 3
    assert await outcomes(*steps) == [None, *wrong, None]


async def test_many_culprits_in_a_large_batch_are_all_found_and_nobody_else(
    writer: Writer,
) -> None:
    await writer.put_entry(entry(ANNA, 1, "same"))
    actors = [Address("patient", f"p{number}") for number in range(300)]
    steps = [
        writer.put_entry(entry(ANNA, 9, "same") if number % 50 == 7 else entry(actor, 1))
        for number, actor in enumerate(actors)
    ]
    found = await outcomes(*steps)
    assert [place for place, each in enumerate(found) if each] == [7, 57, 107, 157, 207, 257]
    assert {each for each in found if each} == {AlreadyDone}


async def test_a_parcel_s_id_waits_once(writer: Writer) -> None:
    steps = [writer.put(writer.step(parcels=(parcel("a"),))) for _ in range(2)]
    assert await outcomes(*steps) == [None, StoreUnavailable]


async def test_what_arrives_while_a_batch_is_made_is_one_statement(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    write = group._write

    async def counted(connection: asyncpg.Connection, commits: Sequence[Commit]) -> group.Verdict:
        sizes.append(len(commits))
        return await write(connection, commits)

    monkeypatch.setattr(group, "_write", counted)
    first = [writer.put_entry(entry(ANNA, 1))]
    await writer.journal.load(BERT, 1)
    await outcomes(*first, *(writer.put_entry(entry(ANNA, seq)) for seq in range(2, 300)))
    assert sizes == [1, 298]


async def test_a_batch_that_breaks_in_our_own_code_is_answered_and_the_next_is_made(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(group, "_write", lambda: None)
        assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [StoreUnavailable]
    assert "could not make a batch" in caplog.text
    assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [None]


async def test_a_closed_journal_says_so_and_closes_once(url: str) -> None:
    journal = await PostgresJournal.open(url)
    writer = await Writer(journal).take()
    await journal.close()
    await journal.close()
    assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [StoreUnavailable]


# -- several nodes --------------------------------------------------------------------------------


async def test_who_takes_a_shard_waits_for_the_commit_that_its_owner_is_making(
    url: str, writer: Writer
) -> None:
    async with opened(PostgresJournal.open(url, connections=2)) as other:
        async with in_the_way(url, entry(ANNA, 1)) as lock:
            step = writer.put_entry(entry(ANNA, 1))
            await blocked(lock)
            taking = asyncio.ensure_future(other.take("b", [1], gone=["node-a"]))
            await blocked(lock, 2)
            assert not taking.done()
        assert await outcomes(step) == [None]
        assert (await taking)[1].epoch == 2
        assert (await other.load(ANNA, 1)).entries == (entry(ANNA, 1),)


async def test_two_nodes_that_do_the_same_command_do_it_once(
    postgres_server: PostgresServer, url: str
) -> None:
    journals = await PostgresShelf(postgres_server, url).open_many(2)
    writers = [await Writer(journal).take([1], node="a") for journal in journals]
    writers[0].fences = writers[1].fences
    steps = [
        writer.put_entry(entry(ANNA, seq, f"same-{seq}"))
        for seq in range(1, 20)
        for writer in writers
    ]
    found = await outcomes(*steps)
    assert sorted(map(str, found[0::2] + found[1::2])).count("None") == 19
    assert len(await journals[0].entries(ANNA)) == 19
    for journal in journals:
        await journal.close()


# -- what is found --------------------------------------------------------------------------------


async def test_a_command_is_found_by_another_node(url: str, writer: Writer) -> None:
    await writer.put_entry(entry(ANNA, 1, "same"))
    async with opened(PostgresJournal.open(url, connections=2)) as other:
        assert await other.find(ANNA, MessageId("same")) == entry(ANNA, 1, "same")
