"""The page of a call in two browsers: from the door to what it came to."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import anyio
import pytest
from playwright.async_api import Browser, Route, WebSocketRoute, expect

from tests.browser.cameras import SMALL, camera_of
from tests.browser.cast import Cast, fill
from tests.browser.meeting import LATE
from tests.browser.window import Window, open_window
from tests.edge import Edge, Person, open_ward
from tests.integration.calls_support import visit_of
from tests.integration.staff_support import accept, ask_for, set_hours, soon


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
        await window.page.add_init_script(camera_of(*SMALL))
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


async def test_a_patient_checks_the_device_and_checks_in(caller: Browser, cast: Cast) -> None:
    visit = await visit_of(cast.edge)
    async with at_call(caller, cast, visit.patient, visit.id) as pat:
        await shows(pat, "door")
        await pat.press("Check my device")
        await expect(pat.page.locator("video[data-see]")).to_be_visible()
        await pat.main.get_by_role("button", name="Yes", exact=True).click()
        level = pat.page.locator("meter[data-level]")
        await expect(level).to_be_visible()
        await pat.main.get_by_role("button", name="No", exact=True).click()
        await pat.sees("Is the microphone muted")
        await pat.main.get_by_role("button", name="Yes, I hear them").click()
        await pat.sees("The check is done.")
        await pat.sees("The connection could not be checked.")
        await pat.press("I am here: check in")
        await shows(pat, "waiting")
        await pat.go(f"/calls/{visit.id}/check")
        await pat.sees("Last checked in this browser")
        async with at_call(caller, cast, visit.doctor, visit.id) as doctor:
            await doctor.sees("does not work")


class SlowLine:
    """A page's line to the clinic on which everything stays from the first *word* until let go."""

    def __init__(self, word: str) -> None:
        self.full = anyio.Event()
        self._word = word
        self._held: list[tuple[WebSocketRoute, str | bytes]] | None = []

    def route(self, page: WebSocketRoute) -> None:
        """Carry what *page* says."""
        server = page.connect_to_server()
        page.on_message(lambda said: self._carry(server, said))

    def _carry(self, server: WebSocketRoute, said: str | bytes) -> None:
        if self._word in str(said):
            self.full.set()
        if self.full.is_set() and self._held is not None:
            self._held.append((server, said))
        else:
            server.send(said)

    def let_go(self) -> None:
        """Carry what was kept, and from now on everything at once."""
        held, self._held = self._held or [], None
        for server, said in held:
            server.send(said)


@dataclass
class InLine:
    """Two who come to the same doctor on the same day, one after the other."""

    doctor: Person
    before: Person
    waits: Person
    visits: list[str]

    async def comes(self, person: Person) -> None:
        """Let *person* check in, and all who have to know it."""
        visit = self.visits[[self.before, self.waits].index(person)]
        answer = await person.post(f"/appointments/{visit}/check-in", {})
        assert answer.status == 200, answer.text
        await person.edge.clinic.settled()


async def in_line(edge: Edge) -> InLine:
    """Give two new patients of a new doctor visits of today, ten minutes apart."""
    ward = await open_ward(edge)
    doctor, before, waits = ward.doctors[0], await edge.patient("Bea"), await edge.patient("Quin")
    hour = edge.clinic.clock.now().hour
    noon = f"Etc/GMT{hour - 12:+d}"  # where both visits are of one day
    await set_hours(doctor, zone=noon, visit_minutes=5, buffer_after_minutes=0)
    visits = [await ask_for(edge, ward, patient) for patient in (before, waits)]
    for visit, minutes in zip(visits, (15, 25), strict=True):
        await accept(edge, doctor, visit, soon(edge, minutes))
    return InLine(doctor, before, waits, visits)


async def test_who_waits_reads_at_once_who_is_before_them(caller: Browser, cast: Cast) -> None:
    today = await in_line(cast.edge)
    async with at_call(caller, cast, today.waits, today.visits[1]) as window:
        await window.press("I am here: check in")
        await shows(window, "waiting")
        line = window.page.locator("#line")
        await expect(line).to_contain_text("You are next.", timeout=LATE)
        await today.comes(today.before)
        await expect(line).to_contain_text("You are number 2 in the line.", timeout=LATE)
        began = await today.doctor.post(f"/doctor/visits/{today.visits[0]}/start", {})
        assert began.status == 200, began.text
        await expect(line).to_contain_text("is with somebody else", timeout=LATE)
        await expect(line).to_contain_text("You are next.")


