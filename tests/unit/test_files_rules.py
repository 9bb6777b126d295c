"""Who may add, read and take back files; how many; and what becomes of each."""

from datetime import timedelta

import pytest

from actors.asked import Asked
from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.conversation.messages import Attachment, DropFile, OfferFile
from actors.conversation.messages import address_of as thread_at
from actors.files.inspecting import Inspected
from actors.files.messages import (
    MOST_BYTES,
    MOST_FILES,
    MOST_PERSON_BYTES,
    MOST_UNPOSTED,
    PART_BYTES,
    UNPOSTED_LIFE,
    AnnounceFile,
    ClaimFiles,
    FileReady,
    FileRefused,
    FilesClaimed,
    FilesWithdrawn,
    FileView,
    FolkSet,
    ForgetFile,
    GetFile,
    InspectFile,
    KeepPart,
    PartView,
    ReadPart,
    SetFolk,
    Stage,
    SweepFile,
    TakeBack,
    Why,
    WithdrawFiles,
    address_of,
)
from actors.files.refusals import AlreadyPosted, SpaceUsedUp, TooLarge, TooManyWaiting, TypeNotTaken
from actors.files.state.kept import GRACE, REFUSED_KEPT, KeptFile
from actors.ids import ConversationId, FileId, MessageId, UserId
from actors.refusal import Invalid, NotAllowed, NotFound, Refusal
from tests.unit.accounts_support import ADMIN, DAY, HOUR, NOW, OPERATOR, SECOND
from tests.unit.files_support import (
    ADA,
    BY_THREAD,
    EVE,
    FOLK,
    GOOD,
    ITSELF,
    LATER,
    ZOE,
    PlayedFiles,
    Says,
    kept_name,
)

ELSEWHERE = ConversationId("eve-zoe")
STRANGERS = [EVE, ADMIN, OPERATOR, NOBODY, Caller("ada", Role.ADMIN), Caller("", Role.PATIENT)]
GOOD_NAMES = sorted([kept_name(b"good"), kept_name(b"small")])
PDF = Inspected(b"%PDF", "application/pdf")


async def refused(files: PlayedFiles, command: object, caller: Caller) -> Refusal:
    before = files.state
    with pytest.raises(Refusal) as caught:
        await files.does(command, caller)
    assert files.state is before
    return caught.value


async def readable(files: PlayedFiles, file: FileId, caller: Caller) -> bool:
    """Return whether *caller* can read the file, and its small picture (both, or neither)."""
    found = []
    for thumbnail in (False, True):
        try:
            found.append(bool(await files.asks(ReadPart(file, thumbnail=thumbnail), caller)))
        except NotFound:
            found.append(False)
    assert found[0] is found[1]
    return found[0]


async def view(files: PlayedFiles, file: FileId, caller: Caller = ADA) -> FileView:
    found = await files.asks(GetFile(file), caller)
    assert isinstance(found, FileView)
    return found


def closed(files: PlayedFiles, readers: tuple[UserId, ...] = FOLK) -> None:
    """Let nobody write here any more, and only *readers* read."""
    files.do(SetFolk(readers, ()), BY_THREAD)


# --- who ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "command",
    [
        SetFolk((UserId("eve"),), ()),
        ClaimFiles((FileId("f"),)),
        WithdrawFiles((FileId("f"),)),
        ForgetFile(FileId("f"), NOW),
        InspectFile(FileId("f")),
        SweepFile(FileId("f"), NOW),
    ],
)
@pytest.mark.parametrize(
    "caller",
    [ADA, ZOE, *STRANGERS, actor_caller(thread_at(ELSEWHERE)), actor_caller(address_of(ELSEWHERE))],
)
async def test_what_actors_say_nobody_else_may_say(command: object, caller: Caller) -> None:
    files = PlayedFiles()
    assert isinstance(await refused(files, command, caller), NotAllowed)


async def test_the_conversation_says_who_may_what() -> None:
    files = PlayedFiles()
    assert await files.does(SetFolk(FOLK, FOLK), BY_THREAD) == []
    [event] = await files.does(SetFolk(FOLK, FOLK[:1]), BY_THREAD)
    assert event == FolkSet(FOLK, FOLK[:1], NOW)


@pytest.mark.parametrize("caller", STRANGERS)
async def test_f06_strangers_neither_add_nor_see_nor_read_nor_take_back(caller: Caller) -> None:
    files = PlayedFiles()
    file = await files.good()
    assert isinstance(await refused(files, AnnounceFile("a.jpg", 1), caller), NotFound)
    assert isinstance(await refused(files, TakeBack(file), caller), NotFound)
    assert not await readable(files, file, caller)
    with pytest.raises(NotFound):
        await files.asks(GetFile(file), caller)


