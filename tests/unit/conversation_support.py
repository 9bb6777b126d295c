"""One conversation on paper: the room, its journal on a shelf that counts reads, and a clock."""

from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, TypeVar

import msgspec
import pytest

from actors.address import Address
from actors.admin_router import messages as router
from actors.appointment import DoctorRef, PatientRef
from actors.asked import Asked
from actors.caller import Caller, Role, actor_caller
from actors.conversation import messages as conversation
from actors.conversation.actor import room
from actors.conversation.messages import (
    Attachment,
    DeleteMessage,
    EditMessage,
    Item,
    Items,
    LeaveTeam,
    ListChanges,
    ListItems,
    MarkMessages,
    MessagePosted,
    OfferFile,
    OpenTeam,
    PostMessage,
    RecordVisit,
    SearchThread,
    ThreadView,
    VisitStep,
)
from actors.conversation.state import Thread
from actors.conversation.state.kept import Reading
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.doctor import messages as doctor
from actors.effects import Send, Unwake, Wake
from actors.files import messages as files
from actors.ids import (
    AppointmentId,
    ConversationId,
    DepartmentId,
    DoctorId,
    FileId,
    GroupId,
    MessageId,
    PatientId,
    UserId,
)
from actors.passages import Hit, Passage, words_of
from actors.patient import messages as patient
from actors.refusal import Refusal
from actors.runtime.clock import from_unix_ms, to_unix_ms
from actors.runtime.codec import decode_as, encode
from actors.runtime.journal import Entry
from tests.unit.accounts_support import NOW, result_of

PAT, QUIN = Caller("pat", Role.PATIENT), Caller("quin", Role.PATIENT)
ANN, BOB = Caller("ann", Role.DOCTOR), Caller("bob", Role.DOCTOR)
CLARA = Caller("clara", Role.DOCTOR)
DR_ANN, DR_BOB = DoctorRef(DoctorId("ann"), "Dr Ann"), DoctorRef(DoctorId("bob"), "Dr Bob")
DR_CLARA = DoctorRef(DoctorId("clara"), "Dr Clara")
PATIENT = PatientRef(PatientId("pat"), "Pat", "Europe/Paris")
BY_PATIENT = actor_caller(patient.address_of(PatientId("pat")))
BY_DOCTOR = actor_caller(doctor.address_of(DoctorId("ann")))
BY_ROUTER = actor_caller(router.address_of(DepartmentId("clinic")))
BY_DIRECTORY = actor_caller(DIRECTORY)

PAIR = conversation.between(PatientId("pat"), DoctorId("ann"))
TEAM = conversation.with_team(PatientId("pat"), DepartmentId("clinic"), GroupId("hearts"))
EVERYBODY = {Caller(user, role) for user in ("pat", "ann", "eve") for role in Role}
OUTSIDE = [
    *sorted(EVERYBODY - {PAT, ANN}, key=str),
    actor_caller(patient.address_of(PatientId("pat"))),
    actor_caller(conversation.address_of(PAIR)),
]
"""Callers who take no part in the thread of Pat and Dr Ann."""

A1, A2 = AppointmentId("a1"), AppointmentId("a2")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

V = TypeVar("V")


class Read(NamedTuple):
    """One read of a shelf, and how many entries it brought."""

    after: int
    limit: int
    got: int


