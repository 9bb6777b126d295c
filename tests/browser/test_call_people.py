"""What people do with one another in a call: guests, waiting, holding, handing over."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.meeting import (
    LATE,
    House,
    Seat,
    all_meet,
    are_in_mode,
    are_sealed,
    nothing_flows,
    open_house,
)
from tests.clinic import open_clinic
from tests.edge import Edge, Person, open_edge
from tests.integration.calls_support import Visit, visit_of


@pytest.fixture(scope="module")
async def edge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    """Serve a clinic with a media worker."""
    async with (
        open_clinic(tmp_path_factory.mktemp("clinic"), media=True) as clinic,
        open_edge(clinic, sockets_per_user=100) as edge,
    ):
        yield edge


@pytest.fixture
async def visit(edge: Edge) -> Visit:
    """Return a visit whose waiting room is open."""
    return await visit_of(edge)


async def link_by(seat: Seat, name: str, what: str) -> str:
    """Let who waits invite somebody; return the path of the link."""
    window = seat.window
    await window.main.get_by_text("Invite somebody").filter(visible=True).click()
    await window.fill("Who is it?", name)
    await window.fill("What are they? (optional)", what)
    await window.page.keyboard.press("Enter")  # a click may miss what moves as the line is shown
    link = await window.page.locator("#guest-link .secret").inner_text()
    return "/join" + link.partition("/join")[2]


async def come_in(house: House, link: str, name: str) -> Seat:
    """Come in by a link, as somebody who has no account."""
    seat = await house.tab(await house.device(None), link)
    await seat.press("Continue")
    await seat.window.fill("Your name", name)
    await seat.press("Come in")
    await seat.shows("waiting")
    seat.user = await seat.window.page.locator("#call").get_attribute("data-me") or ""
    return seat


async def test_m07_a_guest_comes_by_a_link_talks_and_is_taken_out(
    caller: Browser, edge: Edge, visit: Visit
) -> None:
    """The guest's page is one that would go on taking what comes, if anything still came."""
    async with open_house(caller, edge) as house:
        pat = await house.seat(visit.patient, visit.path)
        await pat.checks_in()
        link = await link_by(pat, "Leila", "interpreter")
        guest = await come_in(house, link, "Leila H.")
        await guest.says("Stay on this page: the call begins by itself.")
        doc = await house.seat(visit.doctor, visit.path)
        await doc.enters()
        for seat in (pat, guest):
            await seat.shows("call")
        await are_in_mode("relay", doc, pat, guest)
        await all_meet(doc, pat, guest)
        await are_sealed(doc, pat, guest)

        await guest.window.page.evaluate("carewire.call.media.stop = () => {}")
        await doc.press("People")
        await doc.press("Remove: Leila H.")
        await doc.press("Remove")
        await guest.says("You are not in this visit any more")
        await nothing_flows(guest)
        await expect(guest.window.page.locator("video:visible")).to_have_count(0)
        for seat in (doc, pat):
            await expect(seat.window.page.locator(".tile")).to_have_count(2)
        await all_meet(doc, pat, more=60)
        await guest.window.go(link)
        await guest.press("Continue")
        await guest.says("This link can't be used (any more).")


async def test_a_guest_sees_the_call_alone(caller: Browser, edge: Edge, visit: Visit) -> None:
    async with open_house(caller, edge) as house:
        doc = await house.seat(visit.doctor, visit.path)
        guest = await come_in(house, await link_by(doc, "Leila", ""), "Leila")
        page = guest.window.page
        links = page.locator("a[href]:visible:not(.skip, .brand)")
        assert await links.evaluate_all("all => all.map((each) => each.href)") == []
        shown = await page.locator("body").inner_text()
        assert all(word not in shown for word in ("Pat Ient", "Messages", "Note", "Sign out"))
        for path in (visit.path, f"/visits/{visit.id}/note", f"/messages/{visit.thread}"):
            answer = await page.request.get(edge.url + path, max_redirects=0)
            assert answer.status == 401, (path, answer.status)


async def test_who_waits_reads_a_word_is_held_and_goes_on(
    caller: Browser, edge: Edge, visit: Visit
) -> None:
    async with open_house(caller, edge) as house:
        pat = await house.seat(visit.patient, visit.path)
        await pat.checks_in()
        doc = await house.seat(visit.doctor, visit.path)
        await doc.window.fill("Tell who waits", "I am five minutes late.")
        await doc.press("Send")
        await pat.says("“I am five minutes late.”")
        await doc.enters()
        await pat.shows("call")
        await all_meet(doc, pat)

        await doc.press("People")
        await doc.press("Hold: Pat Ient")
        await pat.says("You are on hold")
        await doc.says("On hold")
        await nothing_flows(doc, pat)
        await doc.press("Go on: Pat Ient")
        await all_meet(doc, pat)
        await expect(pat.window.page.get_by_text("You are on hold")).to_be_hidden()


async def test_a_colleague_joins_takes_over_and_both_write_the_note(
    caller: Browser, edge: Edge, visit: Visit
) -> None:
    async with open_house(caller, edge) as house:
        pat = await house.seat(visit.patient, visit.path)
        await pat.checks_in()
        doc = await house.seat(visit.doctor, visit.path)
        ben = await house.seat(visit.colleague, "/inbox")
        await doc.enters()
        await all_meet(doc, pat)
        where = pat.window.page.url

        await hand_over(doc, visit.colleague, "Ask them to join")
        await ben.answers("Dr Mia is calling")
        await all_meet(doc, pat, ben)
        await is_called(ben, "Leave")
        await expect(ben.window.page.get_by_text("Ask a colleague")).to_be_hidden()
        await ben.leaves("Leave")
        await ben.shows("moved")

        await hand_over(doc, visit.colleague, "Hand the visit over")
        await ben.answers("Dr Mia is calling")
        await all_meet(doc, pat, ben)
        await is_called(ben, "End")
        await is_called(doc, "Leave")
        await doc.leaves("Leave")
        await doc.says("You are not in this visit any more")
        await all_meet(ben, pat, more=60)
        assert pat.window.page.url == where

        for seat, words in ((doc, "Seen by Mia."), (ben, "Seen by Ben.")):
            await seat.window.go(f"/visits/{visit.id}/note")
            await seat.window.fill("Plan", words)
            await seat.press("Save")
            await seat.window.page.reload()
            await expect(seat.window.main.get_by_label("Plan")).to_have_value(words)


async def is_called(seat: Seat, name: str) -> None:
    """Wait until what takes one out of the call is called *name*, as fits who one is in it."""
    control = seat.window.page.locator('.control[data-do="leave"]')
    await expect(control).to_have_text(name, timeout=LATE)
    await expect(control).to_have_attribute("title", f"{name} (E)")


async def hand_over(doc: Seat, to: Person, how: str) -> None:
    """Let a host call the colleague, to join or to go on."""
    await doc.opens("People")
    page = doc.window.page
    await page.locator("#panel").get_by_text("Ask a colleague, hand over").click()
    await page.get_by_label("Colleague").select_option(to.user)
    await page.get_by_role("radio", name=how).check()
    await doc.press("Call them")