@pytest.mark.parametrize("caller", [ADA, ZOE, *STRANGERS])
async def test_f06_nobody_watches_since_files_are_their_owners_until_they_are_posted(
    caller: Caller,
) -> None:
    files = PlayedFiles()
    assert not files.room.may_watch(files.state, caller)


async def test_f06_readers_read_what_is_good_and_nothing_before() -> None:
    files = PlayedFiles(Says(LATER))
    file = await files.uploaded()
    for _ in ("checking", "quarantined"):
        assert not await readable(files, file, ZOE)
        assert not await readable(files, file, ADA)
        with pytest.raises(NotFound):
            await files.asks(GetFile(file), ZOE)
        assert (await view(files, file)).stage is not Stage.READY
        await files.wakes()
    await files.wakes(NOW + HOUR)
    assert await readable(files, file, ZOE)
    assert await readable(files, file, ADA)


async def test_f06_who_is_a_reader_no_more_reads_no_more_not_even_own_files() -> None:
    files = PlayedFiles()
    file = await files.good()
    closed(files, readers=(UserId("zoe"),))
    assert not await readable(files, file, ADA)
    assert await readable(files, file, ZOE)
    with pytest.raises(NotFound):
        await files.asks(GetFile(file), ADA)


async def test_in_a_closed_conversation_readers_read_and_nobody_adds() -> None:
    files = PlayedFiles()
    file = await files.good()
    begun = await files.announced("b.jpg")
    closed(files)
    assert await readable(files, file, ADA)
    assert isinstance(await refused(files, AnnounceFile("a.jpg", 1), ADA), NotAllowed)
    with pytest.raises(NotAllowed):
        await files.does(KeepPart(begun, 0, b"0"), ADA)


# --- how many ----------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, -1])
async def test_an_empty_file_is_refused(size: int) -> None:
    assert isinstance(await refused(PlayedFiles(), AnnounceFile("a.jpg", size), ADA), Invalid)


async def test_f01_a_file_has_at_most_25_mib() -> None:
    files = PlayedFiles()
    too_large = AnnounceFile("a.jpg", MOST_BYTES + 1)
    assert isinstance(await refused(files, too_large, ADA), TooLarge)
    await files.announced("a.jpg", MOST_BYTES)


async def test_f01_a_file_that_promises_no_type_is_refused_at_once() -> None:
    refusal = await refused(PlayedFiles(), AnnounceFile("x.pdf.exe", 10), ADA)
    assert isinstance(refusal, TypeNotTaken)


async def test_f01_only_so_many_files_of_a_person_wait() -> None:
    files = PlayedFiles()
    waiting = [await files.announced() for _ in range(MOST_UNPOSTED)]
    assert isinstance(await refused(files, AnnounceFile("a.jpg", 1), ADA), TooManyWaiting)
    await files.announced(caller=ZOE)
    await files.does(TakeBack(waiting[0]), ADA)
    await files.announced()


async def test_f01_files_that_were_posted_or_refused_do_not_wait() -> None:
    files = PlayedFiles(Says(*[Inspected(why=Why.TYPE)] * MOST_UNPOSTED))
    for _ in range(MOST_UNPOSTED):
        await files.good()
    for _ in range(MOST_UNPOSTED):
        await files.does(ClaimFiles((await files.good(),)), BY_THREAD)
    await files.announced()


def _filled(files: PlayedFiles, count: int, size: int) -> None:
    kept = KeptFile(UserId("ada"), "a.jpg", size, Stage.READY, posted=True)
    files.state.files.update({FileId(f"f{number}"): kept for number in range(count)})


async def test_f01_a_person_has_so_many_files_and_bytes_in_a_conversation() -> None:
    files = PlayedFiles()
    _filled(files, MOST_FILES, 1)
    assert isinstance(await refused(files, AnnounceFile("a.jpg", 1), ADA), SpaceUsedUp)
    await files.announced(caller=ZOE)
    files = PlayedFiles()
    _filled(files, 2, MOST_PERSON_BYTES // 2)
    assert isinstance(await refused(files, AnnounceFile("a.jpg", 1), ADA), SpaceUsedUp)
    await files.does(WithdrawFiles((FileId("f0"),)), BY_THREAD)
    await files.announced()


# --- good, refused, later ----------------------------------------------------------------------


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


# --- posted, withdrawn, swept ------------------------------------------------------------------


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
