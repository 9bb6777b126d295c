"""From an empty clinic to a live confirmation, as people do it; with a script and without."""

from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser, expect

from actors.caller import Role
from tests.browser.window import SOON, Window, invitation, open_window
from tests.clinic import open_clinic
from tests.edge import Edge, open_edge


async def set_up_department(admin: Window) -> None:
    """Approve both doctors, and let palpitations go to the group of them."""
    await admin.go("/accounts")
    for name in ("Dr Mia Sand", "Dr Ben Ito"):
        await admin.press(f"Approve {name}")
        await admin.sees("The account is approved.")
    await admin.go("/departments")
    await admin.fill("Name", "Cardiology")
    await admin.press("Open it")
    await admin.sees("The department is open.")
    await admin.fill("Name", "Hearts")
    for name in ("Dr Mia Sand", "Dr Ben Ito"):
        await admin.main.get_by_role("checkbox", name=name).first.check()
    await admin.press("Add the group")
    await admin.sees("The group is saved.")
    await admin.fill("New category", "Palpitations")
    await admin.main.get_by_label("Goes to").last.select_option(label="Hearts")
    await admin.press("Add")
    await admin.sees("The category is saved.")


async def set_hours(doctor: Window) -> None:
    """Be there at any time of every day."""
    await doctor.go("/hours")
    for day in range(7):
        await doctor.page.locator(f"#f-from-{day}-1").fill("00:00")
        await doctor.page.locator(f"#f-to-{day}-1").fill("00:00")
    await doctor.press("Save my hours")
    await doctor.sees("Your hours are saved.")


async def ask(patient: Window) -> None:
    """Ask for the first available time."""
    await patient.go("/requests/new")
    await patient.fill("What is the matter?", "My heart beats fast.")
    await patient.press("Send my request")
    await patient.sees("Request sent. We tell you here")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no script"])
async def test_a_visit_is_booked_from_sign_up_to_live_confirmation(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory, *, javascript: bool
) -> None:
    async with AsyncExitStack() as stack:
        clinic = await stack.enter_async_context(open_clinic(tmp_path_factory.mktemp("booking")))
        edge = await stack.enter_async_context(open_edge(clinic))
        admin, mia, ben, pat = [
            await stack.enter_async_context(open_window(browser, edge, javascript=javascript))
            for _ in range(4)
        ]
        await prepare(edge, admin, mia, ben)
        await pat.sign_up("patient", "Pat Ient", "pat@clinic.example")
        await pat.sign_in("pat@clinic.example")
        await pat.sees("Hello, Pat Ient")
        for doctor in (mia, ben):
            await doctor.go("/inbox")
            await doctor.sees("Nothing waits for you.")
        await ask(pat)
        await pat.latest()
        await pat.sees("With the Hearts group")
        for doctor in (mia, ben):
            await doctor.latest()
            await doctor.sees("My heart beats fast.")
        await mia.press("Accept ")
        await mia.sees("Accepted.")
        await clinic.settled()
        await pat.latest()
        await expect(pat.page.locator("#state .big")).to_contain_text("Confirmed for", timeout=SOON)
        await pat.sees("with Dr Mia Sand")
        await ben.latest()
        await ben.sees("Taken by Dr Mia Sand")
        await mia.latest()
        await expect(mia.page.locator("#inbox")).to_contain_text("Pat Ient", timeout=SOON)


async def prepare(edge: Edge, admin: Window, *doctors: Window) -> None:
    """Open the clinic: an administrator, two doctors with hours, a department."""
    token = await invitation(edge, Role.ADMIN)
    await admin.accept_invitation(token, "Ada Min", "ada@clinic.example")
    await edge.clinic.settled()
    for doctor, name in zip(doctors, ("Dr Mia Sand", "Dr Ben Ito"), strict=True):
        await doctor.sign_up("doctor", name, f"{name[3:6].lower()}@clinic.example")
    await edge.clinic.settled()
    await admin.sign_in("ada@clinic.example")
    await set_up_department(admin)
    await edge.clinic.settled()
    for doctor, name in zip(doctors, ("mia", "ben"), strict=True):
        await doctor.sign_in(f"{name}@clinic.example")
        await set_hours(doctor)
