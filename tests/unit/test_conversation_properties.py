# ruff: noqa: D102  the name of a rule is its sentence
"""Whatever is written, changed, deleted and read, in any order: a thread is told as one story."""

from datetime import timedelta
from typing import Any

import msgspec
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from actors.appointment import DoctorRef
from actors.caller import Caller, Role, actor_caller
from actors.conversation import messages as conversation
from actors.conversation.messages import (
    Changes,
    DeleteMessage,
    DropFile,
    EditMessage,
    EnterThread,
    GetThread,
    Item,
    MarkMessages,
    MembersSet,
    MessageDeleted,
    MessageEdited,
    MessageItem,
    MessagePosted,
    MessagesMarked,
    PostMessage,
    RepliedAutomatically,
    ReplyAutomatically,
    SearchThread,
    VisitItem,
    VisitRecorded,
    VisitStep,
)
from actors.files import messages as files
from actors.ids import AppointmentId, FileId
from actors.refusal import NotFound, Refusal
from actors.runtime.codec import encode
from tests.unit.conversation_support import (
    ANN,
    BOB,
    BY_DIRECTORY,
    BY_DOCTOR,
    CLARA,
    DR_ANN,
    DR_BOB,
    DR_CLARA,
    OUTSIDE,
    PAIR,
    PAT,
    TEAM,
    Talk,
)

VISITS = st.sampled_from([AppointmentId("a1"), AppointmentId("a2")])
STEPS = st.sampled_from([*VisitStep, *[VisitStep.CONFIRMED] * 8])
NUMBERS = st.integers(0, 60)
MESSAGES = st.integers(0, 60)
"""Which of the messages that there are, for most; or that number."""
FILES = st.integers(0, 9)
"""Which of the files that there are."""
DOCTORS = st.sets(st.sampled_from([DR_ANN, DR_BOB, DR_CLARA]), min_size=1)
SIZES = st.integers(1, 7)
NUMBERED = (
    VisitRecorded
    | MessagePosted
    | MessageEdited
    | MessageDeleted
    | RepliedAutomatically
    | MessagesMarked
)


