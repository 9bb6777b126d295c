"""Cameras, microphones and screens in a call: shared, turned off, not allowed, not there."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from tests.browser.calling import open_caller, until
from tests.browser.meeting import FLOW, LATE, House, Seat, all_meet, open_house
from tests.clinic import open_clinic
from tests.edge import Edge, open_edge
from tests.integration.calls_support import Visit, visit_of

SCREEN = ".tile.screen:not(.own) video:visible"
MOVES = """async (selector) => {
  const video = document.querySelector(selector);
  const before = video?.currentTime;
  await new Promise((done) => setTimeout(done, 200));
  return video?.currentTime > before;
}"""
HEARS_ALONE = f"""async ([user, energy]) => {{
  const now = await ({FLOW})(user);
  await new Promise((done) => setTimeout(done, 300));
  const later = await ({FLOW})(user);
  return later[0] === now[0] && later[1] > Math.max(now[1], energy);
}}"""
HEARS = f"async ([user, energy]) => (await ({FLOW})(user))[1] > energy"
LEAVES_WORD = """() => {
  const tracks = [...document.querySelectorAll(".tile.own video")]
    .flatMap((video) => video.srcObject?.getTracks() ?? []);
  addEventListener("pagehide", () =>
    localStorage.setItem("tracks", JSON.stringify(tracks.map((track) => track.readyState))));
  return tracks.map((track) => track.readyState);
}"""
WITHOUT = """{
  const devices = navigator.mediaDevices;
  const get = devices.getUserMedia.bind(devices);
  devices.getUserMedia = (wish) =>
    wish.KIND ? Promise.reject(new DOMException("", "WHY")) : get(wish);
}"""


def without(kind: str, why: str) -> str:
    """Return a script that makes a browser give no *kind* ("audio", "video") of track."""
    return WITHOUT.replace("KIND", kind).replace("WHY", why)


@pytest.fixture(scope="module")
async def edge(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Edge]:
    """Serve a clinic with a media worker."""
    async with (
        open_clinic(tmp_path_factory.mktemp("clinic"), media=True) as clinic,
        open_edge(clinic, sockets_per_user=100) as edge,
    ):
        yield edge


@pytest.fixture
async def visit(edge: Edge) -> Visit:
    """Return a visit whose waiting room is open."""
    return await visit_of(edge)


async def meet(house: House, visit: Visit, device: BrowserContext | None = None) -> list[Seat]:
    """Let the patient, on *device*, wait and the doctor start; return both, the doctor first."""
    device = device or await house.device(visit.patient)
    pat = await house.tab(device, visit.path, visit.patient.user)
    await pat.checks_in()
    doc = await house.seat(visit.doctor, visit.path)
    await doc.enters()
    await pat.shows("call")
    return [doc, pat]


async def heard(seat: Seat, of: Seat) -> float:
    """Return how much has been heard of *of* so far."""
    return float((await seat.window.page.evaluate(FLOW, of.user))[1])


async def test_a_screen_is_shared_and_taken_back(caller: Browser, edge: Edge, visit: Visit) -> None:
    async with open_house(caller, edge) as house:
        doc, pat = await meet(house, visit)
        await all_meet(doc, pat)
        share = doc.window.page.locator('.control[data-do="screen"]')
        await share.click()
        await expect(pat.window.page.locator(SCREEN)).to_be_visible(timeout=LATE)
        await pat.says("Screen of Dr Mia")
        await until(pat.window.page, MOVES, ".tile.screen video")
        await all_meet(doc, pat)
        await share.click()
        await expect(pat.window.page.locator(SCREEN)).to_have_count(0, timeout=LATE)
        await all_meet(doc, pat)


async def test_audio_alone_is_chosen_and_video_is_back(
    caller: Browser, edge: Edge, visit: Visit
) -> None:
    async with open_house(caller, edge) as house:
        doc, pat = await meet(house, visit)
        await all_meet(doc, pat)
        await pat.opens("More")
        only = pat.window.page.get_by_role("checkbox", name="Audio only")
        await only.check()
        await until(doc.window.page, HEARS_ALONE, [pat.user, await heard(doc, pat)])
        await until(pat.window.page, HEARS_ALONE, [doc.user, await heard(pat, doc)])
        await only.uncheck()
        await pat.meets(doc)
        await pat.window.page.locator('.control[data-do="camera"]').click()
        await all_meet(doc, pat)


async def test_the_cameras_light_is_off_once_the_page_is_left(
    caller: Browser, edge: Edge, visit: Visit
) -> None:
    async with open_house(caller, edge) as house:
        doc, pat = await meet(house, visit)
        await all_meet(doc, pat)
        page = pat.window.page
        assert await page.evaluate(LEAVES_WORD) == ["live"]
        await pat.window.go("/home")
        assert await page.evaluate("localStorage.getItem('tracks')") == '["ended"]'


async def test_who_allows_no_camera_is_heard_and_told_what_to_do(
    caller: Browser, edge: Edge, visit: Visit
) -> None:
    async with open_house(caller, edge) as house:
        device = await house.device(visit.patient)
        await device.add_init_script(without("video", "NotAllowedError"))
        doc, pat = await meet(house, visit, device)
        await pat.says("The camera is not allowed. Allow it in the address bar of the browser")
        await pat.says("Without it you are heard, but not seen.")
        await pat.meets(doc)
        await until(doc.window.page, HEARS, [pat.user, await heard(doc, pat)])


async def test_who_has_no_microphone_sees_and_hears_the_others(
    caller: Browser, edge: Edge, visit: Visit
) -> None:
    async with open_house(caller, edge) as house:
        device = await house.device(visit.patient)
        await device.add_init_script(without("audio", "NotFoundError"))
        doc, pat = await meet(house, visit, device)
        await pat.says("The microphone was not found. Connect one, then try again.")
        await pat.says("Without it you hear and see the others, but they do not hear you.")
        await pat.meets(doc)
        await expect(doc.window.page.locator(".tile:not(.own) video:visible")).to_have_count(1)
        await doc.says("muted")


async def test_who_allows_nothing_is_told_so_and_sees_and_hears_the_others(
    caller: Browser, edge: Edge, visit: Visit
) -> None:
    async with (
        open_caller("--use-fake-ui-for-media-stream=deny") as strict,
        open_house(caller, edge) as house,
        open_house(strict, edge) as other,
    ):
        pat = await other.seat(visit.patient, visit.path)
        await pat.checks_in()
        await pat.says("The microphone is not allowed.")
        await pat.says("The camera is not allowed.")
        doc = await house.seat(visit.doctor, visit.path)
        await doc.enters()
        await pat.shows("call")
        await pat.says("but they do not see or hear you.")
        await pat.meets(doc)
