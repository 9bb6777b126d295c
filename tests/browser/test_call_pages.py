"""The page of a call in two browsers: from the door to what it came to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, expect

from tests.browser.calling import open_caller
from tests.browser.cast import Cast, fill
from tests.browser.window import Window, open_window
from tests.edge import Edge, Person

LATE = 15_000
"""Milliseconds that a call may take to be seen on a busy machine."""


@pytest.fixture(scope="module")
async def caller() -> AsyncIterator[Browser]:
    """Start a Chromium with a camera and a microphone."""
    async with open_caller() as browser:
        yield browser


@pytest.fixture(scope="module")
async def cast(edge: Edge) -> Cast:
    """Fill the clinic."""
    return await fill(edge)


@asynccontextmanager
async def at_call(
    browser: Browser, cast: Cast, person: Person, visit: str
) -> AsyncIterator[Window]:
    """Open the page of the call of *visit*, as *person*."""
    async with open_window(browser, cast.edge) as window:
        await window.sign_in(person.email)
        await window.go(f"/calls/{visit}")
        yield window


async def shows(window: Window, room: str) -> None:
    """Wait until the page shows that room of the call."""
    await expect(window.page.locator(f'#call[data-stage="{room}"]')).to_be_visible(timeout=LATE)


async def test_a_visit_from_the_waiting_room_to_its_outcome(caller: Browser, cast: Cast) -> None:
    visit, mia = cast.mine["waiting"], cast.ward.doctors[0]
    async with (
        at_call(caller, cast, cast.patient, visit) as pat,
        at_call(caller, cast, mia, visit) as doctor,
    ):
        await shows(pat, "waiting")
        await expect(doctor.main.get_by_text("In the waiting room")).to_be_visible(timeout=LATE)
        await doctor.press("Start with video")
        for window in (pat, doctor):
            await shows(window, "call")
            await expect(window.page.locator(".tile video:visible")).to_have_count(2, timeout=LATE)
        await doctor.page.keyboard.press("e")
        await doctor.page.get_by_role("button", name="End for everybody").click()
        await doctor.sees("What did the visit come to?")
        await pat.sees("Thank you.")
        await doctor.press("Completed The visit")
        await doctor.page.wait_for_url(f"**/visits/{visit}?said=outcome")
