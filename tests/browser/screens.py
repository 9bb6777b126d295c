"""Pictures of every page, in each size and scheme: `python -m tests.browser.screens DIR [PART]`."""

import asyncio
import base64
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.calling import ARGUMENTS, until
from tests.browser.cast import Cast, fill
from tests.browser.chromium import open_chromium, sign_in
from tests.browser.portraits import DOCTOR, PATIENT, Portrait, film
from tests.browser.sights import sights
from tests.clinic import open_clinic
from tests.edge import PASSWORD, Person, open_edge

SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SIDE_BY_SIDE = """<body style="margin:0;padding:28px;background:#dbe5e3;display:flex;gap:28px;
align-items:flex-start">{}</body>"""
FRAME = """<div style="width:{}px;height:616px;overflow:hidden;border-radius:14px;
box-shadow:0 6px 24px #0003"><img style="width:100%" src="data:image/png;base64,{}"></div>"""
TOGETHER = {
    "booking.png": {
        "doctor-inbox-wide-light.png": 876,
        "patient-visit-confirmed-phone-light.png": 300,
    },
    "writing.png": {
        "patient-thread-wide-light.png": 876,
        "patient-notices-phone-light.png": 300,
    },
    "calls.png": {
        "doctor-call-wide-light.png": 876,
        "patient-call-phone-light.png": 300,
    },
}
"""Pictures of the README: what stands side by side, how wide."""
IN_CALL: dict[str, ViewportSize] = {"wide": SIZES["wide"], "phone": {"width": 390, "height": 800}}
SHARP = """async (frames) => {
  const { legs } = await carewire.call.media.figures();
  return Object.values(legs)[0]?.framesDecoded > frames;
}"""
TEN_SECONDS = 300
"""Of pictures: what is seen after them is as sharp as it becomes."""
NOTE = {
    "Subjective": "Dizzy since yesterday, when getting up. Drinks little. No fall, no pain.",
    "Objective": "Alert, speaks whole sentences. Measured at home: 104/62, pulse 88.",
    "Assessment": "Low pressure on standing, likely from too little fluid.",
}


async def take(browser: Browser, cast: Cast, into: Path, part: str) -> None:
    """Take a picture of every page that *part* stands in the name of."""
    for who, (person, found) in sights(cast).items():
        chosen = [sight for sight in found if part in f"{who}-{sight.name}"]
        for size in SIZES if chosen else ():
            context = await browser.new_context(
                viewport=SIZES[size], timezone_id="Europe/Berlin", locale="en-GB"
            )
            page = await signed_in(context, cast, person)
            for sight in chosen:
                await sight.open(page, cast.edge.url)
                await _take(page, into, f"{who}-{sight.name}-{size}")
            await context.close()


async def signed_in(context: BrowserContext, cast: Cast, person: Person | None) -> Page:
    """Return a page, signed in as *person* if there is one."""
    page = await context.new_page()
    if person is not None:
        await sign_in(page, cast.edge.url, person.email, PASSWORD)
    return page


async def _take(page: Page, into: Path, name: str) -> None:
    for scheme in SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        await page.screenshot(path=into / f"{name}-{scheme}.png", full_page=True)


async def take_call(browser: Browser, cast: Cast, into: Path) -> None:
    """Take a picture of a call of two drawn people, as each of them sees it."""
    doctor, patient = cast.ward.doctors[0], cast.patient
    with tempfile.TemporaryDirectory() as films:
        async with (
            open_camera(browser, DOCTOR, Path(films) / "doctor.mjpeg") as one,
            open_camera(browser, PATIENT, Path(films) / "patient.mjpeg") as other,
        ):
            phone = await _sit_down(other, cast, patient, "phone")
            await phone.locator('#call[data-stage="waiting"]').wait_for()
            wide = await _sit_down(one, cast, doctor, "wide")
            await wide.get_by_role("button", name="Start with video").click()
            for page in (phone, wide):
                await page.locator('#call[data-stage="call"]').wait_for()
            await _write_note(wide)
            for page, name in ((phone, "patient-call-phone"), (wide, "doctor-call-wide")):
                await until(page, SHARP, TEN_SECONDS)
                await page.locator('.tile.large [data-word="good"]').wait_for()
                await _take(page, into, name)


@asynccontextmanager
async def open_camera(browser: Browser, portrait: Portrait, path: Path) -> AsyncIterator[Browser]:
    """Start a Chromium whose camera sees *portrait*, drawn by *browser* into the file *path*."""
    seen = await film(browser, portrait, path)
    async with open_chromium(*ARGUMENTS, f"--use-file-for-fake-video-capture={seen}") as camera:
        yield camera


async def _sit_down(browser: Browser, cast: Cast, person: Person, size: str) -> Page:
    context = await browser.new_context(
        viewport=IN_CALL[size], timezone_id="Europe/Berlin", locale="en-GB"
    )
    page = await signed_in(context, cast, person)
    await page.goto(f"{cast.edge.url}/calls/{cast.mine['waiting']}")
    return page


async def _write_note(page: Page) -> None:
    await page.keyboard.press("n")
    for label, text in NOTE.items():
        await page.get_by_label(label, exact=True).fill(text)


async def put_together(browser: Browser, into: Path) -> None:
    """Put a wide page and a phone side by side, for the README, where both were taken."""
    for picture, parts in TOGETHER.items():
        if all((into / name).exists() for name in parts):
            frames = [
                FRAME.format(width, base64.b64encode((into / name).read_bytes()).decode())
                for name, width in parts.items()
            ]
            page = await browser.new_page(viewport={"width": 1260, "height": 672})
            await page.set_content(SIDE_BY_SIDE.format("".join(frames)))
            await page.screenshot(path=into / picture)
            await page.close()


async def main(into: Path, part: str) -> None:
    """Fill a clinic, and take the pictures."""
    with tempfile.TemporaryDirectory() as directory:
        async with (
            open_clinic(Path(directory)) as clinic,
            open_edge(clinic, sockets_per_user=100) as edge,
            open_chromium() as browser,
        ):
            cast = await fill(edge)
            await take(browser, cast, into, part)
            if part in "call-talk":
                await take_call(browser, cast, into)
            await put_together(browser, into)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target, *(sys.argv[2:] or [""])))
