"""One clinic with its edge, shared by every test that leaves it in order."""

from collections.abc import AsyncIterator

import pytest
import structlog

from tests.clinic import open_clinic
from tests.edge import Edge, Ward, open_edge, open_ward


@pytest.fixture(scope="session")
async def edge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    """Serve a clinic over HTTP."""
    async with (
        open_clinic(tmp_path_factory.mktemp("clinic")) as clinic,
        open_edge(clinic, access_token_seconds=86_400) as edge,
    ):
        yield edge


@pytest.fixture(scope="module")
async def ward(edge: Edge) -> Ward:
    """Set up a department whose two doctors have no visits but those of this file.

    A test that gives visits a time opens a ward of its own: the time is free then.
    """
    return await open_ward(edge)


structlog.configure(
    processors=[
        structlog.contextvars.merge_contextvars,
        structlog.processors.format_exc_info,
        structlog.processors.JSONRenderer(),
    ]
)
