"""Writing, answering, changing and deleting messages, and the files in them."""

from datetime import timedelta
from typing import Any

import pytest

from actors.caller import Caller, Role, actor_caller
from actors.conversation.messages import (
    EDIT_WITHIN,
    MOST_FILES,
    MOST_TEXT,
    Attachment,
    DeleteMessage,
    DropFile,
    EditMessage,
    FileDropped,
    ListItems,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    OfferFile,
    PostMessage,
    PostQuoting,
    Quote,
    VisitStep,
)
from actors.files import messages as files
from actors.ids import FileId, UserId
from actors.notify.messages import NoteMessage, NoteWritten
from actors.passages import Passage
from actors.refusal import Invalid, NotAllowed, NotFound, Refusal
from tests.unit.accounts_support import NOW
from tests.unit.conversation_support import (
    ANN,
    BOB,
    BY_DOCTOR,
    BY_PATIENT,
    HOUR,
    OUTSIDE,
    PAIR,
    PAT,
    pair,
    team,
)

BY_FILES = actor_caller(files.address_of(PAIR))
WORDS = "My knee hurts when I climb stairs."


def said(refusal: Refusal) -> tuple[str, list[str]]:
    return refusal.code, sorted(refusal.fields)


# --- writing -------------------------------------------------------------------------------------


def test_a_message_stands_under_the_next_number_and_is_to_all_others() -> None:
    talk = team()
    posted = talk.post(f"  {WORDS}\n", BOB, key="k1")
    assert posted == MessagePosted(
        number=3,
        author=UserId("bob"),
        role=Role.DOCTOR,
        text=WORDS,
        at=NOW,
        to=(UserId("pat"), UserId("ann")),
        key="k1",
    )
    assert [each.number for each in talk.items(PAT).items] == [2, 3]
    assert talk.thread(PAT).latest == talk.items(PAT).items[-1]


def test_the_others_letter_boxes_and_the_authors_own_are_told() -> None:
    talk = team()
    talk.post(WORDS, BOB)
    assert talk.sends("notify") == [
        ("pat", NoteMessage(talk.state.id, 3, NOW)),
        ("ann", NoteMessage(talk.state.id, 3, NOW)),
        ("bob", NoteWritten(talk.state.id, NOW)),
    ]
    assert talk.sends("files") == []


@pytest.mark.parametrize("text", ["", "  \n ", "x" * (MOST_TEXT + 1), "a\x00b", "\x1b[31m"])
def test_a_text_must_be_a_text_of_a_length(text: str) -> None:
    talk = pair()
    mine = talk.post(WORDS, PAT).number
    assert said(talk.refused(PostMessage(text), PAT)) == ("invalid", ["text"])
    assert said(talk.refused(EditMessage(mine, text), PAT)) == ("invalid", ["text"])


def test_the_longest_text_fits_and_lines_and_signs_stay_as_they_are() -> None:
    talk = pair()
    assert len(talk.post("y" * MOST_TEXT, PAT).text) == MOST_TEXT
    assert talk.post("a\n\tb \U0001f9e1 <b>", ANN).text == "a\n\tb \U0001f9e1 <b>"


def test_a_key_is_no_text() -> None:
    assert said(pair().refused(PostMessage(WORDS, "k" * 65), PAT)) == ("invalid", ["key"])


@pytest.mark.parametrize("caller", OUTSIDE)
@pytest.mark.parametrize(
    "command", [PostMessage(WORDS), EditMessage(3, WORDS), DeleteMessage(3), PostMessage("", "", 3)]
)
def test_nobody_else_writes_and_nothing_is_read_for_them(caller: Caller, command: Any) -> None:  # noqa: ANN401  any of the room's
    talk = pair()
    talk.post(WORDS, PAT)
    assert isinstance(talk.refused(command, caller), NotFound)
    assert talk.shelf.reads == []