class Shelf:
    """A history in memory that remembers what was read of it."""

    def __init__(self) -> None:
        self.kept: list[Entry] = []
        self.passages: dict[int, Hit] = {}
        self.reads: list[Read] = []

    async def entries(self, actor: Address, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """Return the entries with events numbered above *after*, oldest first."""
        start = bisect_right(self.kept, after, key=lambda entry: entry.last)
        found = self.kept[start : start + limit]
        assert all(entry.actor == actor for entry in found)
        self.reads.append(Read(after, limit, len(found)))
        return found

    async def search(
        self, actors: Sequence[Address], words: str, *, before: int = 0, limit: int = 20
    ) -> Sequence[Hit]:
        """Return the passages in which each of *words* begins a word, newest first."""
        wanted = words_of(words)
        found = [
            hit
            for number, hit in sorted(self.passages.items(), reverse=True)
            if wanted and (not before or number < before) and _has_all(hit.text, wanted)
        ]
        assert all(hit.actor in actors for hit in found)
        return found[:limit]

    def write(self, entry: Entry, passages: Sequence[Passage]) -> None:
        """Keep *entry* and what can be found of it."""
        self.kept.append(entry)
        for number, text in ((each.number, each.text) for each in passages):
            self.passages.pop(number, None)
            if text:
                self.passages[number] = Hit(entry.actor, number, text, from_unix_ms(entry.at))


def _has_all(text: str, words: list[str]) -> bool:
    return all(any(one.startswith(word) for one in words_of(text)) for word in words)


class Talk:
    """One conversation."""

    def __init__(self, key: ConversationId = PAIR) -> None:
        self.shelf = Shelf()
        self.room = room(self.shelf)
        self.me = conversation.address_of(key)
        self.state: Thread = self.room.born(key)
        self.now = NOW
        self.events: list[Any] = []
        self.sent: list[Send] = []
        self.alarms: dict[str, Wake] = {}
        self.count = 0

    # -- saying and asking ------------------------------------------------------------------------

    def asked(self, caller: Caller) -> Asked:
        """Return the envelope of a further message of *caller*."""
        self.count += 1
        return Asked(caller, self.now, MessageId(f"m{self.count}"))

    def prepared(self, message: Any, asked: Asked) -> Any:  # noqa: ANN401  any of the room's
        """Return *message* with what it needs of the past."""
        if type(message) not in self.room.prepared:
            return message
        assert self.room.prepare is not None
        return result_of(self.room.prepare(self.state, message, asked))  # type: ignore[arg-type]

    def do(self, command: Any, caller: Caller) -> list[Any]:  # noqa: ANN401  any of the room's
        """Return the events of *command*; they are in the journal, and what they led to is kept."""
        asked = self.asked(caller)
        return self.decided(self.prepared(command, asked), asked)

    def decided(self, command: Any, asked: Asked) -> list[Any]:  # noqa: ANN401  any of the room's
        """Return the events of a command that is prepared."""
        events = list(self.room.decide(self.state, command, asked))
        if events:
            self._keep(events, asked)
        for event in events:
            self.state = self.room.evolve(self.state, event)
            self._follow(event)
        self.events += events
        return events

    def _keep(self, events: list[Any], asked: Asked) -> None:
        at = to_unix_ms(asked.at)
        raw = encode(events)
        entry = Entry(
            self.me, len(self.events) + 1, len(events), asked.id, at, encode(asked.caller), raw
        )
        found = [passage for event in events for passage in self.room.passages(event)]
        self.shelf.write(entry, found)

    def _follow(self, event: Any) -> None:  # noqa: ANN401  any of the room's
        for effect in self.room.react(event, self.me):
            match effect:
                case Send():
                    self.sent.append(effect)
                case Wake(name):
                    self.alarms[name] = effect
                case Unwake(name):
                    self.alarms.pop(name, None)

    def ask(self, query: Any, kind: type[V], caller: Caller) -> V:  # noqa: ANN401  any of the room's
        """Return the view that answers *query*."""
        asked = self.asked(caller)
        view = self.room.answer(self.state, self.prepared(query, asked), asked)
        assert isinstance(view, kind)
        return view

    def refused(self, command: object, caller: Caller) -> Refusal:
        """Give a command (or ask a query), expect a refusal and return it; nothing changes."""
        before, known = self.state, len(self.events)
        say = self.do if isinstance(command, conversation.Command) else self._ask_anything
        with pytest.raises(Refusal) as caught:
            say(command, caller)
        assert self.state is before
        assert len(self.events) == known
        return caught.value

    def _ask_anything(self, query: Any, caller: Caller) -> object:  # noqa: ANN401  any of the room's
        return self.ask(query, object, caller)

    def ring(self, name: str = "care") -> list[Any]:
        """Let the clock go on to the alarm *name*; return the events of what it wakes up for."""
        wake = self.alarms.pop(name)
        self.now = max(self.now, wake.at)
        return self.do(wake.command, actor_caller(self.me))

    def sends(self, kind: str) -> list[tuple[str, Any]]:
        """Return what was sent to actors of *kind* since the last time, by key, and forget it."""
        found = [(each.to.key, each.command) for each in self.sent if each.to.kind == kind]
        self.sent = [each for each in self.sent if each.to.kind != kind]
        return found

    # -- short words ------------------------------------------------------------------------------

    def visit(
        self,
        step: VisitStep = VisitStep.CONFIRMED,
        appointment: AppointmentId = A1,
        end: datetime | None = None,
        name: str = "Pat",
    ) -> list[Any]:
        """Let the patient's actor tell of a visit with Dr Ann."""
        return self.do(RecordVisit(appointment, step, DR_ANN, name, end=end), BY_PATIENT)

    def request(
        self,
        appointment: AppointmentId = A1,
        doctors: tuple[DoctorRef, ...] = (DR_ANN, DR_BOB),
    ) -> list[Any]:
        """Let the router send a request of Pat to the group."""
        return self.do(OpenTeam(appointment, PATIENT, "Hearts", doctors), BY_ROUTER)

    def leave(
        self, appointment: AppointmentId = A1, step: VisitStep = VisitStep.TAKEN
    ) -> list[Any]:
        """Let the router take a request from the group."""
        return self.do(LeaveTeam(appointment, step), BY_ROUTER)

    def post(self, text: str, caller: Caller, **more: Any) -> MessagePosted:  # noqa: ANN401
        """Let *caller* write."""
        [posted] = self.do(PostMessage(text, **more), caller)
        assert isinstance(posted, MessagePosted)
        return posted

    def edit(self, number: int, text: str, caller: Caller) -> list[Any]:
        """Let *caller* change a message."""
        return self.do(EditMessage(number, text), caller)

    def delete(self, number: int, caller: Caller) -> list[Any]:
        """Let *caller* delete a message."""
        return self.do(DeleteMessage(number), caller)

    def read(self, number: int, caller: Caller) -> list[Any]:
        """Let *caller* have read up to *number*."""
        return self.do(MarkMessages(read=number), caller)

    def offer(self, name: str, owner: Caller) -> Attachment:
        """Let the files' actor offer a file of *owner*."""
        attachment = Attachment(FileId(name), f"{name}.pdf", "application/pdf", 12)
        by_files = actor_caller(files.address_of(self.state.id))
        self.do(OfferFile(UserId(owner.user), attachment), by_files)
        return attachment

    # -- looking ----------------------------------------------------------------------------------

    def thread(self, caller: Caller) -> ThreadView:
        """Return the thread as *caller* sees it."""
        return self.ask(conversation.GetThread(), ThreadView, caller)

    def items(self, caller: Caller, before: int = 0, limit: int = 50) -> Items:
        """Return a page as *caller* sees it."""
        return self.ask(ListItems(before, limit), Items, caller)

    def whole(self, caller: Caller, limit: int = 50) -> list[Item]:
        """Return the whole thread, put together of pages of *limit* items."""
        page = self.items(caller, 0, limit)
        items = list(page.items)
        while page.more:
            page = self.items(caller, items[0].number, limit)
            assert page.items
            items = [*page.items, *items]
        return items

    def changes(self, caller: Caller, after: int = 0, limit: int = 200) -> list[Any]:
        """Return all that happened after *after*, put together of pages of *limit* entries."""
        found: list[Any] = []
        while True:
            page = self.ask(ListChanges(after, limit), conversation.Changes, caller)
            found += page.events
            if not page.more:
                assert page.last == self.state.last
                return found
            assert page.last > after
            after = page.last

    def found(self, words: str, caller: Caller, limit: int = 20, before: int = 0) -> list[int]:
        """Return the numbers of the messages with these words."""
        view = self.ask(SearchThread(words, before, limit), conversation.Found, caller)
        return [each.number for each in view.items]

    def reading(self, caller: Caller) -> Reading:
        """Return how far *caller* is."""
        return self.state.readings[UserId(caller.user)]

    def check_replay(self) -> None:
        """Hold that the state comes back from the journal, and from its own encoding."""
        replayed = self.room.born(self.me.key)
        for entry in self.shelf.kept:
            for event in decode_as(list[conversation.Event], entry.events):
                replayed = self.room.evolve(replayed, event)
        assert replayed == self.state
        assert msgspec.msgpack.decode(encode(self.state), type=Thread) == self.state


def pair() -> Talk:
    """Return the thread of Pat and Dr Ann, in which nobody has written; a visit stands."""
    talk = Talk()
    talk.visit()
    talk.sent.clear()
    return talk


def team() -> Talk:
    """Return the thread of Pat and a group, Dr Ann and Dr Bob; a request lies with it."""
    talk = Talk(TEAM)
    talk.request()
    talk.sent.clear()
    return talk
