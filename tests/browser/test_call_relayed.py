"""Media through the relay: three see one another, come, go and are held; offers follow the view."""

from asyncio import gather
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from actors.relay.calls import Calls
from tests.browser.calling import (
    FakeCall,
    figures,
    open_pages,
    open_relay,
    until,
)
from tests.browser.measures import first_pictures, rates, say, say_p95, switched
from tests.edge import Edge

IS_ONE = "() => carewire.call.media.links.all.length === 1"
GONE = "(leg) => !carewire.call.seen.streams.get(`${leg} camera`)"
HAS_OFFERED = "() => carewire.call.media.links.newest.tried > 0"
HAS_OFFER_READY = """() => {
  const { newest } = carewire.call.media.links;
  return newest?.pc.signalingState === "have-local-offer";
}"""
PREPARE = """
  const { Media } = await import("/static/js/call/media.js");
  media.stop();
  const wanted = { audio: true, video: { width: 640, height: 480 } };
  const stream = await navigator.mediaDevices.getUserMedia(wanted);
  const [microphone, camera] = [...stream.getAudioTracks(), ...stream.getVideoTracks()];
  seen.tracks = new Map([["microphone", microphone], ["camera", camera]]);
  carewire.call.media = new Media(session, media.hooks);
  carewire.call.media.prepare(seen.tracks, given);
"""
"""Begins anew, as a page that asks to be in the call of a view."""
STOOD_STILL = """async (leg) => {
  const before = (await carewire.call.media.figures()).legs[leg].framesDecoded;
  await new Promise((done) => setTimeout(done, 400));
  return (await carewire.call.media.figures()).legs[leg].framesDecoded === before;
}"""
UPGRADE = """
  const { carriesSince } = media.links.newest;
  const frames = seen.frames.get(`${given} camera`).filter((at) => at > seen.from - 500);
  const gaps = frames.map((at, place) => at - (frames[place - 1] ?? at));
  return [carriesSince - seen.from, Math.max(...gaps)];
"""
"""Returns when all came over the new connection, and the longest time without a new picture."""
COMINGS = 5
SMALL, LARGE = (1, 180), (181, 720)
"""Lines of a picture."""
BOTH = 2
"""Streams of one leg: microphone and camera."""


@pytest.fixture
async def calls() -> AsyncIterator[Calls]:
    """Carry calls."""
    async with open_relay() as calls:
        yield calls


@pytest.fixture
async def call(caller: Browser, edge: Edge, calls: Calls) -> AsyncIterator[FakeCall]:
    """Let three pages be in one call that goes through the relay; nothing is shown to them yet."""
    async with open_pages(caller, edge, 3, calls) as call:
        call.mode = "relay"
        call.arrange()
        yield call


@pytest.fixture
async def two(caller: Browser, edge: Edge, calls: Calls) -> AsyncIterator[FakeCall]:
    """Let two pages be in one call that goes through the relay."""
    async with open_pages(caller, edge, 2, calls) as call:
        call.mode = "relay"
        call.arrange()
        yield call


async def test_2_three_come_and_go_and_are_held(call: FakeCall) -> None:
    await call.connect()
    say("pictures_of_the_slowest_of_six_streams", min(await rates(call)), "frames/s")
    first, second, third = call.pages
    for one in call.pages:
        found = await figures(one.page)
        assert (found["mode"], found["sealing"]["state"]) == ("relay", "on")
        *_, path = await one.acted("ReportPath")  # said again when nothing came for a while
        assert (path["connected"], path["to"]) == (True, "")
    assert "a=simulcast:send q;h;f" in call.asked[0]["sdp"]
    sections = await first.do("return media.links.newest.pc.getTransceivers().length;")

    third.state = "held"
    call.arrange()
    await call.see()
    await until(first.page, GONE, third.leg)
    assert not await third.do("return media.links.all.length;")
    await first.sees(second.leg)
    third.state = "in_call"
    call.arrange()
    await call.connect()

    took = list[float]()
    for _ in range(COMINGS):
        call.pages = [first, second]
        call.arrange()
        await call.see()
        await call.see(only=third)
        await until(first.page, GONE, third.leg)
        call.pages = [first, second, third]
        call.arrange()
        took += (await gather(first_pictures(call, third), call.see()))[0]
    say_p95("first_picture_relayed", took)
    await call.connect()
    assert await first.do("return media.links.newest.pc.getTransceivers().length;") == sections
    for one in call.pages:
        assert not await one.errors()


