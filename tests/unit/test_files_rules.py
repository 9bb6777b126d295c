"""Who may add, read and take back files, and how many."""

import pytest

from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.conversation.messages import address_of as thread_at
from actors.files.inspecting import Inspected
from actors.files.messages import (
    MOST_BYTES,
    MOST_FILES,
    MOST_PERSON_BYTES,
    MOST_UNPOSTED,
    AnnounceFile,
    ClaimFiles,
    FolkSet,
    ForgetFile,
    GetFile,
    InspectFile,
    KeepPart,
    SetFolk,
    Stage,
    SweepFile,
    TakeBack,
    Why,
    WithdrawFiles,
    address_of,
)
from actors.files.refusals import SpaceUsedUp, TooLarge, TooManyWaiting, TypeNotTaken
from actors.files.state.kept import KeptFile
from actors.ids import ConversationId, FileId, UserId
from actors.refusal import Invalid, NotAllowed, NotFound
from tests.unit.accounts_support import ADMIN, HOUR, NOW, OPERATOR
from tests.unit.files_support import (
    ADA,
    BY_THREAD,
    EVE,
    FOLK,
    LATER,
    ZOE,
    PlayedFiles,
    Says,
    readable,
    refused,
    view,
)

ELSEWHERE = ConversationId("eve-zoe")
STRANGERS = [EVE, ADMIN, OPERATOR, NOBODY, Caller("ada", Role.ADMIN), Caller("", Role.PATIENT)]


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
