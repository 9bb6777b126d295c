"""Pages of a conversation, what was missed of it, words in it: as it is now, by bounded reads."""

from typing import Any

import pytest

from actors.caller import Caller, Role
from actors.conversation.messages import (
    AutomaticItem,
    Changes,
    DeleteMessage,
    EnterThread,
    Found,
    ListChanges,
    ListItems,
    MembersSet,
    MessageDeleted,
    MessageEdited,
    MessageItem,
    MessagePosted,
    MessagesMarked,
    PostMessage,
    ReplyAutomatically,
    SearchThread,
    VisitItem,
    VisitRecorded,
    VisitStep,
)
from actors.conversation.past import FIRST_CHUNK, LONGEST_CHUNK, SPAN
from actors.ids import MessageId, UserId
from actors.refusal import Invalid, NotFound
from actors.runtime.codec import encode
from actors.runtime.journal import Entry
from tests.unit.accounts_support import NOW, result_of
from tests.unit.conversation_support import (
    ANN,
    BY_DOCTOR,
    OUTSIDE,
    PAT,
    Talk,
    pair,
)

MANY = 100_000


def filled(count: int, marks: int = 0) -> Talk:
    """Return a thread in which Ann has written *count* messages, each marked so often by Pat."""
    talk = pair()
    for _ in range(count):
        add(talk, MessagePosted(talk.state.last + 1, AUTHOR, Role.DOCTOR, "Hello", NOW, (TO,)))
        for _ in range(marks):
            number = talk.state.last + 1
            add(talk, MessagesMarked(number, TO, number - 1, number - 1, 0, NOW))
    return talk


AUTHOR, TO = UserId("ann"), UserId("pat")


def add(talk: Talk, event: Any) -> None:  # noqa: ANN401  any of the room's
    """Let *event* have happened."""
    talk.state = talk.room.evolve(talk.state, event)
    number = talk.state.last
    entry = Entry(talk.me, number, 1, MessageId(f"e{number}"), 0, b"", encode([event]))
    talk.shelf.kept.append(entry)


def numbers(talk: Talk, caller: Caller = PAT, **page: int) -> tuple[list[int], bool]:
    view = talk.items(caller, **page)
    return [each.number for each in view.items], view.more


# --- pages ---------------------------------------------------------------------------------------


def test_a_page_has_the_newest_items_before_a_number_oldest_first() -> None:
    talk = pair()
    for text in ("three", "four", "five"):
        talk.post(text, PAT)
    talk.read(5, ANN)
    assert numbers(talk) == ([2, 3, 4, 5], False)
    assert numbers(talk, limit=2) == ([4, 5], True)
    assert numbers(talk, before=4, limit=2) == ([2, 3], False)
    assert numbers(talk, before=4, limit=1) == ([3], True)
    assert numbers(talk, before=2) == ([], False)
    assert numbers(talk, before=99) == numbers(talk) == numbers(talk, before=-1)
    assert numbers(talk, limit=0) == ([5], True)


def test_items_are_messages_steps_and_automatic_replies() -> None:
    talk = pair()
    talk.post("Hello?", PAT, key="k1")
    talk.do(ReplyAutomatically(3, "We answer from nine.", NOW), BY_DOCTOR)
    step, message, automatic = talk.items(ANN).items
    assert isinstance(step, VisitItem)
    assert step.step is VisitStep.CONFIRMED
    assert message == MessageItem(3, UserId("pat"), Role.PATIENT, "Hello?", NOW, "k1")
    assert automatic == AutomaticItem(4, "We answer from nine.", NOW, NOW)


def test_a_page_has_at_most_two_hundred_items() -> None:
    items = filled(250).items(PAT, limit=10**6)
    assert (len(items.items), items.more) == (200, True)


def test_edits_that_lie_far_behind_their_messages_are_read() -> None:
    talk = pair()
    other = talk.post("other", ANN).number
    early = talk.post("first", PAT).number
    for _ in range(3 * FIRST_CHUNK):
        talk.post("between", ANN)
    talk.edit(early, "second", PAT)
    talk.edit(early, "third", PAT)
    talk.delete(other, ANN)
    deleted, edited = talk.items(ANN, before=early + 1, limit=2).items
    assert (edited.text, deleted.text) == ("third", "")  # type: ignore[union-attr]


def test_edits_that_lie_far_from_one_another_are_read_each() -> None:
    talk = pair()
    early = [talk.post(text, PAT).number for text in ("one", "two", "three")]
    for number in early:
        talk.edit(number, f"changed {number}", PAT)
        for _ in range(2 * SPAN):
            talk.post("between", ANN)
    items = talk.items(ANN, before=early[-1] + 1, limit=3).items
    assert [each.text for each in items] == [f"changed {number}" for number in early]  # type: ignore[union-attr]


def test_nothing_is_lost_where_one_read_ends_and_the_next_begins() -> None:
    talk = filled(450, marks=8)  # so a read of 800 events begins just after a message
    whole = [each.number for each in talk.whole(PAT, 200)]
    assert whole == [2, *range(3, 3 + 450 * 9, 9)]


