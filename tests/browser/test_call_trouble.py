"""Calls of a real clinic over networks that lose, block and cut."""

import time
from asyncio import gather
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from statistics import median

import pytest
from playwright.async_api import Browser, Locator, expect

from tests.browser.calling import open_caller, until
from tests.browser.measures import say, say_p95
from tests.browser.middlebox import BEHIND, FRONT, Middlebox, open_middlebox
from tests.browser.namespaces import Firewall, own_network
from tests.browser.visits import (
    ARE_IN_CALL,
    AT_A_TIME,
    LATE,
    PORTS,
    TALLY,
    Seat,
    Talk,
    Visit,
    prepare,
)
from tests.house import open_house

CUTS = 10
RESTARTS = 5
"""Of each of two."""
LOSS = 0.05
AWAY_SECONDS = 20
NO_LINE = "No line to the clinic"
TELL_MUCH = "() => { for (let told = 0; told < 60; told += 1) tally.tell(); }"
"""Signals of which some would be too many at once for one line."""
NAME_OF_PATH = """() => {
  const { sdp } = carewire.call.media.links.newest.pc.localDescription;
  return sdp.match(/ice-ufrag:(\\S+)/)[1];
}"""
IS_ANOTHER_PATH = f"(name) => ({NAME_OF_PATH})() !== name"
RESTART = """async () => {
  const { media } = carewire.call;
  const before = (await media.figures()).legs;
  media.links.newest.restart();
  await new Promise((done) => setTimeout(done, 1000));
  const after = (await media.figures()).legs;
  const of = (legs) => Object.values(legs).reduce((sum, leg) => sum + leg.framesDecoded, 0);
  return of(after) - of(before);
}"""
"""Seeks a path anew; returns how many pictures come in the next second."""
IS_ELSEWHERE = f"""async (before) => {{
  const ports = await ({PORTS})();
  return ports.every(Boolean) && `${{ports}}` !== `${{before}}`;
}}"""
RECEIVED = """async () => {
  const report = await carewire.call.media.links.newest.pc.getStats();
  const inbound = [...report.values()].filter(({ type }) => type === "inbound-rtp");
  const video = inbound.find(({ kind, framesDecoded }) => kind === "video" && framesDecoded);
  const audio = inbound.find(({ kind, packetsReceived }) => kind === "audio" && packetsReceived);
  return {
    at: performance.now(),
    frames: video.framesDecoded,
    frozen: video.totalFreezesDuration,
    concealed: audio.concealedSamples - audio.silentConcealedSamples,
    samples: audio.totalSamplesReceived,
    repeated_audio: audio.nackCount ?? 0,
    repeated_video: video.retransmittedPacketsReceived ?? 0,
  };
}"""


@dataclass
class Site:
    """A clinic that is up, behind two boxes: one before its pages, one before its media worker."""

    visits: list[Visit]
    browser: Browser
    pages: Middlebox
    media: Middlebox

    @property
    def url(self) -> str:
        """Where the pages are."""
        return f"http://localhost:{self.pages.port}"


@pytest.fixture(scope="module", autouse=True)
def firewall() -> Iterator[Firewall | None]:
    """Enter a network of our own, where that is possible."""
    with own_network() as firewall:
        yield firewall


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Site]:
    """Run a clinic whose every line goes through a box."""
    data = tmp_path_factory.mktemp("site") / "data"
    visits = await prepare(data, 6)
    async with open_middlebox() as pages, open_middlebox() as media, open_caller() as browser:
        settings = {
            "CAREWIRE_LOG_LEVEL": "error",
            "CAREWIRE_EDGE_HOST": BEHIND,
            "CAREWIRE_EDGE_PORT": str(pages.port),
            "CAREWIRE_MEDIA_WORKERS": "1",
            "CAREWIRE_MEDIA_HOST": BEHIND,
            "CAREWIRE_MEDIA_PORT": str(media.port),
            "CAREWIRE_MEDIA_PUBLIC_ADDRESS": FRONT,
        }
        async with open_house(data, **settings):
            yield Site(visits, browser, pages, media)


@pytest.fixture
async def talk(site: Site, firewall: Firewall | None) -> AsyncIterator[Talk]:
    """Let two people talk directly; afterwards all lines are whole."""
    async with site.visits.pop().call(site.browser, site.url) as talk:
        yield talk
    heal(site, firewall)


def heal(site: Site, firewall: Firewall | None) -> None:
    """Let everything pass again."""
    site.pages.heal()
    site.media.heal()
    if firewall:
        firewall.clear()


async def test_3_lines_that_are_reset_lose_no_signal_and_no_picture(site: Site, talk: Talk) -> None:
    await talk.are(TALLY)
    made = [(await seat.figures())["made"] for seat in talk.seats]
    await talk.gap()
    for count in range(CUTS):
        assert site.pages.cut() >= len(talk.seats)
        await talk.are("(count) => tally.resumed.length > count", count)
        await talk.goes_on()
    await talk.heard_all()
    await talk.goes_on()
    assert [(await seat.figures())["made"] for seat in talk.seats] == made
    for seat in talk.seats:
        assert not await seat.page.evaluate("seen.fell")
    resumed = [ms for seat in talk.seats for ms in await seat.page.evaluate("tally.resumed")]
    say_p95("resumed", resumed)
    say("resumed_median", median(resumed), "ms")
    say("picture_gap_while_lines_are_reset", await talk.gap(), "ms")


