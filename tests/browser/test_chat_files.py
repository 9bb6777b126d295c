"""Photos in a thread, and threads that end: what is shown of them, and what is not any more."""

import hashlib
import struct
import zlib
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.browser.chat import Pair, Talk, new_tab, pair_up, talking
from tests.browser.window import SOON
from tests.edge import Edge


@pytest.fixture(scope="module")
async def pair(edge: Edge) -> Pair:
    """Let two people have a thread."""
    return await pair_up(edge)


@pytest.fixture
async def fresh(edge: Edge, pair: Pair) -> Pair:
    """Let two people have a thread in which nothing was written."""
    return await pair_up(edge, pair.ward)


@pytest.fixture(scope="session")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a photo that leaves in several parts."""
    path = tmp_path_factory.mktemp("photos") / "rash.png"
    path.write_bytes(png_of(400, 300))
    return path


def png_of(width: int, height: int) -> bytes:
    """Return a picture of noise: one byte for each of the three colours of a pixel (PNG, 4.1)."""
    noise = hashlib.shake_256(b"noise").digest(3 * width * height)
    lines = (noise[each : each + 3 * width] for each in range(0, len(noise), 3 * width))
    rows = b"".join(b"\0" + line for line in lines)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in parts
    )


async def test_a_thread_that_ends_for_its_doctor_goes_from_an_open_page(
    browser: Browser, fresh: Pair
) -> None:
    async with talking(browser, fresh.edge, fresh.patient, fresh.doctor) as (pat, doc):
        await pat.open(fresh.path)
        await doc.open(fresh.path)
        await pat.say("I am well again.")
        await doc.has("I am well again.")
        path = f"/appointments/{fresh.appointment}/cancel"
        answer = await fresh.patient.post(path, {"reason": "Well again."})
        assert answer.status < 300, answer.text
        await expect(doc.window.page.locator("#thread")).to_have_count(0, timeout=SOON)
        await expect(pat.window.page.locator("#write")).to_have_count(0, timeout=SOON)
        await pat.has("I am well again.")


async def test_a_photo_is_seen_before_it_is_sent_and_after(
    browser: Browser, fresh: Pair, photo: Path
) -> None:
    async with talking(browser, fresh.edge, fresh.patient, fresh.doctor) as (pat, doc):
        await pat.open(fresh.path)
        await doc.open(fresh.path)
        await attach(pat, photo)
        await expect(pat.window.page.locator("#tray img")).to_be_visible()
        await expect(pat.window.page.locator('#tray [data-stage="ready"]')).to_be_visible()
        await pat.say("The rash on my arm.")
        await expect(pat.window.page.locator("#tray li")).to_have_count(0)
        await pat.stands("The rash on my arm.", "Read")
        await expect(doc.message("The rash on my arm.")).to_be_visible()
        await sees_picture(doc)
        await doc.window.page.reload()
        await sees_picture(doc)


async def test_a_photo_that_was_attached_offline_leaves_with_its_message(
    browser: Browser, fresh: Pair, photo: Path
) -> None:
    async with talking(browser, fresh.edge, fresh.patient, fresh.doctor) as (pat, doc):
        await pat.open(fresh.path)
        await doc.open(fresh.path)
        await pat.window.page.context.set_offline(True)
        await attach(pat, photo)
        await pat.say("Taken on the train.", "And a word after it.")
        await pat.stands("Taken on the train.", "Sending")
        await expect(pat.messages.locator(".picture img")).to_be_visible()
        await pat.window.page.close()
        await pat.window.page.context.set_offline(False)
        back = await new_tab(pat.window.page.context, fresh.edge)
        await back.window.go("/home")
        await doc.has("Taken on the train.", "And a word after it.")
        await sees_picture(doc)


async def attach(talk: Talk, path: Path) -> None:
    """Choose a file."""
    await talk.window.page.locator("#write-files").set_input_files(path)


async def sees_picture(talk: Talk) -> None:
    """See that the picture is really there."""
    picture = talk.messages.locator(".picture img")
    await expect(picture).to_be_visible(timeout=SOON)
    await expect(picture).to_have_js_property("complete", value=True)
    await expect(picture).not_to_have_js_property("naturalWidth", 0)
