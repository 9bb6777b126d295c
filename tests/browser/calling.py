"""Pages that call one another with made-up cameras, and the figures that they measure.

`open_caller` opens Chromium as calls need it. `open_participant` opens any page of the clinic's
with a camera; `open_pages` are legs of a call whose session is the test itself: it says how the
call is (`see`), while what the pages tell one another goes from page to page (`fake_line.js`).
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import anyio
import msgspec
from playwright.async_api import Browser, BrowserContext, Page, Route

from actors.ids import CallId, LegId
from actors.media import Section
from actors.relay.calls import Calls, lines_over
from actors.relay.certificate import new_certificate
from actors.relay.messages import Arrange, Connect, Declined, Prefer
from actors.relay.port import open_port
from actors.relay.worker import TICK_SECONDS
from actors.runtime.clock import SystemClock
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
PATIENCE_MS = 60_000
"""For which a condition is waited for: a busy machine may be slow."""
BLANK = "<!doctype html><html lang='en'><title>A call</title><body></body></html>"
MEDIA_ALLOWED = {"Permissions-Policy": "camera=(self), microphone=(self), display-capture=(self)"}

HOST = "127.0.0.1"

UNTIL = """async ([argument, patience]) => {
  const holds = CONDITION;
  for (const start = performance.now(); !(await holds(argument)); ) {
    if (performance.now() - start > patience) throw new Error(`Not in time: ${holds}`);
    await new Promise((done) => setTimeout(done, 50));
  }
}"""
SEES = """async ([leg, frames, energy]) => {
  const of = (await carewire.call.media.figures()).legs[leg];
  return of?.framesDecoded >= frames && of.totalAudioEnergy > energy;
}"""

JSON = dict[str, Any]
Sections = tuple[Section, ...]


@asynccontextmanager
async def open_caller(*more: str) -> AsyncIterator[Browser]:
    """Start a Chromium with a camera of 30 pictures a second and a microphone that beeps."""
    async with open_chromium(*ARGUMENTS, *more) as browser:
        yield browser


async def figures(page: Page) -> JSON:
    """Return what the page has measured of its call: see `figures.js`."""
    found: JSON = await page.evaluate("carewire.call.media.figures()")
    return found


async def until(page: Page, condition: str, argument: object = None) -> None:
    """Wait until the script *condition*, which may be asynchronous, is true of the page."""
    await page.evaluate(UNTIL.replace("CONDITION", condition), [argument, PATIENCE_MS])


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
        body = (
            f"async (given) => {{ const {{session, media, line, seen}} = carewire.call; {script} }}"
        )
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
        frames, energy = await self.frames_of(leg), await self.energy_of(leg)
        await until(self.page, SEES, [leg, frames + more, energy])

    async def acted(self, kind: str) -> list[JSON]:
        """Return what this page did of one kind."""
        acts: list[JSON] = await self.do("return line.acts;")
        return [act for act in acts if act["type"] == kind]

    async def errors(self) -> list[str]:
        """Return what went wrong in the page's scripts."""
        errors: list[str] = await self.do("return seen.errors;")
        return errors


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
    calls: Calls | None = None
    """The relay's, where there is one."""
    asked: list[JSON] = field(default_factory=list)
    """What pages have asked of the relay."""
    seqs: Any = field(default_factory=lambda: itertools.count(1))

    def view(self, me: CallPage, inside: list[CallPage] | None = None) -> JSON:
        """Return the view of one leg, with what its script reads of it; *inside*: who is in it."""
        legs = {one.leg for one in inside or self.pages}
        return {
            "id": CALL,
            "me": me.user,
            "number": 1,
            "started_at": START.isoformat(),
            "people": [
                {"person": {"user": one.user}, "legs": [one.view()] if one.leg in legs else []}
                for one in self.pages
            ],
            "epoch": self.epoch,
            "mode": self.mode,
            "sealing": "on",
            "ice": self.ice,
            "may_direct": self.may_direct,
            "relay": self.relay,
            "recording": self.recording,
        }

    def arrange(self) -> None:
        """Tell the relay who is in the call."""
        assert self.calls is not None
        legs = tuple(LegId(one.leg) for one in self.pages)
        held = tuple(LegId(one.leg) for one in self.pages if one.state == "held")
        self.calls.arrange(Arrange(CallId(CALL), self.epoch, legs, held))

    def ask(self, frame: JSON) -> JSON:
        """Answer what a page asks of the relay, as the clinic would."""
        self.asked.append(frame)
        if self.calls is None:
            return {"type": "refused", "code": "no_relay", "sentence": ""}
        call, leg, epoch = CallId(CALL), LegId(frame["leg"]), frame["epoch"]
        if frame["type"] == "layer":
            of = msgspec.convert(frame["of"], Section)
            self.calls.prefer(Prefer(call, epoch, leg, of, frame["layer"]))
            return {}
        sections = msgspec.convert((frame["sends"], frame["receives"]), tuple[Sections, Sections])
        reply = self.calls.connect(Connect(call, epoch, leg, frame["neg"], frame["sdp"], *sections))
        if isinstance(reply, Declined):
            return {"type": "refused", "code": reply.code, "sentence": reply.sentence}
        return {"type": "answer", "epoch": epoch, "neg": reply.neg, "sdp": reply.sdp}

    def frame(self, one: CallPage) -> JSON:
        """Return what tells a page how the call is now."""
        return {"call": CALL, "seq": next(self.seqs), "view": self.view(one)}

    async def see(self, *, only: CallPage | None = None) -> None:
        """Show everybody (or one page) how the call is now."""
        for one in [only] if only else self.pages:
            await one.do("line.tell('call', given);", self.frame(one))

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
async def open_pages(
    browser: Browser, edge: Edge, count: int = 2, calls: Calls | None = None
) -> AsyncIterator[FakeCall]:
    """Open so many legs of one call, each later than the one before; nothing is shown to them."""
    call = FakeCall(calls=calls, relay=calls is not None)
    context = await browser.new_context()
    try:
        await context.expose_function("askRelay", call.ask)
        call.pages = [await _open_page(context, edge, number) for number in range(count)]
        yield call
    finally:
        await context.close()


@asynccontextmanager
async def open_relay() -> AsyncIterator[Calls]:
    """Carry calls in this process, as a media worker does."""
    port = await open_port(HOST, 0, HOST)
    calls = Calls("boot", lines_over(port, new_certificate(SystemClock().now())))
    ticking = asyncio.create_task(_tick(calls))
    try:
        yield calls
    finally:
        ticking.cancel()
        calls.end()
        port.close()


async def _tick(calls: Calls) -> None:
    while True:
        await anyio.sleep(TICK_SECONDS)
        calls.tick(time.monotonic())
