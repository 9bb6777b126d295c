"""Media between pages: connected at once, sealed, and back soon when a path is gone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.browser.calling import (
    CallPage,
    FakeCall,
    figures,
    open_pages,
    until,
)
from tests.browser.measures import first_pictures, say, say_p95
from tests.edge import Edge

JOINS, ROUNDS = 10, 20
BOTH = 2
"""Streams of one leg: microphone and camera."""
RIGHT = 0.95
"""Share of the frames that must come through."""
HAS_KEY = "(number) => carewire.call.media.sealing.kid === number"
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
NO_DOG = """
  const { Watchdog } = await import("/static/js/call/watchdog.js");
  const { act } = Watchdog.prototype;
  Watchdog.prototype.act = () => {};
  seen.wake = () => (Watchdog.prototype.act = act);
"""
"""Lets nobody act on silence until `seen.wake` is called."""
IS_SILENT = "(leg) => carewire.call.media.links.silence(leg) > 3000"
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


@pytest.fixture
async def call(caller: Browser, edge: Edge) -> AsyncIterator[FakeCall]:
    """Let two pages be in one call, of which nothing is shown to them yet."""
    async with open_pages(caller, edge) as call:
        yield call


async def test_1_two_pages_see_and_hear_each_other_at_once(call: FakeCall) -> None:
    took = list[float]()
    both = list(call.pages)
    for _ in range(JOINS):
        took += await first_pictures(call, *both)
        for one in both:
            call.pages = [one]
            await call.see()
            assert not await one.do("return media.links.all.length;")
        call.pages, call.epoch = both, call.epoch + 1
    say_p95("first_picture_direct", took)
    await call.connect()


async def test_14_what_two_pages_say_is_sealed_and_comes_through(call: FakeCall) -> None:
    await call.connect()
    codes = []
    for one in call.pages:
        (path,) = await one.acted("ReportPath")
        assert (path["connected"], path["epoch"]) == (True, call.epoch)
        ((state, code),) = await one.do("return seen.sealing;")
        assert state == "on"
        codes.append(code)
        assert not await one.errors()
    assert codes[0] == codes[1]
    assert len(codes[0]) == len("123456")
    first, second = call.pages
    decoded, sent = await first.frames_of(second.leg), await second.do(FRAMES_SENT)
    await first.sees(second.leg, 60)
    sent = await second.do(FRAMES_SENT) - sent
    share = (await first.frames_of(second.leg) - decoded) / sent
    say("sealed_pictures_decoded", 100 * share, "%")
    assert share >= RIGHT


async def test_14_with_another_key_or_none_nothing_is_seen_or_heard(call: FakeCall) -> None:
    wrong, without = call.pages
    await without.do(STRANGE_KEYS)
    await without.do("line.muffled = ['key'];")
    await call.see()
    for one, other, name in ((wrong, without, "wrong_key"), (without, wrong, "no_key")):
        await until(one.page, HAS_PACKETS, other.leg)
        assert await one.do("return media.links.newest.isOpenWide;") is False
        frames = await one.frames_of(other.leg)
        say(f"pictures_decoded_with_{name}", frames, "frames")
        assert frames == 0
        assert await one.energy_of(other.leg) == 0


async def test_a_new_key_is_used_when_somebody_comes_or_goes(call: FakeCall) -> None:
    first, second = call.pages
    key, second.key = second.key, ""
    await call.connect()
    assert await first.do("return seen.sealing;") == [["unsupported", ""]]
    second.key = key
    await call.connect()
    assert (await first.do("return seen.sealing.at(-1);"))[0] == "on"
    third = CallPage(first.page, "leg-9", "user-9", first.key, sends=(), state="held")
    for number, pages in enumerate(((first, second, third), (first, second)), start=1):
        call.pages = list(pages)
        await call.see()
        await until(second.page, HAS_KEY, number)
        await first.sees(second.leg)


async def test_who_is_alone_or_hides_addresses_makes_no_connection(call: FakeCall) -> None:
    first, second = call.pages
    call.pages = [first]
    await call.see()
    assert not await first.do("return media.links.made;")
    call.pages, call.may_direct = [first, second], False
    await call.see()
    for one in call.pages:
        assert not await one.do("return media.links.made;")
    call.may_direct = True
    await call.connect()


async def test_4_both_sides_seek_a_path_at_once_many_times(call: FakeCall) -> None:
    await call.connect()
    for _ in range(ROUNDS):
        for one in call.pages:
            await one.do("media.links.newest.pc.restartIce();")
        for one in call.pages:
            await until(one.page, IS_STABLE)
    for one, other in (call.pages, call.pages[::-1]):
        await one.sees(other.leg)
        found = await figures(one.page)
        assert found["made"] == 1
        assert not await one.errors()
        say("picture_gap_over_restarts_of_both", found["legs"][other.leg]["gap"], "ms")
    say("restarts_of_both_that_were_stable", ROUNDS, "rounds")


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
        assert not await one.errors()


async def test_a_new_epoch_is_made_before_the_old_one_breaks(call: FakeCall) -> None:
    await call.connect()
    call.epoch += 1
    await call.see()
    for one, other in (call.pages, call.pages[::-1]):
        await until(one.page, IS_ONE)
        assert await one.do("return [media.links.made, seen.handed];") == [2, [BOTH]]
        await one.sees(other.leg)


async def test_media_go_on_while_the_line_is_away_and_signals_come_later(call: FakeCall) -> None:
    await call.connect()
    first, second = call.pages
    await second.do("line.cut();")
    await second.sees(first.leg)
    await first.do("media.links.newest.restart();")
    await second.do("line.mend();")
    await first.sees(second.leg)
    await until(first.page, IS_STABLE)


async def test_what_falls_silent_is_connected_anew_by_the_watchdog_alone(call: FakeCall) -> None:
    await call.connect()
    first, second = call.pages
    await first.do(NO_DOG)
    await second.do(FALL_SILENT)
    await until(first.page, IS_SILENT, second.leg)
    found = await figures(first.page)
    assert (found["restarts"], found["made"]) == (0, 1), "nothing else finds it out so soon"
    await first.do("seen.wake();")
    await first.sees(second.leg)
    found = await figures(first.page)
    assert found["restarts"] > 0
    assert found["made"] > 1


async def test_a_path_that_is_not_found_is_reported(call: FakeCall) -> None:
    first, second = call.pages
    for one in call.pages:
        await one.do("line.muffled = ['candidate'];")
        await one.page.evaluate(NO_CANDIDATES)
    await call.see()
    await until(first.page, HAS_FAILED)
    (path, *_) = await first.acted("ReportPath")
    assert (path["to"], path["why"]) == (second.leg, "timeout")


async def test_a_screen_is_shown_beside_and_pictures_are_left_out(call: FakeCall) -> None:
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
    await first.do("media.setLadder('audio');")
    await until(first.page, ONLY_SOUND, second.leg)
    await until(second.page, ONLY_SOUND, first.leg)
    await first.do("media.setLadder('auto');")
    await first.sees(second.leg)
    await second.sees(first.leg)
