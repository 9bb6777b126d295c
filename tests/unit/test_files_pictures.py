"""Pictures are written anew: upright, small ones beside them, and nothing else that was in them."""

import sys
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image  # noqa: TID251  looks at what was written

from actors.files.inspecting import PictureWorker
from actors.files.messages import Picture, Why
from actors.files.pictures import SMALL, Rewritten, Unfit, Written, rewrite
from actors.files.state.names import HEIF, JPEG, PNG, WEBP
from actors.runtime.apart import run_apart
from tests.unit import sample_files
from tests.unit.sample_files import CORNER, PIXELS, SECRET, moving, png_of, written

SAMPLES: dict[str, tuple[Callable[[], bytes], str]] = {
    JPEG: (sample_files.jpeg, JPEG),
    PNG: (sample_files.png, PNG),
    WEBP: (sample_files.webp, WEBP),
    HEIF: (sample_files.heic, JPEG),
}
TRACES = (SECRET.encode(), b"Exif", b"EXIF", b"eXIf", b"ICC", b"iCCP", b"XMP", b"adobe", b"tEXt")


def fine(rewritten: Rewritten | None) -> Written:
    assert isinstance(rewritten, Written)
    return rewritten


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def corner(image: Image.Image, across: float = 0.2, down: float = 0.2) -> bool:
    """Return whether that place of the picture is of the colour of its corner."""
    place = (int(image.width * across), int(image.height * down))
    pixel = image.convert("RGB").getpixel(place)
    assert isinstance(pixel, tuple)
    return all(abs(a - b) < 40 for a, b in zip(pixel, CORNER, strict=True))


@pytest.mark.parametrize("media_type", SAMPLES)
def test_each_type_is_written_anew(media_type: str) -> None:
    make, kept_as = SAMPLES[media_type]
    found = fine(rewrite(make(), media_type))
    image = opened(found.content)
    assert found.media_type == kept_as == Image.MIME[str(image.format)]
    assert found.size == Picture(*PIXELS) == Picture(*image.size)
    assert corner(image)
    assert not corner(image, 0.8, 0.8)


@pytest.mark.parametrize("media_type", SAMPLES)
def test_f04_nothing_of_where_when_and_with_what_it_was_taken_is_left(media_type: str) -> None:
    data = SAMPLES[media_type][0]()
    before = opened(data)
    assert SECRET.encode() in data
    assert before.getexif().get_ifd(0x8825)
    found = fine(rewrite(data, media_type))
    for content in (found.content, found.thumbnail):
        image = opened(content)
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment", "Author"} & set(image.info)
        assert not any(trace in content for trace in TRACES)


@pytest.mark.parametrize(("media_type", "make"), [(JPEG, "jpeg"), (HEIF, "heic")])
def test_f04_a_picture_that_was_taken_sideways_stands_upright(media_type: str, make: str) -> None:
    data = getattr(sample_files, make)(orientation=6)
    found = fine(rewrite(data, media_type))
    width, height = PIXELS
    assert found.size == Picture(height, width)
    assert corner(opened(found.content), 0.8, 0.2)
    assert corner(opened(found.thumbnail), 0.8, 0.2)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_a_png_of_any_depth_is_taken(mode: str) -> None:
    image = Image.new("I;16", PIXELS, 40_000) if mode == "I;16" else sample_files.picture(mode)
    found = fine(rewrite(written(image, "PNG"), PNG))
    after = opened(found.content).convert("L").getpixel((50, 40))
    before = 40_000 / 257 if mode == "I;16" else image.convert("L").getpixel((50, 40))
    assert after == pytest.approx(before, abs=2)


def test_what_is_clear_stays_clear_and_is_white_in_the_small_picture() -> None:
    palette = Image.new("P", PIXELS, 0)
    palette.info["transparency"] = 0
    found = fine(rewrite(written(palette, "PNG", transparency=0), PNG))
    assert opened(found.content).convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index]
    assert opened(found.thumbnail).getpixel((1, 1)) == (255, 255, 255)


def test_a_jpeg_for_printers_becomes_one_for_screens() -> None:
    data = written(sample_files.picture("CMYK"), "JPEG")
    assert opened(fine(rewrite(data, JPEG)).content).mode == "RGB"


@pytest.mark.parametrize("size", [(2000, 1000), (1000, 2000), (40, 30), (1, 1)])
def test_the_small_picture_is_at_most_480_pixels_long(size: tuple[int, int]) -> None:
    found = fine(rewrite(written(sample_files.picture(size=size), "JPEG"), JPEG))
    small = opened(found.thumbnail)
    assert max(small.size) == min(SMALL, max(size))
    assert found.size == Picture(*size)


