"""Recording in the whole clinic: off until all have agreed, seen by all, and sealed at rest."""

import io
import itertools
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from time import perf_counter
from typing import Any

import av  # noqa: TID251  to play what was recorded
import pytest
from playwright.async_api import Browser, Page, expect

from config.media import MediaSettings
from tests.browser.axe import troubles_of
from tests.browser.calling import until
from tests.browser.measures import say
from tests.browser.visits import LATE, Talk, Visit, shows, signed_in
from tests.clinic import open_clinic
from tests.edge import Edge, Person, open_edge
from tests.integration.calls_support import visit_of

SEALING = "(state) => carewire.call.media.seal.state === state"
IS_RECORDED = "(is) => Boolean(carewire.call.session.view.recording?.running) === is"
KEPT = """async (call) => {
  const { recordings } = await (await fetch(`/api/v1/calls/${call}/log`)).json();
  return recordings.length > 0 && recordings.every((each) => each.done);
}"""
MARKS = (b"\x1a\x45\xdf\xa3", b"webm", b"V_VP8", b"A_OPUS", b"OpusHead")
"""What stands in every WebM file."""
RUN = """(place) => {
  const all = [...document.querySelectorAll("video")];
  const places = all.map((each) => each.currentTime);
  return places.every((each) => each > place) && Math.max(...places) - Math.min(...places) < 0.3;
}"""
"""Whether both are past that place, in step."""
THREE_SECONDS = 90
FRAME = 1 / 30
SKEW_SECONDS = 0.5
"""Where other work takes the cores too; the figure says more."""


@dataclass(frozen=True)
class House:
    """A clinic in which calls may be recorded, and a visit that may begin."""

    edge: Edge
    visit: Visit
    colleague: Person

    @property
    def path(self) -> str:
        """Where the call is."""
        return f"/calls/{self.visit.appointment}"

    @property
    def people(self) -> tuple[Person, Person]:
        """Who is in the call from its beginning."""
        return self.visit.doctor, self.visit.patient

    @property
    def disk(self) -> Path:
        """Where the media worker writes."""
        return self.edge.clinic.directory / "recordings"

    def kept(self) -> list[Path]:
        """Return what is in the store of recordings."""
        return files(self.edge.clinic.directory / "files")

    async def log(self) -> Any:  # noqa: ANN401  JSON
        """Return the log of the call."""
        return (await self.visit.doctor.get(f"{self.path}/log")).json


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Serve a clinic with a media worker, where calls may be recorded."""
    settings = MediaSettings(recording=True)
    async with (
        open_clinic(tmp_path, media=True, media_settings=settings) as clinic,
        open_edge(clinic, sockets_per_user=100) as edge,
    ):
        made = await visit_of(edge)
        await made.patient.post(f"/appointments/{made.id}/check-in", {})
        await clinic.settled()
        yield House(edge, Visit(made.id, made.patient, made.doctor), made.colleague)


@asynccontextmanager
async def sealed_call(house: House, browser: Browser) -> AsyncIterator[Talk]:
    """Let doctor and patient talk, sealed from end to end."""
    async with house.visit.call(browser, house.edge.url) as talk:
        await talk.are(SEALING, "on")
        yield talk


def files(directory: Path) -> list[Path]:
    """Return the files below *directory*."""
    return [path for path in directory.rglob("*") if path.is_file()]


async def ask(page: Page) -> None:
    """Ask everybody whether the call may be recorded, as a doctor does."""
    if await page.locator("#panel").is_hidden():
        await page.get_by_role("button", name="More").click()
    await page.get_by_role("button", name="Ask to record").click()
    await page.get_by_role("button", name="Ask", exact=True).click()


async def answer(page: Page, words: str) -> None:
    """Answer the question whether the call may be recorded."""
    asked = page.get_by_role("dialog", name="May the call be recorded?")
    await asked.get_by_role("button", name=words, exact=True).click(timeout=LATE)


async def sees_sign(page: Page, *, there: bool = True) -> None:
    """Wait until the page says that it is recorded, or that it is not."""
    await expect(page.locator("#recording-sign")).to_be_visible(visible=there, timeout=LATE)


async def stop(page: Page) -> float:
    """Let who sees *page* stop the recording; return when (in seconds)."""
    await page.locator("#recording-sign").get_by_role("button", name="Stop").click()
    return perf_counter()


async def recorded(talk: Talk, house: House) -> None:
    """Let both agree, and go on for three seconds while both see that it is recorded."""
    pat, doc = talk.patient.page, talk.doctor.page
    await ask(doc)
    await answer(pat, "I agree")
    for page in (pat, doc):
        await sees_sign(page)
    await talk.are(SEALING, "recorded")
    await talk.goes_on(THREE_SECONDS)
    assert files(house.disk)


# --- consent -------------------------------------------------------------------------------------


async def test_without_consent_there_is_no_file(caller: Browser, house: House) -> None:
    async with sealed_call(house, caller) as talk:
        pat, doc = talk.patient.page, talk.doctor.page
        await expect(pat.get_by_role("button", name="Ask to record")).to_have_count(0)
        await ask(doc)
        await answer(pat, "I do not agree")
        await expect(doc.locator("#call-said")).to_contain_text("does not agree", timeout=LATE)
        await talk.goes_on(THREE_SECONDS)
        await talk.are(SEALING, "on")
        for page in (pat, doc):
            await sees_sign(page, there=False)
        assert (await house.log())["recordings"] == []
        assert files(house.disk) == []
        await ask(doc)
        await answer(pat, "I agree")
        await sees_sign(pat)
        await joined_later(caller, house, talk)


async def joined_later(browser: Browser, house: House, talk: Talk) -> None:
    """Hold that who joins a recorded call stops it, is asked, and lets it go on."""
    colleague = house.colleague
    invited = {"type": "InviteDoctor", "doctor": {"id": colleague.user, "name": "Dr Ben"}}
    done = await house.visit.doctor.post(f"{house.path}/acts", {"act": invited})
    assert done.status == HTTPStatus.OK, done.text
    async with signed_in(browser, house.edge.url, colleague) as third:
        await third.goto(f"{house.edge.url}/week")
        pages = (talk.patient.page, talk.doctor.page, third)
        await third.get_by_role("dialog").get_by_role("link", name="Join with video").click()
        await shows(third, "call")
        for page in pages:
            await sees_sign(page, there=False)
        (first,) = (await house.log())["recordings"]
        assert colleague.user not in first["consented"]
        await answer(third, "I agree")
        for page in pages:
            await sees_sign(page)
            await until(page, SEALING, "recorded")


async def test_what_was_recorded_is_stopped_by_anyone_and_played_for_a_reason(
    caller: Browser, house: House
) -> None:
    async with sealed_call(house, caller) as talk:
        pat, doc = talk.patient.page, talk.doctor.page
        await recorded(talk, house)
        assert_unreadable(house)
        began = await stop(pat)
        for page in (pat, doc):
            await until(page, IS_RECORDED, False)
        say("recording_stop_ms", (perf_counter() - began) * 1000, "ms")
        await until(doc, KEPT, house.visit.appointment)
        say("recording_kept_ms", (perf_counter() - began) * 1000, "ms")
        await talk.are(SEALING, "on")
        await talk.goes_on()
        assert house.kept()
        assert_unreadable(house)
        await can_be_used(doc, house)
        await plays(house)
        await plays_in_step(doc, house)
        assert not await troubles_of(doc)


def assert_unreadable(house: House) -> None:
    """Hold that neither the worker's disk nor the store shows anything of a tape."""
    for path in (*files(house.disk), *house.kept()):
        content = path.read_bytes()
        assert not any(mark in content for mark in MARKS), path


