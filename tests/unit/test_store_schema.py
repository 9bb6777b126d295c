"""Migrations: each whole or not at all, and a rerun completes what was interrupted."""

import ast
import re
import signal
import sqlite3  # noqa: TID251  makes the databases that are migrated
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from actors.passages import Passage
from actors.runtime.leases import Fence
from actors.store.queries import Migration
from actors.store.rows import from_entry
from actors.store.sqlite import SqliteJournal, StoreRefused, migrate, schema, schema_version
from actors.store.sqlite.statements import MIGRATIONS, QUERIES
from actors.store.tables import TABLES
from tests.contract.journals import ANNA, Writer, entry, opened
from tests.parsing import parsed

STORE = Path(schema.__file__).parents[1]
KILLED = """
import os, signal, sqlite3, sys
from actors.store.sqlite import schema
left = int(sys.argv[2])
def trace(statement):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.set_trace_callback(trace)
schema.migrate(connection)
"""
ONE = Migration(1, "0001_one", "CREATE TABLE one (a TEXT) STRICT;")
HALF = Migration(2, "0002_half", "CREATE TABLE two (a TEXT) STRICT;\nINSERT INTO gone VALUES (1);")
UNPREPARED = {"commit", "rollback", "release_savepoint", "rollback_savepoint"}
INSERTED_BEFORE = (
    "INSERT INTO entry (actor, seq, count, cause, at, caller, events, command, trace)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
"""What releases did that kept no epochs."""
LEASED_BEFORE = "INSERT INTO lease VALUES (1, 'main', 7, 99999999999999)"
LEASED = "INSERT INTO lease VALUES (1, 'main', 7)"
EXECUTE = {"execute", "executemany", "executescript", "execute_fetchall", "execute_insert"}


async def test_migrating_says_what_it_did_and_finds_nothing_to_do_the_next_time(
    tmp_path: Path,
) -> None:
    path = tmp_path / "data" / "journal.db"
    assert await schema_version(path) == 0
    assert await migrate(path) == [migration.name for migration in MIGRATIONS]
    assert await migrate(path) == []
    assert await schema_version(path) == MIGRATIONS[-1].number


@pytest.mark.parametrize("made", range(1, len(MIGRATIONS)))
async def test_a_journal_of_an_earlier_release_is_brought_up_to_date_and_loses_nothing(
    tmp_path: Path, made: int
) -> None:
    path = tmp_path / "data" / "journal.db"
    path.parent.mkdir(mode=0o700)
    path.touch(mode=0o600)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        schema.migrate(connection, MIGRATIONS[:made])
        connection.execute(INSERTED_BEFORE, from_entry(entry(ANNA, 1), 0)[:-1])
        connection.execute(LEASED_BEFORE if made < 3 else LEASED)
    assert await schema_version(path) == made
    assert await migrate(path) == [migration.name for migration in MIGRATIONS[made:]]
    async with opened(SqliteJournal.open(path)) as journal:
        writer = await Writer(journal).take()
        assert writer.fences[1] == Fence(1, 8)
        said = (Passage(2, "Good morning"),)
        await writer.put(writer.step(entry=entry(ANNA, 2), passages=said))
        assert await journal.entries(ANNA) == [entry(ANNA, 1, epoch=0), entry(ANNA, 2, epoch=8)]
        assert [hit.number for hit in await journal.search([ANNA], "good")] == [2]


async def test_each_journal_has_an_id_of_its_own_and_keeps_it(tmp_path: Path) -> None:
    found = []
    for name in ("one", "two", "one"):
        journal = await SqliteJournal.open(tmp_path / name / "journal.db")
        found.append(journal.clinic_id)
        await journal.close()
    assert found[0] == found[2] != found[1]
    assert re.fullmatch("[0-9a-f]{32}", found[0])


async def test_an_unused_journal_becomes_the_clinic_s_that_it_is_for_and_no_other_s(
    tmp_path: Path,
) -> None:
    path = tmp_path / "data" / "journal.db"
    journal = await SqliteJournal.open(path, clinic="0" * 32)
    assert journal.clinic_id == "0" * 32
    await Writer(journal).take()
    await journal.close()
    with pytest.raises(StoreRefused, match="belongs to another clinic"):
        await SqliteJournal.open(path, clinic="1" * 32)


async def test_a_journal_of_a_newer_schema_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "data" / "journal.db"
    await migrate(path)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(QUERIES["record_migration"], (9999, "9999_from_the_future"))
    with pytest.raises(StoreRefused, match="newer"):
        await SqliteJournal.open(path)


@pytest.mark.parametrize("statement", range(1, 31))
async def test_a_migration_killed_at_any_statement_is_completed_by_the_next_run(
    tmp_path: Path, statement: int
) -> None:
    path = tmp_path / "data" / "journal.db"
    path.parent.mkdir(mode=0o700)
    path.touch(mode=0o600)
    killed = subprocess.run(  # noqa: ASYNC221, S603  our own code
        [sys.executable, "-c", KILLED, str(path), str(statement)], check=False
    )
    journal = await SqliteJournal.open(path)
    assert (await journal.counts())["entries"] == 0
    await journal.close()
    assert killed.returncode in {-signal.SIGKILL, 0}


def test_a_failed_migration_leaves_nothing_behind() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            schema.migrate(connection, [ONE, HALF])
        assert schema.version(connection) == 1
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
    assert "one" in tables
    assert "two" not in tables


def test_statements_are_taken_apart_where_they_end() -> None:
    sql = "-- a; comment\nCREATE TABLE a (b TEXT DEFAULT ';');\nSELECT 1;\n"
    assert [part.strip() for part in schema.statements(sql)] == [
        "-- a; comment\nCREATE TABLE a (b TEXT DEFAULT ';');",
        "SELECT 1;",
    ]


def test_every_query_can_be_prepared_against_the_schema() -> None:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        schema.migrate(connection)
        for name in QUERIES.keys() - UNPREPARED:
            sql = QUERIES[name]
            places = set(re.findall(r"\?(\d+)", sql))
            values = [""] * (len(places) or sql.count("?")) or dict.fromkeys(
                re.findall(r":(\w+)", sql)
            )
            connection.execute(f"EXPLAIN {sql}", values)


def test_D10_no_sql_is_built_from_pieces() -> None:
    """Each statement is a name of `QUERIES`, a constant, or comes whole from a migration."""
    for file in (STORE / "sqlite").glob("*.py"):
        for call in ast.walk(parsed(file.read_text())):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in EXECUTE:
                assert not isinstance(call.args[0], ast.JoinedStr | ast.BinOp | ast.Call), (
                    f"{file.name}:{call.lineno} builds SQL"
                )


def test_D10_every_query_is_asked_for_by_its_name() -> None:
    files = [STORE / "stored.py", *(STORE / "sqlite").glob("*.py")]
    used = "".join(file.read_text() for file in files)
    pages = {f"page_{table.name}" for table in TABLES}
    assert [name for name in QUERIES if f'"{name}"' not in used and name not in pages] == []
