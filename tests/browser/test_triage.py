"""An administrator at the board, without a mouse: what is on top, and where it goes."""

from typing import Any

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from tests.browser.flows import SIZES, at_keyboards, requested, sees_state
from tests.browser.window import SOON, open_window
from tests.edge import Edge
from tests.integration.visits_support import Practice, open_practice


@pytest.fixture(scope="module")
async def practice(edge: Edge) -> Practice:
    """Open a ward in which one kind of request is triaged by hand."""
    practice = await open_practice(edge)
    ward = practice.ward
    faint = {"id": "faint", "text": "Did you faint?", "kind": "yes_no", "red": ["yes"]}
    unsure = {"name": "Not sure", "questions": [faint], "visits": ["request"]}
    path = f"/admin/departments/{ward.department}/categories/unsure"
    answer = await ward.admin.call("PUT", path, unsure)
    assert answer.status == 200, answer.text
    await edge.clinic.settled()
    return practice


@SIZES
async def test_a_red_flag_comes_on_top_and_a_request_is_sent_on_and_taken_back(
    browser: Browser, edge: Edge, practice: Practice, size: ViewportSize
) -> None:
    name = f"Ruth {size['width']}"
    calm, flagged = await edge.patient("Carl Calm"), await edge.patient(name)
    async with at_keyboards(browser, edge, size, practice.ward.admin, flagged) as (admin, pat):
        await admin.window.go("/board")
        await expect(admin.window.page.locator("#live")).to_contain_text("Live", timeout=SOON)
        unsure: dict[str, Any] = {"category": "unsure", "urgency": "soon", "answers": []}
        await requested(edge, practice, calm, reason="Could be anything.", **unsure)
        await admin.window.sees("Could be anything.")
        yes = [{"question": "faint", "value": "yes"}]
        more = {**unsure, "urgency": "routine", "answers": yes}
        appointment = await requested(edge, practice, flagged, reason="I fell.", **more)
        top = admin.window.main.locator("article").first
        await expect(top).to_contain_text(name, timeout=SOON)
        await expect(top).to_contain_text("Did you faint? yes")
        await pat.window.go(f"/appointments/{appointment}")
        await admin.press("link", f"Route {name}")
        await admin.choose("Hearts")
        await admin.press("button", "Route the request")
        await sees_state(pat, "With the Hearts group")
        await admin.press("button", f"Pull back {name}")
        await sees_state(pat, "With the clinic's team")
        await admin.press("link", f"Route {name}")
        await admin.choose("Dr Ben")
        await admin.press("button", "Route the request")
        await sees_state(pat, "With Dr Ben")
        await admin.press("link", f"Re-route {name}")
        await admin.press("summary", "Decline")
        await admin.type("Why can't the clinic take it?", "Please see your own doctor today.")
        await admin.press("button", "Decline for the clinic")
        await sees_state(pat, "The clinic can't take this request")
        await pat.window.sees("Please see your own doctor today.")


async def test_without_a_script_a_time_is_picked_confirmed_and_moved(
    browser: Browser, edge: Edge, practice: Practice
) -> None:
    patient = await edge.patient()
    async with open_window(browser, edge, javascript=False) as pat:
        await pat.sign_in(patient.email)
        await pat.go(f"/requests/new?category={practice.value}&visit=direct")
        await pat.fill("What is the matter?", "It races without a script.")
        await pat.fill("Since when?", "Monday")
        await pat.press("Choose a time")
        await pat.submit(pat.main.locator(".times button").first)
        await pat.sees("This time is held for you until")
        await pat.submit(pat.main.get_by_role("button", name="Book this time"))
        await edge.clinic.settled()
        await pat.latest()
        await pat.sees("Confirmed for")
        await pat.main.get_by_role("link", name="Move to another time").click()
        wanted = pat.main.locator(".times button").last
        start = str(await wanted.get_attribute("value")).partition("|")[2]
        await pat.submit(wanted)
        await edge.clinic.settled()
        await pat.latest()
        shown = pat.page.locator(f'#state .big time[datetime="{start}"]')
        await expect(shown).to_be_visible(timeout=SOON)
