"""Coming to a time, without a mouse: picked, proposed, moved, booked, or by a letter's link."""

from datetime import datetime, timedelta

import pytest
from playwright.async_api import Browser, ViewportSize, expect

from actors.zones import ZONES
from http_edge import keys
from http_edge.links import answer_link
from tests.browser.flows import (
    SIZES,
    at_keyboards,
    booked_directly,
    describe,
    pick_time,
    requested,
    sees_hold,
    sees_state,
)
from tests.browser.window import SOON
from tests.edge import ZONE, Edge
from tests.integration.visits_support import Practice, open_practice


@pytest.fixture(scope="module")
async def practice(edge: Edge) -> Practice:
    """Open a ward that shows free times."""
    return await open_practice(edge)


@SIZES
async def test_a_shown_time_is_picked_held_and_confirmed(
    browser: Browser, edge: Edge, practice: Practice, size: ViewportSize
) -> None:
    patient = await edge.patient()
    async with at_keyboards(browser, edge, size, patient, *practice.ward.doctors) as hands:
        pat, *doctors = hands
        reason = f"It races on a {size['width']} screen."
        await describe(pat, practice, "times", reason)
        whose = await pick_time(pat)
        await sees_hold(pat)
        (asked,) = [
            hand
            for hand, person in zip(doctors, practice.ward.doctors, strict=True)
            if person.user == whose
        ]
        await asked.window.go("/inbox")
        await pat.press("button", "Ask for this time")
        await sees_state(pat, "With Dr")
        card = asked.window.main.locator("article", has_text=reason)
        await asked.press("button", "Accept", card)
        await asked.window.sees("Accepted.")
        await sees_state(pat, "Confirmed for")


@SIZES
async def test_a_doctor_offers_other_times_and_one_is_taken_at_once(
    browser: Browser, edge: Edge, practice: Practice, size: ViewportSize
) -> None:
    patient = await edge.patient("Olga Offered")
    reason = f"Whenever, on a {size['width']} screen."
    appointment = await requested(edge, practice, patient, reason=reason)
    mia = practice.ward.doctors[0]
    async with at_keyboards(browser, edge, size, patient, mia) as (pat, doctor):
        await pat.window.go(f"/appointments/{appointment}")
        await doctor.window.go("/inbox")
        card = doctor.window.main.locator("article", has_text=reason)
        await doctor.press("summary", "Other times…", card)
        for turn in (4, 7):
            await doctor.hit(card.get_by_role("checkbox").nth(turn), "Space")
        await doctor.press("button", "Offer these times", card)
        await pat.window.sees("Choose one of these times")
        await pat.press("button", "Take ")
        await sees_state(pat, "Confirmed for")


@SIZES
async def test_a_visit_is_moved_and_stands_meanwhile(
    browser: Browser, edge: Edge, practice: Practice, size: ViewportSize
) -> None:
    patient = await edge.patient()
    appointment = await booked_directly(edge, practice, patient)
    async with at_keyboards(browser, edge, size, patient) as (pat,):
        await pat.window.go(f"/appointments/{appointment}")
        await sees_state(pat, "Confirmed for")
        old = await pat.window.page.locator("#state .big time").get_attribute("datetime")
        await pat.press("link", "Move to another time")
        await pat.window.sees("until the new time is sure")
        wanted = pat.window.main.locator(".times button").first
        start = str(await wanted.get_attribute("value")).partition("|")[2]
        assert start != old
        await pat.hit(wanted)
        shown = pat.window.page.locator(f'#state .big time[datetime="{start}"]')
        await expect(shown).to_be_visible(timeout=SOON)


@SIZES
async def test_a_time_is_booked_at_once(
    browser: Browser, edge: Edge, practice: Practice, size: ViewportSize
) -> None:
    patient = await edge.patient()
    async with at_keyboards(browser, edge, size, patient) as (pat,):
        await describe(pat, practice, "direct", "A short word, please.")
        await pick_time(pat)
        await sees_hold(pat)
        await pat.press("button", "Book this time")
        await sees_state(pat, "Confirmed for")


@SIZES
async def test_a_link_in_a_letter_shows_first_and_acts_once(
    browser: Browser, edge: Edge, practice: Practice, size: ViewportSize
) -> None:
    appointment = await requested(edge, practice, await edge.patient())
    mia = practice.ward.doctors[0]
    until = edge.clinic.clock.now() + timedelta(hours=1)
    tokens, url = edge.app[keys.TOKENS], edge.settings.public_url
    path = answer_link(url, tokens, mia.user, appointment, 1, until).removeprefix(url)
    async with at_keyboards(browser, edge, size, edge.visitor) as (letter,):
        for _ in range(2):
            await letter.window.go(path)
            await letter.window.sees("A request waits for your answer")
        offer = await mia.get(f"/doctor/requests/{appointment}")
        assert offer.json["status"] == "open"
        await letter.press("button", "Accept")
        await letter.window.sees("You accepted this request.")
        await letter.window.go(path)
        await letter.window.sees("This link has done its work.")


@SIZES
async def test_a_doctor_walks_through_the_week_and_is_away(
    browser: Browser, edge: Edge, practice: Practice, size: ViewportSize
) -> None:
    patient = await edge.patient("Wendy Week")
    appointment = await booked_directly(edge, practice, patient, 45)
    start = (await patient.get(f"/appointments/{appointment}")).json["start"]
    day = datetime.fromisoformat(start).astimezone(ZONES[ZONE])
    async with at_keyboards(browser, edge, size, practice.ward.doctors[0]) as (doctor,):
        await doctor.window.go("/week")
        await doctor.press("link", "Week after")
        await doctor.window.page.wait_for_url("**/week?day=*")
        following = doctor.window.page.url
        await doctor.press("link", "Week before")
        await doctor.window.page.wait_for_url(lambda url: url != following)
        await doctor.window.go(f"/week?day={day:%Y-%m-%d}")
        visit = doctor.window.main.locator(f'a[href="/visits/{appointment}"]')
        await doctor.hit(visit)
        await doctor.window.sees("What for")
        await doctor.window.go("/absences")
        await doctor.pick_date("First day", day)
        await doctor.press("button", "Look at the visits in it")
        await doctor.window.sees("in that time")
        await doctor.choose("Give them back")
        await doctor.press("button", "Note this absence")
        noted = doctor.window.main.get_by_role("button", name="Remove")
        await doctor.hit(noted.last)
        await doctor.window.sees("None.")
    await edge.clinic.settled()
    assert (await patient.get(f"/appointments/{appointment}")).json["status"] == "routed"
