"""Visits in a clinic that is a process of its own, and two people who call one another in one.

`prepare` books the visits, `tests.house` has the clinic, `Visit.call` opens two real pages.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from http import HTTPStatus
from pathlib import Path
from typing import Any

from anyio import to_thread
from playwright.async_api import Browser, Page, ViewportSize, expect

from actors.accounts.hasher import Argon2Hasher
from tests.browser.calling import PATIENCE_MS, until
from tests.browser.cameras import SMALL, camera_of
from tests.browser.window import enter
from tests.clinic import open_clinic
from tests.edge import Edge, Person, Ward, open_edge, open_ward

LATE = PATIENCE_MS
SOON = timedelta(minutes=18)
LOW: ViewportSize = {"width": 960, "height": 540}
"""A window that is quickly painted, thirty times a second."""
DEVICE = f"""
  Object.defineProperty(navigator, "onLine", {{ get: () => true }});
  {camera_of(*SMALL)}
"""
"""A device that knows its network (also where it is loopback alone), with a small camera."""
AT_A_TIME = 30
"""Pictures to wait for before patience begins anew."""
WATCH = """() => {
  const seen = { frames: 0, at: 0, longest: 0, fell: false };
  const look = async () => {
    const { legs } = await carewire.call.media.figures();
    const frames = Object.values(legs).reduce((sum, leg) => sum + leg.framesDecoded, 0);
    if (frames < seen.frames) seen.fell = true;
    if (frames !== seen.frames) {
      const now = performance.now();
      if (seen.at) seen.longest = Math.max(seen.longest, now - seen.at);
      Object.assign(seen, { frames, at: now });
    }
    setTimeout(look, 50);
  };
  look();
  globalThis.seen = seen;
}"""
"""Looks at what is decoded, all legs together: how many pictures, and the longest time without."""
MORE = """async ([frames, energy]) => {
  const legs = Object.values((await carewire.call?.media?.figures())?.legs ?? {});
  const sum = (name) => legs.reduce((sum, leg) => sum + leg[name], 0);
  return sum("framesDecoded") > frames && sum("totalAudioEnergy") > energy;
}"""
IS_MODE = """async (mode) => {
  const now = await carewire.call.media.figures();
  return now.mode === mode && carewire.call.media.links.isSettled;
}"""
ARE_IN_CALL = """() => {
  const { session } = carewire.call;
  const legs = session.view.people.flatMap((each) => each.legs);
  const areIn = legs.length === 2 && legs.every((leg) => leg.state === "in_call");
  return session.socket.isOpen && areIn;
}"""
NO_PATH = """async () => {
  const { session, media } = carewire.call;
  const to = media.links.plan.others[0].id;
  const { epoch } = session.view;
  return session.act({ type: "ReportPath", epoch, connected: false, to, why: "timeout" });
}"""

TALLY = """() => {
  const { session, media } = carewire.call;
  const [{ id }] = media.links.plan.others;
  let brokeAt = 0;
  const tally = { heard: [], resumed: [], number: 0 };
  session.on("signal", ({ signal, body }) => {
    if (signal === "need_frame" && body) tally.heard.push(body);
  });
  session.socket.on("closed", () => (brokeAt = performance.now()));
  session.socket.on("call", () => {
    if (brokeAt) tally.resumed.push(performance.now() - brokeAt);
    brokeAt = 0;
  });
  tally.tell = () => session.sendSignal(id, "need_frame", `${tally.number++}`);
  const timer = setInterval(tally.tell, 250);
  tally.stop = () => clearInterval(timer);
  globalThis.tally = tally;
  return true;
}"""
"""Tells the other page numbers, and notes what numbers it is told, and when its line is back."""
PORTS = """async () => {
  const report = await carewire.call.media.links.newest.pc.getStats();
  const { selectedCandidatePairId } = [...report.values()].find(({ type }) => type === "transport");
  const pair = report.get(selectedCandidatePairId);
  return [pair?.localCandidateId, pair?.remoteCandidateId].map((id) => report.get(id)?.port);
}"""


@dataclass
class Seat:
    """One page in a call."""

    page: Page

    async def watch(self) -> None:
        """Watch from now on what is decoded."""
        await self.page.evaluate(WATCH)

    async def gap(self) -> float:
        """Return the longest time without a new picture since the last call, in milliseconds."""
        return float(await self.page.evaluate("() => [seen.longest, (seen.longest = 0)][0]"))

    async def figures(self) -> dict[str, Any]:
        """Return what the page has measured of its call."""
        found: dict[str, Any] = await self.page.evaluate("carewire.call.media.figures()")
        return found

    async def frames(self) -> int:
        """Return how many pictures were decoded, of all legs."""
        legs = (await self.figures())["legs"].values()
        return sum(leg["framesDecoded"] for leg in legs)

    async def sees(self, more: int = 20) -> None:
        """Wait until so many more pictures were decoded, and something more was heard."""
        while more > AT_A_TIME:
            await self.sees(AT_A_TIME)
            more -= AT_A_TIME
        legs = (await self.figures())["legs"].values()
        energy = sum(leg["totalAudioEnergy"] for leg in legs)
        await until(self.page, MORE, [sum(leg["framesDecoded"] for leg in legs) + more, energy])


@dataclass
class Talk:
    """A call of two."""

    patient: Seat
    doctor: Seat

    @property
    def seats(self) -> tuple[Seat, Seat]:
        """Both."""
        return self.patient, self.doctor

    async def goes_on(self, more: int = 20) -> None:
        """Wait until both see so many more pictures of the other, and hear something."""
        for seat in self.seats:
            await seat.sees(more)

    async def are(self, condition: str, argument: object = None) -> None:
        """Wait until the condition is true of both pages."""
        for seat in self.seats:
            await until(seat.page, condition, argument)

    async def relay(self) -> None:
        """Let media go through the relay from now on."""
        assert (await self.doctor.page.evaluate(NO_PATH))["type"] == "acted"
        await self.are(IS_MODE, "relay")
        await self.goes_on()

    async def heard_all(self) -> None:
        """Wait until each has heard each number that the other has told, once and in order."""
        for seat in self.seats:
            await seat.page.evaluate("tally.stop()")
        sent = [await seat.page.evaluate("tally.number") for seat in self.seats]
        for seat, count in zip(self.seats, reversed(sent), strict=True):
            await until(seat.page, "(count) => tally.heard.length >= count", count)
            assert await seat.page.evaluate("tally.heard") == [str(each) for each in range(count)]

    async def gap(self) -> float:
        """Return the longest time that one of them saw nothing new, in milliseconds."""
        return max([await seat.gap() for seat in self.seats])


@dataclass(frozen=True)
class Visit:
    """A visit that may begin."""

    appointment: str
    patient: Person
    doctor: Person

    @asynccontextmanager
    async def call(self, browser: Browser, url: str, mode: str = "direct") -> AsyncIterator[Talk]:
        """Let both be in the call of this visit, connected in that mode."""
        path = f"{url}/calls/{self.appointment}"
        async with AsyncExitStack() as stack:
            pat, doc = [
                await stack.enter_async_context(signed_in(browser, url, person))
                for person in (self.patient, self.doctor)
            ]
            await pat.goto(path)
            await shows(pat, "waiting")
            await doc.goto(path)
            await doc.get_by_role("button", name="Start with video").first.click()
            for page in (pat, doc):
                await shows(page, "call")
            talk = Talk(Seat(pat), Seat(doc))
            await talk.are(IS_MODE, mode)
            await talk.goes_on()
            for seat in talk.seats:
                await seat.watch()
            yield talk


@asynccontextmanager
async def signed_in(browser: Browser, url: str, person: Person) -> AsyncIterator[Page]:
    """Open a browser of *person*, who has signed in."""
    context = await browser.new_context(viewport=LOW, timezone_id="Europe/Berlin", locale="en-GB")
    context.set_default_timeout(LATE)
    await context.add_init_script(DEVICE)
    try:
        await enter(context, url, person.email)
        yield await context.new_page()
    finally:
        await context.close()


async def shows(page: Page, stage: str) -> None:
    """Wait until the page shows that stage of the call."""
    await expect(page.locator(f'#call[data-stage="{stage}"]')).to_be_visible(timeout=LATE)


async def prepare(directory: Path, count: int) -> list[Visit]:
    """Book so many visits, all of them soon, in a clinic that is closed again."""
    await to_thread.run_sync(partial(directory.mkdir, mode=0o700))
    async with (
        open_clinic(directory, hasher=Argon2Hasher()) as clinic,
        open_edge(clinic) as edge,
    ):
        ward = await open_ward(edge)
        doctors = [await edge.doctor(ward.admin, f"Dr {number}") for number in range(count)]
        group = {"name": "Hearts", "members": [doctor.user for doctor in doctors]}
        path = f"/admin/departments/{ward.department}/groups/hearts"
        assert (await ward.admin.call("PUT", path, group)).status == HTTPStatus.OK
        return [await _book(edge, ward, doctor) for doctor in doctors]


async def _book(edge: Edge, ward: Ward, doctor: Person) -> Visit:
    patient = await edge.patient()
    asked = await patient.post("/appointments", ward.wish())
    assert asked.status == HTTPStatus.CREATED, asked.text
    await edge.clinic.settled()
    visit = Visit(str(asked.json["id"]), patient, doctor)
    start = edge.clinic.clock.now().replace(second=0, microsecond=0) + SOON
    body = {"start": start.isoformat()}
    accepted = await doctor.post(f"/doctor/requests/{visit.appointment}/accept", body)
    assert accepted.status == HTTPStatus.OK, accepted.text
    await edge.clinic.settled()
    arrived = await patient.post(f"/appointments/{visit.appointment}/check-in", {})
    assert arrived.status < HTTPStatus.BAD_REQUEST, arrived.text
    await edge.clinic.settled()
    return visit
