"""A call for everybody: by screen reader, by keyboard alone, without motion, on a small screen."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, expect

from tests.browser.axe import troubles_of
from tests.browser.calling import until
from tests.browser.keyboard import Hands
from tests.browser.meeting import LATE, House, Seat, all_meet, open_house
from tests.browser.sights import open_all
from tests.edge import Edge
from tests.integration.calls_support import Visit, visit_of

PANELS = ("chat", "notes", "people", "settings")
IN_DANGER = "call your local emergency number"
LEFT = "You left the call"
ENDED = "The call has ended"
INSIDE = "(selector) => Boolean(document.activeElement.closest(selector))"
FOCUSED = "document.activeElement.dataset.do ?? document.activeElement.id"
MOVING = "document.getAnimations().length"
TAKE_OVER = """() => new Promise((resolve) => {
  const { call } = document.getElementById("call").dataset;
  const { leg } = window.attended;
  const line = new WebSocket(location.origin.replace("http", "ws") + "/live");
  line.onopen = () => line.send(JSON.stringify({ type: "attend", call, leg, run: "", number: 0 }));
  line.onmessage = () => resolve();
})"""
"""Attends the leg of this page over another line, as nothing but a newer window does."""
NOTE_LEG = """(() => {
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (text) {
    const frame = JSON.parse(text);
    if (frame.type === "attend") window.attended = frame;
    return send.call(this, text);
  };
})()"""


@pytest.fixture
async def visit(edge: Edge) -> Visit:
    """Return a visit whose waiting room is open."""
    return await visit_of(edge)


async def waiting(house: House, visit: Visit) -> Seat:
    """Let the patient check in."""
    patient = await house.seat(visit.patient, visit.path)
    await patient.checks_in()
    return patient


@asynccontextmanager
async def in_call(browser: Browser, visit: Visit) -> AsyncIterator[tuple[Seat, Seat]]:
    """Let the doctor and the patient of *visit* talk."""
    async with open_house(browser, visit.edge) as house:
        patient = await waiting(house, visit)
        doctor = await house.seat(visit.doctor, visit.path)
        await doctor.enters()
        await patient.shows("call")
        await all_meet(doctor, patient)
        yield doctor, patient


async def is_pressed(page: Page, name: str, pressed: str) -> None:
    """Wait until the button of a control says whether it is on."""
    control = page.locator(f'.control[data-do="{name}"]')
    await expect(control).to_have_attribute("aria-pressed", pressed)


async def said(page: Page, words: str) -> None:
    """Wait until who hears the page has heard *words*."""
    await expect(page.locator("#call-said")).to_contain_text(words, timeout=LATE)


async def test_a_call_can_be_used_by_everybody_and_is_led_by_keys_alone(
    caller: Browser, visit: Visit
) -> None:
    async with in_call(caller, visit) as (doctor, patient):
        await can_be_used(doctor, patient)
        await obeys_keys(doctor)
        await holds_the_focus(doctor)
        await forgets_keys(doctor)


async def can_be_used(*seats: Seat) -> None:
    """Hold that everybody can use the call, and all that opens beside it."""
    wrong: list[str] = []
    for seat in seats:
        page = seat.window.page
        wrong += [f"stage: {each}" for each in await troubles_of(page)]
        for name in PANELS:
            control = page.locator(f'.control[data-do="{name}"]')
            if not await control.count():
                continue
            await control.click()
            await open_all(page)
            await expect(page.locator(f'[data-panel="{name}"] > *').first).to_be_visible()
            wrong += [f"{name}: {each}" for each in await troubles_of(page)]
            await seat.press("Close")
        await page.keyboard.press("e")
        wrong += [f"dialog: {each}" for each in await troubles_of(page)]
        await seat.press("Stay")
    assert not wrong, "\n".join(wrong)


async def obeys_keys(doctor: Seat) -> None:
    """Hold that keys turn devices on and off, and that a message is written and sent by them."""
    page = doctor.window.page
    for key, name in (("m", "microphone"), ("v", "camera")):
        await page.keyboard.press(key)
        await is_pressed(page, name, "false")
        await page.keyboard.press(key)
        await is_pressed(page, name, "true")
    await page.keyboard.press("c")
    write = page.locator("#write-text")
    await expect(write).to_be_focused(timeout=LATE)
    await page.keyboard.type("Move your arm, please")
    await expect(write).to_have_value("Move your arm, please")
    await is_pressed(page, "microphone", "true")
    await Hands(doctor.window).hit(page.get_by_role("button", name="Send", exact=True))
    await expect(page.locator("#thread").get_by_text("Move your arm")).to_be_visible()
    await doctor.press("Close")


async def holds_the_focus(doctor: Seat) -> None:
    """Hold that what opens takes the focus, and gives it back."""
    page = doctor.window.page
    people = page.locator('.control[data-do="people"]')
    await page.locator('.control[data-do="microphone"]').focus()
    await Hands(doctor.window).hit(people)
    await expect(page.locator("#panel")).to_be_visible()
    assert await page.evaluate(INSIDE, "#panel")
    await page.keyboard.press("Escape")
    await expect(people).to_be_focused()
    await page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="End the call for everybody?")
    await expect(dialog).to_be_visible()
    for _ in range(6):
        await page.keyboard.press("Tab")
        assert await page.evaluate(INSIDE, "dialog, body:not(:has(:focus))")
    await page.keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(people).to_be_focused()
    await doctor.shows("call")


async def forgets_keys(doctor: Seat) -> None:
    """Hold that keys do nothing once they are turned off."""
    page = doctor.window.page
    await page.keyboard.press("o")
    keys = doctor.panel.locator("#help")
    if await keys.get_attribute("open") is None:
        await keys.get_by_text("Keys", exact=True).click()
    await doctor.panel.get_by_label("Use these keys").uncheck()
    await page.keyboard.press("m")
    await page.keyboard.press("Escape")
    await expect(doctor.panel).to_be_hidden()
    await is_pressed(page, "microphone", "true")


async def test_who_comes_and_goes_is_read_out_and_who_has_left_stays_out(
    caller: Browser, visit: Visit
) -> None:
    async with in_call(caller, visit) as (doctor, patient):
        page = patient.window.page
        await said(doctor.window.page, "Pat Ient is in the call.")
        await page.keyboard.press("e")
        await page.get_by_role("dialog").get_by_role("button", name="Leave").click()
        await patient.says(LEFT)
        await said(doctor.window.page, "Pat Ient has left the call.")
        await page.reload()
        await patient.says(LEFT)
        await doctor.window.page.keyboard.press("e")
        await doctor.press("End for everybody")
        await patient.says(ENDED)
        await page.reload()
        await patient.says(ENDED)
        await expect(patient.window.main.get_by_role("link", name="Summary")).to_be_visible()
        await patient.press("Back to the waiting room")
        await patient.shows("waiting")
        await doctor.press("Call again")
        await doctor.enters()
        await patient.shows("call")


async def test_who_has_left_is_rung_when_the_call_begins_again(
    caller: Browser, visit: Visit
) -> None:
    async with in_call(caller, visit) as (doctor, patient):
        await doctor.window.page.keyboard.press("e")
        await doctor.press("End for everybody")
        await patient.says(ENDED)
        await doctor.press("Call again")
        await doctor.enters()
        ring = patient.window.page.get_by_role("dialog", name="is calling")
        await ring.get_by_role("link", name="Join with video").click(timeout=LATE)
        await patient.shows("call")


async def test_what_rings_takes_the_focus_and_gives_it_back(caller: Browser, visit: Visit) -> None:
    async with open_house(caller, visit.edge) as house:
        patient = await waiting(house, visit)
        await patient.press("Leave and tell me when it starts")
        await patient.shows("left")
        await patient.window.go("/home")
        page = patient.window.page
        await page.emulate_media(reduced_motion="reduce")
        link = patient.window.main.get_by_role("link").first
        await link.focus()
        doctor = await house.seat(visit.doctor, visit.path)
        await doctor.enters("audio")
        ring = page.get_by_role("dialog", name="is calling")
        await expect(ring).to_be_visible(timeout=LATE)
        assert await page.evaluate(FOCUSED) == "ring-title"
        assert await page.evaluate(MOVING) == 0
        wrong = await troubles_of(page)
        assert not wrong, "\n".join(wrong)
        await doctor.window.page.keyboard.press("e")
        await doctor.press("End for everybody")
        await expect(ring).to_have_count(0, timeout=LATE)
        await expect(link).to_be_focused()


async def test_a_page_that_another_one_replaced_says_how_to_go_on(
    caller: Browser, visit: Visit
) -> None:
    async with open_house(caller, visit.edge) as house:
        device = await house.device(visit.patient)
        await device.add_init_script(NOTE_LEG)
        patient = await house.tab(device, visit.path)
        await patient.checks_in()
        await until(patient.window.page, "() => Boolean(window.attended)")
        await patient.window.page.evaluate(TAKE_OVER)
        await patient.shows("moved")
        await patient.says("You take part in another window")
        await patient.press("Join with video")
        await patient.shows("waiting")


async def test_who_waits_reads_what_to_do_in_danger(caller: Browser, visit: Visit) -> None:
    async with open_house(caller, visit.edge) as house:
        patient = await house.seat(visit.patient, visit.path)
        await patient.shows("door")
        words = patient.window.page.get_by_role("contentinfo").get_by_text(IN_DANGER)
        await expect(words).to_be_visible()
        await patient.checks_in()
        await expect(words).to_be_visible()
