"""Messages that wait: counted, pushed once, told of by one letter, and found again."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.address import Address
from actors.asked import Asked
from actors.caller import NOBODY, Caller, Role
from actors.ids import ConversationId, MessageId, UserId
from actors.notify.actor import room
from actors.notify.messages import (
    Channel,
    Choices,
    DigestDue,
    DigestWritten,
    FoundMessages,
    GetBell,
    LetterQueued,
    ListThreads,
    MessagesDue,
    NoteMessage,
    NoteRead,
    NoteThread,
    NoteWritten,
    Outcome,
    SearchThreads,
    SetChoices,
    SetRecipient,
    Subscribe,
    Threads,
)
from actors.passages import Hit
from actors.refusal import NotAllowed, NotFound
from tests.simulation.post import NoPast
from tests.unit.accounts_support import (
    ADMIN,
    HOUR,
    NOW,
    OPERATOR,
    SECOND,
    Played,
    refusal_of,
    result_of,
)
from tests.unit.notify_support import (
    ACCOUNT,
    ADA,
    CHART,
    PERSON,
    WRITERS,
    Running,
    Said,
    box,
    phone,
    talk,
    thread,
)

MINUTE = timedelta(minutes=1)
T1, T2 = ConversationId("t1"), ConversationId("t2")
DOC = SetRecipient(UserId("doc"), "doc@example.org", "Dr Zoe", Role.DOCTOR, "UTC")


def writing(*outcomes: Outcome, recipient: SetRecipient = ADA) -> Running:
    """Return somebody's letter box, with a browser and two threads."""
    running = Running(recipient, *outcomes)
    running.tell(Subscribe(phone()), running.person)
    for name in ("t1", "t2"):
        running.tell(NoteThread(thread(name), member=True), talk(name))
    return running


def wrote(running: Running, number: int, name: str = "t1") -> None:
    running.tell(NoteMessage(ConversationId(name), number, running.now), talk(name))


def read(running: Running, unread: int = 0, name: str = "t1") -> None:
    running.tell(NoteRead(ConversationId(name), unread), talk(name))


def threads(running: Running, query: ListThreads | None = None) -> Threads:
    view: Threads = running.played.ask(query or ListThreads(), running.person)
    return view


# --- the list ------------------------------------------------------------------------------------


def test_the_thread_last_written_in_comes_first() -> None:
    running = writing()
    assert [each.thread.id for each in threads(running).items] == [T2, T1]
    running.wait(SECOND)
    wrote(running, 1)
    assert [each.thread.id for each in threads(running).items] == [T1, T2]
    running.wait(SECOND)
    running.tell(NoteWritten(T2, running.now), talk("t2"))
    assert [(each.thread.id, each.unread) for each in threads(running).items] == [(T2, 0), (T1, 1)]


def test_who_left_has_the_thread_no_more_and_nothing_of_it_is_unread() -> None:
    running = writing()
    wrote(running, 1)
    running.tell(NoteThread(thread(), member=False), talk())
    assert [each.thread.id for each in threads(running).items] == [T2]
    assert running.played.ask(GetBell(), PERSON).unread == 0
    assert running.tell(NoteThread(thread(), member=False), talk()) == []
    assert running.tell(NoteMessage(T1, 2, running.now), talk()) == []
    assert running.tell(NoteWritten(T1, running.now), talk()) == []
    assert running.tell(NoteRead(T1, 0), talk()) == []
    assert "messages:t1" not in running.wakes


def test_a_thread_that_is_noted_again_keeps_what_is_unread() -> None:
    running = writing()
    wrote(running, 1)
    assert running.tell(NoteThread(thread(), member=True), talk()) == []
    running.tell(NoteThread(thread(whose="Dr Z. Zoe"), member=True), talk())
    [head] = [each for each in threads(running).items if each.thread.id == T1]
    assert (head.thread.name, head.unread) == ("Dr Z. Zoe", 1)


def test_threads_are_read_page_by_page_and_by_name() -> None:
    running = Running()
    names = ["Dr Zoë", "Dr Zahn", "Dr Abel"]
    for number, name in enumerate(names):
        running.wait(SECOND)
        running.tell(NoteThread(thread(f"t{number}", name), member=True), talk(f"t{number}"))
    page = threads(running, ListThreads(skip=1, limit=1))
    assert ([each.thread.name for each in page.items], page.more) == (["Dr Zahn"], True)
    found = threads(running, ListThreads(text=" ZOE "))
    assert [each.thread.name for each in found.items] == ["Dr Zoë"]
    assert threads(running, ListThreads(skip=3)).items == ()


