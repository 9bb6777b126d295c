"""Group commit in PostgreSQL: what fails, who fails with it, and how it comes back."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import asyncpg  # noqa: TID251  speaks of PostgreSQL's own errors
import pytest
from msgspec.structs import replace

from actors.address import Address
from actors.ids import MessageId
from actors.runtime.errors import AlreadyDone, CommitUncertain, StoreUnavailable, Undone
from actors.runtime.journal import Commit, Entry, Line
from actors.runtime.leases import Member
from actors.store.postgres import PostgresJournal, group
from actors.store.postgres.link import Link
from actors.store.rows import from_entry
from tests.contract.journals import ANNA, BERT, LONG, PostgresShelf, Writer, entry, outcomes, parcel
from tests.postgres import PostgresServer

BLOCKED = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND application_name = 'carewire' AND wait_event_type = 'Lock'
"""


@pytest.fixture
async def url(postgres_server: PostgresServer) -> str:
    return await postgres_server.emptied_database()


@pytest.fixture
async def journal(url: str) -> AsyncIterator[PostgresJournal]:
    opened = await PostgresJournal.open(url, connections=3)
    yield opened
    await opened.close()


@pytest.fixture
async def writer(journal: PostgresJournal) -> Writer:
    return await Writer(journal).take()


@asynccontextmanager
async def locked(url: str, table: str = "entry") -> AsyncIterator[asyncpg.Connection]:
    """Let nobody use *table* meanwhile; yield a connection beside, to look on."""
    holder, beside = await asyncpg.connect(url), await asyncpg.connect(url)
    try:
        async with holder.transaction():
            await holder.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
            yield beside
    finally:
        await holder.close()
        await beside.close()


@asynccontextmanager
async def in_the_way(url: str, row: Entry) -> AsyncIterator[asyncpg.Connection]:
    """Let whoever writes *row* wait, when its fence is held already; yield a connection beside."""
    holder, beside = await asyncpg.connect(url), await asyncpg.connect(url)
    transaction = holder.transaction()
    try:
        await transaction.start()
        await holder.execute(
            "INSERT INTO entry (actor, seq, count, cause, at, caller, events, command, trace)"
            " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
            *from_entry(row),
        )
        yield beside
        await transaction.rollback()
    finally:
        await holder.close()
        await beside.close()


async def blocked(connection: asyncpg.Connection, number: int = 1) -> None:
    """Return when so many of the journal's statements wait for a lock."""
    while await connection.fetchval(BLOCKED) < number:
        pass


def pid(link: Link) -> int:
    """Return which process of the server *link* talks to."""
    assert link._connection is not None
    return int(link._connection.get_server_pid())


async def back(link: Link) -> None:
    """Return when *link* has come back."""
    assert link._mending is not None
    await asyncio.wait({link._mending})


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
    other = await PostgresJournal.open(url, connections=2)
    async with in_the_way(url, entry(ANNA, 1)) as lock:
        step = writer.put_entry(entry(ANNA, 1))
        await blocked(lock)
        taking = asyncio.ensure_future(other.take("b", [1], gone=["node-a"]))
        await blocked(lock, 2)
        assert not taking.done()
    assert await outcomes(step) == [None]
    assert (await taking)[1].epoch == 2
    assert (await other.load(ANNA, 1)).entries == (entry(ANNA, 1),)
    await other.close()


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


# -- trouble --------------------------------------------------------------------------------------


async def test_a_connection_that_is_lost_while_committing_leaves_it_open_and_comes_back(
    url: str, journal: PostgresJournal, writer: Writer
) -> None:
    line = Line()
    await writer.put_entry(entry(ANNA, 1), line)
    link = journal._links.writer
    async with locked(url) as lock:
        step = writer.put_entry(entry(ANNA, 2), line)
        await blocked(lock)
        await lock.execute("SELECT pg_terminate_backend($1)", pid(link))
        assert await outcomes(step) == [CommitUncertain]
        late = [writer.put_entry(entry(ANNA, 3), line), writer.put_entry(entry(BERT, 1))]
        assert await outcomes(*late) == [StoreUnavailable, StoreUnavailable]
    await back(link)
    assert await outcomes(writer.put_entry(entry(ANNA, 2), line)) == [Undone]
    assert await outcomes(writer.put_entry(entry(ANNA, 2))) == [None]
    assert not journal.failed.is_set()


async def test_a_line_that_is_dead_is_noticed(url: str) -> None:
    journal = await PostgresJournal.open(url, connections=2, timeout=0.3)
    writer = await Writer(journal).take()
    frozen = pid(journal._links.writer)
    os.kill(frozen, signal.SIGSTOP)
    try:
        assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [CommitUncertain]
    finally:
        os.kill(frozen, signal.SIGCONT)
    await back(journal._links.writer)
    assert await outcomes(writer.put_entry(entry(BERT, 1))) == [None]
    await journal.close()


