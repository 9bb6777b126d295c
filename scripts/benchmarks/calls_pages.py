"""Calls as people have them: two pages of Chromium in a visit of a whole clinic.

How long it takes from joining to the first picture, and until all is well again after a line was
cut, a path was sought anew, or the media worker was killed. Times are taken in the pages.
"""

import asyncio
import os
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from playwright.async_api import Browser, Page

from config import logging
from config.settings import LogSettings
from scripts.benchmarks.figures import Figures
from tests.browser.calling import open_caller
from tests.browser.chromium import EXECUTABLE
from tests.browser.middlebox import BEHIND, Middlebox, open_middlebox
from tests.browser.visits import IS_MODE, PORTS, TALLY, Talk, Visit, prepare
from tests.house import House, open_house

ROUNDS = 10
PATIENCE = 60.0
"""Seconds that one of them may take."""
WORKER = b"actors.relay.process"
JOINED = """(() => {
  const steps = globalThis.joinSteps = {};
  const note = (name) => globalThis.joinedAt && (steps[name] ??= performance.now() - joinedAt);
  const { send } = WebSocket.prototype;
  const acted = new Set();
  const hear = ({ data }) => {
    const frame = JSON.parse(data);
    if (acted.has(frame.id)) note("answered");
    if (frame.type === "answer") note("relay_answered");
    if (frame.signal === "key") note("key_told");
  };
  const heard = new WeakSet();
  WebSocket.prototype.send = function (data) {
    if (`${data}`.includes('"JoinCall"')) {
      globalThis.joinedAt ??= performance.now();
      acted.add(JSON.parse(data).id);
      if (!heard.has(this)) this.addEventListener("message", hear);
      heard.add(this);
    }
    if (`${data}`.includes('"offer"')) note("offered");
    return send.call(this, data);
  };
  const Plain = RTCPeerConnection;
  globalThis.RTCPeerConnection = class extends Plain {
    constructor(...given) {
      super(...given);
      const tell = (of, step) => () => this[of] === "connected" && note(step);
      this.addEventListener("iceconnectionstatechange", tell("iceConnectionState", "path_found"));
      this.addEventListener("connectionstatechange", tell("connectionState", "connected"));
    }
  };
})()"""
"""Notes when a page joins, its camera being on by then, and how long it took to each step after."""
STEPS = ("answered", "offered", "relay_answered", "path_found", "connected", "key_told")
DECODED = """async () => {
  const { pc } = globalThis.carewire?.call?.media?.links?.newest ?? {};
  const report = pc ? [...(await pc.getStats()).values()] : [];
  const frames = (one) => (one.type === "inbound-rtp" && one.framesDecoded) || 0;
  return Math.max(0, ...report.map(frames));
}"""
FIRST_PICTURE = """async () => {
  const buttons = () => [...document.querySelectorAll("button[data-do=join-video]")];
  const isSeen = (one) => one.track.kind === "video" && one.getSynchronizationSources().length;
  const receivers = () => globalThis.carewire?.call?.media?.links?.newest?.pc.getReceivers() ?? [];
  for (let pressed; !globalThis.joinedAt || !receivers().some(isSeen); ) {
    if (!globalThis.joinedAt && !pressed) {
      pressed = buttons().find((one) => one.checkVisibility());
      pressed?.click();
    }
    await new Promise((done) => setTimeout(done, 5));
  }
  return performance.now() - globalThis.joinedAt;
}"""
"""Joins, if the page doesn't by itself; returns how many milliseconds later a picture was there.

Statistics of a connection would tell it up to 50 ms later: for so long they stay as they are.
"""
GOES_ON = f"""async () => {{
  for (let [more, last] = [0, await ({DECODED})()]; more < 10; ) {{
    await new Promise((done) => setTimeout(done, 20));
    const frames = await ({DECODED})();
    more += Math.max(0, frames - last);
    last = frames;
  }}
}}"""
"""Waits for so many more pictures, over whatever connection."""
RESTART = f"""async () => {{
  const {{ newest }} = carewire.call.media.links;
  const theirs = () => newest.pc.currentRemoteDescription.sdp.match(/ice-ufrag:(\\S+)/)[1];
  const [before, begun] = [theirs(), performance.now()];
  newest.restart();
  const wait = () => new Promise((done) => setTimeout(done, 2));
  while (theirs() === before || newest.pc.iceConnectionState !== "connected") await wait();
  const frames = await ({DECODED})();
  while ((await ({DECODED})()) === frames) await wait();
  return performance.now() - begun;
}}"""
"""Seeks a path anew; returns after how many milliseconds it was there, with a new picture on it."""
IS_LATER = "(epoch) => carewire.call.session.view.epoch > epoch"


def is_installed() -> bool:
    """Tell whether there is a Chromium."""
    return os.access(EXECUTABLE, os.X_OK)


async def measure(figures: Figures) -> None:
    """Take every figure that needs pages."""
    logging.configure(LogSettings(level="error"))
    with TemporaryDirectory() as temporary:
        data = Path(temporary) / "data"
        visits = await prepare(data, 2)
        async with open_caller() as browser, open_middlebox() as lines:
            async with _clinic(data, lines) as house:
                await _Site(figures, browser, house, lines).measure_direct(visits[0])
            async with _clinic(data, lines, CAREWIRE_MEDIA_HIDE_ADDRESSES="true") as house:
                await _Site(figures, browser, house, lines).measure_relayed(visits[1])


