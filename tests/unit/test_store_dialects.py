"""Two dialects, one journal: the same tables, and the same statements by name."""

import sqlite3  # noqa: TID251  the other dialect, to compare with
from contextlib import closing
from pathlib import Path

import asyncpg  # noqa: TID251  looks at the tables that were made

from actors.store.postgres import (
    PostgresJournal,
    statements,
)
from actors.store.sqlite import schema as sqlite_schema
from actors.store.sqlite import statements as sqlite_statements
from actors.store.stored import StoredJournal
from actors.store.tables import TABLES
from tests.postgres import PostgresServer

SQLITE_ALONE = {
    *("checks", "lax_tables", "quick_check", "checkpoint"),
    *("begin", "commit", "rollback", "savepoint", "release_savepoint", "rollback_savepoint"),
    *("fence_version", "raise_fence", "fences", "waiting_parcels"),
    *("insert_entry", "insert_about", "insert_parcel", "delete_parcel", "clear_fired_alarm"),
    *("clear_alarm", "set_alarm", "insert_dead_letter", "keep_snapshot", "unindex_passage"),
    *("remove_passage", "keep_passage", "index_passage"),
}
"""Settings of a file, and what PostgreSQL does in the one statement `write`."""
POSTGRES_ALONE = {
    *("facts", "lock_schema", "now", "write"),
    *("is_untouched", "is_lived_in", "become_clinic", "count_on", "analyze"),
    *(f"{verb}_{table.name}" for verb in ("put", "last") for table in TABLES),
}
"""A server's facts and clock, and what receives a clinic that moves in."""


def sqlite_tables() -> dict[str, set[str]]:
    """Return the columns of each table of SQLite; its index of words stands for itself."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        sqlite_schema.migrate(connection)
        rows = connection.execute(
            "SELECT m.name, c.name FROM sqlite_schema AS m, pragma_table_xinfo(m.name) AS c"
            " WHERE m.type = 'table' AND m.name NOT LIKE 'passage_term%'"
        ).fetchall()
    return {table: {column for name, column in rows if name == table} for table, _ in rows}


async def test_both_dialects_have_the_same_tables_and_columns(
    postgres_server: PostgresServer,
) -> None:
    url = await postgres_server.emptied_database()
    connection = await asyncpg.connect(url)
    rows = await connection.fetch(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public'"
    )
    await connection.close()
    found = {table: {column for name, column in rows if name == table} for table, _ in rows}
    fences = {"fence": {"one", "version"}}
    assert found | fences == sqlite_tables()


def test_both_dialects_have_the_same_statements() -> None:
    sqlite, postgres = set(sqlite_statements.QUERIES), set(statements.QUERIES)
    assert sqlite - postgres == SQLITE_ALONE
    assert postgres - sqlite == POSTGRES_ALONE


def test_both_dialects_are_at_the_same_migration() -> None:
    assert statements.MIGRATIONS[-1].number == sqlite_statements.MIGRATIONS[-1].number


def test_D10_every_query_is_asked_for_by_its_name() -> None:
    folder = Path(statements.__file__).parent
    sources = [*folder.glob("*.py"), folder.parent / "stored.py"]
    assert issubclass(PostgresJournal, StoredJournal)
    used = "".join(file.read_text() for file in sources)
    of_tables = {f"{verb}_{table.name}" for verb in ("put", "last", "page") for table in TABLES}
    assert [
        name for name in statements.QUERIES if f'"{name}"' not in used and name not in of_tables
    ] == []


async def test_every_query_can_be_prepared_against_the_schema(
    postgres_server: PostgresServer,
) -> None:
    url = await postgres_server.emptied_database()
    connection = await asyncpg.connect(url)
    for sql in statements.QUERIES.values():
        await connection.prepare(sql)
    await connection.close()