def test_threads_from_before_anybody_was_known_are_not_lost() -> None:
    played = Played(room({}, {}, NoPast()), "ada")
    played.do(NoteThread(thread(), member=True), talk())
    played.do(NoteMessage(T1, 1, NOW), talk())
    with pytest.raises(NotFound):
        played.ask(ListThreads(), PERSON)
    played.do(ADA, ACCOUNT)
    assert played.ask(ListThreads(), PERSON).unread == 1


def test_a_doctor_has_no_thread_that_is_closed_and_a_patient_has() -> None:
    for recipient, left in ((DOC, [T2]), (ADA, [T2, T1])):
        running = writing(recipient=recipient)
        wrote(running, 1)
        running.wait(SECOND)
        wrote(running, 1, "t2")
        running.tell(NoteThread(thread(is_open=False), member=True), talk())
        assert [each.thread.id for each in threads(running).items] == left
        assert threads(running).unread == len(left)


# --- counting ------------------------------------------------------------------------------------


def test_a_message_that_is_noted_twice_counts_once() -> None:
    running = writing()
    wrote(running, 3)
    assert running.tell(NoteMessage(T1, 3, running.now), talk()) == []
    assert threads(running).unread == 1


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(["t1", "t2"]), st.integers(0, 3), st.integers(0, 900)),
        max_size=30,
    )
)
def test_row_94_what_is_unread_is_what_came_since_it_was_read(
    moves: list[tuple[str, int, int]],
) -> None:
    running = writing()
    last, unread = {"t1": 0, "t2": 0}, {"t1": 0, "t2": 0}
    for name, left, seconds in moves:
        running.wait(seconds * SECOND)
        if left == 3:
            last[name] += 2
            unread[name] += 1
            wrote(running, last[name], name)
        else:
            unread[name] = min(left, unread[name])
            read(running, unread[name], name)
        assert {each.thread.id: each.unread for each in threads(running).items} == unread
        bell = running.played.ask(GetBell(), PERSON)
        assert bell.unread == threads(running).unread == sum(unread.values())
    assert running.played.replayed() == running.played.restored() == running.state


# --- the push ------------------------------------------------------------------------------------


def test_a_message_is_pushed_when_it_stays_unread_for_a_moment() -> None:
    running = writing()
    wrote(running, 1)
    running.wait(19 * SECOND)
    assert running.carrier.left == []
    running.wait(SECOND)
    [pushed] = running.carrier.by(Channel.PUSH)
    assert msgspec.json.decode(pushed.letter)["url"] == "https://clinic.example/messages/t1"
    assert msgspec.json.decode(pushed.to)["endpoint"] == "https://push.example/1"


def test_what_is_read_within_the_moment_is_not_pushed() -> None:
    running = writing()
    wrote(running, 1)
    running.wait(10 * SECOND)
    read(running)
    running.wait(12 * HOUR)
    assert running.carrier.left == []
    assert running.wakes == {}


def test_each_thread_is_pushed_once_until_something_is_read_there() -> None:
    running = writing()
    for number in range(1, 6):
        wrote(running, number)
        running.wait(30 * SECOND)
    wrote(running, 1, "t2")
    running.wait(30 * SECOND)
    assert len(running.carrier.by(Channel.PUSH)) == 2
    read(running, 2)
    wrote(running, 9)
    running.wait(30 * SECOND)
    assert len(running.carrier.by(Channel.PUSH)) == 3


def test_a_wake_up_of_before_pushes_nothing_too_early() -> None:
    running = writing()
    wrote(running, 1)
    read(running)
    running.wait(SECOND)
    wrote(running, 2)
    itself = Caller(str(running.played.me), Role.ACTOR)
    assert running.tell(MessagesDue(T1), itself) == []
    assert running.tell(DigestDue(), itself) != []
    assert running.carrier.left == []


def test_a_push_that_was_overtaken_by_reading_does_not_leave() -> None:
    running = writing(Outcome.RETRY)
    wrote(running, 1)
    running.wait(21 * SECOND)
    read(running)
    running.wait(HOUR)
    assert [each.outcome for each in running.carrier.left] == [Outcome.RETRY]


