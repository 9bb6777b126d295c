"""Calls in a thread: they come by themselves as the server would show them, and lead back."""

import pytest
from playwright.async_api import Browser, expect

from actors.call_session import messages as call_session
from actors.caller import actor_caller
from actors.conversation.messages import RecordCall, address_of
from actors.ids import UserId
from http_edge.pages.thread_wording import call_length
from tests.browser.axe import AXE, NARROWEST, SMALL, faults
from tests.browser.chat import Pair, Talk, pair_up, talking
from tests.browser.window import open_window
from tests.edge import Edge, Person

LENGTHS = [1, 59, 60, 61, 754, 3599, 3600, 3665, 7200]
SAID = """async (lengths) => {
  const clocks = await import("/static/js/chat/clocks.js");
  return lengths.map(clocks.lengthInWords);
}"""
ITEMS = """() => [...document.querySelectorAll("#items > .call")].map((item) =>
  [item.id, item.dataset.call, item.textContent.replace(/\\s+/g, " ").trim(),
   item.querySelector("a")?.getAttribute("href") ?? ""])"""
"""What stands in the thread of calls: id, kind, words, and where a link leads."""


@pytest.fixture
async def pair(edge: Edge) -> Pair:
    """Let two people have a thread."""
    return await pair_up(edge)


async def called(pair: Pair, by: Person, seconds: int) -> None:
    """Let the session of their thread tell of a call."""
    session = call_session.address_of(call_session.of_thread(pair.conversation))
    command = RecordCall(None, UserId(by.user), pair.edge.clinic.clock.now(), seconds)
    address = address_of(pair.conversation)
    await pair.edge.clinic.client.tell(address, command, actor_caller(session))


async def items(talk: Talk) -> list[list[str]]:
    """Return the three calls of the thread, once they are there."""
    page = talk.window.page
    await expect(page.locator("#items > .call")).to_have_count(3)
    found: list[list[str]] = await page.evaluate(ITEMS)
    return found


async def test_calls_come_by_themselves_and_stand_as_the_server_shows_them(
    browser: Browser, pair: Pair
) -> None:
    async with talking(browser, pair.edge, pair.patient, pair.doctor) as (pat, doc):
        await pat.open(pair.path)
        await doc.open(pair.path)
        for by, seconds in ((pair.doctor, 0), (pair.patient, 0), (pair.doctor, 754)):
            await called(pair, by, seconds)
        live = [await items(pat), await items(doc)]
        await pat.open(pair.path)
        await doc.open(pair.path)
        assert live == [await items(pat), await items(doc)]
    back = f"/calls/{call_session.of_thread(pair.conversation)}"
    kinds = [[(kind, link) for _, kind, _, link in each] for each in live]
    assert kinds == [
        [("missed", back), ("unanswered", back), ("taken", "")],
        [("unanswered", back), ("missed", back), ("taken", "")],
    ]
    assert "Call, 12 min" in live[0][2][2]


async def test_a_thread_with_calls_can_be_used_by_everybody(browser: Browser, pair: Pair) -> None:
    await called(pair, pair.doctor, 0)
    async with talking(browser, pair.edge, pair.patient) as (pat,):
        await pat.open(pair.path)
        page = pat.window.page
        await expect(page.locator("#thread-head a.call")).to_be_visible()
        await page.evaluate(AXE)
        found = await faults(page)
        await page.emulate_media(color_scheme="dark")
        found += await faults(page, runOnly=["color-contrast"])
        await page.set_viewport_size(NARROWEST)
        found += await page.evaluate(SMALL)
        assert not found, "\n".join(found)
        assert await page.evaluate("document.documentElement.scrollWidth") <= NARROWEST["width"]


async def test_lengths_are_said_as_the_server_says_them(browser: Browser, edge: Edge) -> None:
    async with open_window(browser, edge) as window:
        await window.go("/sign-in")
        said = await window.page.evaluate(SAID, LENGTHS)
    assert said == [call_length(each) for each in LENGTHS]