@asynccontextmanager
async def _clinic(data: Path, lines: Middlebox, **more: str) -> AsyncIterator[House]:
    """Run a clinic with two media workers, whose pages are reached through *lines*."""
    settings = {
        "CAREWIRE_LOG_LEVEL": "error",
        "CAREWIRE_EDGE_HOST": BEHIND,
        "CAREWIRE_EDGE_PORT": str(lines.port),
        "CAREWIRE_MEDIA_WORKERS": "2",
        "CAREWIRE_MEDIA_HOST": "127.0.0.1",
    }
    async with open_house(data, **settings, **more) as house:
        yield house


class _Site:
    """A clinic that is up, and what is measured there."""

    def __init__(self, figures: Figures, browser: Browser, house: House, lines: Middlebox) -> None:
        self._figures, self._browser, self._house, self._lines = figures, browser, house, lines
        self._url = f"http://localhost:{lines.port}"

    async def measure_direct(self, visit: Visit) -> None:
        """Measure two pages that speak to one another directly."""
        async with visit.call(self._browser, self._url) as talk:
            await self._repeat("join_direct", talk, _joined_again)
            await talk.are(IS_MODE, "direct")
            await self._cut_lines(talk)

    async def measure_relayed(self, visit: Visit) -> None:
        """Measure two pages that speak through a media worker."""
        async with visit.call(self._browser, self._url, mode="relay") as talk:
            await self._repeat("join_relayed", talk, _joined_again)
            await talk.are(IS_MODE, "relay")
            await self._repeat("relay_ice_restart", talk, _restarted)
            await self._kill_worker(talk)

    async def _repeat(
        self, name: str, talk: Talk, once: Callable[[Page], Awaitable[float]]
    ) -> None:
        taken = list[float]()
        steps = {step: list[float]() for step in STEPS}
        for number in range(ROUNDS):
            page = talk.seats[number % 2].page
            async with asyncio.timeout(PATIENCE):
                taken.append(await once(page))
            if once is _joined_again:
                for step, after in (await page.evaluate("joinSteps")).items():
                    steps[step].append(after)
            for seat in talk.seats:
                async with asyncio.timeout(PATIENCE):
                    await seat.page.evaluate(GOES_ON)
        for step, after in steps.items():
            if after:
                self._figures.note(f"{name}_{step}_p50", median(after), "ms")
        self._note(name, taken)

    def _note(self, name: str, taken: list[float]) -> None:
        self._figures.note(f"{name}_p50", median(taken), "ms")
        self._figures.note(f"{name}_p95", quantiles(taken, n=20, method="inclusive")[-1], "ms")

    async def _cut_lines(self, talk: Talk) -> None:
        for seat in talk.seats:
            await seat.watch()
        await talk.are(TALLY)
        for count in range(ROUNDS):
            if self._lines.cut() < len(talk.seats):
                raise RuntimeError("There were no lines to cut.")
            await talk.are("(count) => tally.resumed.length > count", count)
            await talk.goes_on()
        resumed = [ms for seat in talk.seats for ms in await seat.page.evaluate("tally.resumed")]
        self._note("line_back", resumed)
        self._figures.note("line_cut_picture_gap", await talk.gap(), "ms")

    async def _kill_worker(self, talk: Talk) -> None:
        """Kill the worker that carries the call, and wait until another does."""
        for seat in talk.seats:
            await seat.watch()
        _, port = await talk.patient.page.evaluate(PORTS)
        epoch = (await talk.patient.figures())["epoch"]
        await talk.goes_on()
        await talk.gap()
        os.kill(self._carrier(port), signal.SIGKILL)
        await talk.are(IS_LATER, epoch)
        await talk.goes_on()
        self._figures.note("worker_killed_picture_gap", await talk.gap(), "ms")

    def _carrier(self, port: int) -> int:
        pid = self._house.process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return next(int(child) for child in children if _is_worker(child) and _has(child, port))


async def _joined_again(page: Page) -> float:
    """Open the page of the call anew and join from there; return how long the picture takes."""
    await page.add_init_script(JOINED)
    await page.reload()
    return float(await page.evaluate(FIRST_PICTURE))


async def _restarted(page: Page) -> float:
    return float(await page.evaluate(RESTART))


def _is_worker(pid: str) -> bool:
    with suppress(OSError):
        return WORKER in Path(f"/proc/{pid}/cmdline").read_bytes()
    return False


def _has(pid: str, port: int) -> bool:
    """Tell whether that UDP port is the process's."""
    proc = Path(f"/proc/{pid}")
    held = {str(each.readlink()) for each in (proc / "fd").iterdir()}
    lines = [line.split() for line in (proc / "net/udp").read_text().splitlines()[1:]]
    return any(
        int(line[1].partition(":")[2], 16) == port and f"socket:[{line[9]}]" in held
        for line in lines
    )
