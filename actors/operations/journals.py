"""The journal that the settings name, opened for this clinic and no other."""

import asyncio
import ssl
from pathlib import Path
from typing import TypeAlias
from urllib.parse import urlsplit

from actors.operations import clinic_file, moving
from actors.operations.moving import Moved
from actors.operations.saying import say
from actors.store import postgres, sqlite
from actors.store.clinic import AnotherClinic
from actors.store.postgres import PostgresJournal, Target, clinic_id
from actors.store.sqlite import SqliteJournal
from config.part import is_loopback
from config.private import read_private
from config.settings import Settings
from config.store import StoreSettings

SQLITE = Path("store") / "journal.db"
"""In the data directory."""

AnyJournal: TypeAlias = SqliteJournal | PostgresJournal


async def open_journal(settings: Settings, home: Path) -> AnyJournal:
    """Open the journal of the clinic whose id and secrets lie in *home*.

    Raises `StoreRefused` when it is another clinic's or can't be used, `OSError` and `TooOpen`.
    """
    wanted = await asyncio.to_thread(clinic_file.id_in, home)
    journal = await (
        _open_postgres(settings.store, home, wanted)
        if settings.store.many
        else _open_sqlite(settings.node.directory / SQLITE, wanted)
    )
    await asyncio.to_thread(clinic_file.keep_id, home, journal.clinic_id)
    return journal


def target_of(store: StoreSettings) -> Target:
    """Return which database *store* names, and how it is spoken to. It reads files."""
    file = store.password_file
    password = read_private(Path(file)).decode().strip() if file else None
    return Target(store.url, password, _tls(store), store.timeout_seconds)


async def _open_sqlite(file: Path, wanted: str | None) -> SqliteJournal:
    journal = await SqliteJournal.open(file, clinic=wanted)
    await journal.leave_all()  # one process has it: whoever owned something is gone
    return journal


async def _open_postgres(store: StoreSettings, home: Path, wanted: str | None) -> PostgresJournal:
    target = await asyncio.to_thread(target_of, store)
    try:
        return await PostgresJournal.open(
            target.url,
            password=target.password,
            tls=target.tls,
            connections=store.connections,
            timeout=target.seconds,
            clinic=wanted or clinic_file.fresh_id(),
        )
    except AnotherClinic:
        if wanted is None:
            clinic_file.refuse_foreign(home, await clinic_id(target))
        raise


async def bring_up_to_date(settings: Settings) -> list[str]:
    """Make the migrations that the journal lacks, and return their names."""
    if settings.store.many:
        return await postgres.migrate(await asyncio.to_thread(target_of, settings.store))
    return await sqlite.migrate(settings.node.directory / SQLITE)


async def move(settings: Settings, store: StoreSettings) -> Moved:
    """Move the stopped clinic from its SQLite file into the database of *store*."""
    target = await asyncio.to_thread(target_of, store)
    data = settings.node.directory
    moved = await moving.move(
        data / SQLITE, target.url, password=target.password, tls=target.tls, say=say
    )
    await asyncio.to_thread(clinic_file.keep_id, data, moved.clinic)
    return moved


def _tls(store: StoreSettings) -> ssl.SSLContext | None:
    """Return how the connection is encrypted: always beyond this machine."""
    host = urlsplit(store.url).hostname
    if not store.tls_ca and (host is None or is_loopback(host)):
        return None
    context = ssl.create_default_context(cafile=store.tls_ca or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
