"""People who meet in a call of a whole clinic, each at windows of their own, and what they see."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from playwright.async_api import Browser, BrowserContext, Locator, expect

from tests.browser.calling import PATIENCE_MS, until
from tests.browser.cameras import SMALL, camera_of
from tests.browser.window import Window, enter
from tests.edge import Edge, Person

LATE = PATIENCE_MS
"""Milliseconds that a call may take to be seen on a busy machine."""

FLOW = """async (user) => {
  const { session, media } = carewire.call;
  const of = session.view.people.find(({ person }) => person.user === user)?.legs[0]?.id;
  const { framesDecoded = 0, totalAudioEnergy = 0 } = (await media.figures()).legs[of] ?? {};
  return [framesDecoded, totalAudioEnergy];
}"""
FLOWS = f"""async ([user, [frames, energy]]) => {{
  const [framesNow, energyNow] = await ({FLOW})(user);
  return framesNow > frames && energyNow > energy;
}}"""
STILL = """async () => {
  const all = async () => JSON.stringify(
    Object.values((await carewire.call.media.figures()).legs).map((each) => each.framesDecoded),
  );
  const before = await all();
  await new Promise((done) => setTimeout(done, 400));
  return (await all()) === before;
}"""
SAME_CODE = "(code) => carewire.call.media.seal.code === code"
SEALED = "() => carewire.call.media.seal.state === 'on' && carewire.call.media.seal.code"
IS_MODE = """async (mode) => {
  const now = await carewire.call.media.figures();
  return now.mode === mode && carewire.call.media.links.isSettled;
}"""


@dataclass
class Seat:
    """Somebody at a window with the page of a call."""

    window: Window
    user: str = ""

    @property
    def panel(self) -> Locator:
        """What is open beside the call."""
        return self.window.page.locator("#panel")

    async def shows(self, room: str) -> None:
        """Wait until the page shows that room of the call."""
        stage = self.window.page.locator(f'#call[data-stage="{room}"]')
        await expect(stage).to_be_visible(timeout=LATE)

    async def says(self, words: str) -> None:
        """Wait until the page says *words* to the eye."""
        found = self.window.main.get_by_text(words).filter(visible=True).first
        await expect(found).to_be_visible(timeout=LATE)

    async def meets(self, *others: "Seat", more: int = 10) -> None:
        """Wait until so many *more* pictures of each of *others* are seen, and something heard."""
        page = self.window.page
        for other in others:
            frames, energy = await page.evaluate(FLOW, other.user)
            await until(page, FLOWS, [other.user, [frames + more, energy]])

    async def enters(self, medium: str = "video") -> None:
        """Start the call, or join it."""
        await (
            self.window.main.get_by_role("button", name=f"with {medium}")
            .filter(visible=True)
            .first.click()
        )
        await self.shows("call")

    async def press(self, name: str) -> None:
        """Press a button that is seen, wherever it stands."""
        buttons = self.window.page.get_by_role("button", name=name, exact=True)
        await buttons.filter(visible=True).first.click()

    async def opens(self, panel: str) -> None:
        """Open what stands beside the call."""
        await self.window.page.keyboard.press("Escape")
        await self.press(panel)

    async def leaves(self, word: str) -> None:
        """Leave the call, and say so again when asked."""
        page = self.window.page
        await page.locator('.control[data-do="leave"]').click()
        await page.locator("dialog").get_by_role("button", name=word).click()

    def ring(self, title: str) -> Locator:
        """Return the dialog in which it rings."""
        return self.window.page.get_by_role("dialog", name=title)

    async def answers(self, title: str, medium: str = "video") -> None:
        """Come into the call that rings."""
        await self.ring(title).get_by_role("link", name=f"Join with {medium}").click(timeout=LATE)
        await self.shows("call")

    async def checks_in(self) -> None:
        """Say that one is here."""
        await self.shows("door")
        await self.press("I am here: check in")
        await self.shows("waiting")


class House:
    """Opens windows, and closes them all at its end, when nothing forbidden has happened."""

    def __init__(self, browser: Browser, edge: Edge, stack: AsyncExitStack) -> None:
        self._browser = browser
        self.edge = edge
        self._stack = stack
        self._windows: list[Window] = []

    async def device(self, person: Person | None) -> BrowserContext:
        """Return a browser of *person* (None: of somebody without an account)."""
        context = await self._browser.new_context(timezone_id="Europe/Berlin", locale="en-GB")
        self._stack.push_async_callback(context.close)
        await context.add_init_script(camera_of(*SMALL))
        context.set_default_timeout(LATE)
        if person is not None:
            await enter(context, self.edge.url, person.email)
        return context

    async def tab(self, device: BrowserContext, path: str, user: str = "") -> Seat:
        """Open *path* in another tab of *device*."""
        window = Window(await device.new_page(), self.edge.url, javascript=True).watch()
        self._windows.append(window)
        await window.go(path)
        return Seat(window, user)

    async def seat(self, person: Person, path: str) -> Seat:
        """Open *path* on a new device of *person*."""
        return await self.tab(await self.device(person), path, person.user)

    def check(self) -> None:
        """Hold that no policy was broken, no script failed, and nobody else was spoken to."""
        for window in self._windows:
            assert not window.violations
            assert not window.foreign


@asynccontextmanager
async def open_house(browser: Browser, edge: Edge) -> AsyncIterator[House]:
    """Let people sit down at windows."""
    async with AsyncExitStack() as stack:
        house = House(browser, edge, stack)
        yield house
        house.check()


async def all_meet(*seats: Seat, more: int = 10) -> None:
    """Wait until each sees and hears each."""
    for one in seats:
        await one.meets(*(other for other in seats if other is not one), more=more)


async def nothing_flows(*seats: Seat) -> None:
    """Wait until nothing new of anybody comes to any of them, for as long as a look takes."""
    for one in seats:
        await until(one.window.page, STILL)


async def are_sealed(*seats: Seat) -> None:
    """Wait until what they say is sealed from end to end, under one code that all can compare."""
    for one in seats:
        await until(one.window.page, SEALED)
    code = await seats[0].window.page.evaluate("carewire.call.media.seal.code")
    for one in seats:
        await until(one.window.page, SAME_CODE, code)


async def are_in_mode(mode: str, *seats: Seat) -> None:
    """Wait until the media of all of them travel so."""
    for one in seats:
        await until(one.window.page, IS_MODE, mode)
