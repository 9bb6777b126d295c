"""One call session on paper: the room with its shell, a desk of workers, a journal, and a clock."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import msgspec
import pytest

from actors.address import Address
from actors.appointment import DoctorRef, PatientRef
from actors.asked import Asked
from actors.call_session import messages as calls
from actors.call_session.actor import room
from actors.call_session.desk import NoRelay
from actors.call_session.messages import (
    CallView,
    EndVisit,
    EnterAsGuest,
    GetCall,
    GuestInvited,
    InviteGuest,
    JoinCall,
    Leg,
    LegEntered,
    Part,
    Person,
    Plan,
    SetThread,
    SetVisit,
    TakeSeat,
    Worker,
    of_thread,
    of_visit,
)
from actors.call_session.recordings import Recordings
from actors.call_session.state import Session
from actors.call_session.switchboard import Switchboard
from actors.call_session.turn import Turn
from actors.caller import NOBODY, Caller, Role, actor_caller
from actors.conversation import messages as conversation
from actors.effects import Send, Unwake, Wake
from actors.ids import (
    AppointmentId,
    CallId,
    DoctorId,
    GuestId,
    LegId,
    MessageId,
    PatientId,
    RecordingId,
    UserId,
)
from actors.media import Mode, Section, Source, Tape
from actors.passages import Hit
from actors.patient import messages as patient
from actors.phone import messages as phone
from actors.refusal import Refusal
from actors.relay.messages import (
    PART,
    Answer,
    Arrange,
    Arranged,
    Connect,
    Prefer,
    RecordOrder,
    Tapes,
    TellRecorder,
)
from actors.relay.messages import (
    Part as TapePart,
)
from actors.runtime.clock import to_unix_ms
from actors.runtime.codec import decode_as, encode
from actors.runtime.journal import Entry
from actors.runtime.mint import SeededMint
from actors.visit_type import Medium
from config.media import MediaSettings
from tests.unit.accounts_support import result_of

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
END = START + timedelta(minutes=30)
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)

A1 = AppointmentId("a1")
PAIR = conversation.between(PatientId("pat"), DoctorId("ann"))
DR_ANN, DR_BOB = DoctorRef(DoctorId("ann"), "Dr Ann"), DoctorRef(DoctorId("bob"), "Dr Bob")
PATIENT = PatientRef(PatientId("pat"), "Pat", "Europe/Paris")
ANN, BOB, CLARA = (Caller(name, Role.DOCTOR) for name in ("ann", "bob", "clara"))
PAT, QUIN = Caller("pat", Role.PATIENT), Caller("quin", Role.PATIENT)
BOSS, ROOT = Caller("boss", Role.ADMIN), Caller("media", Role.OPERATOR)
BY_PATIENT = actor_caller(patient.address_of(PatientId("pat")))
BY_THREAD = actor_caller(conversation.address_of(PAIR))

KEY = "k" * 87
W1, W2 = Worker("media-0", "b1"), Worker("media-1", "b2")
HASH = "a" * 64

V = TypeVar("V")


class Stand:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.at = START

    def now(self) -> datetime:
        """Return where it stands."""
        return self.at

    def unix_ms(self) -> int:
        """Return that in Unix milliseconds."""
        return to_unix_ms(self.at)

    def monotonic(self) -> float:
        """Return that in seconds."""
        return self.at.timestamp()


class Shelf:
    """The journal of one actor."""

    def __init__(self) -> None:
        self.kept: list[Entry] = []

    async def entries(self, actor: Address, after: int = 0, limit: int = 1000) -> Sequence[Entry]:
        """Return the entries with events numbered above *after*, oldest first."""
        found = [each for each in self.kept if each.last > after and each.actor == actor]
        return found[:limit]

    async def search(
        self, actors: Sequence[Address], words: str, *, before: int = 0, limit: int = 20
    ) -> Sequence[Hit]:
        """Find nothing: calls have no texts."""
        assert not (actors and words and before and limit)
        return ()


class Shelves:
    """Bytes under names, at once."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    async def put(self, name: str, data: bytes) -> None:
        """Keep *data*."""
        self.kept[name] = bytes(data)

    async def get(self, name: str, start: int = 0, size: int | None = None) -> bytes:
        """Return what is kept."""
        return self.kept[name][start : None if size is None else start + size]

    async def names(self, prefix: str) -> Sequence[str]:
        """Return what begins so."""
        return [name for name in sorted(self.kept) if name.startswith(prefix)]

    async def remove(self, name: str) -> None:
        """Forget it."""
        self.kept.pop(name, None)

    async def close(self) -> None:
        """Have nothing to close."""


