"""What every test may ask for, and how examples are drawn.

Each run draws the same examples, so that what landed passes again. `HYPOTHESIS_PROFILE=roaming`
draws new ones each time: to look for what nobody has thought of.
"""

import os
from collections.abc import Generator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.parsing import garbage_kept

pytest_plugins = ["tests.nats", "tests.nats_cluster", "tests.postgres"]

settings.register_profile("steady", deadline=None, derandomize=True)
settings.register_profile("roaming", deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "steady"))


QUICK = {"contract", "unit"}
"""The folders of which each file takes seconds."""


def pytest_configure(config: pytest.Config) -> None:
    """Let workers take files in our order, and not those of the most tests first."""
    config.option.loadscopereorder = False


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Take what takes long first, each folder's in turn; quick files then fill up every worker."""
    folders: dict[Path, dict[Path, None]] = {}
    for item in items:
        folders.setdefault(item.path.parent, {})[item.path] = None
    turns = {
        file: (folder.name in QUICK, place / len(files))
        for folder, files in folders.items()
        for place, file in enumerate(files)
    }
    items.sort(key=lambda item: turns[item.path])


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Report a failure, whose lines are found by parsing, and not die of it."""
    with garbage_kept():
        return (yield)


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Run async tests on asyncio alone: aiohttp and aiortc need it."""
    return "asyncio"
