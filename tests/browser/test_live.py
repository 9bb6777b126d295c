"""Sections that refresh: soon, in place, without taking away what somebody is doing."""

import pytest
from playwright.async_api import Browser, expect

from http_edge.sockets.frames import Close
from http_edge.sockets.hub import HUB
from tests.browser.cast import Cast, ask, fill
from tests.browser.window import SOON, open_window
from tests.edge import Edge
from tests.waiting import until


@pytest.fixture(scope="module")
async def cast(edge: Edge) -> Cast:
    """Fill the clinic."""
    return await fill(edge)


async def test_what_is_typed_stays_while_a_section_is_refreshed(
    browser: Browser, cast: Cast
) -> None:
    async with open_window(browser, cast.edge) as window:
        await window.enter(cast.ward.doctors[0].email)
        await window.go("/inbox")
        await expect(window.page.locator("#live")).to_contain_text("Live", timeout=SOON)
        card = window.main.locator("article").first
        await card.get_by_text("Decline", exact=True).first.click()
        reason = card.get_by_label("Why can't you?")
        await reason.fill("I am away on")
        await ask(cast.patient, cast.ward, "A new worry that nobody has seen.")
        await window.sees("A new worry that nobody has seen.")
        await expect(reason).to_have_value("I am away on")
        await expect(reason).to_be_focused()
        await window.page.keyboard.type(" Friday")
        await expect(reason).to_have_value("I am away on Friday")


async def test_a_page_that_lost_its_socket_catches_up(browser: Browser, cast: Cast) -> None:
    async with open_window(browser, cast.edge) as window:
        await window.enter(cast.ward.doctors[0].email)
        await window.go("/inbox")
        live = window.page.locator("#live")
        await expect(live).to_contain_text("Live", timeout=SOON)
        cast.edge.app[HUB].end_all(Close.GOING_AWAY)
        await ask(cast.patient, cast.ward, "Asked while nobody was listening.")
        await window.sees("Asked while nobody was listening.")
        await expect(live).to_contain_text("Live", timeout=SOON)


async def test_a_page_opens_one_socket(browser: Browser, cast: Cast) -> None:
    hub = cast.edge.app[HUB]
    async with open_window(browser, cast.edge) as window:
        await window.enter(cast.patient.email)
        await window.go(f"/appointments/{cast.mine['confirmed']}")
        await expect(window.page.locator("#live")).to_contain_text("Live", timeout=SOON)
        await until(lambda: len(hub) == 1)
        assert await window.page.locator("[data-address]").count() > 1


async def test_whoever_signs_out_elsewhere_is_signed_out_here(browser: Browser, cast: Cast) -> None:
    async with open_window(browser, cast.edge) as window:
        await window.enter(cast.patient.email)
        await window.go("/home")
        await expect(window.page.locator("#live")).to_contain_text("Live", timeout=SOON)
        other = await cast.patient.sign_in()
        sessions = await other.get("/sessions")
        for session in sessions.json["items"]:
            if not session["current"]:
                await other.call("DELETE", f"/sessions/{session['id']}")
        await window.sees("Please sign in to go on.")