class PaperDesk:
    """Media workers that do at once what they are told, and remember it."""

    def __init__(self, *workers: Worker) -> None:
        self.workers: tuple[Worker, ...] = workers
        self.plans: list[Plan] = []
        self.records: list[RecordOrder] = []
        self.adopted: dict[CallId, tuple[Worker, Arrange]] = {}
        self.ended: list[CallId] = []
        self.keys: list[TellRecorder] = []
        self.layers: list[Prefer] = []
        self.dropped: list[RecordingId] = []
        self.knows = True
        """Whether workers know the calls whose legs connect."""
        self.recording = False
        self.tapes: tuple[Tape, ...] = ()
        self.bytes = b""

    async def arrange(
        self,
        call: CallId,
        epoch: int,
        legs: tuple[LegId, ...],
        *,
        held: tuple[LegId, ...] = (),
        record: RecordOrder | None = None,
        prefer: Worker | None = None,
    ) -> tuple[Worker, Arranged] | None:
        """Take the call."""
        assert call
        if not self.workers:
            return None
        worker = prefer if prefer is not None and prefer in self.workers else self.workers[0]
        self.plans.append(Plan(epoch, legs, held, record.recording if record else None))
        self.knows = True
        self.recording = record is not None
        if record is not None:
            self.records.append(record)
        return worker, Arranged(worker.boot, KEY if record else "", record is not None)

    def adopt(self, worker: Worker, order: Arrange) -> None:
        """Know of a call."""
        self.adopted[order.call] = worker, order

    async def connect(self, worker: Worker, order: Connect) -> Answer:
        """Answer an offer."""
        if worker not in self.workers:
            raise NoRelay("unreachable")
        if not self.knows:
            raise NoRelay("no_such_call")
        return Answer(order.neg, f"answer to {order.sdp}")

    async def prefer(self, worker: Worker, order: Prefer) -> None:
        """Take note of a wish."""
        if worker not in self.workers:
            raise NoRelay("unreachable")
        self.layers.append(order)

    async def tell_recorder(self, worker: Worker, order: TellRecorder) -> None:
        """Take a key."""
        if worker not in self.workers:
            raise NoRelay("unreachable")
        self.keys.append(order)

    async def end(self, call: CallId, epoch: int, worker: Worker | None = None) -> None:
        """Close the call."""
        assert epoch
        assert worker is None or worker.name
        self.ended.append(call)

    async def echo(
        self,
        leg: LegId,
        neg: int,
        sdp: str,
        sends: tuple[Section, ...],
        receives: tuple[Section, ...],
    ) -> Answer:
        """Answer an offer of one alone."""
        assert leg
        assert not {each.leg for each in (*sends, *receives)} - {leg}
        if not self.workers:
            raise NoRelay("no_worker")
        return Answer(neg, f"echo of {sdp}")

    async def list_tapes(self, worker: Worker, recording: RecordingId) -> Tapes:
        """Return what was recorded."""
        assert recording
        if worker not in self.workers:
            raise NoRelay("unreachable")
        return Tapes(self.tapes, self.recording)

    async def read_part(
        self, worker: Worker, recording: RecordingId, tape: int, offset: int
    ) -> TapePart:
        """Return bytes of a tape."""
        assert worker in self.workers
        assert (recording, tape) is not None
        return TapePart(self.bytes[offset : offset + PART])

    async def drop_recording(self, worker: Worker, recording: RecordingId) -> None:
        """Forget it."""
        if worker not in self.workers:
            raise NoRelay("unreachable")
        self.dropped.append(recording)