# --- the letter ----------------------------------------------------------------------------------


def mails(running: Running) -> list[datetime]:
    return [each.at for each in running.carrier.by(Channel.EMAIL)]


def test_what_stays_unread_is_told_by_one_letter_that_says_how_many() -> None:
    running = writing()
    start = running.now
    for number in range(1, 4):
        wrote(running, number)
    running.wait(6 * HOUR)
    assert mails(running) == [start + 15 * MINUTE]
    [letter] = running.carrier.by(Channel.EMAIL)
    assert b"Subject: You have 3 unread messages" in letter.letter
    assert b"https://clinic.example/messages/t1" in letter.letter
    assert len(running.carrier.by(Channel.WEBHOOK)) == 1


def test_messages_in_several_threads_are_one_letter_to_all_of_them() -> None:
    running = writing()
    wrote(running, 1)
    wrote(running, 1, "t2")
    running.wait(HOUR)
    [letter] = running.carrier.by(Channel.EMAIL)
    assert b"You have 2 unread messages" in letter.letter
    assert b"https://clinic.example/messages\r\n" in letter.letter


def test_one_message_is_not_called_several() -> None:
    running = writing()
    wrote(running, 1)
    running.wait(HOUR)
    [letter] = running.carrier.by(Channel.EMAIL)
    assert b"Subject: You have an unread message\r\n" in letter.letter


def test_the_letter_waits_as_long_as_the_person_says() -> None:
    running = writing()
    running.tell(SetChoices(Choices(digest_minutes=60)), PERSON)
    start = running.now
    wrote(running, 1)
    running.wait(3 * HOUR)
    assert mails(running) == [start + HOUR]


def test_a_younger_message_waits_as_long_as_an_older_one() -> None:
    running = writing()
    wrote(running, 1)
    running.wait(10 * MINUTE)
    wrote(running, 1, "t2")
    start = running.now
    read(running)
    running.wait(HOUR)
    assert mails(running) == [start + 15 * MINUTE]


def test_nothing_is_written_before_an_hour_is_over_nor_before_something_new_came() -> None:
    running = writing()
    start = running.now
    wrote(running, 1)
    running.wait(20 * MINUTE)
    wrote(running, 2)
    running.wait(12 * HOUR)
    assert mails(running) == [start + 15 * MINUTE, start + 75 * MINUTE]


def test_a_letter_that_could_not_leave_is_not_followed_by_another_at_once() -> None:
    running = writing(*[Outcome.RETRY] * 12)
    running.tell(SetChoices(Choices(push=frozenset(), webhook=frozenset())), PERSON)
    for number in range(1, 12):
        wrote(running, number)
        running.wait(30 * MINUTE)
    running.wait(24 * HOUR)
    sent = mails(running)
    assert len(sent) > 1
    assert all(after - before >= HOUR for before, after in pairwise(sent))


def test_who_wants_no_such_letter_gets_none_until_they_do() -> None:
    running = writing()
    running.tell(SetChoices(Choices(email=frozenset(), webhook=frozenset())), PERSON)
    wrote(running, 1)
    running.wait(2 * HOUR)
    assert mails(running) == []
    running.tell(SetChoices(Choices()), PERSON)
    wrote(running, 2)
    running.wait(HOUR)
    assert len(mails(running)) == 1


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from(["t1", "t2"]), st.booleans(), st.integers(0, 90)), max_size=30
    ),
    st.lists(st.sampled_from([Outcome.CARRIED, Outcome.RETRY, Outcome.IN_DOUBT]), max_size=20),
)
def test_never_two_letters_on_messages_within_an_hour_and_what_waits_is_told(
    moves: list[tuple[str, bool, int]], outcomes: list[Outcome]
) -> None:
    running = writing(*outcomes)
    last = {"t1": 0, "t2": 0}
    for name, writes, minutes in moves:
        running.wait(minutes * MINUTE)
        if writes:
            last[name] += 1
            wrote(running, last[name], name)
        else:
            read(running, 0, name)
    running.wait(100 * HOUR)
    left = [each for each in running.carrier.left if each.outcome is not Outcome.RETRY]
    for channel in (Channel.EMAIL, Channel.WEBHOOK):
        sent = [each.at for each in left if each.channel is channel]
        assert all(after - before >= HOUR for before, after in pairwise(sent))
    assert not any(each.waits for each in running.state.letters.values())
    told = [each for each in running.played.events if isinstance(each, DigestWritten)]
    if threads(running).unread:
        assert told
    assert not any(each.since for each in running.state.threads.values())
    assert running.wakes == {}


