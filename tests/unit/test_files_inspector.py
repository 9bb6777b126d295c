"""The corpus: files as people send them are taken, and others are refused for what they are."""

import sys

import pytest

from actors.files.inspecting import FileInspector, Inspected, PictureWorker
from actors.files.messages import Picture, Why
from actors.files.pictures import Rewritten, Written
from actors.files.scanners import CommandScanner, NoScanner, Scanned, Verdict
from actors.files.state.names import JPEG, PDF, PNG, WEBP
from tests.unit import sample_files
from tests.unit.sample_files import EICAR, PIXELS, SECRET

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'

INSPECTOR = FileInspector(NoScanner(), PictureWorker())


class Answers:
    """A scanner that says what the test has told it to."""

    def __init__(self, verdict: Verdict, said: str = "") -> None:
        self.scanned = Scanned(verdict, said)

    async def scan(self, data: bytes) -> Scanned:  # noqa: ARG002  its answer is known
        """Say it."""
        return self.scanned


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.jpg", sample_files.jpeg(), JPEG),
        ("a.png", sample_files.png(), PNG),
        ("a.webp", sample_files.webp(), WEBP),
        ("a.heic", sample_files.heic(), JPEG),
    ],
)
async def test_f01_pictures_are_taken_and_written_anew(
    name: str, data: bytes, media_type: str
) -> None:
    found = await INSPECTOR.inspect(name, data)
    assert found.content is not None
    assert SECRET.encode() in data
    assert SECRET.encode() not in found.content + found.thumbnail
    assert (found.media_type, found.picture, found.why) == (media_type, Picture(*PIXELS), None)
    assert found.thumbnail.startswith(b"\xff\xd8\xff")


async def test_f01_a_pdf_is_taken_as_it_is() -> None:
    data = sample_files.pdf()
    assert await INSPECTOR.inspect("a.pdf", data) == Inspected(data, PDF)


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("page.jpg", HTML, Why.TYPE),
        ("page.pdf", HTML, Why.TYPE),
        ("drawing.png", SVG, Why.TYPE),
        ("run.pdf", b"MZ" + bytes(64), Why.TYPE),
        ("wrong.png", sample_files.jpeg(), Why.TYPE),
        ("wrong.pdf", sample_files.png(), Why.TYPE),
        ("two.pdf", sample_files.pdf() + sample_files.archive(), Why.TYPE),
        ("two.pdf", HTML + sample_files.pdf(), Why.TYPE),
        ("cut.pdf", sample_files.pdf()[:-30], Why.TYPE),
        ("cut.jpg", sample_files.jpeg()[:-200], Why.BROKEN),
        ("cut.png", sample_files.png()[:-30], Why.BROKEN),
        ("cut.webp", sample_files.webp()[:-200], Why.BROKEN),
        ("cut.heic", sample_files.heic()[:-200], Why.BROKEN),
        ("head.jpg", b"\xff\xd8\xff" + HTML, Why.BROKEN),
        ("large.png", sample_files.png_of(20_000, 20_000, rows=1), Why.PIXELS),
        ("bomb.png", sample_files.png_of(40_000, 40_000, rows=2_000), Why.PIXELS),
        ("text.png", sample_files.png_with_bomb_of_text(), Why.BROKEN),
    ],
)
async def test_f01_f04_other_files_are_refused_for_what_they_are(
    name: str, data: bytes, why: Why
) -> None:
    assert await INSPECTOR.inspect(name, data) == Inspected(why=why)


@pytest.mark.parametrize("hidden", [HTML, sample_files.archive(), EICAR])
async def test_f01_what_hides_behind_a_picture_is_lost(hidden: bytes) -> None:
    found = await INSPECTOR.inspect("a.jpg", sample_files.jpeg() + hidden)
    assert found.content is not None
    assert hidden not in found.content


@pytest.mark.parametrize("name", ["eicar.jpg", "eicar.pdf"])
async def test_f05_eicar_is_refused_as_infected(name: str) -> None:
    text = f"import sys; sys.exit({EICAR!r} in sys.stdin.buffer.read() and print('Eicar') is None)"
    inspector = FileInspector(CommandScanner((sys.executable, "-c", text)), PictureWorker())
    found = await inspector.inspect(name, EICAR)
    assert found == Inspected(why=Why.INFECTED, said="Eicar")
    assert (await inspector.inspect("a.pdf", sample_files.pdf())).content


async def test_f05_a_good_file_waits_for_a_scanner_that_is_down() -> None:
    inspector = FileInspector(Answers(Verdict.UNKNOWN, "down"), PictureWorker())
    for name, data in (("a.jpg", sample_files.jpeg()), ("a.pdf", sample_files.pdf())):
        assert await inspector.inspect(name, data) == Inspected(said="down")


async def test_a_file_of_no_type_does_not_wait_for_a_scanner() -> None:
    inspector = FileInspector(Answers(Verdict.UNKNOWN, "down"), PictureWorker())
    assert await inspector.inspect("a.jpg", HTML) == Inspected(why=Why.TYPE)


@pytest.mark.parametrize(
    ("verdict", "data"),
    [
        (Verdict.INFECTED, sample_files.jpeg()),
        (Verdict.UNKNOWN, sample_files.jpeg()),
        (Verdict.CLEAN, HTML),
        (Verdict.CLEAN, sample_files.png()),
    ],
)
async def test_a_picture_is_not_opened_before_scanner_and_type_agree(
    verdict: Verdict, data: bytes
) -> None:
    async def rewrite(_data: bytes, _media_type: str) -> Rewritten | None:
        raise AssertionError

    found = await FileInspector(Answers(verdict), rewrite).inspect("a.jpg", data)
    assert found.content is None


async def test_a_picture_that_can_not_be_worked_on_now_is_inspected_again() -> None:
    answers: list[Rewritten | None] = [None, Written(JPEG, b"new", Picture(1, 1), b"small")]

    async def rewrite(_data: bytes, _media_type: str) -> Rewritten | None:
        return answers.pop(0)

    inspector = FileInspector(NoScanner(), rewrite)
    later = await inspector.inspect("a.jpg", sample_files.jpeg())
    assert (later.content, later.why) == (None, None)
    now = await inspector.inspect("a.jpg", sample_files.jpeg())
    assert now == Inspected(b"new", JPEG, Picture(1, 1), b"small")