class Meeting:
    """One call session, and everybody who has to do with it."""

    def __init__(
        self,
        call: CallId,
        *workers: Worker,
        settings: MediaSettings | None = None,
        turn: Turn | None = None,
    ) -> None:
        self.clock = Stand()
        self.desk = PaperDesk(*workers)
        self.board = Switchboard(self.clock, SeededMint(1))
        self.shelf, self.blobs = Shelf(), Shelves()
        self.room = room(
            self.desk,
            self.board,
            Recordings(self.blobs, b"s" * 32),
            history=self.shelf,
            turn=turn or Turn(),
            settings=settings or MediaSettings(recording=True),
        )
        self.me = calls.address_of(call)
        self.state: Session = self.room.born(call)
        self.events: list[Any] = []
        self.sent: list[Send] = []
        self.alarms: dict[str, Wake] = {}
        self.count = 0

    # -- saying and asking ------------------------------------------------------------------------

    @property
    def now(self) -> datetime:
        """The time."""
        return self.clock.at

    def asked(self, caller: Caller) -> Asked:
        """Return the envelope of a further message of *caller*."""
        self.count += 1
        return Asked(caller, self.now, MessageId(f"m{self.count}"))

    def prepared(self, message: Any, asked: Asked) -> Any:  # noqa: ANN401  any of the room's
        """Return *message* after what is done first."""
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
            number = len(self.events) + 1
            at, by = to_unix_ms(asked.at), encode(asked.caller)
            entry = Entry(self.me, number, len(events), asked.id, at, by, encode(events))
            self.shelf.kept.append(entry)
        for event in events:
            self.state = self.room.evolve(self.state, event)
            self._follow(event)
        self.events += events
        return events

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
        assert decode_as(calls.View, encode(view)) == view
        return view

    def refused(self, message: object, caller: Caller) -> str:
        """Give a command (or ask a query, or pass on), expect a refusal, and return its code."""
        before, known = self.state, len(self.events)
        with pytest.raises(Refusal) as caught:
            self._say(message, caller)
        assert self.state is before
        assert len(self.events) == known
        return caught.value.code

    def _say(self, message: Any, caller: Caller) -> None:  # noqa: ANN401  any of the room's
        if isinstance(message, calls.Command):
            self.do(message, caller)
        elif isinstance(message, calls.Passing):
            self.pass_on(message, caller)
        else:
            self.ask(message, object, caller)

    def pass_on(self, message: calls.Passing, caller: Caller) -> Any:  # noqa: ANN401  an event or None
        """Return what watchers are told of a passing *message*."""
        assert self.room.pass_on is not None
        return self.room.pass_on(self.state, message, self.asked(caller))

    # -- time -------------------------------------------------------------------------------------

    def ring(self, name: str) -> list[Any]:
        """Let the clock go on to the alarm *name*; return the events of what it wakes up for."""
        wake = self.alarms.pop(name)
        self.clock.at = max(self.now, wake.at)
        return self.do(wake.command, actor_caller(self.me))

    def wait(self, time: timedelta) -> None:
        """Let *time* pass; whatever is due on the way goes off."""
        end = self.now + time
        while due := [each for each in self.alarms.values() if each.at <= end]:
            self.ring(min(due, key=lambda each: (each.at, each.name)).name)
        self.clock.at = end

    def tend(self) -> list[Any]:
        """Let the worker be told now, if that is due."""
        wake = self.alarms.get("media")
        return self.ring("media") if wake is not None and wake.at <= self.now else []

    # -- short words ------------------------------------------------------------------------------

    def visit(self, doctor: DoctorRef = DR_ANN, start: datetime = START) -> list[Any]:
        """Let the patient's actor say that the visit stands."""
        end = start + (END - START)
        wanted = SetVisit(A1, PAIR, PATIENT, doctor, start, end, Medium.VIDEO)
        return self.do(wanted, BY_PATIENT)

    def end_visit(self, outcome: str = "cancelled") -> list[Any]:
        """Let the patient's actor say that it is over."""
        return self.do(EndVisit(A1, outcome), BY_PATIENT)

    def thread(self, *people: Person, open_: bool = True) -> list[Any]:
        """Let the conversation say who may call one another."""
        return self.do(SetThread(PAIR, people or TWO, open_), BY_THREAD)

    def join(
        self, caller: Caller, leg: str = "", *, ring: bool = False, key: str = KEY
    ) -> list[Any]:
        """Let *caller* come into the call with a page (`<user>-1`, unless another is named)."""
        sends = (Source.MICROPHONE, Source.CAMERA)
        return self.do(JoinCall(self.leg(caller, leg), Medium.VIDEO, sends, key, ring), caller)

    def wait_in_room(self, caller: Caller, leg: str = "") -> list[Any]:
        """Let *caller* take a seat."""
        return self.do(TakeSeat(self.leg(caller, leg)), caller)

    def leg(self, caller: Caller, leg: str = "") -> LegId:
        """Return the name of a page of *caller*."""
        return LegId(leg or f"{caller.user}-1")

    def guest(self, name: str = "Ida", code_hash: str = HASH, by: Caller = PAT) -> Caller:
        """Let *by* invite a guest, who opens the link; return them."""
        [invited] = self.do(InviteGuest(name, "interpreter", code_hash), by)
        assert isinstance(invited, GuestInvited)
        self.do(EnterAsGuest(code_hash, name), NOBODY)
        return Caller(invited.guest.id, Role.GUEST, session=self.state.id)

    def by_phone(self, user: str) -> Caller:
        """Return the phone of *user* as a caller."""
        return actor_caller(phone.address_of(user))

    # -- looking ----------------------------------------------------------------------------------

    def view(self, caller: Caller) -> CallView:
        """Return the session as *caller* sees it."""
        return self.ask(GetCall(), CallView, caller)

    def where(self, caller: Caller) -> Leg | None:
        """Return the leg of *caller*."""
        return self.state.leg_of(caller.user)

    def modes(self) -> list[Mode]:
        """Return how media travelled, one after another."""
        return [each.mode for each in self.events if isinstance(each, calls.MediaSet)]

    def sends(self, kind: str) -> list[tuple[str, Any]]:
        """Return what was sent to actors of *kind* since the last time, by key, and forget it."""
        found = [(each.to.key, each.command) for each in self.sent if each.to.kind == kind]
        self.sent = [each for each in self.sent if each.to.kind != kind]
        return found

    def check_replay(self) -> None:
        """Hold that the state comes back from the journal, and from its own encoding."""
        replayed = self.room.born(self.me.key)
        for entry in self.shelf.kept:
            for event in decode_as(list[calls.Event], entry.events):
                replayed = self.room.evolve(replayed, event)
        assert replayed == self.state
        assert msgspec.msgpack.decode(encode(self.state), type=Session) == self.state


