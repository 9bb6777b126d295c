"""Group commit in SQLite: what fails, who fails with it, and how it goes on."""

import os
import signal
import sqlite3  # noqa: TID251  speaks of SQLite's own errors
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from actors.address import Address
from actors.ids import MessageId
from actors.runtime.errors import AlreadyDone, StoreUnavailable, Undone
from actors.runtime.journal import Line
from actors.store.sqlite import SqliteJournal
from actors.store.writes import Writes
from tests.contract.journals import ANNA, BERT, SqliteShelf, Writer, entry, opened, outcomes, parcel

LOAD = """
import asyncio, sys
from actors.address import Address
from actors.runtime.journal import Commit, Entry, Line
from actors.store.sqlite import SqliteJournal

async def main():
    journal = await SqliteJournal.open(sys.argv[1])
    await journal.leave_all()
    fences = await journal.take("load", [1])
    def put(actor, seq, line):
        def outcome(error):
            assert error is None, error
            sys.stdout.write(f"{actor.key} {seq}\\n")
            sys.stdout.flush()
            put(actor, seq + 1, line)
        step = Entry(actor, seq, 1, f"{actor.key}-{seq}", 1, b"", b"x" * 100)
        journal.append(line, Commit(actor, fences[1], step), outcome)
    for number in range(32):
        put(Address("load", str(number)), 1, Line())
    await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
async def journal(tmp_path: Path) -> AsyncIterator[SqliteJournal]:
    async with opened(SqliteShelf(tmp_path / "data").open()) as journal:
        yield journal


@pytest.fixture
async def writer(journal: SqliteJournal) -> Writer:
    return await Writer(journal).take()


async def fill_the_disk(journal: SqliteJournal) -> None:
    """Let the database have no page more."""
    sql = "PRAGMA max_page_count = 1"
    await journal._desk.do(lambda connection: connection.execute(sql).fetchall())


async def free_the_disk(journal: SqliteJournal) -> None:
    """Let the database grow again."""
    sql = "PRAGMA max_page_count = 1073741823"
    await journal._desk.do(lambda connection: connection.execute(sql).fetchall())


def big(seq: int) -> bytes:
    """Return more than a page can hold."""
    return b"%d" % seq * 100_000


async def test_D05_a_full_disk_fails_the_batch_reading_goes_on_and_it_heals(
    journal: SqliteJournal, writer: Writer
) -> None:
    line = Line()
    await writer.put_entry(entry(ANNA, 1), line)
    await fill_the_disk(journal)
    large = replace(entry(ANNA, 2), events=big(2))
    steps = [writer.put_entry(large, line), writer.put_entry(entry(BERT, 1))]
    assert await outcomes(*steps) == [StoreUnavailable, StoreUnavailable]
    assert (await journal.load(ANNA, 1)).entries == (entry(ANNA, 1),)
    await free_the_disk(journal)
    assert await outcomes(writer.put_entry(large, line)) == [Undone]
    assert await outcomes(writer.put_entry(large)) == [None]
    assert not journal.failed.is_set()


async def test_D05_a_disk_that_fills_while_culprits_are_sought_fails_the_batch(
    journal: SqliteJournal, writer: Writer
) -> None:
    await writer.put_entry(entry(BERT, 1, "same"))
    await fill_the_disk(journal)
    large = replace(entry(ANNA, 1), events=big(1))
    steps = [writer.put_entry(entry(BERT, 2, "same")), writer.put_entry(large)]
    assert await outcomes(*steps) == [StoreUnavailable, StoreUnavailable]
    await free_the_disk(journal)
    assert await outcomes(writer.put_entry(large)) == [None]


async def test_D06_a_failed_flush_ends_all_promises(
    journal: SqliteJournal, writer: Writer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_connection: sqlite3.Connection, _writes: Writes) -> None:
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSYNC
        raise error

    with monkeypatch.context() as patch:
        patch.setattr("actors.store.sqlite.group.write", fail)
        assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [StoreUnavailable]
    assert journal.failed.is_set()
    assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [StoreUnavailable]


async def test_a_value_that_can_t_be_kept_fails_its_commit_alone(writer: Writer) -> None:
    steps = [
        writer.put_entry(entry(ANNA, 1)),
        writer.put_entry(replace(entry(ANNA, 2), trace="\ud800")),
        writer.put_entry(replace(entry(ANNA, 3), at=2**70)),
        writer.put_entry(entry(BERT, 1)),
    ]
    assert await outcomes(*steps) == [None, StoreUnavailable, StoreUnavailable, None]


async def test_a_batch_that_breaks_in_our_own_code_is_answered_and_the_next_is_made(
    writer: Writer, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("actors.store.sqlite.group.write", lambda: None)
        assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [StoreUnavailable]
    assert "could not make a batch" in caplog.text
    assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [None]


async def test_a_parcel_s_id_waits_once(writer: Writer) -> None:
    steps = [writer.put(writer.step(parcels=(parcel("a"),))) for _ in range(2)]
    assert await outcomes(*steps) == [None, StoreUnavailable]


async def test_what_arrives_while_a_batch_is_made_is_one_transaction(
    journal: SqliteJournal, writer: Writer
) -> None:
    seen: list[str] = []
    await journal._desk.do(lambda connection: connection.set_trace_callback(seen.append))
    first = [writer.put_entry(entry(ANNA, 1))]
    await writer.journal.load(BERT, 1)
    await outcomes(*first, *(writer.put_entry(entry(ANNA, seq)) for seq in range(2, 300)))
    assert seen.count("COMMIT;") == 2


async def test_more_than_a_batch_is_made_in_several(writer: Writer) -> None:
    steps = [writer.put_entry(entry(ANNA, seq)) for seq in range(1, 2500)]
    assert set(await outcomes(*steps)) == {None}


async def test_a_closed_journal_says_so_and_closes_once(tmp_path: Path) -> None:
    journal = await SqliteShelf(tmp_path / "data").open()
    writer = await Writer(journal).take()
    await journal.close()
    await journal.close()
    assert await outcomes(writer.put_entry(entry(ANNA, 1))) == [StoreUnavailable]


async def test_without_dedupe_a_repeated_command_is_kept_again(tmp_path: Path) -> None:
    async with opened(
        SqliteJournal.open(tmp_path / "data" / "journal.db", dedupe=False)
    ) as journal:
        writer = await Writer(journal).take()
        steps = [writer.put_entry(entry(ANNA, seq, "same")) for seq in (1, 2)]
        assert await outcomes(*steps) == [None, None]
        assert [one.cause for one in await journal.entries(ANNA)] == ["same~1", "same~2"]
        assert await journal.find(ANNA, MessageId("same")) is None


async def test_with_dedupe_a_repeated_command_is_not(writer: Writer) -> None:
    steps = [writer.put_entry(entry(ANNA, seq, "same")) for seq in (1, 2)]
    assert await outcomes(*steps) == [None, AlreadyDone]


async def test_D04_what_was_acknowledged_outlives_kill_9(tmp_path: Path) -> None:
    path = tmp_path / "data" / "journal.db"
    told = dict(killed_under_load(path, 2_000))
    assert len(told) == 32
    async with opened(SqliteJournal.open(path)) as journal:
        for key, last in told.items():
            entries = await journal.entries(Address("load", key), limit=10**6)
            numbers = [one.seq for one in entries]
            assert numbers == list(range(1, len(numbers) + 1))
            assert len(numbers) >= last


def killed_under_load(path: Path, enough: int) -> list[tuple[str, int]]:
    """Run a writer, kill it once it acknowledged *enough*, and return all that it acknowledged."""
    command = [sys.executable, "-c", LOAD, str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:  # noqa: S603  our own code
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(enough)]
        os.kill(process.pid, signal.SIGKILL)
        lines += process.stdout.readlines()
    whole = [line.split() for line in lines if line.endswith(b"\n")]
    return [(key.decode(), int(seq)) for key, seq in whole]