def test_who_is_no_member_any_more_when_it_is_decided_does_not_write() -> None:
    talk = team()
    asked = talk.asked(BOB)
    prepared = talk.prepared(PostMessage(WORDS), asked)
    talk.request(doctors=())
    with pytest.raises(NotFound):
        talk.decided(prepared, asked)


# --- answering a message -------------------------------------------------------------------------


def test_an_answer_quotes_how_the_message_begins_as_it_reads_now() -> None:
    talk = pair()
    first = talk.post(WORDS, PAT).number
    assert talk.post("Since when?", ANN, reply_to=first).quote == Quote(first, UserId("pat"), WORDS)
    talk.edit(first, "long " * 200, PAT)
    quote = talk.post("Oh.", ANN, reply_to=first).quote
    assert quote is not None
    assert quote.text.startswith("long long")
    assert quote.text.endswith("…")
    assert len(quote.text) <= 141


def test_an_answer_to_a_file_quotes_its_name() -> None:
    talk = pair()
    file = talk.offer("scan", PAT)
    first = talk.post("", PAT, files=(file.file,)).number
    assert talk.post("Thank you", ANN, reply_to=first).quote == Quote(
        first, UserId("pat"), "scan.pdf"
    )


@pytest.mark.parametrize("number", [1, 2, 4, 5, 99, -1])
def test_an_answer_needs_a_message_of_this_thread_that_is_there(number: int) -> None:
    talk = pair()
    talk.post(WORDS, PAT)
    talk.read(3, ANN)
    talk.post("Another", PAT)
    talk.delete(5, PAT)
    refusal = talk.refused(PostMessage("Yes?", "", number), ANN)
    assert said(refusal) == ("message_gone", ["reply_to"])


def test_what_is_deleted_while_it_is_read_is_not_quoted() -> None:
    talk = pair()
    talk.post(WORDS, PAT)
    asked = talk.asked(ANN)
    prepared = talk.prepared(PostMessage("Yes?", "", 3), asked)
    talk.delete(3, PAT)
    with pytest.raises(Refusal, match="not there any more"):
        talk.decided(prepared, asked)


def test_an_answer_that_was_not_prepared_is_a_fault() -> None:
    talk = pair()
    for command in (PostMessage("Yes?", "", 3), EditMessage(3, "x"), DeleteMessage(3)):
        with pytest.raises(TypeError, match="must be prepared"):
            talk.room.decide(talk.state, command, talk.asked(PAT))
    assert talk.room.decide(talk.state, PostMessage("Yes"), talk.asked(PAT))
    with pytest.raises(TypeError, match="must be prepared"):
        talk.room.answer(talk.state, ListItems(), talk.asked(PAT))


# --- changing ------------------------------------------------------------------------------------


def test_a_message_reads_as_it_was_changed_last() -> None:
    talk = pair()
    mine = talk.post(WORDS, PAT).number
    talk.now += HOUR
    assert talk.edit(mine, " My other knee. ", PAT) == [
        MessageEdited(4, mine, UserId("pat"), "My other knee.", NOW + HOUR)
    ]
    talk.edit(mine, "Both knees.", PAT)
    item = talk.items(ANN).items[-1]
    assert (item.number, item.text, item.at) == (mine, "Both knees.", NOW)  # type: ignore[union-attr]
    assert item.edited_at == NOW + HOUR  # type: ignore[union-attr]
    assert talk.thread(ANN).latest == item


def test_a_change_of_an_earlier_message_leaves_the_newest_as_it_is() -> None:
    talk = pair()
    talk.post(WORDS, PAT)
    talk.post("Since when?", ANN)
    talk.edit(3, "Else", PAT)
    assert talk.thread(PAT).latest == talk.items(PAT).items[-1]
    assert talk.thread(PAT).latest.text == "Since when?"  # type: ignore[union-attr]


def test_the_same_text_again_changes_nothing() -> None:
    talk = pair()
    talk.post(WORDS, PAT)
    assert talk.edit(3, f"{WORDS}  ", PAT) == []
    talk.edit(3, "Else", PAT)
    assert talk.edit(3, "Else", PAT) == []
    assert talk.edit(3, WORDS, PAT) != []


