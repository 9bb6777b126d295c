"""What becomes of a file that came: good, refused, or looked at again."""

import sys
from datetime import timedelta
from pathlib import Path

import pytest

from actors.conversation.messages import Attachment, OfferFile
from actors.files.inspecting import FileInspector, Inspected, PictureWorker
from actors.files.messages import (
    PART_BYTES,
    FileRefused,
    InspectFile,
    PartView,
    ReadPart,
    Stage,
    TakeBack,
    Why,
)
from actors.files.scanners import CommandScanner
from actors.files.state.kept import REFUSED_KEPT
from actors.ids import FileId, UserId
from actors.refusal import Invalid, NotFound
from tests.unit.accounts_support import DAY, HOUR, NOW, SECOND
from tests.unit.files_support import (
    ADA,
    GOOD,
    GOOD_NAMES,
    ITSELF,
    LATER,
    ZOE,
    PlayedFiles,
    Says,
    readable,
    view,
)
from tests.unit.sample_files import EICAR, jpeg

PDF = Inspected(b"%PDF", "application/pdf")


async def test_a_good_file_is_offered_to_the_conversation_and_its_parts_go() -> None:
    files = PlayedFiles()
    file = await files.uploaded("Rash 1.heic")
    assert files.stage(file) is Stage.CHECKING
    assert files.names() == ["parts/0000000000-10"]
    await files.wakes()
    attachment = Attachment(file, "Rash 1.jpg", "image/jpeg", 4, 4, 3)
    assert files.told == [OfferFile(UserId("ada"), attachment)]
    assert files.names() == GOOD_NAMES
    found = await view(files, file)
    assert (found.stage, found.offset, found.size, found.has_thumbnail) == (Stage.READY, 4, 4, True)
    await files.wakes(NOW + HOUR)
    assert files.names() == GOOD_NAMES


async def test_a_good_file_is_read_part_by_part_and_so_is_its_small_picture() -> None:
    content = bytes(range(256)) * 1024
    files = PlayedFiles(Says(Inspected(content, "application/pdf", thumbnail=content[::-1])))
    file = await files.good("a.pdf")
    for thumbnail, whole in ((False, content), (True, content[::-1])):
        read = bytearray()
        while part := await _read(files, ReadPart(file, len(read), thumbnail)):
            read += part
        assert bytes(read) == whole


async def _read(files: PlayedFiles, query: ReadPart) -> bytes:
    part = await files.asks(query, ZOE)
    assert isinstance(part, PartView)
    assert len(part.data) <= PART_BYTES
    assert (part.total, part.name) == (256 * 1024, "a.pdf")
    assert part.media_type == ("image/jpeg" if query.thumbnail else "application/pdf")
    return part.data


async def test_reading_from_before_the_beginning_is_refused() -> None:
    files = PlayedFiles()
    file = await files.good()
    with pytest.raises(Invalid):
        await files.asks(ReadPart(file, -1), ADA)


async def test_a_file_without_a_small_picture_has_none() -> None:
    files = PlayedFiles(Says(PDF))
    file = await files.good("a.pdf")
    assert not (await view(files, file)).has_thumbnail
    with pytest.raises(NotFound):
        await files.asks(ReadPart(file, thumbnail=True), ADA)


async def test_a_file_whose_bytes_are_gone_is_not_there() -> None:
    files = PlayedFiles()
    file = await files.good()
    files.blobs.kept.clear()
    assert not await readable(files, file, ADA)


@pytest.mark.parametrize("why", Why)
async def test_a_file_that_is_no_good_is_refused_and_its_bytes_go(why: Why) -> None:
    files = PlayedFiles(Says(Inspected(why=why, said="Bad\n" * 200)))
    file = await files.good()
    found = await view(files, file)
    assert (found.stage, found.why) == (Stage.REFUSED, why)
    [event] = [each for each in files.events if isinstance(each, FileRefused)]
    assert len(event.said) == 200
    assert event.said.isprintable()
    assert files.names() == []
    assert files.told == []
    assert not await readable(files, file, ADA)


async def test_a_file_of_which_a_part_is_lost_is_broken() -> None:
    files = PlayedFiles()
    file = await files.uploaded()
    files.blobs.kept.clear()
    await files.wakes()
    assert (await view(files, file)).why is Why.BROKEN


async def test_only_so_many_refused_files_of_a_person_are_remembered() -> None:
    files = PlayedFiles(Says(*[Inspected(why=Why.TYPE)] * (REFUSED_KEPT + 5)))
    for _ in range(REFUSED_KEPT + 5):
        await files.good()
    last = await files.good()
    await files.wakes(NOW + 2 * HOUR)
    assert len(files.state.files) == REFUSED_KEPT + 1
    assert files.stage(last) is Stage.READY


async def test_f05_a_file_waits_for_a_scanner_that_is_down_and_is_never_given_up() -> None:
    says = Says(*[LATER] * 60)
    files = PlayedFiles(says)
    file = await files.good()
    minutes = [0, 1, 6, 21, 81, 141, 201]
    for number, minute in enumerate(minutes, 1):
        at = NOW + timedelta(minutes=minute)
        await files.wakes(at - SECOND)
        assert len(says.asked) == number - (minute > 0)
        await files.wakes(at)
        assert len(says.asked) == number
    await files.wakes(NOW + 2 * DAY)
    assert files.stage(file) is Stage.QUARANTINED
    says.found = []
    await files.wakes(NOW + 2 * DAY + HOUR)
    assert files.stage(file) is Stage.READY
    assert len(set(says.asked)) == 1
    assert [type(each) for each in files.told] == [OfferFile]
    assert files.names() == GOOD_NAMES


async def test_f05_a_scanner_that_is_set_up_later_finds_what_waits_for_it(tmp_path: Path) -> None:
    program = tmp_path / "scan.py"
    scanner = CommandScanner((sys.executable, str(program)))
    files = PlayedFiles(FileInspector(scanner, PictureWorker()))
    good = await files.good("a.jpg", jpeg())
    bad = await files.good("b.jpg", jpeg() + EICAR)
    assert (files.stage(good), files.stage(bad)) == (Stage.QUARANTINED, Stage.QUARANTINED)
    program.write_text(f"import sys; sys.exit({EICAR!r} in sys.stdin.buffer.read())")
    await files.wakes(NOW + HOUR)
    assert (files.stage(good), files.stage(bad)) == (Stage.READY, Stage.REFUSED)
    assert (await view(files, bad)).why is Why.INFECTED
    assert [each.attachment.file for each in files.told] == [good]


async def test_f05_a_file_that_waits_for_the_scanner_can_be_taken_back() -> None:
    files = PlayedFiles(Says(LATER))
    file = await files.good()
    await files.does(TakeBack(file), ADA)
    await files.wakes(NOW + DAY)
    assert files.names() == []
    assert files.told == []
    assert files.state.files == {}


async def test_an_outcome_that_comes_after_another_changes_nothing() -> None:
    files = PlayedFiles(Says(GOOD, Inspected(why=Why.INFECTED)))
    file = await files.good()
    assert await files.does(InspectFile(file), ITSELF) == []
    assert await files.does(InspectFile(FileId("another")), ITSELF) == []
