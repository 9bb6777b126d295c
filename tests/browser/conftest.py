"""One browser, and one clinic to look at with it."""

from collections.abc import AsyncIterator, Iterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.calling import open_caller
from tests.browser.chromium import open_chromium
from tests.browser.window import SOON
from tests.clinic import open_clinic
from tests.edge import Edge, open_edge

expect.set_options(timeout=SOON)


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Start the installed Chromium."""
    async with open_chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
async def caller() -> AsyncIterator[Browser]:
    """Start a Chromium with a camera and a microphone."""
    async with open_caller() as browser:
        yield browser


@pytest.fixture(scope="module", autouse=True)
def keeping() -> Iterator[None]:
    """Let browsers keep our style and script: to ask for each again takes half of opening a page.

    What they are told in earnest is held in `tests/integration/test_pages_people.py`.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("http_edge.pages.files.KEPT", "max-age=3600")
        yield


@pytest.fixture
def reports(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what browsers have reported of our policy, as it comes in."""
    told: list[str] = []

    def note(report: object) -> str:
        told.append(str(report))
        return "noted"

    monkeypatch.setattr("http_edge.reports._directive", note)
    return told


@pytest.fixture(scope="module")
async def edge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    """Serve an empty clinic."""
    async with (
        open_clinic(tmp_path_factory.mktemp("clinic")) as clinic,
        open_edge(clinic, sockets_per_user=100, access_token_seconds=86_400) as edge,
    ):
        yield edge