async def test_9_a_third_who_comes_moves_two_to_the_relay_without_a_break(call: FakeCall) -> None:
    first, second, third = call.pages
    call.pages, call.mode = [first, second], "direct"
    await call.connect()
    call.pages, call.mode, call.epoch = [first, second, third], "relay", call.epoch + 1
    call.arrange()
    for one in (first, second):
        await one.do("seen.from = performance.now();")
    await call.connect()
    for one, other in ((first, second), (second, first)):
        await until(one.page, IS_ONE)
        (flowing,) = await one.do("return seen.handed;")
        assert flowing >= BOTH
        assert (await figures(one.page))["mode"] == "relay"
        took, gap = await one.do(UPGRADE, other.leg)
        say("relay_instead_of_direct_after", took, "ms")
        say("picture_gap_from_direct_to_relay", gap, "ms")


async def test_11_a_slow_network_gets_smaller_pictures_and_then_none(two: FakeCall) -> None:
    await two.connect()
    first, second = two.pages
    for step, heights in (("720", LARGE), ("180", SMALL), ("720", LARGE), ("180", SMALL)):
        took, frozen = await switched(first, step, second.leg, heights)
        say(f"switched_to_{step}", took, "ms")
        say(f"frozen_while_switching_to_{step}", frozen, "ms")
        await first.sees(second.leg)  # a browser gives two whole pictures 0.3 s apart at least
    await first.do("media.setLadder('audio');")
    await until(first.page, STOOD_STILL, second.leg)
    heard = await first.energy_of(second.leg)
    await until(second.page, STOOD_STILL, first.leg)
    await first.do("media.setLadder('auto');")
    await first.sees(second.leg)
    await second.sees(first.leg)
    assert await first.energy_of(second.leg) > heard


async def test_who_asks_to_come_in_has_an_offer_ready_and_tells_none_before(
    two: FakeCall,
) -> None:
    first, second = two.pages
    await second.do(PREPARE, two.view(second, inside=[first]))
    await until(second.page, HAS_OFFER_READY)
    assert not two.asked
    await second.do("media.start(seen.tracks);")
    await two.connect()
    assert (await figures(second.page))["made"] == 1


async def test_who_is_not_let_in_has_told_no_offer(two: FakeCall) -> None:
    first, second = two.pages
    await second.do(PREPARE, two.view(second, inside=[first]))
    await until(second.page, HAS_OFFER_READY)
    await second.do("media.stop();")
    assert not await second.do("return media.links.all.length;")
    assert not two.asked


async def test_who_goes_on_at_another_page_is_met_over_the_same_connection(call: FakeCall) -> None:
    first, second, third = call.pages
    call.pages = [first, second]
    call.arrange()
    await call.connect()
    call.pages = [first, third]
    call.arrange()
    await call.connect()
    found = await figures(first.page)
    assert (found["made"], list(found["legs"])) == (1, [third.leg])


async def test_a_path_is_sought_anew_without_another_connection(two: FakeCall) -> None:
    await two.connect()
    first, second = two.pages
    for _ in range(5):
        await first.do("media.links.newest.restart();")
        await first.sees(second.leg)
        await second.sees(first.leg)
    assert (await figures(first.page))["made"] == 1


async def test_a_refused_offer_is_made_again(two: FakeCall) -> None:
    calls, two.calls = two.calls, None
    await two.see()
    first, second = two.pages
    await until(first.page, HAS_OFFERED)
    two.calls = calls
    two.arrange()
    await first.sees(second.leg)
    await second.sees(first.leg)


async def test_a_new_connection_takes_the_place_of_the_old(two: FakeCall) -> None:
    await two.connect()
    first, second = two.pages
    await first.do("media.links.renew(media.links.newest);")
    await until(first.page, IS_ONE)
    await first.sees(second.leg)
    await second.sees(first.leg)
    assert (await figures(first.page))["made"] > 1