async def test_a_statement_that_takes_too_long_was_not_made(url: str) -> None:
    journal = await PostgresJournal.open(url, connections=2, timeout=0.3)
    writer = await Writer(journal).take()
    before = pid(journal._links.writer)
    async with locked(url):
        assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [StoreUnavailable]
    assert pid(journal._links.writer) == before
    assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [None]
    await journal.close()


async def test_a_restarted_server_is_found_again(own_postgres_server: PostgresServer) -> None:
    journal = await PostgresJournal.open(await own_postgres_server.fresh_database())
    writer = await Writer(journal).take()
    await writer.put_entry(entry(ANNA, 1))
    await asyncio.to_thread(own_postgres_server.stop, signal.SIGQUIT)
    assert await outcomes(writer.put_entry(entry(ANNA, 2))) == [StoreUnavailable]
    with pytest.raises(StoreUnavailable):
        await journal.load(ANNA, 1)
    with pytest.raises(StoreUnavailable):
        await journal.beat(Member("a", "a"), LONG)
    await asyncio.to_thread(own_postgres_server.start)
    for link in journal._links._all:
        await back(link)
    assert await outcomes(writer.put_entry(entry(ANNA, 2))) == [None]
    assert len((await journal.load(ANNA, 1)).entries) == 2
    await journal.close()


async def test_a_full_disk_fails_the_batch_and_nothing_more(
    writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(_connection: asyncpg.Connection, _commits: Sequence[Commit]) -> None:
        raise asyncpg.DiskFullError("could not extend file")

    with monkeypatch.context() as patch:
        patch.setattr(group, "_write", full)
        steps = [writer.put_entry(entry(ANNA, 1)), writer.put_entry(entry(BERT, 1))]
        found = await asyncio.gather(*steps, return_exceptions=True)
    assert [type(each) for each in found] == [StoreUnavailable, StoreUnavailable]
    assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [None]


@pytest.mark.parametrize("error", [asyncpg.DeadlockDetectedError, asyncpg.SerializationError])
async def test_two_that_are_in_each_other_s_way_try_again_a_few_times(
    journal: PostgresJournal, error: type[Exception]
) -> None:
    tried = 0

    async def collide(connection: asyncpg.Connection) -> int:
        nonlocal tried
        tried += 1
        if tried % 4:
            raise error("in the way")
        return int(await connection.fetchval("SELECT 7"))

    with pytest.raises(StoreUnavailable, match="too busy"):
        await journal._links.lease(collide)
    assert tried == 3
    assert await journal._links.lease(collide) == 7


async def test_a_database_that_is_another_clinic_s_ends_all_promises(
    url: str, journal: PostgresJournal, writer: Writer
) -> None:
    admin = await asyncpg.connect(url)
    await admin.execute("UPDATE clinic SET id = 'another'")
    await admin.execute("SELECT pg_terminate_backend($1)", pid(journal._links.writer))
    await journal.failed.wait()
    assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [StoreUnavailable]
    with pytest.raises(StoreUnavailable, match="another clinic"):
        await journal.load(ANNA, 1)
    await admin.execute("UPDATE clinic SET id = $1", journal.clinic_id)
    await admin.close()


async def test_a_reader_that_gives_up_harms_nobody(url: str, journal: PostgresJournal) -> None:
    async with locked(url, "snapshot") as lock:
        reading = asyncio.ensure_future(journal.load(ANNA, 1))
        await blocked(lock)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
    assert (await journal.load(ANNA, 1)).entries == ()


async def test_a_read_is_made_again_when_its_connection_is_lost(url: str) -> None:
    journal = await PostgresJournal.open(url, connections=4)
    async with locked(url, "snapshot") as lock:
        reading = asyncio.ensure_future(journal.load(ANNA, 1))
        await blocked(lock)
        waiting = await lock.fetchval(BLOCKED.replace("count(*)", "pid"))
        await lock.execute("SELECT pg_terminate_backend($1)", waiting)
        await blocked(lock)
    assert (await reading).entries == ()
    await journal.close()


# -- what is found --------------------------------------------------------------------------------


async def test_a_command_is_found_by_another_node(url: str, writer: Writer) -> None:
    await writer.put_entry(entry(ANNA, 1, "same"))
    other = await PostgresJournal.open(url, connections=2)
    assert await other.find(ANNA, MessageId("same")) == entry(ANNA, 1, "same")
    await other.close()
