"""What becomes of files in the end: posted, withdrawn, forgotten, and swept away."""

from datetime import timedelta

import pytest

from actors.asked import Asked
from actors.conversation.messages import DropFile, OfferFile
from actors.files.inspecting import Inspected
from actors.files.messages import (
    UNPOSTED_LIFE,
    ClaimFiles,
    FileReady,
    FilesClaimed,
    FilesWithdrawn,
    FolkSet,
    ForgetFile,
    KeepPart,
    ReadPart,
    Stage,
    SweepFile,
    TakeBack,
    Why,
    WithdrawFiles,
)
from actors.files.refusals import AlreadyPosted
from actors.files.state.kept import GRACE
from actors.ids import FileId, MessageId
from actors.refusal import NotFound
from tests.unit.accounts_support import DAY, HOUR, NOW, SECOND
from tests.unit.files_support import (
    ADA,
    BY_THREAD,
    GOOD,
    GOOD_NAMES,
    ITSELF,
    LATER,
    ZOE,
    PlayedFiles,
    Says,
    readable,
    refused,
)

PDF = Inspected(b"%PDF", "application/pdf")


async def test_a_posted_file_stays() -> None:
    files = PlayedFiles()
    file = await files.good()
    [event] = await files.does(ClaimFiles((file, FileId("another"))), BY_THREAD)
    assert event == FilesClaimed((file,), NOW)
    assert await files.does(ClaimFiles((file,)), BY_THREAD) == []
    await files.wakes(NOW + 30 * DAY)
    assert await readable(files, file, ZOE)
    assert files.alarms == {}
    assert isinstance(await refused(files, TakeBack(file), ADA), AlreadyPosted)


async def test_a_file_of_a_deleted_message_is_not_read_from_then_on_and_goes() -> None:
    files = PlayedFiles()
    file = await files.good()
    await files.does(ClaimFiles((file,)), BY_THREAD)
    [event] = await files.does(WithdrawFiles((file, FileId("another"))), BY_THREAD)
    assert event == FilesWithdrawn((file,), "deleted", NOW)
    assert not await readable(files, file, ADA)
    assert not await readable(files, file, ZOE)
    assert [type(each) for each in files.told] == [OfferFile]
    await files.wakes()
    assert files.names() == []
    assert await files.does(WithdrawFiles((file,)), BY_THREAD) == []
    assert await files.does(ClaimFiles((file,)), BY_THREAD) == []
    await files.wakes(NOW + DAY)
    assert files.state.files == {}


async def test_bytes_that_were_read_before_the_file_was_withdrawn_are_not_answered_after() -> None:
    files = PlayedFiles()
    file = await files.good()
    assert files.room.prepare is not None
    asked = Asked(ADA, NOW, MessageId("asked"))
    read = await files.room.prepare(files.state, ReadPart(file), asked)
    await files.does(WithdrawFiles((file,)), BY_THREAD)
    with pytest.raises(NotFound):
        files.room.answer(files.state, read, asked)


@pytest.mark.parametrize("stage", [Stage.UPLOADING, Stage.CHECKING, Stage.READY, Stage.REFUSED])
async def test_the_owner_takes_a_file_back_at_any_stage_and_its_bytes_go(stage: Stage) -> None:
    files = PlayedFiles(Says(Inspected(why=Why.TYPE) if stage is Stage.REFUSED else GOOD))
    if stage is Stage.UPLOADING:
        file = await files.announced()
        await files.does(KeepPart(file, 0, b"0"), ADA)
    else:
        file = await files.uploaded()
    if stage in {Stage.READY, Stage.REFUSED}:
        await files.wakes()
    assert files.stage(file) is stage
    assert isinstance(await refused(files, TakeBack(file), ZOE), NotFound)
    await files.does(TakeBack(file), ADA)
    assert not await readable(files, file, ADA)
    assert (DropFile(file) in files.told) is (stage is Stage.READY)
    await files.wakes(NOW + 2 * HOUR)
    assert files.names() == []
    assert files.state.files == {}
    assert files.alarms == {}


async def test_a_good_file_that_nobody_posts_is_withdrawn_after_a_day() -> None:
    files = PlayedFiles()
    file = await files.good()
    await files.wakes(NOW + UNPOSTED_LIFE - SECOND)
    assert files.stage(file) is Stage.READY
    await files.wakes(NOW + UNPOSTED_LIFE)
    [event] = [each for each in files.events if isinstance(each, FilesWithdrawn)]
    assert (event.why, event.unposted) == ("not_posted", (file,))
    assert files.told[-1] == DropFile(file)
    await files.wakes(NOW + 2 * UNPOSTED_LIFE)
    assert (files.names(), files.state.files) == ([], {})


