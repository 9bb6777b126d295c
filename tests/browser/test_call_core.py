"""Media between pages: connected at once, sealed, and back soon when a path is gone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.browser.calling import (
    CallPage,
    FakeCall,
    figures,
    open_caller,
    open_pages,
    until,
)
from tests.edge import Edge

ROUNDS = 20
RIGHT = 0.95
"""Share of the frames that must come through."""
GLARE = """
  const { pc } = media.links.newest;
  pc.restartIce();
"""
IS_STABLE = """() => {
  const { pc } = carewire.call.media.links.newest;
  return pc.signalingState === "stable" && pc.connectionState === "connected";
}"""
STRANGE_KEYS = """
  const tell = session.sendSignal.bind(session);
  session.sendSignal = async (to, signal, body) => {
    if (signal !== "key") return tell(to, signal, body);
    const { kid } = JSON.parse(body);
    const reader = session.view.people.flatMap((each) => each.legs).find(({ id }) => id === to);
    const bytes = crypto.getRandomValues(new Uint8Array(32));
    const names = { call: session.call, from: session.leg, to };
    const wrapped = await session.key.wrap(bytes, reader.key, names);
    tell(to, signal, JSON.stringify({ kid, wrapped }));
  };
"""
"""What a page says that wraps other keys than it uses."""
HAS_PACKETS = """async (leg) => {
  const { camera, microphone } = (await carewire.call.media.figures()).legs[leg] ?? {};
  return camera?.packets > 100 && microphone?.packets > 100;
}"""
FRAMES_SENT = """
  let sent = 0;
  const report = await media.links.newest.pc.getStats();
  report.forEach((one) => (sent += one.type === "outbound-rtp" ? (one.framesSent ?? 0) : 0));
  return sent;
"""
NO_CANDIDATES = """() => {
  const { prototype } = RTCPeerConnection;
  const set = prototype.setRemoteDescription;
  prototype.setRemoteDescription = function ({ type, sdp }) {
    return set.call(this, { type, sdp: sdp.replaceAll(/a=candidate:.*\\r\\n/g, "") });
  };
}"""
SHARE = """
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d");
  setInterval(() => context.fillRect(0, 0, Math.random() * 100, 50), 50);
  media.setTrack("screen", canvas.captureStream(20).getVideoTracks()[0]);
"""
FALL_SILENT = """
  for (const sender of media.links.newest.pc.getSenders()) sender.replaceTrack(null);
"""
SEES_SCREEN = "(leg) => carewire.call.seen.frames.get(`${leg} screen`)?.length > 5"
SEES_NO_SCREEN = "(leg) => !carewire.call.seen.streams.get(`${leg} screen`)"
IS_ONE = "() => carewire.call.media.links.all.length === 1"
HAS_FAILED = "() => carewire.call.line.acts.some(({ type, connected }) => connected === false)"
ONLY_SOUND = """async (leg) => {
  const before = (await carewire.call.media.figures()).legs[leg];
  await new Promise((done) => setTimeout(done, 500));
  const { camera, microphone } = (await carewire.call.media.figures()).legs[leg];
  return camera.frames === before.camera.frames && microphone.packets > before.microphone.packets;
}"""


@pytest.fixture(scope="module")
async def caller() -> AsyncIterator[Browser]:
    """Start a browser with a camera."""
    async with open_caller() as browser:
        yield browser


@pytest.fixture
async def call(caller: Browser, edge: Edge) -> AsyncIterator[FakeCall]:
    """Let two pages be in one call, of which nothing is shown to them yet."""
    async with open_pages(caller, edge) as call:
        yield call


async def errors_of(page: CallPage) -> list[str]:
    """Return what went wrong in the page's scripts."""
    errors: list[str] = await page.do("return seen.errors;")
    return errors


async def test_two_pages_see_and_hear_each_other_at_once(call: FakeCall) -> None:
    await call.connect()
    for one in call.pages:
        (path,) = await one.acted("ReportPath")
        assert (path["connected"], path["epoch"]) == (True, call.epoch)
        assert (await figures(one.page))["made"] == 1
        assert not await errors_of(one)


async def test_who_is_alone_makes_no_connection(call: FakeCall) -> None:
    first, second = call.pages
    call.pages = [first]
    await call.see()
    assert not await first.do("return media.links.all.length;")
    call.pages = [first, second]
    await call.connect()


async def test_frames_are_sealed_and_both_read_the_same_code(call: FakeCall) -> None:
    await call.connect()
    codes = []
    for one in call.pages:
        ((state, code),) = await one.do("return seen.sealing;")
        assert state == "on"
        codes.append(code)
    assert codes[0] == codes[1]
    assert len(codes[0]) == len("123456")
    first, second = call.pages
    decoded = (await first.frames_of(second.leg), await second.do(FRAMES_SENT))
    await first.sees(second.leg, 60)
    sent = await second.do(FRAMES_SENT) - decoded[1]
    assert await first.frames_of(second.leg) - decoded[0] >= RIGHT * sent


