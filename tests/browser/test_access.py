"""Pages for everybody: by keyboard, by screen reader, on a phone; and nothing from elsewhere.

SECURITY E12, E13 (no broken policy on any page) and P04 (nothing from another origin) are held by
`open_window`, which looks at the console and at every request.
"""

from importlib.resources import files
from typing import Any, Literal

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.screens import Cast, fill
from tests.browser.window import Window, open_window
from tests.edge import Edge, Person

AXE = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WHO = ("visitor", "patient", "doctor", "admin")
NARROWEST = 320
PHONE = 390
TWO_ROWS = 120
NO_CHECKS = "document.querySelectorAll('form').forEach((form) => form.noValidate = true)"


@pytest.fixture(scope="module")
async def cast(edge: Edge) -> Cast:
    """Fill the clinic."""
    return await fill(edge)


async def enter(window: Window, person: Person | None) -> None:
    if person is not None:
        await window.sign_in(person.email)


async def faults(page: Page) -> list[str]:
    """Return what axe finds serious or critical, after opening everything that opens."""
    await page.evaluate("document.querySelectorAll('details').forEach((one) => one.open = true)")
    await page.evaluate(AXE)
    found: dict[str, Any] = await page.evaluate("axe.run()")
    return [
        f"{each['id']}: {node['html'][:120]} {node['failureSummary']}"
        for each in found["violations"]
        if each["impact"] in {"serious", "critical"}
        for node in each["nodes"]
    ]


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("who", WHO)
async def test_axe_finds_no_serious_fault(
    browser: Browser, cast: Cast, who: str, scheme: Literal["light", "dark"]
) -> None:
    person, paths = cast.pages()[who]
    async with open_window(browser, cast.edge) as window:
        await window.page.emulate_media(color_scheme=scheme)
        await enter(window, person)
        for path in paths:
            await window.go(path)
            assert not await faults(window.page), path


async def test_axe_finds_no_serious_fault_in_a_form_that_was_refused(
    browser: Browser, cast: Cast
) -> None:
    async with open_window(browser, cast.edge) as window:
        await enter(window, cast.patient)
        await window.go("/requests/new")
        await window.page.evaluate(NO_CHECKS)
        await window.press("Send my request")
        await window.sees("Please look at this again")
        assert not await faults(window.page)
        focused = await window.page.evaluate("document.activeElement.className")
        assert focused == "errors"


@pytest.mark.parametrize("who", WHO)
async def test_nothing_sticks_out_of_a_narrow_screen(
    browser: Browser, cast: Cast, who: str
) -> None:
    person, paths = cast.pages()[who]
    async with open_window(browser, cast.edge) as window:
        await window.page.set_viewport_size({"width": NARROWEST, "height": 700})
        await enter(window, person)
        for path in paths:
            await window.go(path)
            wide = await window.page.evaluate("document.documentElement.scrollWidth")
            assert wide <= NARROWEST, path


@pytest.mark.parametrize("who", WHO)
async def test_on_a_phone_the_way_out_stands_beside_the_logo(
    browser: Browser, cast: Cast, who: str
) -> None:
    person, paths = cast.pages()[who]
    async with open_window(browser, cast.edge) as window:
        await window.page.set_viewport_size({"width": PHONE, "height": 844})
        await enter(window, person)
        await window.go(paths[0])
        brand = await window.page.locator(".brand").bounding_box()
        out = await window.page.locator(".nav-own").bounding_box()
        top = await window.page.locator(".top").bounding_box()
        assert brand is not None
        assert out is not None
        assert top is not None
        assert brand["y"] <= out["y"] + out["height"] / 2 <= brand["y"] + brand["height"]
        assert out["x"] + out["width"] <= PHONE
        assert top["height"] <= TWO_ROWS


async def test_times_are_asked_for_only_when_they_are_wanted(browser: Browser, cast: Cast) -> None:
    async with open_window(browser, cast.edge) as window:
        await enter(window, cast.patient)
        await window.go("/requests/new")
        day = window.main.get_by_label("Day 1", exact=True)
        await expect(day).to_be_hidden()
        await window.main.get_by_role("radio", name="At these times").check()
        await expect(day).to_be_visible()


async def test_everything_is_reached_by_keyboard(browser: Browser, cast: Cast) -> None:
    async with open_window(browser, cast.edge) as window:
        await enter(window, cast.ward.doctors[0])
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


async def test_visible_focus_is_drawn(browser: Browser, cast: Cast) -> None:
    async with open_window(browser, cast.edge) as window:
        await window.go("/sign-in")
        await window.page.keyboard.press("Tab")
        await window.page.keyboard.press("Tab")
        outline = await window.page.evaluate(
            "getComputedStyle(document.activeElement).outlineWidth"
        )
        assert outline == "3px"
