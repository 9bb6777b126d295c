"""How the journal's one connection is opened: what it insists on, and when it refuses.

SQLite before 3.51.3 may lose a WAL that two connections write (the WAL-reset bug). Here there is
one connection, held by `files.Lock` and by SQLite's own exclusive locking mode, so the version
does not matter.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

import aiosqlite

from actors.store.clinic import Clinic, check_clinic
from actors.store.files import StoreRefused, prepare, sync_folder
from actors.store.lock import Lock
from actors.store.machine import refuse_network
from actors.store.sqlite import schema
from actors.store.sqlite.desk import Desk
from actors.store.sqlite.group import GroupConnection, Work
from actors.store.sqlite.statements import QUERIES

BUSY_MS: Final = 5000
FULL: Final = 2
SETTINGS: Final = ("wal", FULL, 1, 0, BUSY_MS, "exclusive")
"""Journal mode, synchronous, foreign keys, trusted schema, busy timeout, locking mode."""

PRAGMAS: Final = (
    "PRAGMA locking_mode = EXCLUSIVE",
    "PRAGMA journal_mode = WAL",
    "PRAGMA synchronous = FULL",
    "PRAGMA foreign_keys = ON",
    "PRAGMA trusted_schema = OFF",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA cache_size = -65536",
    "PRAGMA wal_autocheckpoint = 4000",
)


def hold(path: Path) -> Lock:
    """Make the files ready and take the store for this process alone."""
    prepare(path)
    refuse_network(path)
    return Lock(path)


async def connect(path: Path, tray: deque[Work]) -> aiosqlite.Connection:
    """Open *path* with a connection that works off *tray*."""
    try:
        return await aiosqlite.connect(
            path,
            isolation_level=None,
            timeout=BUSY_MS / 1000,
            factory=partial(GroupConnection, tray),
        )
    except sqlite3.Error as error:
        raise StoreRefused(f"{path} can't be opened: {error}.") from error


@contextmanager
def refusing(path: Path) -> Iterator[None]:
    """Say in plain words what SQLite has against *path*."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        raise StoreRefused(
            f"{path} can't be used: {error}. If it is damaged, restore it from a backup."
        ) from error


def configure(connection: sqlite3.Connection, path: Path) -> None:
    """Set what we insist on and refuse a database that is damaged or can't be written."""
    with refusing(path):
        for pragma in PRAGMAS:
            connection.execute(pragma)
        check_settings(connection)
        check_pages(connection)


def bring_up_to_date(
    connection: sqlite3.Connection, path: Path, shards: int, clinic: str | None
) -> list[str]:
    """Make the missing migrations, check the tables, and empty the WAL into the database."""
    with refusing(path):
        made = schema.migrate(connection)
        check_tables(connection)
        if clinic is not None:
            connection.execute(QUERIES["adopt_clinic"], (clinic,))
        check_clinic(clinic_of(connection), shards, clinic)
        connection.execute(QUERIES["checkpoint"]).fetchall()
    return made


def check_settings(connection: sqlite3.Connection) -> None:
    """Refuse to go on unless every setting took effect."""
    found = connection.execute(QUERIES["checks"]).fetchone()
    if found != SETTINGS:
        raise StoreRefused(f"SQLite did not take the settings: {found}, not {SETTINGS}.")


def check_pages(connection: sqlite3.Connection) -> None:
    """Refuse a database with damaged pages."""
    (verdict,) = connection.execute(QUERIES["quick_check"]).fetchone()
    if verdict != "ok":
        raise sqlite3.DatabaseError(verdict)


def check_tables(connection: sqlite3.Connection) -> None:
    """Refuse tables that are not STRICT."""
    lax = [name for (name,) in connection.execute(QUERIES["lax_tables"])]
    if lax:
        raise StoreRefused(f"These tables are not STRICT: {', '.join(lax)}.")


def clinic_of(connection: sqlite3.Connection) -> Clinic:
    """Return whose journal this is."""
    return Clinic(*connection.execute(QUERIES["clinic"]).fetchone())


async def open_desk(path: Path, stack: AsyncExitStack) -> Desk:
    """Open the database at *path* for this process alone, until *stack* is closed."""
    lock = await asyncio.to_thread(hold, path)
    stack.callback(lock.release)
    tray: deque[Work] = deque()
    desk = Desk(await connect(path, tray), tray)
    stack.push_async_callback(desk.close)
    await desk.do(partial(configure, path=path))
    return desk


async def make_ready(desk: Desk, path: Path, shards: int, clinic: str | None = None) -> list[str]:
    """Bring the schema up to date, and make the files' names durable before their first use."""
    work = partial(bring_up_to_date, path=path, shards=shards, clinic=clinic)
    made = await desk.do(work)
    await asyncio.to_thread(sync_folder, path.parent)
    return made