async def test_what_moved_while_the_page_was_loading_is_read(caller: Browser, cast: Cast) -> None:
    today, come = await in_line(cast.edge), anyio.Event()
    await today.comes(today.waits)

    async def held(route: Route) -> None:
        await come.wait()
        await route.continue_()

    async with open_window(caller, cast.edge) as window:
        await window.sign_in(today.waits.email)
        await window.page.route("**/static/js/call/session.js", held)
        await window.page.goto(f"{cast.edge.url}/calls/{today.visits[1]}", wait_until="commit")
        line = window.page.locator("#line")
        await expect(line).to_contain_text("You are next.", timeout=LATE)
        await today.comes(today.before)
        come.set()
        await expect(line).to_contain_text("You are number 2 in the line.", timeout=LATE)


async def test_who_leaves_before_they_have_a_place_has_none(caller: Browser, cast: Cast) -> None:
    visit, slow = await visit_of(cast.edge), SlowLine("TakeSeat")
    async with open_window(caller, cast.edge) as window:
        await window.sign_in(visit.patient.email)
        await window.page.route_web_socket("**/live", slow.route)
        await window.go(f"/calls/{visit.id}")
        await shows(window, "door")
        await window.press("I am here: check in")
        await slow.full.wait()
        await window.press("Leave and tell me when it starts")
        slow.let_go()
        await shows(window, "left")
        seen = await visit.doctor.get(visit.path)
        assert [each["legs"] for each in seen.json["call"]["people"]] == [[], []]


async def test_who_left_the_waiting_room_is_rung_on_any_page(caller: Browser, cast: Cast) -> None:
    visit = await visit_of(cast.edge)
    async with (
        at_call(caller, cast, visit.patient, visit.id) as pat,
        at_call(caller, cast, visit.doctor, visit.id) as doctor,
    ):
        await shows(pat, "door")
        await pat.press("I am here: check in")
        await shows(pat, "waiting")
        await pat.press("Leave and tell me when it starts")
        await shows(pat, "left")
        await pat.go("/home")
        await doctor.press("Start with audio")
        await shows(doctor, "call")
        ring = pat.page.get_by_role("dialog", name="Dr Mia is calling")
        await expect(ring).to_be_visible(timeout=LATE)
        await expect(pat.page).to_have_title("Dr Mia is calling")
        await ring.get_by_role("link", name="Join with audio").click()
        await shows(pat, "call")
        await expect(doctor.page.locator("#ringback")).to_be_hidden(timeout=LATE)
        await pat.go("/home")
        back = pat.page.get_by_role("link", name="Return to call")
        await expect(back).to_be_visible(timeout=LATE)
        await back.click()
        await doctor.page.keyboard.press("e")
        await doctor.page.get_by_role("button", name="End for everybody").click()


async def test_a_note_is_saved_while_it_is_typed_and_nothing_is_lost(
    caller: Browser, cast: Cast
) -> None:
    visit, mia = cast.mine["waiting"], cast.ward.doctors[0]
    path = f"/visits/{visit}/note"
    async with open_window(caller, cast.edge) as one, open_window(caller, cast.edge) as two:
        for window in (one, two):
            await window.sign_in(mia.email)
            await window.go(path)
        await one.fill("Plan", "Half the dose")
        await one.page.locator("h1").click()
        await expect(one.page.locator("#note")).to_have_attribute("data-version", "1")
        await two.fill("Plan", "Stop the tablets")
        await two.page.locator("h1").click()
        await two.sees("Somebody else has saved this note meanwhile")
        await expect(two.main.get_by_label("Plan")).to_have_value("Stop the tablets")
        await two.sees("Half the dose")
        await two.press("Save")
        await expect(two.page.locator("#note-conflict")).to_have_count(0)
        await two.press("Sign the note")
        await two.page.get_by_role("dialog").get_by_role("button", name="Sign").click()
        await two.sees("Signed")
        await one.go(path)
        await one.sees("Stop the tablets")
