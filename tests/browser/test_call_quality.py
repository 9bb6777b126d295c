"""The ladder, step by step, and the six digits that two pages compare."""

import base64
import hashlib
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page

from tests.edge import Edge

CLIMB = """async (seconds) => {
  const { Ladder } = await import("/static/js/call/ladder.js");
  const ladder = new Ladder();
  return seconds.map((word) => {
    if (word.startsWith("pin ")) ladder.pin(word.slice(4));
    else ladder.hear(word);
    return ladder.step;
  });
}"""
CODE = """async (keys) => {
  const { checkCode } = await import("/static/js/call/keys.js");
  return [await checkCode(keys), await checkCode(keys.toReversed())];
}"""
WORD = """async ([before, now]) => {
  const { heardOf } = await import("/static/js/call/quality.js");
  const zeros = { lost: 0, freeze: 0, jitter: 0, bytes: 0, packets: 0 };
  const sample = (at, stream) => ({
    at,
    streams: new Map([["leg camera", { leg: "leg", source: "camera", ...zeros, ...stream }]]),
    path: { rtt: stream.rtt ?? 0 },
  });
  return heardOf(sample(0, before), sample(1000, now)).get("leg");
}"""

SENT = """async ([age, loss, rate]) => {
  const { sentOver } = await import("/static/js/call/quality.js");
  const sample = (at) => ({
    at,
    sent: { loss, rtt: 0, isLimited: true, bytes: 0 },
    path: { rtt: 0, rate },
  });
  const { word, said } = sentOver(sample(0), sample(1000), "720", age);
  return [word, said];
}"""
LAST_STEP = """async (phone) => {
  const { Said } = await import("/static/js/call/said.js");
  const { WORDS } = await import("/static/js/call/ladder.js");
  const made = (id) => Object.assign(document.createElement("p"), { id });
  document.body.replaceChildren(made("call"), made("call-banner"));
  document.getElementById("call").dataset.phone = phone;
  new Said().step("phone", WORDS.phone);
  return document.getElementById("call-banner").textContent;
}"""
SHOWN = """async (words) => {
  const { Tile } = await import("/static/js/call/tile.js");
  const template = Object.assign(document.createElement("template"), { id: "t-tile" });
  const figure = document.createElement("figure");
  for (const className of ["face", "tile-name", "tile-quality", "tile-word"]) {
    figure.append(Object.assign(document.createElement("span"), { className }));
  }
  figure.append(document.createElement("video"));
  template.content.append(figure);
  document.body.append(template);
  const tile = new Tile("leg camera", { name: "Pat Ient" });
  return words.map((word) => {
    tile.setQuality(word);
    return tile.element.querySelector(".tile-word").textContent.split(" ")[0];
  });
}"""


@pytest.fixture
async def page(browser: Browser, edge: Edge) -> AsyncIterator[Page]:
    """Open a page that has our scripts."""
    page = await browser.new_page()
    await page.goto(f"{edge.url}/sign-in")
    yield page
    await page.close()


async def climb(page: Page, *seconds: tuple[str, int]) -> list[str]:
    """Return the step after each run of seconds that went alike."""
    steps: list[str] = await page.evaluate(
        CLIMB, [word for word, times in seconds for _ in range(times)]
    )
    ends = [sum(times for _, times in seconds[: number + 1]) for number in range(len(seconds))]
    return [steps[end - 1] for end in ends]


async def test_four_bad_seconds_are_a_step_down_and_fifteen_good_ones_a_step_up(page: Page) -> None:
    assert await climb(page, ("poor", 3), ("poor", 1)) == ["720", "360"]
    assert await climb(page, ("poor", 4), ("good", 14), ("good", 1)) == ["360", "360", "720"]
    assert await climb(page, ("poor", 3), ("fair", 1), ("poor", 3)) == ["720"] * 3


async def test_below_sound_alone_other_ways_are_suggested(page: Page) -> None:
    steps = await climb(page, *[("poor", 4)] * 6)
    assert steps == ["360", "180", "audio", "chat", "phone", "phone"]


async def test_a_step_that_was_taken_too_early_is_taken_later_the_next_time(page: Page) -> None:
    steps = await climb(page, ("poor", 4), ("good", 15), ("poor", 4), ("good", 29), ("good", 1))
    assert steps == ["360", "720", "360", "360", "720"]


async def test_what_was_wholly_away_is_as_good_as_before_when_it_is_back(page: Page) -> None:
    steps = await climb(page, ("lost", 8), ("good", 1))
    assert steps == ["180", "720"]


async def test_a_pinned_step_stays(page: Page) -> None:
    steps = await climb(page, ("pin audio", 1), ("good", 40), ("pin auto", 1))
    assert steps == ["audio", "audio", "720"]


async def test_loss_way_and_freezes_make_the_word(page: Page) -> None:
    async def word(**now: float) -> str:
        return str((await page.evaluate(WORD, [{}, {"packets": 100, **now}]))["word"])

    assert await word() == "good"
    assert await word(lost=4) == "fair"
    assert await word(lost=20) == "poor"
    assert await word(rtt=0.4) == "fair"
    assert await word(freeze=0.5) == "poor"
    assert (
        await page.evaluate(WORD, [{"packets": 500, "bytes": 9}, {"packets": 10, "bytes": 100}])
    )["bitrate"] == 800


async def test_of_ones_own_sending_nothing_is_said_at_first_and_then_what_arrives(
    page: Page,
) -> None:
    narrow, wide = 100_000, 9_000_000
    assert await page.evaluate(SENT, [3000, 0.2, wide]) == ["poor", ""]
    assert await page.evaluate(SENT, [9000, 0, narrow]) == ["poor", "good"]
    assert await page.evaluate(SENT, [9000, 0.2, wide]) == ["poor", "poor"]


async def test_a_picture_is_called_weak_when_it_is_for_three_seconds(page: Page) -> None:
    words = ["good", "poor", "poor", "poor", "good", "lost"]
    shown = ["good", "good", "good", "weak", "good", "no"]
    assert await page.evaluate(SHOWN, words) == shown


async def test_the_last_step_says_which_number_to_ring_where_it_is_known(page: Page) -> None:
    assert "+49 30 901820" in await page.evaluate(LAST_STEP, "+49 30 901820")
    assert (await page.evaluate(LAST_STEP, "")).endswith("Please go on by telephone.")


async def test_the_code_is_of_all_keys_in_their_order(page: Page) -> None:
    keys = [bytes([4, number]) * 20 for number in (9, 1, 5)]
    digest = hashlib.sha256(b"".join(sorted(keys))).digest()
    code = f"{int.from_bytes(digest[:4], 'big') % 1_000_000:06}"
    texts = [base64.urlsafe_b64encode(key).decode().rstrip("=") for key in keys]
    assert await page.evaluate(CODE, texts) == [code, code]
