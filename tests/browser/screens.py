"""Pictures of every page, in each size and scheme: `python -m tests.browser.screens DIR [PART]`."""

import asyncio
import base64
import sys
import tempfile
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from tests.browser.cast import Cast, fill
from tests.browser.chromium import open_chromium, sign_in
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
}
"""Pictures of the README: what stands side by side, how wide."""


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
            await take(browser, await fill(edge), into, part)
            await put_together(browser, into)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target, *(sys.argv[2:] or [""])))