async def can_be_used(page: Page, house: House) -> None:
    """Hold that everybody can use the log, and the question why one looks at a recording."""
    (recording,) = (await house.log())["recordings"]
    for path in ("log", f"recordings/{recording['id']}"):
        await page.goto(f"{house.edge.url}{house.path}/{path}")
        assert not await troubles_of(page)


async def plays(house: House) -> None:
    """Hold that each tape has pictures and sound of the call, which belong together."""
    doctor = house.visit.doctor
    (recording,) = (await house.log())["recordings"]
    path = f"{house.path}/recordings/{recording['id']}"
    assert (await doctor.get(f"{path}/tapes/0")).code == "reason_needed"
    found = (await doctor.post(f"{path}/play", {"reason": "To hear it"})).json
    assert {each["user"] for each in found["tapes"]} == {doctor.user, house.visit.patient.user}
    for tape in found["tapes"]:
        webm = (await doctor.get(tape["href"])).body
        frames, skew = measured(webm)
        say("recording_frames", frames, "frames")
        say("recording_skew_ms", skew * 1000, "ms")
        assert frames > 0
        assert skew <= SKEW_SECONDS
    log = (await house.log())["events"]
    assert [each["reason"] for each in log if each["type"] == "RecordingPlayed"] == ["To hear it"]


def measured(webm: bytes) -> tuple[int, float]:
    """Return how many pictures there are, and by how many seconds they end before the sound.

    The last picture stands as long as any other did: on a busy machine that can be a while.
    """
    pictures, sounds = (times(webm, kind) for kind in ("video", "audio"))
    longest = max(after - before for before, after in itertools.pairwise(pictures))
    behind = sounds[-1] - pictures[-1]
    return len(pictures), max(behind - max(longest, FRAME), -behind, 0.0)


def times(webm: bytes, kind: str) -> list[float]:
    """Return when each picture, or each bit of sound, is played; all of them decode."""
    with av.open(io.BytesIO(webm), "r") as file:
        frames: Iterable[Any] = file.decode(**{kind: 0})
        return [float(frame.time) for frame in frames]


async def plays_in_step(page: Page, house: House) -> None:
    """Hold that a page asks why, and then plays what was recorded of both in step."""
    (recording,) = (await house.log())["recordings"]
    await page.goto(f"{house.edge.url}{house.path}/recordings/{recording['id']}")
    await expect(page.locator("video")).to_have_count(len(house.people))
    bar = page.locator(".play-bar")
    await bar.get_by_role("button", name="Play").click()
    await until(page, RUN, 1.0)
    await bar.get_by_role("slider").fill("0.5")
    await until(page, RUN, 0.5)
    await bar.get_by_role("button", name="Pause").click()
    await until(page, "() => [...document.querySelectorAll('video')].every((each) => each.paused)")
