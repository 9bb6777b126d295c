"""The schema and its migrations: each is made whole with its record, or not at all."""

import sqlite3
from collections.abc import Iterator, Sequence

from actors.store.files import StoreRefused
from actors.store.queries import QUERIES, Migration, migrations
from actors.store.sqlite.group import transaction


def statements(sql: str) -> Iterator[str]:
    """Return the statements of *sql* one by one."""
    statement = ""
    for line in sql.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def version(connection: sqlite3.Connection) -> int:
    """Return the number of the last migration that was made; 0 for an empty database."""
    connection.execute(QUERIES["create_migration"])
    (number,) = connection.execute(QUERIES["migrated"]).fetchone()
    return int(number)


def migrate(connection: sqlite3.Connection, known: Sequence[Migration] | None = None) -> list[str]:
    """Make the migrations that are missing and return their names; a rerun finds nothing to do."""
    known = migrations() if known is None else known
    done = version(connection)
    if done > max(migration.number for migration in known):
        raise StoreRefused(f"The journal (schema {done}) was made by a newer Carewire than this.")
    missing = [migration for migration in known if migration.number > done]
    for migration in missing:
        make(connection, migration)
    return [migration.name for migration in missing]


def make(connection: sqlite3.Connection, migration: Migration) -> None:
    """Make one migration and its record in one transaction."""
    with transaction(connection):
        for statement in statements(migration.sql):
            connection.execute(statement)
        connection.execute(QUERIES["record_migration"], (migration.number, migration.name))