def test_an_edit_back_that_crosses_another_is_kept() -> None:
    talk = pair()
    talk.post(WORDS, PAT)
    asked = talk.asked(PAT)
    back = talk.prepared(EditMessage(3, WORDS), asked)
    talk.edit(3, "Else", PAT)
    [edited] = talk.decided(back, asked)
    assert edited.text == WORDS


def test_a_message_is_changed_within_a_day_and_not_after() -> None:
    talk = pair()
    talk.post(WORDS, PAT)
    talk.now += EDIT_WITHIN - timedelta(seconds=1)
    assert talk.edit(3, "Just in time", PAT)
    talk.now += timedelta(seconds=1)
    assert talk.refused(EditMessage(3, "Too late"), PAT).code == "too_late_to_edit"


def test_a_deleted_message_is_not_changed() -> None:
    talk = pair()
    talk.post(WORDS, PAT)
    talk.delete(3, PAT)
    assert talk.refused(EditMessage(3, "Again"), PAT).code == "too_late_to_edit"


@pytest.mark.parametrize("command", [EditMessage(3, "Mine"), DeleteMessage(3)])
def test_only_the_author_changes_and_deletes(command: EditMessage | DeleteMessage) -> None:
    talk = team()
    talk.post(WORDS, BOB)
    assert isinstance(talk.refused(command, ANN), NotAllowed)
    assert isinstance(talk.refused(command, PAT), NotAllowed)


@pytest.mark.parametrize("number", [0, 1, 2, 99, -3])
def test_what_is_no_message_is_not_changed_or_deleted(number: int) -> None:
    talk = pair()
    assert isinstance(talk.refused(EditMessage(number, "x"), PAT), NotFound)
    assert isinstance(talk.refused(DeleteMessage(number), PAT), NotFound)


# --- deleting ------------------------------------------------------------------------------------


def test_a_deleted_message_leaves_its_place_and_nothing_that_was_said() -> None:
    talk = pair()
    file = talk.offer("scan", PAT)
    mine = talk.post(WORDS, PAT, files=(file.file,)).number
    talk.post("Since when?", ANN, reply_to=mine)
    talk.edit(mine, "My other knee", PAT)
    talk.sent.clear()
    talk.now += 10 * EDIT_WITHIN
    [deleted] = talk.delete(mine, PAT)
    assert deleted == MessageDeleted(7, mine, UserId("pat"), talk.now, (FileId("scan"),))
    assert talk.sends("files") == [(PAIR, files.WithdrawFiles((FileId("scan"),)))]
    message, answer = talk.items(ANN).items[1:]
    assert (message.text, message.files, message.deleted_at) == ("", (), talk.now)  # type: ignore[union-attr]
    assert answer.quote == Quote(mine, UserId("pat"), "")  # type: ignore[union-attr]
    assert talk.delete(mine, PAT) == []


def test_a_message_without_files_withdraws_none() -> None:
    talk = pair()
    talk.post(WORDS, PAT)
    talk.sent.clear()
    talk.delete(3, PAT)
    assert talk.sent == []


def test_the_newest_item_is_shown_without_what_was_deleted() -> None:
    talk = pair()
    talk.post(WORDS, PAT)
    talk.post("Since when?", ANN, reply_to=3)
    talk.delete(3, PAT)
    latest = talk.thread(PAT).latest
    assert latest == talk.items(PAT).items[-1]
    assert latest.quote == Quote(3, UserId("pat"), "")  # type: ignore[union-attr]
    talk.delete(4, ANN)
    assert talk.thread(PAT).latest == talk.items(PAT).items[-1]
    assert b"Since when" not in talk.room.kind.encode() + repr(talk.state.latest).encode()


