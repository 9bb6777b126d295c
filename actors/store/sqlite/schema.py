"""The schema and its migrations: each is made whole with its record, or not at all."""

import sqlite3
from collections.abc import Iterator, Sequence

from actors.store.queries import Migration, missing
from actors.store.sqlite.group import transaction
from actors.store.sqlite.statements import MIGRATIONS, QUERIES


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


def migrate(connection: sqlite3.Connection, known: Sequence[Migration] = MIGRATIONS) -> list[str]:
    """Make the migrations that are missing and return their names; a rerun finds nothing to do."""
    to_do = missing(known, version(connection))
    for migration in to_do:
        make(connection, migration)
    return [migration.name for migration in to_do]


def make(connection: sqlite3.Connection, migration: Migration) -> None:
    """Make one migration and its record in one transaction."""
    with transaction(connection):
        for statement in statements(migration.sql):
            connection.execute(statement)
        connection.execute(QUERIES["record_migration"], (migration.number, migration.name))
