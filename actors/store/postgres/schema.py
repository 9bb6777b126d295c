"""The schema and its migrations: each is made whole with its record, or not at all.

Nodes that start together wait for one another, and the first one migrates.
"""

from collections.abc import Sequence

from asyncpg import Connection

from actors.store.clinic import Clinic
from actors.store.postgres.statements import MIGRATIONS, QUERIES
from actors.store.queries import Migration, missing


async def version(connection: Connection) -> int:
    """Return the number of the last migration that was made; 0 for an empty database."""
    async with connection.transaction():
        await connection.execute(QUERIES["lock_schema"])
        await connection.execute(QUERIES["create_migration"])
    return int(await connection.fetchval(QUERIES["migrated"]))


async def migrate(connection: Connection, known: Sequence[Migration] = MIGRATIONS) -> list[str]:
    """Make the migrations that are missing and return their names; a rerun finds nothing to do."""
    made = []
    while to_do := missing(known, await version(connection)):
        if await make(connection, to_do[0]):
            made.append(to_do[0].name)
    return made


async def make(connection: Connection, migration: Migration) -> bool:
    """Make one migration and its record in one transaction, unless somebody else just has."""
    async with connection.transaction():
        await connection.execute(QUERIES["lock_schema"])
        if await connection.fetchval(QUERIES["migrated"]) >= migration.number:
            return False
        await connection.execute(migration.sql)
        await connection.execute(QUERIES["record_migration"], migration.number, migration.name)
    return True


async def clinic_of(connection: Connection) -> Clinic:
    """Return whose journal this is."""
    return Clinic(*await connection.fetchrow(QUERIES["clinic"]))
