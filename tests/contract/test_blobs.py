"""What a place for the bytes of files promises. Every implementation passes this suite."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from actors.runtime.blobs import BlobMissing, Blobs
from tests.contract.blobs import FolderPlace, MemoryPlace, Place, S3Place

BYTES = bytes(range(256)) * 2
PARTS = ((0, 3), (0, 0), (5, 7), (500, 100), (511, 1), (511, None), (512, 4), (600, 4), (3, 0))
ODD_PARTS = ((0, 10**9), (600, None), (600, 0), (0, None), (7, None))
BAD = ("", "/", "/a", "a/", "a//b", "..", "a/../b", "a.b", "ä", "a\n", "a\x00", "a b", "a" * 65)


@pytest.fixture(params=["memory", "folder", "s3"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "s3":
        return S3Place(request.getfixturevalue("s3_server"))
    return MemoryPlace() if request.param == "memory" else FolderPlace(tmp_path)


@pytest.fixture
async def blobs(place: Place) -> AsyncIterator[Blobs]:
    opened = place.open()
    yield opened
    await opened.close()


@pytest.mark.parametrize("data", [b"", b"\x00", BYTES, bytes(1_000_000)])
async def test_what_was_put_is_what_is_there(blobs: Blobs, data: bytes) -> None:
    await blobs.put("kept/one/a_B-9", data)
    assert await blobs.get("kept/one/a_B-9") == data


async def test_what_was_put_is_there_after_opening_anew(place: Place) -> None:
    first = place.open()
    await first.put("kept/one", b"one")
    await first.close()
    second = place.open()
    assert await second.get("kept/one") == b"one"
    await second.close()


async def test_putting_again_takes_the_place_of_what_was_there(blobs: Blobs) -> None:
    await blobs.put("kept/one", b"a long one")
    await blobs.put("kept/one", b"short")
    assert await blobs.get("kept/one") == b"short"
    assert await blobs.names("kept") == ["kept/one"]


@pytest.mark.parametrize(("start", "size"), PARTS + ODD_PARTS)
async def test_a_part_is_what_is_there_of_it(blobs: Blobs, start: int, size: int | None) -> None:
    await blobs.put("kept/one", BYTES)
    part = BYTES[start:] if size is None else BYTES[start : start + size]
    assert await blobs.get("kept/one", start, size) == part


@pytest.mark.parametrize(("start", "size"), [(0, 0), (0, 4), (0, None), (4, None)])
async def test_an_empty_one_has_no_parts(blobs: Blobs, start: int, size: int | None) -> None:
    await blobs.put("kept/one", b"")
    assert await blobs.get("kept/one", start, size) == b""


@pytest.mark.parametrize(("start", "size"), [(0, None), (0, 0), (0, 4), (9, None)])
async def test_what_was_never_put_is_missing(blobs: Blobs, start: int, size: int | None) -> None:
    await blobs.put("kept/one", b"one")
    for name in ("kept", "kept/on", "kept/one/more", "other"):
        with pytest.raises(BlobMissing):
            await blobs.get(name, start, size)


async def test_what_was_removed_is_missing_and_its_neighbours_are_not(blobs: Blobs) -> None:
    for name in ("kept/one", "kept/two", "kept/one/more"):
        await blobs.put(name, name.encode())
    await blobs.remove("kept/one")
    with pytest.raises(BlobMissing):
        await blobs.get("kept/one")
    assert await blobs.names("kept") == ["kept/one/more", "kept/two"]
    assert await blobs.get("kept/one/more") == b"kept/one/more"


async def test_removing_what_is_not_there_is_fine(blobs: Blobs) -> None:
    await blobs.remove("kept/one")
    await blobs.put("kept/one", b"one")
    for _ in range(2):
        await blobs.remove("kept/one")
    await blobs.remove("kept/one/more")
    assert await blobs.names("kept") == []
    await blobs.put("kept/one", b"again")
    assert await blobs.get("kept/one") == b"again"


async def test_names_are_those_below_the_folder_in_order(blobs: Blobs) -> None:
    inside = ["a/-", "a/0", "a/0/b/c", "a/0/b-c", "a/A", "a/_", "a/b"]
    for name in [*reversed(inside), "a", "ab", "ab/c", "b/a"]:
        await blobs.put(name, b"")
    assert await blobs.names("a") == sorted(inside)
    assert await blobs.names("a/0/b") == ["a/0/b/c"]
    assert await blobs.names("a/c") == []


async def test_more_names_than_fit_into_one_answer_are_all_listed(blobs: Blobs) -> None:
    names = [f"parts/one/{number:04}" for number in range(120)]
    await asyncio.gather(*(blobs.put(name, b"") for name in names))
    assert await blobs.names("parts") == names


@pytest.mark.parametrize("name", BAD)
async def test_a_name_that_can_t_be_one_is_refused(blobs: Blobs, name: str) -> None:
    for call in (blobs.put(name, b""), blobs.get(name), blobs.remove(name), blobs.names(name)):
        with pytest.raises(ValueError, match="letters, digits"):
            await call


@pytest.mark.parametrize(("start", "size"), [(-1, None), (-1, 4), (0, -1)])
async def test_a_range_has_no_negative_numbers(blobs: Blobs, start: int, size: int | None) -> None:
    await blobs.put("kept/one", b"one")
    with pytest.raises(ValueError, match="negative"):
        await blobs.get("kept/one", start, size)


async def test_nobody_sees_a_part_of_what_is_being_put(blobs: Blobs) -> None:
    whole = [bytes([number]) * 100_000 for number in range(8)]
    await blobs.put("kept/one", whole[0])
    puts = [blobs.put("kept/one", data) for data in whole]
    gets = [blobs.get("kept/one") for _ in range(16)]
    found = await asyncio.gather(*puts, *gets)
    assert {data in whole for data in found[len(puts) :]} == {True}
    assert await blobs.get("kept/one") in whole


async def test_neighbours_come_and_go_at_the_same_time(blobs: Blobs) -> None:
    async def come_and_go(name: str) -> None:
        for _ in range(5):
            await blobs.put(name, name.encode())
            assert await blobs.get(name) == name.encode()
            await blobs.remove(name)

    await asyncio.gather(*(come_and_go(f"parts/one/{number}") for number in range(8)))
    assert await blobs.names("parts") == []
