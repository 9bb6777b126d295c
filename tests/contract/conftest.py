"""The implementations that the contract suites are run on."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actors.runtime.journal import Journal
from tests.contract.blobs import s3_server
from tests.contract.journals import MemoryShelf, PostgresShelf, Shelf, SqliteShelf, Writer
from tests.postgres import PostgresServer

__all__ = ["s3_server"]


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Shelf:
    if request.param == "memory":
        return MemoryShelf()
    if request.param == "sqlite":
        return SqliteShelf(tmp_path / "data")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return PostgresShelf(server, await server.emptied_database())


@pytest.fixture
async def journal(shelf: Shelf) -> AsyncIterator[Journal]:
    opened = await shelf.open()
    yield opened
    await opened.close()


@pytest.fixture
async def writer(journal: Journal) -> Writer:
    return await Writer(journal).take()
