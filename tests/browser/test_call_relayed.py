"""Media through the relay: three see one another, come, go and are held; offers follow the view."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from actors.relay.calls import Calls
from tests.browser.calling import (
    CallPage,
    FakeCall,
    figures,
    open_caller,
    open_pages,
    open_relay,
    until,
)
from tests.edge import Edge

IS_ONE = "() => carewire.call.media.links.all.length === 1"
GONE = "(leg) => !carewire.call.seen.streams.get(`${leg} camera`)"
STOOD_STILL = """async (leg) => {
  const before = (await carewire.call.media.figures()).legs[leg].framesDecoded;
  await new Promise((done) => setTimeout(done, 400));
  return (await carewire.call.media.figures()).legs[leg].framesDecoded === before;
}"""
IS_SMALL = """async ([leg, height]) => {
  const { camera } = (await carewire.call.media.figures()).legs[leg];
  return camera?.height > 0 && camera.height <= height;
}"""
AN_EYEBLINK = 700
"""Milliseconds: what is slower on two busy cores was a break."""


@pytest.fixture(scope="module")
async def caller() -> AsyncIterator[Browser]:
    """Start a browser with a camera."""
    async with open_caller() as browser:
        yield browser


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


async def errors_of(page: CallPage) -> list[str]:
    """Return what went wrong in the page's scripts."""
    errors: list[str] = await page.do("return seen.errors;")
    return errors


async def test_three_see_and_hear_one_another_sealed(call: FakeCall) -> None:
    await call.connect()
    for one in call.pages:
        found = await figures(one.page)
        assert (found["mode"], found["sealing"]["state"]) == ("relay", "on")
        assert not await errors_of(one)
        (path,) = await one.acted("ReportPath")
        assert (path["connected"], path["to"]) == (True, "")
    cameras = [one for one in call.asked[0]["sends"] if one["source"] == "camera"]
    assert len(cameras) == 1
    assert "a=simulcast:send q;h;f" in call.asked[0]["sdp"]


async def test_a_third_who_comes_moves_two_to_the_relay_without_a_break(call: FakeCall) -> None:
    first, second, third = call.pages
    call.pages, call.mode = [first, second], "direct"
    await call.connect()
    since = await first.now()
    call.pages, call.mode, call.epoch = [first, second, third], "relay", call.epoch + 1
    call.arrange()
    await call.connect()
    for one in (first, second):
        await until(one.page, IS_ONE)
        found = await figures(one.page)
        assert (found["mode"], found["made"]) == ("relay", 2)
    assert await first.longest_gap(second.leg, since) < AN_EYEBLINK


async def test_the_section_of_who_went_is_taken_up_by_who_comes(call: FakeCall) -> None:
    await call.connect()
    first, second, third = call.pages
    sections = await first.do("return media.links.newest.pc.getTransceivers().length;")
    call.pages = [first, second]
    call.arrange()
    await call.see()
    await call.see(only=third)
    await until(first.page, GONE, third.leg)
    call.pages = [first, second, third]
    call.arrange()
    await call.connect()
    assert await first.do("return media.links.newest.pc.getTransceivers().length;") == sections
    assert not await errors_of(first)


async def test_who_is_held_is_neither_seen_nor_sees(call: FakeCall) -> None:
    await call.connect()
    first, second, third = call.pages
    third.state = "held"
    call.arrange()
    await call.see()
    await until(first.page, GONE, third.leg)
    assert not await third.do("return media.links.all.length;")
    await first.sees(second.leg)
    third.state = "in_call"
    call.arrange()
    await call.connect()


async def test_a_slow_network_gets_smaller_pictures_and_then_none(call: FakeCall) -> None:
    call.pages = call.pages[:2]
    call.arrange()
    await call.connect()
    first, second = call.pages
    await first.do("media.setLadder('180');")
    await until(first.page, IS_SMALL, [second.leg, 180])
    await first.do("media.setLadder('audio');")
    await until(first.page, STOOD_STILL, second.leg)
    heard = await first.energy_of(second.leg)
    await until(second.page, STOOD_STILL, first.leg)
    await first.do("media.setLadder('auto');")
    await first.sees(second.leg)
    await second.sees(first.leg)
    assert await first.energy_of(second.leg) > heard


async def test_a_path_is_sought_anew_without_a_break(call: FakeCall) -> None:
    call.pages = call.pages[:2]
    call.arrange()
    await call.connect()
    first, second = call.pages
    for _ in range(5):
        await first.do("media.links.newest.restart();")
        await first.sees(second.leg)
        await second.sees(first.leg)
    assert (await figures(first.page))["made"] == 1


async def test_a_refused_offer_is_made_again(call: FakeCall) -> None:
    call.pages = call.pages[:2]
    calls, call.calls = call.calls, None
    await call.see()
    first, second = call.pages
    await until(
        first.page, "() => carewire.call.media.links.newest?.pc.signalingState === 'stable'"
    )
    call.calls = calls
    call.arrange()
    await first.sees(second.leg)
    await second.sees(first.leg)


async def test_a_relay_that_has_forgotten_is_connected_to_anew(
    call: FakeCall, calls: Calls
) -> None:
    call.pages = call.pages[:2]
    call.arrange()
    await call.connect()
    first, second = call.pages
    calls.end()
    call.arrange()
    await first.sees(second.leg)
    await second.sees(first.leg)