class OneThread(RuleBasedStateMachine):
    """A thread of two or of a group, and everybody who may have to do with it."""

    key = PAIR
    writers: tuple[Caller, ...] = (PAT, ANN)
    strangers: tuple[Caller, ...] = (*OUTSIDE, BOB, CLARA)

    def __init__(self) -> None:
        super().__init__()
        self.talk = Talk(self.key)
        self.words = 0
        self.files: list[FileId] = []
        self.said: dict[int, list[str]] = {}
        """All texts of a message, and the names of its files."""

    def text(self) -> str:
        """Return a text that was never said before and is found by its one word."""
        self.words += 1
        return f"word{self.words}end"

    def try_to(self, command: object, caller: Caller) -> list[Any]:
        """Let *caller* do it if the rules allow."""
        before = self.talk.state
        try:
            return self.talk.do(command, caller)
        except Refusal:
            assert self.talk.state is before
            return []

    # -- what people and actors do ----------------------------------------------------------------

    @initialize(writers=st.lists(st.integers(0, 3), max_size=8), opened=st.integers(0, 4))
    def it_begins(self, writers: list[int], opened: int) -> None:
        if opened:
            self.open()
        self.they_write(writers)

    def open(self) -> None:
        """Let a visit open the thread."""
        self.talk.visit()

    @rule(writers=st.lists(st.integers(0, 3), min_size=1, max_size=4))
    def they_write(self, writers: list[int]) -> None:
        for who in writers:
            self.somebody_writes(who, who or None, None)

    @rule(name=VISITS, step=STEPS, doctors=DOCTORS)
    def a_visit_goes_on(
        self, name: AppointmentId, step: VisitStep, doctors: set[DoctorRef]
    ) -> None:
        assert doctors
        self.talk.visit(step, name)

    @rule(who=st.integers(0, 3), to=st.none() | MESSAGES)
    def somebody_posts_a_new_file(self, who: int, to: int | None) -> None:
        self.a_file_is_offered(who)
        self.somebody_writes(who, to, self.files[-1])

    @rule(who=st.integers(0, 3), which=FILES)
    def somebody_posts_a_file(self, who: int, which: int) -> None:
        if self.files:
            self.somebody_writes(who, None, self.files[which % len(self.files)])

    def somebody_writes(self, who: int, to: int | None, file: FileId | None) -> None:
        text = self.text()
        reply_to = 0 if to is None else self.message(to)
        chosen = () if file is None else (file,)
        for event in self.try_to(PostMessage(text, "", reply_to, chosen), self.one(who)):
            self.said[event.number] = [text, *(each.name for each in event.files)]

    @rule(number=MESSAGES, stranger=st.booleans())
    def somebody_edits(self, number: int, stranger: bool) -> None:
        text, number = self.text(), self.message(number)
        if self.try_to(EditMessage(number, text), self.author(number, stranger)):
            self.said[number].append(text)

    @rule(number=MESSAGES, stranger=st.booleans())
    def somebody_deletes(self, number: int, stranger: bool) -> None:
        number = self.message(number)
        self.try_to(DeleteMessage(number), self.author(number, stranger))

    @rule(who=st.integers(0, 3), delivered=NUMBERS, read=NUMBERS)
    def somebody_reads(self, who: int, delivered: int, read: int) -> None:
        self.try_to(MarkMessages(delivered, read), self.one(who))

    @rule(who=st.integers(0, 3))
    def somebody_enters(self, who: int) -> None:
        self.try_to(EnterThread(), self.one(who))

    @rule(who=st.integers(0, 3))
    def a_file_is_offered(self, who: int) -> None:
        self.files.append(FileId(f"file{len(self.files)}"))
        self.talk.offer(self.files[-1], self.one(who))

    @rule(which=FILES)
    def a_file_is_dropped(self, which: int) -> None:
        if self.files:
            dropped = DropFile(self.files[which % len(self.files)])
            self.talk.do(dropped, actor_caller(files.address_of(self.key)))

    @rule(number=NUMBERS)
    def a_reply_comes(self, number: int) -> None:
        by = BY_DIRECTORY if self.talk.state.team else BY_DOCTOR
        self.try_to(ReplyAutomatically(number, self.text()), by)

    @rule(hours=st.sampled_from([1, 1, 13, 25, 24 * 100]))
    def time_goes_by(self, hours: int) -> None:
        until = self.talk.now + timedelta(hours=hours)
        if "care" in self.talk.alarms and self.talk.alarms["care"].at <= until:
            self.talk.ring()
        self.talk.now = until

    def one(self, which: int) -> Caller:
        """Return one of those who write here."""
        return self.writers[which % len(self.writers)]

    def message(self, which: int) -> int:
        """Return the number of a message that there is, or nearly always."""
        known = sorted(self.said)
        return known[which % len(known)] if known and which % 7 else which

    def author(self, number: int, stranger: bool) -> Caller:
        """Return who wrote that message (or, a *stranger*, perhaps somebody else)."""
        wrote = {
            each.number: Caller(each.author, each.role)
            for each in self.talk.events
            if isinstance(each, MessagePosted)
        }
        return PAT if stranger else wrote.get(number, PAT)

    # -- what holds -------------------------------------------------------------------------------

    @property
    def readers(self) -> list[Caller]:
        """Return who may read now, by what the journal says."""
        news = [each for each in self.talk.events if isinstance(each, MembersSet)]
        if not news:
            return []
        return [
            Caller(each.user, each.role)
            for each in news[-1].members
            if not news[-1].closed or each.role is Role.PATIENT
        ]

    @invariant()
    def an_events_number_is_its_number_in_the_journal(self) -> None:
        for number, event in enumerate(self.talk.events, 1):
            assert not isinstance(event, NUMBERED) or event.number == number
        assert self.talk.state.last == len(self.talk.events)

    @invariant()
    def who_may_not_read_watches_nothing(self) -> None:
        readers = set(self.readers)
        for caller in {*self.strangers, *self.writers}:
            assert self.talk.room.may_watch(self.talk.state, caller) == (caller in readers)

    @rule(which=st.integers(0, 60))
    def who_may_not_read_is_told_that_there_is_nothing(self, which: int) -> None:
        outside = sorted({*self.strangers, *self.writers} - set(self.readers), key=str)
        caller = outside[which % len(outside)]
        for query in (GetThread(), conversation.ListItems(), SearchThread("word")):
            assert isinstance(self.talk.refused(query, caller), NotFound)

    @invariant()
    def what_is_unread_is_what_a_recount_of_the_whole_finds(self) -> None:
        for caller in self.readers:
            reading = self.talk.reading(caller)
            assert reading.unread == self.recount(caller), caller
            assert self.talk.thread(caller).unread == reading.unread

    def recount(self, caller: Caller) -> int:
        """Return how many messages of others came since *caller* takes part, and are not read."""
        unread: list[int] = []
        here = False
        for number, event in enumerate(self.talk.events, 1):
            match event:
                case MembersSet():
                    was, here = here, _may_read(event, caller)
                    unread = unread if was else []
                case MessagePosted() if event.author != caller.user:
                    unread.append(number)
                case MessagesMarked() if event.user == caller.user:
                    unread = [each for each in unread if each > event.read]
                case _:
                    pass
        return len(unread)

    @rule(size=SIZES)
    def pages_put_together_are_the_whole_thread(self, size: int) -> None:
        whole = [self.now_of(each) for each in self.expected()]
        for caller in self.readers:
            assert self.talk.whole(caller, size) == whole
            assert self.talk.thread(caller).latest == whole[-1]

    def expected(self) -> list[Any]:
        """Return the events that are shown as items."""
        shown = MessagePosted | VisitRecorded | RepliedAutomatically
        return [each for each in self.talk.events if isinstance(each, shown)]

    def now_of(self, event: Any) -> Item:  # noqa: ANN401  one of three kinds of event
        """Return how the item of *event* looks after all that happened, by the journal alone."""
        plain = {name: getattr(event, name) for name in event.__struct_fields__}
        if isinstance(event, VisitRecorded):
            del plain["ends_care"]
            return VisitItem(**plain)
        if isinstance(event, RepliedAutomatically):
            return conversation.AutomaticItem(**plain)
        del plain["to"], plain["ask_hours"]
        gone = self.gone()
        for later in self.talk.events:
            if isinstance(later, MessageEdited) and later.original == event.number:
                plain |= {"text": later.text, "edited_at": later.at}
        if event.number in gone:
            plain |= {"text": "", "quote": None, "files": (), "edited_at": None}
            plain["deleted_at"] = gone[event.number]
        elif event.quote and event.quote.number in gone:
            plain["quote"] = msgspec.structs.replace(event.quote, text="")
        return MessageItem(**plain)

    def gone(self) -> dict[int, Any]:
        """Return the deleted messages, and when they were deleted."""
        deletions = [each for each in self.talk.events if isinstance(each, MessageDeleted)]
        return {each.original: each.at for each in deletions}

    @rule(after=NUMBERS, size=SIZES)
    def what_was_missed_is_the_rest_of_the_story(self, after: int, size: int) -> None:
        for caller in self.readers:
            whole = self.talk.changes(caller)
            rest = self.talk.changes(caller, min(after, self.talk.state.last), size)
            assert rest == (whole[-len(rest) :] if rest else [])
            told = [each.number for each in rest if isinstance(each, NUMBERED)]
            happened = [each for each in self.talk.events[after:] if isinstance(each, NUMBERED)]
            assert told == [each.number for each in happened]

    @rule()
    def what_was_deleted_leaves_the_room_no_more(self) -> None:
        for caller in self.readers:
            views = [self.talk.thread(caller), *self.talk.whole(caller, 3)]
            shown = encode([*views, *self.talk.changes(caller, 0, 3)])
            for number in self.gone():
                for text in self.said[number]:
                    assert text.encode() not in shown
                    assert number not in self.talk.found(text, caller)
            self.check_found(caller)

    def check_found(self, caller: Caller) -> None:
        """Hold that each message that is there is found by its own word."""
        for item in self.talk.items(caller, limit=5).items:
            if isinstance(item, MessageItem) and item.text:
                assert self.talk.found(item.text, caller) == [item.number]

    @rule(limit=SIZES)
    def a_page_of_what_was_missed_is_bounded(self, limit: int) -> None:
        for caller in self.readers:
            page = self.talk.ask(conversation.ListChanges(0, limit), Changes, caller)
            assert len(page.events) <= 3 * limit

    def teardown(self) -> None:
        self.talk.check_replay()


def _may_read(event: MembersSet, caller: Caller) -> bool:
    here = any(each.user == caller.user for each in event.members)
    return here and (not event.closed or caller.role is Role.PATIENT)


class OneGroup(OneThread):
    """A thread of a patient and a group, whose doctors come and go."""

    key = TEAM
    writers = (PAT, ANN, BOB, CLARA)
    strangers = tuple(OUTSIDE)

    def open(self) -> None:
        """Let a request open the thread."""
        self.talk.request()

    @rule(name=VISITS, step=STEPS, doctors=DOCTORS)
    def a_visit_goes_on(
        self, name: AppointmentId, step: VisitStep, doctors: set[DoctorRef]
    ) -> None:
        if step.ends:
            self.talk.leave(name, step)
        else:
            self.talk.request(name, tuple(sorted(doctors, key=lambda each: each.id)))


TestOneThread = OneThread.TestCase
TestOneGroup = OneGroup.TestCase
TestOneThread.settings = TestOneGroup.settings = settings(
    max_examples=60, stateful_step_count=40, deadline=None
)
