"""The installed Chromium, driven by Playwright; it speaks to nobody but our own edge."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio
from playwright.async_api import Browser, Page, async_playwright

EXECUTABLE = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CLOSE_SECONDS = 20
TURNED_OFF = (
    *("AvoidCorsURLLoaderRestartOnRedirect", "AvoidUnnecessaryBeforeUnloadCheckSync"),
    *("DestroyProfileOnBrowserClose", "HttpsFirstBalancedModeAutoEnable", "HttpsUpgrades"),
    *("LensOverlay", "MediaRouter", "NetworkTimeServiceQuerying", "OptimizationHints"),
    *("AimEnabled", "PaintHolding", "PreconnectToSearch", "ThirdPartyStoragePartitioning"),
    *("WebUIOmniboxPopup", "WebUIOmniboxAimPopup"),
)
"""What Playwright turns off, as the last list alone counts, and the pages of Chromium's own beneath
its address bar: each new window opens two of them, though nobody sees it, which takes most of what
a new window takes."""
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-audio-output",  # a machine without a sound card may hang over what rings
    "--no-first-run",
    f"--disable-features={','.join(TURNED_OFF)}",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)


@asynccontextmanager
async def open_chromium(*more: str) -> AsyncIterator[Browser]:
    """Start the browser, with *more* arguments than all tests need."""
    arguments = [*ARGUMENTS, *more]
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=EXECUTABLE, args=arguments)
        try:
            yield browser
        finally:
            with anyio.move_on_after(CLOSE_SECONDS, shield=True):
                await browser.close()


async def sign_in(page: Page, url: str, email: str, password: str) -> None:
    """Sign in through the form."""
    await page.goto(f"{url}/sign-in")
    await page.get_by_label("E-mail").fill(email)
    await page.get_by_label("Password").fill(password)
    await page.get_by_role("main").get_by_role("button", name="Sign in").click()
    await page.wait_for_url(lambda address: "/sign-in" not in address)
