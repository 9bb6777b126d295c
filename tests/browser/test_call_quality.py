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


async def test_the_code_is_of_all_keys_in_their_order(page: Page) -> None:
    keys = [bytes([4, number]) * 20 for number in (9, 1, 5)]
    digest = hashlib.sha256(b"".join(sorted(keys))).digest()
    code = f"{int.from_bytes(digest[:4], 'big') % 1_000_000:06}"
    texts = [base64.urlsafe_b64encode(key).decode().rstrip("=") for key in keys]
    assert await page.evaluate(CODE, texts) == [code, code]
