"""Pages that call one another with made-up cameras, and the figures that they measure.

`open_caller` opens Chromium as calls need it. `open_participant` opens any page of the clinic's
with a camera; `open_pages` are legs of a call whose session is the test itself: it says how the
call is (`see`), while what the pages tell one another goes from page to page (`fake_line.js`).
"""

import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
from playwright.async_api import Browser, BrowserContext, Page, Route

from http_edge.headers import ALWAYS, csp
from tests.browser.chromium import open_chromium
from tests.edge import Edge

ARGUMENTS = (
    "--use-fake-device-for-media-stream=fps=30",  # the plain flag gives 20 pictures a second
    "--autoplay-policy=no-user-gesture-required",
    "--allow-loopback-in-peer-connection",  # where there is no other interface
    "--mute-audio",
)
CALL = "a-call"
START = datetime(2026, 1, 5, 10, tzinfo=UTC)
NONCE = "0123456789abcdef"
SCRIPT = Path(__file__).with_name("fake_line.js")
LOOK_SECONDS = 0.05
PATIENCE_SECONDS = 20
BLANK = "<!doctype html><html lang='en'><title>A call</title><body></body></html>"
MEDIA_ALLOWED = {"Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)"}

JSON = dict[str, Any]


@asynccontextmanager
async def open_caller() -> AsyncIterator[Browser]:
    """Start a Chromium with a camera of 30 pictures a second and a microphone that beeps."""
    async with open_chromium(*ARGUMENTS) as browser:
        yield browser


async def figures(page: Page) -> JSON:
    """Return what the page has measured of its call: see `figures.js`."""
    found: JSON = await page.evaluate("carewire.call.media.figures()")
    return found


async def until(page: Page, condition: str, argument: object = None) -> None:
    """Wait until the script *condition*, which may be asynchronous, is true of the page."""
    with anyio.fail_after(PATIENCE_SECONDS):
        while not await page.evaluate(condition, argument):
            await anyio.sleep(LOOK_SECONDS)


@dataclass
class CallPage:
    """One leg of a call."""

    page: Page
    leg: str
    user: str
    key: str
    sends: tuple[str, ...] = ("microphone", "camera")
    muted: tuple[str, ...] = ()
    state: str = "in_call"
    since: datetime = START

    def view(self) -> JSON:
        """Return the leg as views have it."""
        return {
            "id": self.leg,
            "user": self.user,
            "state": self.state,
            "since": self.since.isoformat(),
            "medium": "video",
            "sends": self.sends,
            "muted": self.muted,
            "key": self.key,
            "was": "in_call" if self.state == "returning" else None,
        }

    async def do(self, script: str, argument: object = None) -> Any:  # noqa: ANN401  whatever it is
        """Run a script that knows `session`, `media`, `line` and `seen`."""
        body = f"async (given) => {{ const {{session, media, line, seen}} = carewire.call; {script} }}"
        return await self.page.evaluate(body, argument)

    async def frames_of(self, leg: str) -> int:
        """Return how many pictures of another leg were decoded."""
        legs = (await figures(self.page))["legs"]
        return int(legs.get(leg, {}).get("framesDecoded", 0))

    async def energy_of(self, leg: str) -> float:
        """Return how much was heard of another leg."""
        legs = (await figures(self.page))["legs"]
        return float(legs.get(leg, {}).get("totalAudioEnergy", 0))

    async def sees(self, leg: str, more: int = 10) -> None:
        """Wait until so many *more* pictures of another leg were decoded, and something heard."""
        before = await self.frames_of(leg)
        heard = await self.energy_of(leg)
        with anyio.fail_after(PATIENCE_SECONDS):
            while await self.frames_of(leg) < before + more or await self.energy_of(leg) <= heard:
                await anyio.sleep(LOOK_SECONDS)

    async def acted(self, kind: str) -> list[JSON]:
        """Return what this page did of one kind."""
        acts: list[JSON] = await self.do("return line.acts;")
        return [act for act in acts if act["type"] == kind]

    async def now(self) -> float:
        """Return the page's clock, in milliseconds."""
        return float(await self.page.evaluate("performance.now()"))

    async def longest_gap(self, since: float) -> float:
        """Return the longest time without a picture since then, in milliseconds."""
        return float(await self.page.evaluate("(at) => carewire.call.longestGap(at)", since))


@dataclass
class FakeCall:
    """A call session that is what the test says."""

    pages: list[CallPage] = field(default_factory=list)
    epoch: int = 1
    mode: str = "direct"
    relay: bool = False
    may_direct: bool = True
    ice: tuple[JSON, ...] = ()
    recording: JSON | None = None
    seqs: Any = field(default_factory=lambda: itertools.count(1))

    def view(self, me: CallPage) -> JSON:
        """Return the view of one leg, with what its script reads of it."""
        return {
            "id": CALL,
            "me": me.user,
            "number": 1,
            "started_at": START.isoformat(),
            "people": [{"person": {"user": one.user}, "legs": [one.view()]} for one in self.pages],
            "epoch": self.epoch,
            "mode": self.mode,
            "sealing": "on",
            "ice": self.ice,
            "may_direct": self.may_direct,
            "relay": self.relay,
            "recording": self.recording,
        }

    async def see(self, *, only: CallPage | None = None) -> None:
        """Show everybody (or one page) how the call is now."""
        for one in [only] if only else self.pages:
            frame = {"call": CALL, "seq": next(self.seqs), "view": self.view(one)}
            await one.do("line.tell('call', given);", frame)

    async def connect(self) -> None:
        """Show it, and wait until all see and hear all."""
        await self.see()
        for one in self.pages:
            for other in self.pages:
                if other is not one:
                    await one.sees(other.leg)


async def _send_blank(route: Route) -> None:
    policy = {"Content-Security-Policy": csp(NONCE), "Content-Type": "text/html"}
    await route.fulfill(body=BLANK, headers={**ALWAYS, **MEDIA_ALLOWED, **policy})


async def _open_page(context: BrowserContext, edge: Edge, number: int) -> CallPage:
    page = await context.new_page()
    await page.route(f"{edge.url}/a-call", _send_blank)
    await page.goto(f"{edge.url}/a-call")
    leg, user = f"leg-{number}", f"user-{number}"
    key = await page.evaluate(SCRIPT.read_text(), [leg, CALL, user])
    return CallPage(page, leg, user, key, since=START + timedelta(seconds=number))


@asynccontextmanager
async def open_pages(browser: Browser, edge: Edge, count: int = 2) -> AsyncIterator[FakeCall]:
    """Open so many legs of one call, each later than the one before; nothing is shown to them."""
    async with AsyncExitStack() as stack:
        context = await browser.new_context()
        stack.push_async_callback(context.close)
        yield FakeCall([await _open_page(context, edge, number) for number in range(count)])