# --- what a page costs ---------------------------------------------------------------------------


def cost(talk: Talk, **page: int) -> tuple[int, int]:
    """Return how many reads a page takes, and how many entries they bring."""
    talk.shelf.reads.clear()
    talk.items(PAT, **page)
    return len(talk.shelf.reads), sum(each.got for each in talk.shelf.reads)


@pytest.fixture(scope="module")
def long_thread() -> Talk:
    return filled(MANY)


def test_a_page_of_a_long_thread_costs_no_more_than_one_of_a_short(long_thread: Talk) -> None:
    short = cost(filled(10))
    assert short == (1, 11)
    for before in (0, MANY // 2, 1000, 40):
        reads, entries = cost(long_thread, before=before, limit=50)
        assert reads == 1
        assert entries <= 4 * 50
    assert cost(long_thread, limit=200) == (1, 800)


def test_what_was_missed_and_single_messages_cost_the_same_in_a_long_thread(
    long_thread: Talk,
) -> None:
    shelf = long_thread.shelf
    shelf.reads.clear()
    page = long_thread.ask(ListChanges(MANY - 5), Changes, PAT)
    assert (len(page.events), page.last, page.more) == (7, MANY + 2, False)
    long_thread.prepared(PostMessage("Yes", "", 70_000), long_thread.asked(PAT))
    assert [each.got for each in shelf.reads] == [7, 1]


def test_marks_between_the_messages_cost_a_few_reads_more() -> None:
    talk = filled(1000, marks=4)
    reads, entries = cost(talk, limit=50)
    assert (reads, entries <= 4 * 50 + 8 * 50) == (2, True)
    page, more = numbers(talk, limit=50)
    assert (len(page), more, page[-1] - page[0]) == (50, True, 49 * 5)


def test_no_read_is_longer_than_the_longest() -> None:
    talk = pair()
    for _ in range(5 * LONGEST_CHUNK):
        number = talk.state.last + 1
        add(talk, MessagesMarked(number, TO, 2, 2, 0, NOW))
    talk.shelf.reads.clear()
    assert numbers(talk) == ([2], False)
    assert max(each.limit for each in talk.shelf.reads) == LONGEST_CHUNK
    assert len(talk.shelf.reads) == 7


def test_edits_that_lie_near_one_another_are_read_together() -> None:
    talk = pair()
    for number in range(40):
        talk.post(f"Message {number}", PAT)
    for number in range(3, 43):
        talk.edit(number, "Else", PAT)
    talk.shelf.reads.clear()
    assert len(talk.items(PAT).items) == 41
    assert [each.got for each in talk.shelf.reads] == [81, 40]
    assert SPAN >= 40


# --- what was missed -----------------------------------------------------------------------------


def test_what_happened_after_a_number_comes_in_order_and_once() -> None:
    talk = pair()
    talk.post("One", PAT)
    talk.do(EnterThread(), ANN)
    talk.offer("scan", ANN)
    talk.read(3, ANN)
    talk.edit(3, "Two", PAT)
    kinds = [type(each) for each in talk.changes(PAT)]
    assert kinds == [MembersSet, VisitRecorded, MessagePosted, MessagesMarked, MessageEdited]
    assert [each.number for each in talk.changes(PAT, after=3)] == [6, 7]
    assert [each.number for each in talk.changes(PAT, after=1, limit=1)] == [2, 3, 6, 7]
    assert talk.changes(PAT, after=7) == []


def test_who_has_seen_more_than_there_is_goes_on_from_what_there_is() -> None:
    talk = pair()
    page = talk.ask(ListChanges(99), Changes, PAT)
    assert (page.events, page.last, page.more) == ((), 2, False)
    assert talk.ask(ListChanges(-7), Changes, PAT).last == 2


def test_a_page_of_nothing_to_be_told_still_goes_on() -> None:
    talk = pair()
    talk.do(EnterThread(), ANN)
    talk.post("One", PAT)
    page = talk.ask(ListChanges(2, 1), Changes, PAT)
    assert (page.events, page.last, page.more) == ((), 3, True)


def test_what_was_deleted_is_not_told_again() -> None:
    talk = pair()
    file = talk.offer("secret", PAT)
    talk.post("secret one", PAT, files=(file.file,))
    talk.edit(4, "secret two", PAT)
    talk.post("An answer", ANN, reply_to=4)
    talk.delete(4, PAT)
    changes = talk.changes(ANN)
    assert b"secret one" not in encode(changes)
    assert b"secret" not in encode([each for each in changes if not _is_deletion(each)])
    posted, edited, answer, deleted = changes[-4:]
    assert (posted.text, posted.files, edited.text, answer.quote.text) == ("", (), "", "")
    assert (answer.text, deleted.original) == ("An answer", 4)


def _is_deletion(event: object) -> bool:
    """Tell of a deletion, which names the files (by their ids) that are withdrawn."""
    return isinstance(event, MessageDeleted)


# --- words ---------------------------------------------------------------------------------------


def test_messages_are_found_by_their_words_newest_first() -> None:
    talk = pair()
    talk.post("My knee hurts", PAT)
    talk.post("Which knee?", ANN)
    talk.post("The left one", PAT)
    assert talk.found("KNEE", PAT) == [4, 3]
    assert talk.found("kne hur", ANN) == [3]
    assert talk.found("knee", PAT, limit=1) == [4]
    assert talk.found("knee", PAT, before=4) == [3]
    assert talk.found("elbow", PAT) == talk.found("  ", PAT) == []
    view = talk.ask(SearchThread("knee", 0, 1), Found, ANN)
    assert (view.more, view.items[0].excerpt) == (True, "Which knee?")
    assert (view.items[0].author, view.items[0].at) == ("ann", NOW)


def test_a_changed_message_is_found_by_its_new_words_and_a_deleted_one_by_none() -> None:
    talk = pair()
    talk.post("My knee", PAT)
    talk.edit(3, "My elbow", PAT)
    assert (talk.found("knee", PAT), talk.found("elbow", PAT)) == ([], [3])
    talk.delete(3, PAT)
    assert talk.found("elbow", PAT) == []


def test_who_looks_for_more_than_fits_is_told() -> None:
    refusal = pair().refused(SearchThread("x" * 201), PAT)
    assert (isinstance(refusal, Invalid), list(refusal.fields)) == (True, ["words"])


# --- what happens while it is read ---------------------------------------------------------------


@pytest.mark.parametrize("query", [ListItems(), ListChanges(0), SearchThread("secret")], ids=type)
def test_what_is_deleted_while_the_past_is_read_is_not_shown(query: Any) -> None:  # noqa: ANN401  any of the room's
    talk = pair()
    talk.post("a secret", PAT)
    talk.post("Yes", ANN, reply_to=3)
    asked = talk.asked(ANN)
    prepared = talk.prepared(query, asked)
    talk.do(DeleteMessage(3), PAT)
    view = talk.room.answer(talk.state, prepared, asked)
    assert b"secret" not in encode(view).replace(b"SearchThread", b"")


def test_who_may_not_read_any_more_when_it_is_answered_sees_nothing() -> None:
    talk = pair()
    asked = talk.asked(ANN)
    prepared = [talk.prepared(each, asked) for each in (ListItems(), ListChanges(0))]
    talk.visit(VisitStep.CANCELLED)
    for each in prepared:
        with pytest.raises(NotFound):
            talk.room.answer(talk.state, each, asked)


def test_what_is_not_on_disk_yet_is_left_to_the_next_question() -> None:
    talk = pair()
    talk.post("One", PAT)
    talk.edit(3, "Two", PAT)
    entry = talk.shelf.kept.pop()
    assert [each.text for each in talk.items(ANN).items[1:]] == ["One"]  # type: ignore[union-attr]
    page = talk.ask(ListChanges(0), Changes, ANN)
    assert (page.last, page.more) == (3, True)
    talk.shelf.kept.append(entry)
    assert [each.text for each in talk.items(ANN).items[1:]] == ["Two"]  # type: ignore[union-attr]


@pytest.mark.parametrize("caller", OUTSIDE)
@pytest.mark.parametrize("query", [ListItems(), ListChanges(0), SearchThread("One")])
def test_nobody_else_reads_and_nothing_is_read_for_them(caller: Caller, query: Any) -> None:  # noqa: ANN401  any of the room's
    talk = pair()
    talk.post("One", PAT)
    assert isinstance(talk.refused(query, caller), NotFound)
    assert talk.shelf.reads == []
    mine = talk.prepared(query, talk.asked(PAT))
    with pytest.raises(NotFound):
        talk.room.answer(talk.state, mine, talk.asked(caller))


def test_a_shelf_reads_as_a_journal_does() -> None:
    talk = pair()
    talk.post("One", PAT)
    read = talk.shelf.entries
    assert [each.seq for each in result_of(read(talk.me, 1))] == [1, 3]
    assert [each.seq for each in result_of(read(talk.me, 2, 1))] == [3]


BUS = 256 * 1024
"""What the bus carries at once."""


def test_a_page_of_the_longest_messages_fits_into_one_answer_and_none_is_left_out() -> None:
    talk = pair()
    texts = [f"{number} ".ljust(4000, "\N{GRINNING FACE}") for number in range(60)]
    for text in texts:
        talk.post(text, PAT)
    page = talk.items(ANN, limit=200)
    assert page.more
    assert len(encode(page)) < BUS
    changes = talk.ask(ListChanges(0, 200), Changes, ANN)
    assert changes.more
    assert len(encode(changes)) < BUS
    assert [each.text for each in talk.whole(ANN, 200) if isinstance(each, MessageItem)] == texts
    told = [each.text for each in talk.changes(ANN) if isinstance(each, MessagePosted)]
    assert told == texts
