"""What every test may ask for."""

import pytest

pytest_plugins = ["tests.nats"]


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio alone: aiohttp and aiortc need it."""
    return "asyncio"