async def test_with_another_key_nothing_is_seen_or_heard(call: FakeCall) -> None:
    for one in call.pages:
        await one.do(STRANGE_KEYS)
    await call.see()
    for one, other in (call.pages, call.pages[::-1]):
        await until(one.page, HAS_PACKETS, other.leg)
        assert await one.do("return media.links.newest.isOpenWide;") is False
        assert await one.frames_of(other.leg) == 0
        assert await one.energy_of(other.leg) == 0


async def test_a_new_key_is_used_when_somebody_comes_or_goes(call: FakeCall) -> None:
    await call.connect()
    first, second = call.pages
    before = await first.now()
    third = CallPage(first.page, "leg-9", "user-9", first.key, sends=(), state="held")
    call.pages.append(third)
    await call.see()
    await until(second.page, "() => carewire.call.media.sealing.kid === 1")
    await first.sees(second.leg)
    call.pages.remove(third)
    await call.see()
    await until(second.page, "() => carewire.call.media.sealing.kid === 2")
    await first.sees(second.leg)
    assert await first.longest_gap(second.leg, before) < 1000


async def test_where_one_can_not_seal_nobody_does(call: FakeCall) -> None:
    first, second = call.pages
    key, second.key = second.key, ""
    await call.connect()
    assert await first.do("return seen.sealing;") == [["unsupported", ""]]
    second.key = key
    await call.connect()
    assert (await first.do("return seen.sealing.at(-1);"))[0] == "on"


async def test_both_sides_seek_a_path_at_once_many_times(call: FakeCall) -> None:
    await call.connect()
    first, second = call.pages
    since = await first.now()
    for _ in range(ROUNDS):
        await first.do(GLARE)
        await second.do(GLARE)
        for one in call.pages:
            await until(one.page, IS_STABLE)
    for one, other in (call.pages, call.pages[::-1]):
        await one.sees(other.leg)
        assert (await figures(one.page))["made"] == 1
        assert not await errors_of(one)
    assert await first.longest_gap(second.leg, since) < 2000


async def test_both_offer_first_and_one_gives_way(call: FakeCall) -> None:
    await call.connect()
    for one in call.pages:
        await one.do("line.cut(); media.links.renew(media.links.newest);")
    for one in call.pages:
        await one.do("line.mend();")
    for one, other in (call.pages, call.pages[::-1]):
        await until(one.page, IS_ONE)
        assert await one.do("return media.links.newest.attempt;") == 1
        await one.sees(other.leg)
        assert not await errors_of(one)


async def test_a_new_epoch_is_switched_to_without_a_gap(call: FakeCall) -> None:
    await call.connect()
    first, second = call.pages
    since = await first.now()
    call.epoch += 1
    await call.see()
    for one in call.pages:
        await until(one.page, IS_ONE)
        assert (await figures(one.page))["made"] == 2
    await first.sees(second.leg)
    assert await first.longest_gap(second.leg, since) < 1000


async def test_media_go_on_while_the_line_is_away_and_signals_come_later(call: FakeCall) -> None:
    await call.connect()
    first, second = call.pages
    await second.do("line.cut();")
    await second.sees(first.leg)
    await first.do("media.links.newest.restart();")
    await second.do("line.mend();")
    await first.sees(second.leg)
    await until(first.page, IS_STABLE)


async def test_what_falls_silent_is_connected_anew(call: FakeCall) -> None:
    await call.connect()
    first, second = call.pages
    await second.do(FALL_SILENT)
    await first.sees(second.leg)
    found = await figures(first.page)
    assert found["restarts"] > 0
    assert found["made"] > 1


async def test_a_screen_is_shown_beside_and_taken_away(call: FakeCall) -> None:
    await call.connect()
    first, second = call.pages
    await second.do(SHARE)
    second.sends = (*second.sends, "screen")
    await call.see()
    await until(first.page, SEES_SCREEN, second.leg)
    await second.do("media.setTrack('screen', null);")
    second.sends = second.sends[:-1]
    await call.see()
    await until(first.page, SEES_NO_SCREEN, second.leg)


async def test_a_path_that_is_not_found_is_reported(call: FakeCall) -> None:
    first, second = call.pages
    for one in call.pages:
        await one.do("line.muffled = ['candidate'];")
        await one.page.evaluate(NO_CANDIDATES)
    await call.see()
    await until(first.page, HAS_FAILED)
    (path, *_) = await first.acted("ReportPath")
    assert (path["to"], path["why"]) == (second.leg, "timeout")


async def test_who_hides_addresses_makes_no_direct_connection(call: FakeCall) -> None:
    call.may_direct = False
    await call.see()
    for one in call.pages:
        assert not await one.do("return media.links.made;")


async def test_pictures_are_not_sent_when_only_sound_is_wanted(call: FakeCall) -> None:
    await call.connect()
    first, second = call.pages
    await first.do("media.setLadder('audio');")
    await until(first.page, ONLY_SOUND, second.leg)
    await until(second.page, ONLY_SOUND, first.leg)
    await first.do("media.setLadder('auto');")
    await first.sees(second.leg)
    await second.sees(first.leg)