TWO = (
    Person(UserId("pat"), "Pat", Part.PATIENT),
    Person(UserId("ann"), "Dr Ann", Part.HOST),
)


def a_visit(*workers: Worker, settings: MediaSettings | None = None) -> Meeting:
    """Return the session of a visit of Pat with Dr Ann, whose time has come."""
    meeting = Meeting(of_visit(A1), *workers, settings=settings)
    meeting.clock.at = START - HOUR
    meeting.visit()
    meeting.clock.at = START
    meeting.sent.clear()
    return meeting


def a_thread(*people: Person, workers: Sequence[Worker] = ()) -> Meeting:
    """Return the session of the thread of Pat and Dr Ann."""
    meeting = Meeting(of_thread(PAIR), *workers)
    meeting.thread(*people)
    meeting.sent.clear()
    return meeting


def in_call(*workers: Worker, settings: MediaSettings | None = None) -> Meeting:
    """Return a visit in which Pat and Dr Ann talk."""
    meeting = a_visit(*workers, settings=settings)
    meeting.join(ANN)
    meeting.join(PAT)
    meeting.sent.clear()
    return meeting


def kinds(events: list[Any]) -> list[str]:
    """Return what kinds of events these are."""
    return [type(each).__name__ for each in events]


def entered(events: list[Any]) -> list[Leg]:
    """Return the legs that came in with *events*."""
    return [each.leg for each in events if isinstance(each, LegEntered)]


def guest_id(caller: Caller) -> GuestId:
    """Return *caller* as a guest."""
    return GuestId(caller.user)