@pytest.mark.parametrize(("kind", "media_type"), [("PNG", PNG), ("WEBP", WEBP), ("MPO", JPEG)])
def test_of_an_animation_the_first_picture_is_kept(kind: str, media_type: str) -> None:
    image = opened(fine(rewrite(moving(kind), media_type)).content)
    assert getattr(image, "n_frames", 1) == 1
    assert corner(image)


def test_f04_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    assert rewrite(png_of(20_000, 20_000, rows=1), PNG) == Unfit(Why.PIXELS)
    assert rewrite(png_of(50_000_001, 1, rows=1), PNG) == Unfit(Why.PIXELS)


def test_a_picture_of_very_many_pixels_is_taken() -> None:
    assert fine(rewrite(png_of(6_000, 4_000), PNG)).size == Picture(6_000, 4_000)


def test_f04_a_text_that_unpacks_to_very_much_breaks_the_picture() -> None:
    assert rewrite(sample_files.png_with_bomb_of_text(), PNG) == Unfit(Why.BROKEN)


@pytest.mark.parametrize("media_type", SAMPLES)
@pytest.mark.parametrize("left", [0, 20, 0.5])
def test_a_picture_that_broke_off_is_broken(media_type: str, left: float) -> None:
    data = SAMPLES[media_type][0]()
    cut = data[: int(len(data) * left) if left < 1 else int(left)]
    assert rewrite(cut, media_type) == Unfit(Why.BROKEN)


@pytest.mark.parametrize("media_type", SAMPLES)
def test_a_picture_of_another_type_is_broken(media_type: str) -> None:
    others = [make() for other, (make, _) in SAMPLES.items() if other != media_type]
    assert {rewrite(data, media_type) for data in others} == {Unfit(Why.BROKEN)}


@pytest.mark.parametrize("extra", ["exif", "icc_profile"])
def test_a_good_picture_of_which_nonsense_is_said_is_good(extra: str) -> None:
    data = written(sample_files.picture(), "JPEG", **{extra: b"Exif\0\0nonsense"})
    assert corner(opened(fine(rewrite(data, JPEG)).content))


# --- in a process of its own -------------------------------------------------------------------


@pytest.mark.parametrize("media_type", SAMPLES)
async def test_the_process_says_what_would_be_said_here(media_type: str) -> None:
    data = SAMPLES[media_type][0]()
    assert await PictureWorker()(data, media_type) == rewrite(data, media_type)
    assert await PictureWorker()(data[:30], media_type) == Unfit(Why.BROKEN)


@pytest.mark.parametrize("size", [(20_000, 20_000), (10_000, 5_001), (50_000_001, 1)])
async def test_f04_the_process_refuses_too_many_pixels(size: tuple[int, int]) -> None:
    assert await PictureWorker()(png_of(*size, rows=1), PNG) == Unfit(Why.PIXELS)


async def test_a_picture_over_which_the_process_dies_is_broken() -> None:
    dying = "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)"
    worker = PictureWorker(command_of=lambda _: (sys.executable, "-c", dying))
    assert await worker(bytes(1_000_000), JPEG) == Unfit(Why.BROKEN)


@pytest.mark.parametrize("doing", ["import time; time.sleep(60)", "while True: pass"])
async def test_a_picture_that_takes_too_long_is_left_for_later(doing: str) -> None:
    worker = PictureWorker(seconds=0.5, command_of=lambda _: (sys.executable, "-c", doing))
    assert await worker(bytes(1_000_000), JPEG) is None


@pytest.mark.parametrize("doing", ["raise SystemExit(3)", "print('no outcome')"])
async def test_a_picture_is_none_the_worse_for_a_process_that_fails(doing: str) -> None:
    worker = PictureWorker(command_of=lambda _: (sys.executable, "-c", doing))
    assert await worker(b"", JPEG) is None


async def test_a_picture_is_none_the_worse_for_a_program_that_is_not_there() -> None:
    assert await PictureWorker(command_of=lambda _: ("/nowhere/at/all",))(b"", JPEG) is None


CONFINED = "from actors.files.pictures import confine; confine(seconds=1, memory=2**29)\n"


@pytest.mark.parametrize(
    ("doing", "code"),
    [
        ("while True: pass", -9),
        ("bytes(2**30)", 1),
        ("open(sys.argv[1], 'wb', buffering=0).write(bytes(9))", 1),
    ],
    ids=["work", "memory", "files"],
)
async def test_f04_the_process_has_so_much_work_memory_and_files_and_no_more(
    tmp_path: Path, doing: str, code: int
) -> None:
    paths, file = f"import sys; sys.path[:] = {sys.path!r}\n", tmp_path / "file"
    command = (sys.executable, "-I", "-c", paths + CONFINED + doing, str(file))
    assert (await run_apart(command, b"", seconds=60, most=0)).code == code
    assert not file.exists() or file.read_bytes() == b""
