"""Parts: however a file is split, repeated and retried, its bytes are those that were sent."""

import asyncio
from contextlib import nullcontext
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.asked import Asked
from actors.files.messages import (
    MOST_BYTES,
    PART_BYTES,
    UNPOSTED_LIFE,
    FileComplete,
    GetFile,
    KeepPart,
    PartCame,
    PartKept,
    Stage,
)
from actors.files.refusals import BeyondEnd, PartTooShort, WrongOffset
from actors.files.state.uploads import MOST_SHORT_PARTS
from actors.ids import FileId, MessageId
from actors.refusal import Invalid, NotFound, Refusal
from tests.unit.accounts_support import HOUR, NOW
from tests.unit.files_support import ADA, EVE, ZOE, PlayedFiles, Says

DATA = bytes(range(120))


async def sent(
    files: PlayedFiles, file: FileId, offset: int, size: int, data: bytes = DATA
) -> None:
    await files.does(KeepPart(file, offset, data[offset : offset + size]), ADA)


async def refused(files: PlayedFiles, file: FileId, offset: int, data: bytes) -> Refusal:
    before, blobs = files.state, dict(files.blobs.kept)
    with pytest.raises(Refusal) as caught:
        await files.does(KeepPart(file, offset, data), ADA)
    assert (files.state, files.blobs.kept) == (before, blobs)
    return caught.value


@dataclass
class Upload:
    """An upload of `DATA`, and what its inspector was asked in the end."""

    files: PlayedFiles
    says: Says
    file: FileId

    @classmethod
    async def begun(cls) -> "Upload":
        """Announce it."""
        says = Says()
        files = PlayedFiles(says)
        return cls(files, says, await files.announced("a.pdf", len(DATA)))

    @property
    def offset(self) -> int:
        """How far it is."""
        return self.files.state.files[self.file].offset

    async def tries(self, offset: int, size: int) -> None:
        """Send such a part; it may be refused for its gap alone, with where to go on."""
        before = self.offset
        if offset <= before:
            await sent(self.files, self.file, offset, size)
            assert self.offset == max(before, min(offset + size, len(DATA)))
        else:
            refusal = await refused(self.files, self.file, offset, DATA[offset : offset + size])
            assert refusal.fields == {"offset": str(before)}

    async def ends(self, size: int) -> None:
        """Go on from where it is until it is whole, and have it inspected."""
        while self.files.stage(self.file) is Stage.UPLOADING:
            await sent(self.files, self.file, self.offset, size)
        await self.files.wakes()
        complete = [each for each in self.files.events if isinstance(each, FileComplete)]
        assert len(complete) == 1
        assert self.says.asked == [("a.pdf", DATA)]


parts = st.lists(st.tuples(st.integers(-60, 20), st.integers(0, 70)), max_size=40)
"""Where each part begins, seen from how far the upload is, and how long it is."""


@given(parts, st.integers(1, 70))
def test_any_split_any_repetition_and_any_order_give_the_same_bytes(
    tries: list[tuple[int, int]], last: int
) -> None:
    async def run() -> None:
        upload = await Upload.begun()
        for place, size in tries:
            await upload.tries(min(max(0, upload.offset + place), len(DATA)), size)
        await upload.ends(last)

    asyncio.run(run())


@given(st.lists(st.lists(st.integers(1, 50), min_size=1, max_size=4), max_size=8))
def test_parts_that_are_kept_at_the_same_time_give_the_same_bytes(
    rounds: list[list[int]],
) -> None:
    """Copies of one part, longer and shorter ones, are all kept before any of them is decided."""

    async def run() -> None:
        upload = await Upload.begun()
        for sizes in rounds:
            await _together(upload, sizes)
        await upload.ends(33)

    asyncio.run(run())


async def _together(upload: Upload, sizes: list[int]) -> None:
    files, offset = upload.files, upload.offset
    assert files.room.prepare is not None
    asked = Asked(ADA, NOW, MessageId("together"))
    kept: list[PartKept] = []
    for size in sizes:
        part = KeepPart(upload.file, offset, DATA[offset : offset + size])
        kept.append(await files.room.prepare(files.state, part, asked))
    for each in kept:
        longer = each.offset + each.size > upload.offset > offset
        with pytest.raises(WrongOffset) if longer else nullcontext():
            files.decides(each, asked)


