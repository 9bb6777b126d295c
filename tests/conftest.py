"""What every test may ask for, and how examples are drawn.

Each run draws the same examples, so that what landed passes again. `HYPOTHESIS_PROFILE=roaming`
draws new ones each time: to look for what nobody has thought of.
"""

import os

import pytest
from hypothesis import settings

pytest_plugins = ["tests.nats", "tests.nats_cluster", "tests.postgres"]

settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("roaming", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio alone: aiohttp and aiortc need it."""
    return "asyncio"
