"""Trouble with a PostgreSQL: what is told, and how the journal comes back."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Sequence

import asyncpg  # noqa: TID251  speaks of PostgreSQL's own errors
import pytest

from actors.runtime.errors import CommitUncertain, StoreUnavailable, Undone
from actors.runtime.journal import Commit, Line
from actors.runtime.leases import Member
from actors.store.postgres import PostgresJournal, group
from tests.contract.journals import ANNA, BERT, LONG, Writer, entry, opened, outcomes
from tests.postgres import PostgresServer
from tests.unit.postgres_support import BLOCKED, back, blocked, locked, pid
from tests.waiting import until


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
    async with opened(PostgresJournal.open(url, connections=2, timeout=0.3)) as journal:
        writer = await Writer(journal).take()
        frozen = pid(journal._links.writer)
        os.kill(frozen, signal.SIGSTOP)
        try:
            assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [CommitUncertain]
        finally:
            os.kill(frozen, signal.SIGCONT)
        await back(journal._links.writer)
        assert await outcomes(writer.put_entry(entry(BERT, 1))) == [None]


async def test_a_statement_that_takes_too_long_was_not_made(url: str) -> None:
    async with opened(PostgresJournal.open(url, connections=2, timeout=0.3)) as journal:
        writer = await Writer(journal).take()
        before = pid(journal._links.writer)
        async with locked(url):
            assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [StoreUnavailable]
        assert pid(journal._links.writer) == before
        assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [None]


async def test_a_restarted_server_is_found_again(own_postgres_server: PostgresServer) -> None:
    async with opened(PostgresJournal.open(await own_postgres_server.fresh_database())) as journal:
        writer = await Writer(journal).take()
        await writer.put_entry(entry(ANNA, 1))
        await asyncio.to_thread(own_postgres_server.stop, signal.SIGQUIT)
        (outcome,) = await outcomes(writer.put_entry(entry(ANNA, 2)))
        assert outcome in {StoreUnavailable, CommitUncertain}, "who can tell when the line fell?"
        with pytest.raises(StoreUnavailable):
            await journal.load(ANNA, 1)
        with pytest.raises(StoreUnavailable):
            await journal.beat(Member("a", "a"), LONG)
        await asyncio.to_thread(own_postgres_server.start)
        for link in journal._links._all:
            await back(link)
        assert await outcomes(writer.put_entry(entry(ANNA, 2))) == [None]
        assert len((await journal.load(ANNA, 1)).entries) == 2


async def test_it_comes_back_whatever_an_attempt_runs_into(
    url: str, journal: PostgresJournal, monkeypatch: pytest.MonkeyPatch
) -> None:
    link, attempts = journal._links.writer, list[asyncpg.Connection]()
    dial = link._dial

    async def unlucky() -> asyncpg.Connection:
        connection = await dial()
        attempts.append(connection)
        if len(attempts) == 1:
            connection.terminate()
            raise RuntimeError("nobody has thought of this")
        if len(attempts) == 2:
            connection.terminate()  # before anybody listens for its end
        return connection

    monkeypatch.setattr(link, "_dial", unlucky)
    async with locked(url) as lock:
        await lock.execute("SELECT pg_terminate_backend($1)", pid(link))
    await until(lambda: link._mending is not None)
    await back(link)
    assert link._connection is attempts[2]


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
    async with opened(PostgresJournal.open(url, connections=4)) as journal:
        async with locked(url, "snapshot") as lock:
            reading = asyncio.ensure_future(journal.load(ANNA, 1))
            await blocked(lock)
            waiting = await lock.fetchval(BLOCKED.replace("count(*)", "pid"))
            await lock.execute("SELECT pg_terminate_backend($1)", waiting)
            await blocked(lock)
        assert (await reading).entries == ()