async def test_a_wake_up_that_was_moved_since_forgets_nothing() -> None:
    files = PlayedFiles()
    file = await files.good()
    assert await files.does(ForgetFile(file, NOW), ITSELF, NOW + 9 * DAY) == []
    await files.does(ClaimFiles((file,)), BY_THREAD)
    late = ForgetFile(file, NOW + UNPOSTED_LIFE)
    assert await files.does(late, ITSELF, NOW + 9 * DAY) == []


async def test_a_file_that_was_posted_in_the_moment_it_was_forgotten_is_there_again() -> None:
    files = PlayedFiles()
    file = await files.good()
    await files.wakes(NOW + UNPOSTED_LIFE)
    assert not await readable(files, file, ZOE)
    await files.does(ClaimFiles((file,)), BY_THREAD, NOW + UNPOSTED_LIFE + 4 * timedelta(minutes=1))
    await files.wakes(NOW + 9 * DAY)
    assert await readable(files, file, ZOE)
    assert files.names() == GOOD_NAMES


async def test_a_file_is_not_given_back_shortly_before_its_bytes_go() -> None:
    files = PlayedFiles()
    file = await files.good()
    await files.does(TakeBack(file), ADA)
    assert await files.does(ClaimFiles((file,)), BY_THREAD, NOW + GRACE - 59 * SECOND) == []
    assert files.names() == GOOD_NAMES
    await files.wakes(NOW + GRACE)
    assert files.names() == []


async def test_what_comes_late_of_a_file_that_is_gone_is_found_by_the_second_sweep() -> None:
    files = PlayedFiles()
    file = await files.good()
    await files.does(TakeBack(file), ADA)
    await files.wakes(NOW + GRACE)
    folder = f"{files.me.key}/{file}"
    await files.blobs.put(f"parts/{folder}/0000000000-10", b"late")
    await files.blobs.put(f"kept/{folder}/late", b"late")
    await files.wakes(NOW + GRACE + HOUR)
    assert files.names() == []


async def test_a_sweep_believes_no_state_that_may_not_be_on_disk() -> None:
    """It was begun for the parts of a good file; that the file is gone is not committed yet."""
    files = PlayedFiles()
    file = await files.good()
    await files.does(ClaimFiles((file,)), BY_THREAD)
    await files.does(WithdrawFiles((file,)), BY_THREAD)
    await files.does(SweepFile(file), ITSELF)
    assert files.names() == GOOD_NAMES
    await files.wakes()
    assert files.names() == []


async def test_a_sweep_of_an_earlier_end_leaves_a_file_that_is_there_again() -> None:
    files = PlayedFiles()
    file = await files.good()
    await files.does(TakeBack(file), ADA)
    gone = files.alarms[f"sweep:{file}"].command
    await files.does(ClaimFiles((file,)), BY_THREAD, NOW + SECOND)
    await files.does(gone, ITSELF, NOW + GRACE)
    await files.does(WithdrawFiles((file,)), BY_THREAD, NOW + HOUR)
    await files.does(gone, ITSELF, NOW + HOUR)
    assert files.names() == GOOD_NAMES


async def test_the_same_content_twice_is_kept_for_each_file_by_itself() -> None:
    files = PlayedFiles()
    one, other = await files.good(), await files.good()
    await files.does(WithdrawFiles((one,)), BY_THREAD)
    await files.wakes(NOW + 2 * HOUR)
    assert not await readable(files, one, ADA)
    assert await readable(files, other, ADA)


async def test_events_replayed_and_snapshots_read_give_the_same_state() -> None:
    files = PlayedFiles(Says(GOOD, LATER, Inspected(why=Why.PIXELS), PDF))
    one, _, _, four = [await files.good(f"{number}.pdf") for number in range(4)]
    await files.announced()
    await files.does(ClaimFiles((one,)), BY_THREAD)
    await files.does(TakeBack(four), ADA)
    assert files.replayed() == files.state == files.restored()
    await files.wakes(NOW + 2 * HOUR)
    assert files.replayed() == files.state == files.restored()
    assert {each.stage for each in files.state.files.values()} >= {Stage.READY, Stage.REFUSED}


async def test_names_are_masked_and_a_state_does_not_print_them() -> None:
    files = PlayedFiles()
    await files.announced("Ada's rash.jpg")
    assert "name" in files.room.personal
    assert "rash" not in repr(files.state)
    assert {type(each) for each in files.events} >= {FolkSet}
    assert not any(isinstance(each, FileReady) for each in files.events)