# --- finding -------------------------------------------------------------------------------------


class Past(NoPast):
    """A history with one message in every thread."""

    def __init__(self) -> None:
        self.asked: list[Address] = []

    async def search(
        self, actors: Sequence[Address], words: str, *, before: int = 0, limit: int = 20
    ) -> Sequence[Hit]:
        """Return it for the threads that are asked for, and for one that nobody asked for."""
        assert (words, before) == ("blue pill", 0)
        self.asked += actors
        everywhere = [*actors, Address("conversation", "secret")]
        return [Hit(each, 7, "The blue pill, twice", NOW) for each in everywhere][:limit]


def found(past: Past, caller: Caller, *, is_open: bool = True) -> FoundMessages:
    played = Played(room({}, WRITERS, past), "doc")
    played.do(DOC, ACCOUNT)
    played.do(NoteThread(thread(), member=True), talk())
    played.do(NoteThread(thread("t2", "Ada", is_open=is_open), member=True), talk("t2"))
    asked = Asked(caller, NOW, MessageId("q"))
    query = SearchThreads("blue pill")
    prepare = played.room.prepare
    assert prepare is not None
    prepared: Any = result_of(prepare(played.state, query, asked))  # type: ignore[arg-type]
    view: FoundMessages = played.room.answer(played.state, prepared, asked)
    return view


def test_messages_are_found_in_the_threads_of_the_person_alone() -> None:
    past = Past()
    view = found(past, Caller("doc", Role.DOCTOR))
    assert [(each.thread, each.name, each.number) for each in view.items] == [
        (T1, "Dr Zoe", 7),
        (T2, "Ada", 7),
    ]
    assert past.asked == [Address("conversation", "t1"), Address("conversation", "t2")]


def test_a_doctor_finds_nothing_in_a_thread_that_is_closed() -> None:
    past = Past()
    view = found(past, Caller("doc", Role.DOCTOR), is_open=False)
    assert [each.thread for each in view.items] == [T1]
    assert past.asked == [Address("conversation", "t1")]


@pytest.mark.parametrize("caller", [NOBODY, ADMIN, OPERATOR, Caller("doc", Role.PATIENT)])
def test_for_nobody_else_anything_is_looked_up(caller: Caller) -> None:
    past = Past()
    with pytest.raises(NotFound):
        found(past, caller)
    assert past.asked == []


# --- who -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("caller", [NOBODY, PERSON, ADMIN, CHART, talk("t2")])
@pytest.mark.parametrize(
    "command",
    [
        NoteThread(thread(), member=False),
        NoteMessage(T1, 1, NOW),
        NoteRead(T1, 0),
        NoteWritten(T1, NOW),
        MessagesDue(T1),
        DigestDue(),
    ],
)
def test_only_the_conversation_itself_tells_of_it(command: object, caller: Caller) -> None:
    running = writing()
    assert isinstance(refusal_of(running.played, command, caller), NotAllowed)


@pytest.mark.parametrize("caller", [NOBODY, ADMIN, OPERATOR, CHART, Caller("bob", Role.PATIENT)])
@pytest.mark.parametrize("query", [ListThreads(), GetBell()])
def test_nobody_else_sees_what_somebody_talks_about(query: object, caller: Caller) -> None:
    with pytest.raises(NotFound):
        writing().played.ask(query, caller)


def test_a_box_without_push_queues_none() -> None:
    played = box(Said())
    played.do(Subscribe(phone()), PERSON)
    played.do(NoteThread(thread(), member=True), talk())
    played.do(NoteMessage(T1, 1, NOW), talk())
    itself = Caller(str(played.me), Role.ACTOR)
    assert played.do(MessagesDue(T1), itself, NOW + MINUTE) == []
    happened = played.do(DigestDue(), itself, NOW + HOUR)
    queued = [each.channel for each in happened if isinstance(each, LetterQueued)]
    assert queued == [Channel.EMAIL]
