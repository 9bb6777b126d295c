"""Pages for everybody: by screen reader, on a phone, in the dark; light to load.

P04 (nothing from another origin) is held by `open_window`, which looks at every request.
"""

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.browser.axe import AXE, WIDE, faults, troubles_of
from tests.browser.cast import Cast, fill
from tests.browser.sights import Sight, open_all, sights
from tests.browser.window import open_window
from tests.edge import Edge

WHO = ("visitor", "patient", "doctor", "admin")
PHONE: ViewportSize = {"width": 390, "height": 844}
TWO_ROWS = 120
MOST_BYTES = 60_000
NO_CHECKS = "document.querySelectorAll('form').forEach((form) => form.noValidate = true)"
BARE_TIMES = """(() => {
  const found = [];
  const walk = document.createTreeWalker(document.getElementById("main"), NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const node = walk.currentNode;
    const inside = node.parentElement.closest("time, option, textarea, [data-wall], [hidden]");
    if (!inside && /\\b\\d{1,2}:\\d{2}\\b/.test(node.data)) found.push(node.data.trim());
  }
  const empty = [...document.querySelectorAll("time:not([datetime])")];
  return [...found, ...empty.map((time) => time.outerHTML)];
})()"""
WEIGHT = "performance.getEntriesByType('navigation')[0].decodedBodySize"


@pytest.fixture(scope="module")
async def cast(edge: Edge) -> Cast:
    """Fill the clinic."""
    return await fill(edge)


@pytest.mark.parametrize("who", WHO)
async def test_every_page_can_be_used_by_everybody(
    browser: Browser, cast: Cast, reports: list[str], who: str
) -> None:
    """E12, E13, too: nothing in the console (held by `open_window`), nothing reported."""
    person, found = sights(cast)[who]
    wrong: list[str] = []
    async with open_window(browser, cast.edge) as window:
        if person is not None:
            await window.enter(person.email)
        for sight in found:
            await window.page.set_viewport_size(WIDE)
            await sight.open(window.page, cast.edge.url)
            await open_all(window.page)
            wrong += [f"{sight.name}: {each}" for each in await troubles(window.page, sight)]
        await window.page.wait_for_load_state("networkidle")
    assert not wrong, "\n".join(wrong)
    assert not reports


async def troubles(page: Page, sight: Sight) -> list[str]:
    """Return what is wrong with a page: to axe, in the dark, bare, wide, small, heavy."""
    found = [*await page.evaluate(BARE_TIMES), *await troubles_of(page)]
    if await page.evaluate(WEIGHT) > MOST_BYTES and "board" not in sight.name:
        found.append("It is heavy.")
    return found


@pytest.mark.parametrize("who", WHO)
async def test_on_a_phone_the_way_out_stands_beside_the_logo(
    browser: Browser, cast: Cast, who: str
) -> None:
    person, found = sights(cast)[who]
    async with open_window(browser, cast.edge) as window:
        await window.page.set_viewport_size(PHONE)
        if person is not None:
            await window.enter(person.email)
        await window.go(found[0].path)
        boxes = [await window.page.locator(each).bounding_box() for each in OF_THE_TOP]
        assert all(boxes)
        brand, out, top = (box for box in boxes if box)
        assert brand["y"] <= out["y"] + out["height"] / 2 <= brand["y"] + brand["height"]
        assert out["x"] + out["width"] <= PHONE["width"]
        assert top["height"] <= TWO_ROWS


OF_THE_TOP = (".brand", ".nav-own", ".top")


async def test_a_form_that_was_refused_says_what_is_wrong_and_where(
    browser: Browser, cast: Cast
) -> None:
    async with open_window(browser, cast.edge) as window:
        await window.enter(cast.patient.email)
        await window.go(f"/requests/new?category={cast.category}&visit=first")
        await window.page.evaluate(NO_CHECKS)
        await window.press("Send my request")
        await window.sees("Please look at this again")
        await window.page.evaluate(AXE)
        assert not await faults(window.page)
        focused = await window.page.evaluate("document.activeElement.className")
        assert focused == "errors"


@pytest.mark.parametrize(
    ("who", "path", "region"),
    [
        ("patient", "/home", "#bell"),
        ("patient", "visit", "#state"),
        ("doctor", "/inbox", "#live"),
        ("admin", "/board", "#live"),
    ],
)
async def test_what_changes_by_itself_is_read_out(
    browser: Browser, cast: Cast, who: str, path: str, region: str
) -> None:
    person, _found = sights(cast)[who]
    assert person is not None
    async with open_window(browser, cast.edge) as window:
        await window.enter(person.email)
        await window.go(path if path[0] == "/" else f"/appointments/{cast.mine['confirmed']}")
        said = window.page.locator(region)
        polite = await said.get_attribute("aria-live") or await said.get_attribute("role")
        assert polite in {"polite", "status"}


async def test_windows_are_asked_for_only_when_they_are_wanted(
    browser: Browser, cast: Cast
) -> None:
    async with open_window(browser, cast.edge) as window:
        await window.enter(cast.patient.email)
        await window.go(f"/requests/new?category={cast.category}&visit=first")
        day = window.main.get_by_label("Day 1", exact=True)
        await expect(day).to_be_hidden()
        await window.main.get_by_role("radio", name="At these times").check()
        await expect(day).to_be_visible()


async def test_everything_is_reached_by_keyboard(browser: Browser, cast: Cast) -> None:
    async with open_window(browser, cast.edge) as window:
        await window.enter(cast.ward.doctors[0].email)
        await window.go("/inbox")
        await window.page.keyboard.press("Tab")
        assert await window.page.evaluate("document.activeElement.className") == "skip"
        await window.page.keyboard.press("Enter")
        assert await window.page.evaluate("document.activeElement.id") == "main"
        wanted = await window.main.locator("a, button:visible, summary").count()
        reached = set()
        for _ in range(wanted + 5):
            await window.page.keyboard.press("Tab")
            reached.add(await window.page.evaluate(WHERE))
        assert len(reached - {None}) >= wanted


WHERE = """(() => {
  const main = document.getElementById("main");
  const active = document.activeElement;
  return main.contains(active) ? [...main.querySelectorAll("*")].indexOf(active) : null;
})()"""
