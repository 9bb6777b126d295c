"""Media of a visit in the whole clinic: real pages, real session, real relay."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from config.media import MediaSettings
from tests.browser.calling import figures, until
from tests.browser.cameras import SMALL, camera_of
from tests.browser.cast import Cast, fill
from tests.browser.meeting import LATE
from tests.browser.window import Window, open_window
from tests.clinic import open_clinic
from tests.edge import Edge, Person, open_edge

MORE = """async ([frames, energy]) => {
  const [of] = Object.values((await carewire.call.media.figures()).legs);
  return of?.framesDecoded > frames && of.totalAudioEnergy > energy;
}"""
IS_MODE = """async (mode) => {
  const now = await carewire.call.media.figures();
  return now.mode === mode && carewire.call.media.links.isSettled;
}"""
ARE_IN_CALL = """(state) => carewire.call.session.view.people.flatMap((each) => each.legs)
  .every((leg) => leg.state === "in_call")"""
SEALING = "(state) => carewire.call.media.seal.state === state"
KEPT = """async (bytes) => {
  const answer = await fetch(`/api/v1/calls/${carewire.call.session.call}/log`);
  const [recording] = (await answer.json()).recordings;
  return recording.done && recording.tapes.length === 2 &&
    recording.tapes.every((tape) => tape.size > bytes);
}"""
NO_PATH = """async () => {
  const { session, media } = carewire.call;
  const to = media.links.plan.others[0].id;
  const { epoch } = session.view;
  return session.act({ type: "ReportPath", epoch, connected: false, to, why: "timeout" });
}"""
CONSENT = """async (agreed) => {
  const { session } = carewire.call;
  const recording = session.view.recording.recording.id;
  return session.act({ type: "Consent", recording, agreed });
}"""
A_SECOND_OF_VIDEO = 20_000
"""Bytes: what could not be decrypted is not written."""


@pytest.fixture
async def edge(tmp_path: Path) -> AsyncIterator[Edge]:
    """Serve a clinic with a media worker, where calls may be recorded."""
    settings = MediaSettings(recording=True)
    async with (
        open_clinic(tmp_path, media=True, media_settings=settings) as clinic,
        open_edge(clinic, sockets_per_user=100) as edge,
    ):
        yield edge


@asynccontextmanager
async def at_call(browser: Browser, cast: Cast, person: Person) -> AsyncIterator[Window]:
    """Open the page of today's call, as *person*."""
    async with open_window(browser, cast.edge) as window:
        await window.page.add_init_script(camera_of(*SMALL))
        await window.enter(person.email)
        await window.go(f"/calls/{cast.mine['waiting']}")
        yield window


async def shows(window: Window, stage: str) -> None:
    """Wait until the page shows that stage of the call."""
    await expect(window.page.locator(f'#call[data-stage="{stage}"]')).to_be_visible(timeout=LATE)


async def goes_on(*windows: Window, more: int = 20) -> None:
    """Wait until both see so many more pictures of the other, and hear something."""
    for window in windows:
        legs: list[dict[str, Any]] = list((await figures(window.page))["legs"].values())
        frames = sum(leg["framesDecoded"] for leg in legs)
        energy = sum(leg["totalAudioEnergy"] for leg in legs)
        await until(window.page, MORE, [frames + more, energy])


async def are(pages: tuple[Page, Page], condition: str, argument: object = None) -> None:
    """Wait until the condition is true of both pages."""
    for page in pages:
        await until(page, condition, argument)


async def test_a_visit_goes_on_over_a_lost_line_a_lost_path_and_a_recording(
    caller: Browser, edge: Edge
) -> None:
    cast = await fill(edge)
    doctor = cast.ward.doctors[0]
    async with at_call(caller, cast, cast.patient) as pat, at_call(caller, cast, doctor) as doc:
        pages = (pat.page, doc.page)
        await shows(pat, "waiting")
        await doc.press("Start with video")
        await shows(pat, "call")
        await shows(doc, "call")
        await are(pages, IS_MODE, "direct")
        await are(pages, SEALING, "on")
        await goes_on(pat, doc)

        await pat.page.context.set_offline(True)
        await goes_on(pat, doc, more=60)
        await pat.page.context.set_offline(False)
        await are(pages, ARE_IN_CALL)
        assert (await figures(pat.page))["made"] == 1

        assert (await doc.page.evaluate(NO_PATH))["type"] == "acted"
        await are(pages, IS_MODE, "relay")
        await goes_on(pat, doc)

        asked = await doc.page.evaluate("carewire.call.session.act({ type: 'AskRecording' })")
        assert asked["type"] == "acted"
        await until(pat.page, "() => Boolean(carewire.call.session.view.recording)")
        assert (await pat.page.evaluate(CONSENT, True))["type"] == "acted"
        await are(pages, SEALING, "recorded")
        await goes_on(pat, doc, more=60)
        assert (await pat.page.evaluate(CONSENT, False))["type"] == "acted"
        await are(pages, SEALING, "on")
        await until(doc.page, KEPT, A_SECOND_OF_VIDEO)
        await goes_on(pat, doc)