async def test_a_part_that_came_is_fine_again_and_nothing_happens() -> None:
    files = PlayedFiles()
    file = await files.announced(size=len(DATA))
    part = KeepPart(file, 0, DATA[:50])
    assert [type(each) for each in await files.does(part, ADA)] == [PartCame]
    blobs = dict(files.blobs.kept)
    assert await files.does(part, ADA) == []
    assert await files.does(KeepPart(file, 10, DATA[10:30]), ADA) == []
    assert await files.does(KeepPart(file, 50, b""), ADA) == []
    assert files.blobs.kept == blobs


async def test_the_last_part_is_fine_again_also_after_the_inspection() -> None:
    files = PlayedFiles()
    file = await files.uploaded(data=DATA)
    last = KeepPart(file, 100, DATA[100:])
    assert await files.does(last, ADA) == []
    await files.wakes()
    assert files.stage(file) is Stage.READY
    assert await files.does(last, ADA) == []


async def test_a_gap_is_refused_with_the_offset_that_is_wanted() -> None:
    files = PlayedFiles()
    file = await files.announced(size=len(DATA))
    await sent(files, file, 0, 40)
    refusal = await refused(files, file, 41, DATA[41:50])
    assert (refusal.code, refusal.fields) == ("wrong_offset", {"offset": "40"})


async def test_bytes_beyond_the_announced_size_are_refused() -> None:
    files = PlayedFiles()
    file = await files.announced(size=len(DATA))
    await sent(files, file, 0, 100)
    assert isinstance(await refused(files, file, 100, bytes(21)), BeyondEnd)
    assert isinstance(await refused(files, file, 0, bytes(121)), BeyondEnd)
    assert await files.does(KeepPart(file, 100, bytes(20)), ADA)


@pytest.mark.parametrize(("offset", "size"), [(0, PART_BYTES + 1), (-1, 1)])
async def test_a_part_that_makes_no_sense_is_refused(offset: int, size: int) -> None:
    files = PlayedFiles()
    file = await files.announced(size=MOST_BYTES)
    assert isinstance(await refused(files, file, offset, bytes(size)), Invalid)


async def test_a_file_does_not_come_in_very_many_short_parts() -> None:
    files = PlayedFiles()
    file = await files.announced("a.pdf", MOST_SHORT_PARTS + PART_BYTES + 5)
    for offset in range(MOST_SHORT_PARTS):
        await files.does(KeepPart(file, offset, b"x"), ADA)
    assert isinstance(await refused(files, file, MOST_SHORT_PARTS, b"x"), PartTooShort)
    await files.does(KeepPart(file, MOST_SHORT_PARTS, bytes(PART_BYTES)), ADA)
    await files.does(KeepPart(file, MOST_SHORT_PARTS + PART_BYTES, bytes(5)), ADA)
    assert files.stage(file) is Stage.CHECKING


async def test_parts_are_taken_of_the_owner_alone() -> None:
    files = PlayedFiles()
    file = await files.announced()
    for caller in (ZOE, EVE):
        with pytest.raises(NotFound):
            await files.does(KeepPart(file, 0, b"x"), caller)
    with pytest.raises(NotFound):
        await files.does(KeepPart(FileId("another"), 0, b"x"), ADA)
    assert files.blobs.kept == {}


async def test_an_upload_that_broke_off_goes_on_where_it_was_and_lives_on() -> None:
    files = PlayedFiles()
    file = await files.announced(size=len(DATA))
    later = NOW + UNPOSTED_LIFE - HOUR
    await files.does(KeepPart(file, 0, DATA[:50]), ADA, later)
    await files.wakes(NOW + UNPOSTED_LIFE + HOUR)
    view = await files.asks(GetFile(file), ADA)
    assert (view.stage, view.offset, view.size) == (Stage.UPLOADING, 50, 120)  # type: ignore[union-attr]
    await files.wakes(later + UNPOSTED_LIFE)
    assert files.stage(file) is Stage.WITHDRAWN


async def test_bytes_that_could_not_be_kept_are_not_acknowledged() -> None:
    files = PlayedFiles()
    file = await files.announced(size=len(DATA))
    files.trouble.failing = 1
    with pytest.raises(Exception, match="can't be kept"):
        await sent(files, file, 0, 50)
    assert files.state.files[file].offset == 0
    await sent(files, file, 0, 50)
    assert files.state.files[file].offset == 50