def test_in_a_closed_thread_nothing_is_changed_or_deleted() -> None:
    talk = pair()
    talk.post(WORDS, PAT)
    talk.visit(VisitStep.CANCELLED)
    for command in (EditMessage(3, "x"), DeleteMessage(3)):
        assert talk.refused(command, PAT).code == "thread_closed"
        assert isinstance(talk.refused(command, ANN), NotFound)


# --- files ---------------------------------------------------------------------------------------


def test_a_file_may_be_a_message_without_a_text() -> None:
    talk = pair()
    one, two = talk.offer("one", PAT), talk.offer("two", PAT)
    posted = talk.post("", PAT, files=(two.file, one.file, two.file))
    assert posted.files == (two, one)
    assert talk.sends("files") == [(PAIR, files.ClaimFiles((two.file, one.file)))]
    assert talk.items(ANN).items[-1].files == (two, one)  # type: ignore[union-attr]
    assert talk.edit(posted.number, "A note", PAT)
    assert talk.edit(posted.number, "", PAT)
    assert posted.number not in talk.shelf.passages


def test_files_that_are_unknown_or_gone_or_anothers_are_refused() -> None:
    talk = pair()
    file, gone, hers = talk.offer("one", PAT), talk.offer("gone", PAT), talk.offer("hers", ANN)
    assert talk.do(DropFile(gone.file), BY_FILES) == [FileDropped(gone.file, NOW)]
    assert talk.do(DropFile(gone.file), BY_FILES) == []
    for name in ("unknown", gone.file, hers.file):
        refusal = talk.refused(PostMessage(WORDS, "", 0, (file.file, FileId(name))), PAT)
        assert said(refusal) == ("file_not_ready", ["files"])
    talk.post("", PAT, files=(file.file,))
    refusal = talk.refused(PostMessage("", "", 0, (file.file,)), PAT)
    assert said(refusal) == ("file_not_ready", ["files"])


def test_no_more_than_ten_files_are_in_one_message() -> None:
    talk = pair()
    names = tuple(talk.offer(f"f{number}", PAT).file for number in range(MOST_FILES + 1))
    refusal = talk.refused(PostMessage(WORDS, "", 0, names), PAT)
    assert (isinstance(refusal, Invalid), sorted(refusal.fields)) == (True, ["files"])
    assert len(talk.post(WORDS, PAT, files=names[1:]).files) == MOST_FILES


def test_a_file_is_offered_once() -> None:
    talk = pair()
    file = talk.offer("one", PAT)
    assert talk.do(OfferFile(UserId("pat"), file), BY_FILES) == []


@pytest.mark.parametrize("caller", [PAT, ANN, BY_PATIENT, BY_DOCTOR])
def test_only_the_files_of_this_thread_are_offered(caller: Caller) -> None:
    talk = pair()
    offered = OfferFile(UserId("pat"), Attachment(FileId("f"), "f.pdf", "application/pdf", 1))
    assert isinstance(talk.refused(offered, caller), NotAllowed)
    assert isinstance(talk.refused(DropFile(FileId("f")), caller), NotAllowed)
    elsewhere = actor_caller(files.address_of(team().state.id))
    assert isinstance(talk.refused(offered, elsewhere), NotAllowed)


# --- what can be found ---------------------------------------------------------------------------


def test_what_is_posted_can_be_found_until_it_is_changed_or_deleted() -> None:
    talk = pair()
    posted = talk.post(WORDS, PAT)
    [edited] = talk.edit(3, "Else", PAT)
    [deleted] = talk.delete(3, PAT)
    found = [talk.room.passages(each) for each in (posted, edited, deleted, talk.events[0])]
    assert found == [(Passage(3, WORDS),), (Passage(3, "Else"),), (Passage(3, ""),), ()]


def test_a_command_says_what_it_was_made_of() -> None:
    talk = pair()
    prepared = talk.prepared(PostMessage(WORDS), talk.asked(PAT))
    assert prepared == PostQuoting(PostMessage(WORDS), None)
    assert talk.shelf.reads == []
