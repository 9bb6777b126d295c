"""What a real browser makes of our headers (SECURITY E13, E14, E16).

That no page of ours breaks a policy is held by the walk in `test_access`.
"""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.browser.cast import Cast, fill
from tests.browser.window import Window, open_window
from tests.edge import Edge
from tests.waiting import until

LISTEN = """(async () => {
  const wanted = { audio: true, video: true };
  return navigator.mediaDevices.getUserMedia(wanted).then(() => "granted", (error) => error.name);
})()"""
SHARE = """navigator.mediaDevices.getDisplayMedia({ video: true })
  .then(() => "granted", (error) => error.name)"""
BREACH = """(() => {
  try { document.body.innerHTML = "<p>not trusted</p>"; } catch (error) { return error.name; }
})()"""


@pytest.fixture(scope="module")
async def cast(edge: Edge) -> Cast:
    """Fill the clinic."""
    return await fill(edge)


@pytest.fixture
async def window(browser: Browser, cast: Cast) -> AsyncIterator[Window]:
    """Open a window in which the patient has signed in."""
    async with open_window(browser, cast.edge) as window:
        await window.enter(cast.patient.email)
        yield window


async def test_e13_a_broken_policy_is_refused_and_reported(
    window: Window, reports: list[str]
) -> None:
    await window.go("/home")
    assert await window.page.evaluate(BREACH) == "TypeError"
    await until(lambda: bool(reports))
    assert any("TrustedHTML" in each for each in window.violations)
    window.violations.clear()


async def test_e14_no_ordinary_page_gets_camera_microphone_or_screen(window: Window) -> None:
    for path in ("/sign-in", "/home", "/requests/new"):
        await window.go(path)
        assert await window.page.evaluate(LISTEN) == "NotAllowedError", path
        assert await window.page.evaluate(SHARE) == "NotAllowedError", path
    assert all("ermissions policy" in each for each in window.violations)
    window.violations.clear()
    await serve_without_policy(window.page, f"{window.url}/control")
    assert await window.page.evaluate(LISTEN) == "granted", "devices are there, and allowed"


async def serve_without_policy(page: Page, url: str) -> None:
    await page.route(url, lambda route: route.fulfill(body="<p>", content_type="text/html"))
    await page.goto(url)


async def test_e16_after_signing_out_the_back_button_shows_nothing(window: Window) -> None:
    for path in ("/home", "/account"):
        await window.go(path)
    await window.sees("Amira Haddad")
    async with (
        window.page.expect_response(lambda each: each.url.endswith("/sign-out")) as leaving,
        window.page.expect_navigation(),
    ):
        await window.page.get_by_role("button", name="Sign out").click()
    assert "cookies" in (await (await leaving.value).all_headers())["clear-site-data"]
    for _ in range(2):
        await window.page.go_back()
        shown = await window.page.locator("body").inner_text()
        assert "Amira" not in shown
        assert "Sign in" in shown
    assert await window.page.context.cookies() == []