async def test_8_a_line_that_is_away_for_long_breaks_no_direct_path(site: Site, talk: Talk) -> None:
    await talk.are(TALLY)
    made = [(await seat.figures())["made"] for seat in talk.seats]
    await talk.gap()
    site.pages.takes_tcp = False
    site.pages.cut()
    for seat in talk.seats:
        await seat.page.evaluate(TELL_MUCH)
    heard = [await seat.page.evaluate("tally.heard.length") for seat in talk.seats]
    back = time.monotonic() + AWAY_SECONDS
    while time.monotonic() < back:
        await talk.goes_on(AT_A_TIME)
    for seat in talk.seats:
        await expect(banner(seat)).to_be_visible(timeout=LATE)
    assert [await seat.page.evaluate("tally.heard.length") for seat in talk.seats] == heard
    site.pages.takes_tcp = True
    await talk.are(ARE_IN_CALL)
    for seat in talk.seats:
        await expect(banner(seat)).to_have_count(0, timeout=LATE)
    await talk.heard_all()
    await talk.goes_on()
    assert [(await seat.figures())["made"] for seat in talk.seats] == made
    say("picture_gap_without_lines", await talk.gap(), "ms")


def banner(seat: Seat) -> Locator:
    """Return what stands across the page while it has no line."""
    return seat.page.locator("#call-banner").filter(has_text=NO_LINE)


async def test_5_paths_to_the_relay_are_sought_anew_without_a_break(talk: Talk) -> None:
    await talk.relay()
    made = [(await seat.figures())["made"] for seat in talk.seats]
    await talk.gap()
    counts: list[int] = []
    for _ in range(RESTARTS):
        names = [await seat.page.evaluate(NAME_OF_PATH) for seat in talk.seats]
        counts += await gather(*(seat.page.evaluate(RESTART) for seat in talk.seats))
        for seat, name in zip(talk.seats, names, strict=True):
            await until(seat.page, IS_ANOTHER_PATH, name)
        await talk.goes_on(5)
    assert [(await seat.figures())["made"] for seat in talk.seats] == made
    say("pictures_in_the_second_after_a_restart", min(counts), "frames")
    say("picture_gap_over_restarts", await talk.gap(), "ms")


async def test_6_a_path_that_is_gone_is_found_anew(
    site: Site, talk: Talk, firewall: Firewall | None
) -> None:
    if not firewall:
        await talk.relay()
    before = await talk.patient.page.evaluate(PORTS)
    await talk.goes_on(30)
    assert await talk.patient.page.evaluate(PORTS) == before, "nothing was in its way yet"
    await talk.gap()
    if firewall:
        one, other = before
        firewall.drop(*(f"udp sport {a} udp dport {b}" for a, b in ((one, other), (other, one))))
    else:
        site.media.block_now()
    await until(talk.patient.page, IS_ELSEWHERE, before)
    await talk.goes_on()
    assert (firewall.dropped() if firewall else site.media.lost) > 0
    say("picture_gap_after_a_lost_path", await talk.gap(), "ms")


async def test_10_a_relay_makes_good_what_both_hops_lose(site: Site, talk: Talk) -> None:
    await talk.relay()
    assert site.media.lost == 0, "nothing was lost yet"
    site.media.loss = LOSS
    passed = site.media.passed
    began = [await seat.page.evaluate(RECEIVED) for seat in talk.seats]
    await talk.goes_on(120)
    shares = [
        made_up(was, await seat.page.evaluate(RECEIVED))
        for was, seat in zip(began, talk.seats, strict=True)
    ]
    share_lost = site.media.lost / (site.media.lost + site.media.passed - passed)
    assert share_lost == pytest.approx(LOSS, rel=0.5)
    say("lost_on_each_hop", 100 * share_lost, "%")
    for name, unit in (("rate", "frames/s"), ("frozen", "s"), ("concealed", "%")):
        worst = (min if name == "rate" else max)(share[name] for share in shares)
        say(f"with_loss_{name}", worst, unit)
    for share in shares:
        assert share["repeated_audio"] > 0
        assert share["repeated_video"] > 0
        assert share["concealed"] < 100 * 2 * LOSS, "as much as if nothing were sent again"


def made_up(was: dict[str, float], now: dict[str, float]) -> dict[str, float]:
    """Return what has come between two looks, and what had to be made up."""
    more = {name: now[name] - was[name] for name in now}
    share = more["concealed"] / max(1, more["samples"])
    return {**more, "rate": more["frames"] / (more["at"] / 1000), "concealed": 100 * share}


async def test_12_where_no_datagram_passes_calls_go_by_tcp(
    site: Site, firewall: Firewall | None
) -> None:
    visit = site.visits.pop()
    site.media.takes_udp = False
    if firewall:
        firewall.drop("meta l4proto udp")
    async with visit.call(site.browser, site.url, "relay" if firewall else "direct") as talk:
        if not firewall:
            await talk.relay()
        await talk.goes_on()
        for seat in talk.seats:
            figures = await seat.figures()
            assert (figures["mode"], figures["path"]["protocol"]) == ("relay", "tcp")
            say("connected_by_tcp", figures["took_ms"], "ms")
    heal(site, firewall)
