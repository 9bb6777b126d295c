"""Calls out of a thread: rung on every device, answered on one, declined, missed, and moved."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, expect

from tests.browser.calling import until
from tests.browser.chat import Pair, pair_up
from tests.browser.meeting import LATE, Seat, all_meet, open_house
from tests.clinic import open_clinic
from tests.edge import Edge, open_edge

IS_OFF = """(user) => carewire.call.session.view.people
  .find(({ person }) => person.user === user).legs[0]?.muted.includes("camera")"""


@pytest.fixture(scope="module")
async def edge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    """Serve a clinic without a media worker: two people need none."""
    async with (
        open_clinic(tmp_path_factory.mktemp("clinic")) as clinic,
        open_edge(clinic, sockets_per_user=100) as edge,
    ):
        yield edge


@pytest.fixture
async def pair(edge: Edge) -> Pair:
    """Let two people have a thread."""
    return await pair_up(edge)


async def calls(seat: Seat, pair: Pair) -> None:
    """Call the other one of a thread, out of it."""
    await seat.window.go(pair.path)
    await seat.window.page.locator("#thread-head a.call").click()
    await seat.enters()


async def test_a_ring_is_answered_on_one_device_and_the_call_moves_to_another(
    caller: Browser, pair: Pair
) -> None:
    async with open_house(caller, pair.edge) as house:
        phone = await house.seat(pair.patient, "/home")
        laptop = await house.seat(pair.patient, "/messages")
        doc = await house.seat(pair.doctor, "/inbox")
        await calls(doc, pair)
        for seat in (phone, laptop):
            await expect(seat.ring("Dr Mia is calling")).to_be_visible(timeout=LATE)
        await phone.answers("Dr Mia is calling")
        await expect(laptop.ring("Dr Mia is calling")).to_be_hidden(timeout=LATE)
        bar = laptop.window.page.locator("#return")
        await expect(bar).to_contain_text("Answered in another window", timeout=LATE)
        await all_meet(doc, phone)

        await bar.get_by_role("link", name="Return to call").click()
        await laptop.says("You take part in another window")
        await all_meet(doc, phone)
        await laptop.enters()
        await phone.says("You take part in another window")
        await expect(phone.window.page.locator("video:visible")).to_have_count(0)
        await all_meet(doc, laptop)


async def test_a_page_that_is_loaded_again_comes_back_as_it_was(
    caller: Browser, pair: Pair
) -> None:
    async with open_house(caller, pair.edge) as house:
        pat = await house.seat(pair.patient, "/home")
        doc = await house.seat(pair.doctor, "/inbox")
        await calls(doc, pair)
        await pat.answers("Dr Mia is calling")
        await all_meet(doc, pat)

        await doc.window.page.reload()
        await doc.shows("call")
        await all_meet(doc, pat)

        await pat.window.page.locator('.control[data-do="camera"]').click()
        await until(doc.window.page, IS_OFF, pair.patient.user)
        await pat.window.go("/messages")
        await pat.window.page.get_by_role("link", name="Return to call").click(timeout=LATE)
        await pat.shows("call")
        await until(doc.window.page, IS_OFF, pair.patient.user)
        await pat.meets(doc)
        camera = pat.window.page.locator('.control[data-do="camera"]')
        await expect(camera).to_have_attribute("aria-pressed", "false")


async def test_who_calls_is_told_no_rings_again_and_is_called_back(
    caller: Browser, pair: Pair
) -> None:
    async with open_house(caller, pair.edge) as house:
        doc = await house.seat(pair.doctor, "/inbox")
        pat = await house.seat(pair.patient, "/home")
        await calls(pat, pair)
        ring = doc.ring("Amira Haddad is calling")
        await pat.says("Calling Dr Mia…")
        await ring.get_by_role("button", name="In a minute").click(timeout=LATE)
        await pat.says("Dr Mia comes in a minute.")
        await expect(ring).to_be_hidden()

        await pat.press("Ring again")
        await expect(ring).to_be_visible(timeout=LATE)
        await pat.leaves("Leave")
        await expect(ring).to_be_hidden(timeout=LATE)
        await pat.says("The call has ended")
        await doc.window.go(pair.path)
        missed = doc.window.page.locator("#items > .call")
        await expect(missed).to_contain_text("Missed call", timeout=LATE)
        await missed.get_by_role("link", name="Call back").click()
        await doc.enters()
        await pat.answers("Dr Mia is calling")
        await all_meet(doc, pat)


async def test_who_is_in_a_call_is_busy_for_others(caller: Browser, pair: Pair) -> None:
    second = await pair_up(pair.edge, pair.ward)
    async with open_house(caller, pair.edge) as house:
        doc = await house.seat(pair.doctor, "/inbox")
        other = await house.seat(second.patient, "/home")
        await calls(doc, pair)
        await doc.says("Calling Amira Haddad…")
        await calls(other, second)
        await other.says("Dr Mia is in another call.")
        await expect(doc.window.page.locator(".ring-dialog")).to_have_count(0)
        await other.leaves("Leave")
        tab = await house.seat(pair.doctor, second.path)
        missed = tab.window.page.locator("#items > .call")
        await expect(missed).to_contain_text("Missed call", timeout=LATE)
