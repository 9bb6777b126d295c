"""What the main flows need: a ward that shows free times, and the steps that people take in it."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.browser.keyboard import Hands
from tests.browser.window import SOON, open_window
from tests.edge import Edge, Person
from tests.integration.visits_support import Practice

WIDE: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 390, "height": 844}
SIZES = pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])


@asynccontextmanager
async def at_keyboards(
    browser: Browser, edge: Edge, size: ViewportSize, *people: Person
) -> AsyncIterator[list[Hands]]:
    """Let *people* sit at a keyboard each, signed in."""
    async with AsyncExitStack() as stack:
        found = []
        for person in people:
            window = await stack.enter_async_context(open_window(browser, edge))
            await window.page.set_viewport_size(size)
            if person.email:
                await window.enter(person.email)
            found.append(Hands(window))
        yield found


async def describe(pat: Hands, practice: Practice, visit: str, reason: str) -> None:
    """Fill in the form of a request for that kind of *visit*."""
    await pat.window.go(f"/requests/new?category={practice.value}&visit={visit}")
    await pat.type("What is the matter?", reason)
    await pat.type("Since when?", "Monday")
    await pat.choose("No")


async def pick_time(pat: Hands) -> str:
    """Go on to the free times, and pick the first; return whose it is."""
    await pat.press("button", "Choose a time")
    wanted = pat.window.main.locator(".times button").first
    await expect(wanted).to_be_visible(timeout=SOON)
    whose, _, _start = str(await wanted.get_attribute("value")).partition("|")
    await pat.hit(wanted)
    return whose


async def sees_hold(pat: Hands) -> None:
    """See how long the time is held, by the second."""
    left = pat.window.main.locator("time[data-held]")
    await expect(left).to_have_text(re.compile(r"^[45]:\d\d left$"), timeout=SOON)


async def sees_state(pat: Hands, words: str) -> None:
    """See, without loading again, where the appointment stands."""
    big = pat.window.page.locator("#state .big")
    await expect(big).to_contain_text(words, timeout=SOON)


async def requested(
    edge: Edge, practice: Practice, patient: Person, visit: str = "request", **more: object
) -> str:
    """Let *patient* ask over the API; return the appointment, once it is routed."""
    answer = await patient.post("/appointments", practice.body(visit, **more))
    assert answer.status == 201, answer.text
    await edge.clinic.settled()
    return str(answer.json["id"])


async def booked_directly(edge: Edge, practice: Practice, patient: Person, turn: int = 60) -> str:
    """Let *patient* book the free time number *turn* of the first doctor over the API."""
    mia = practice.ward.doctors[0].user
    query = f"department={practice.ward.department}&category=rhythm&visit=direct&doctor={mia}"
    found = (await patient.get(f"/bookable-times?{query}")).json["items"][0]["starts"]
    picked = {"doctor": mia, "start": found[turn]}
    return await requested(edge, practice, patient, "direct", picked=picked)
