"""The loop of one actor: decode, decide, commit, evolve, reply, tell watchers.

One message at a time. The commits and the answers that wait for them are in the `pipeline`;
when a commit fails, the state is rebuilt from the journal.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Any

import msgspec

from actors.address import Address
from actors.asked import Asked
from actors.caller import Role
from actors.ids import MessageId
from actors.refusal import Refusal
from actors.runtime.clock import from_unix_ms
from actors.runtime.codec import Language, encode
from actors.runtime.envelope import Done, Refused, Reply, Seen, Told, Unwatch, Watch
from actors.runtime.errors import Fault, FenceLost, JournalError
from actors.runtime.floor import Floor
from actors.runtime.journal import Commit, Loaded
from actors.runtime.leases import Fence
from actors.runtime.mailbox import Mail, Mailbox
from actors.runtime.pipeline import Pipeline, done
from actors.runtime.room import Room
from actors.runtime.step import Step, parcel_of, snapshot_of
from actors.runtime.watchers import Watchers
from actors.runtime.watching import watch, watched

NOTHING = msgspec.Raw(b"\x90")
"""An encoded empty array of events."""


class Phase(Enum):
    """What an actor is doing."""

    LOADING = "loading"
    RUNNING = "running"
    UNDOING = "undoing"
    """Waiting for what is on its way to disk, to rebuild the state after that."""
    GONE = "gone"


def refused(refusal: Refusal) -> Refused:
    """Return *refusal* as it travels."""
    return Refused(refusal.code, refusal.ground, refusal.sentence, refusal.fields)


class Actor:
    """One activated actor. Made by its node at the first message, put away when idle."""

    __slots__ = (
        "_language",
        "_preparing",
        "_snapshot_seq",
        "address",
        "committed_seq",
        "floor",
        "mailbox",
        "phase",
        "pipeline",
        "room",
        "seq",
        "shard",
        "state",
        "used",
        "watchers",
    )

    def __init__(
        self, address: Address, shard: int, room: Room[Any], language: Language, floor: Floor
    ) -> None:
        self.address = address
        self.shard = shard
        self.room = room
        self.floor = floor
        self.phase = Phase.LOADING
        self.state: Any = None
        self.seq = 0
        """The number of the last event in `state`."""
        self.committed_seq = 0
        """The number of the last event on disk."""
        self.used = floor.clock.monotonic()
        self.mailbox = Mailbox(floor.limits.mailbox)
        self.watchers: Watchers | None = None
        self.pipeline = Pipeline(
            address, floor, stands=self._stands, settled=self._settled, retake=self.take
        )
        self._language = language
        self._snapshot_seq = 0
        self._preparing: dict[MessageId, Mail] = {}

    @property
    def quiet(self) -> bool:
        """Whether nothing waits, nothing is under way and nobody watches."""
        return (
            self.phase is Phase.RUNNING
            and not self.mailbox
            and not self.pipeline
            and not self._preparing
            and not self.watchers
        )

    @property
    def preparing(self) -> bool:
        """Whether something is being prepared beside the mailbox."""
        return bool(self._preparing)

    # -- taking mail ----------------------------------------------------------------------------

    def take(self, mail: Mail) -> None:
        """Work on *mail* now, or let it wait."""
        self.used = self.floor.clock.monotonic()
        if self.phase is Phase.GONE:
            mail.fail(Fault.NOT_OWNER)
        elif self.phase is Phase.RUNNING and not self.mailbox and self._may_go_on():
            self._work(mail)
        else:
            self.mailbox.offer(mail)

    def _may_go_on(self) -> bool:
        return len(self.pipeline) < self.floor.limits.uncommitted

    def _go_on(self) -> None:
        while self.phase is Phase.RUNNING and self.mailbox and self._may_go_on():
            self._work(self.mailbox.take())

    def _work(self, mail: Mail) -> None:
        if mail.envelope.deadline < self.floor.clock.unix_ms():
            mail.fail(Fault.LATE)
            return
        if mail.message is not None:
            (self._answer if mail.asks else self._command)(mail, mail.message)
            return
        try:
            message = self._language.message(mail.envelope.body)
        except (msgspec.ValidationError, msgspec.DecodeError):
            mail.fail(Fault.UNREADABLE)
            return
        if type(message) in self._language.commands:
            self._command(mail, message)
        elif type(message) in self._language.passing:
            self._pass_on(mail, message)
        elif isinstance(message, Watch):
            watch(self, mail, message)
        elif isinstance(message, Unwatch):
            self._unwatch(mail, message)
        else:
            self._query(mail, message)

    def _asked(self, mail: Mail, at: int) -> Asked:
        return Asked(mail.envelope.caller, from_unix_ms(at), mail.envelope.id)

    def _unwatch(self, mail: Mail, unwatch: Unwatch) -> None:
        if self.watchers is not None:
            self.watchers.remove(unwatch.subject)
        mail.answer(watched(self.committed_seq))

    def _pass_on(self, mail: Mail, message: object) -> None:
        """Tell who watches, and keep nothing."""
        assert self.room.pass_on is not None  # noqa: S101  rooms with `passing` have it
        asked = self._asked(mail, self.floor.clock.unix_ms())
        try:
            told = self.room.pass_on(self.state, message, asked)
            events = msgspec.Raw(encode([] if told is None else [told]))
        except Refusal as refusal:
            mail.answer(refused(refusal))
            return
        except Exception as error:  # noqa: BLE001  a fault crashes this actor alone
            self._crash(mail, error)
            return
        mail.answer(Done(self.committed_seq, NOTHING))
        if told is not None and self.watchers:
            self.watchers.tell(Told(self.address, self.committed_seq, 0, events, passing=True))

    def _query(self, mail: Mail, query: object) -> None:
        if mail.message is None and type(query) in self.room.prepared:
            mail.asks = True
            self._begin_to_prepare(mail, query)
        else:
            self._answer(mail, query)

    def _begin_to_prepare(self, mail: Mail, message: object) -> None:
        """Prepare *message* once, beside the mailbox; as many at a time as the mailbox holds."""
        mail.name = type(message).__name__
        under_way = self._preparing.get(mail.envelope.id)
        if under_way is not None:
            under_way.join(mail)
        elif len(self._preparing) >= self.floor.limits.mailbox:
            mail.fail(Fault.BUSY)
        else:
            self._preparing[mail.envelope.id] = mail
            self.floor.spawn(self._prepare(mail, message, self.state))

    def _answer(self, mail: Mail, query: object) -> None:
        reply: Reply
        asked = self._asked(mail, self.floor.clock.unix_ms())
        try:
            view = self.room.answer(self.state, query, asked)
            reply = Seen(self.seq, msgspec.Raw(encode(view)))
        except Refusal as refusal:
            reply = refused(refusal)
        except Exception as error:  # noqa: BLE001  a fault crashes this actor alone
            self._crash(mail, error)
            return
        self.pipeline.answer_in_turn(mail, reply)

    # -- commands -------------------------------------------------------------------------------

    def _command(self, mail: Mail, command: object) -> None:
        if self.pipeline.repeated(mail):
            return
        fence = self.floor.fence_of(self.shard)
        if fence is None:
            mail.fail(Fault.NOT_OWNER)
        elif self.floor.in_flight >= self.floor.limits.in_flight:
            mail.fail(Fault.BUSY)
        elif mail.message is None and type(command) in self.room.prepared:
            self._begin_to_prepare(mail, command)
        else:
            self._decide(mail, command, fence)

    async def _prepare(self, mail: Mail, command: object, state: object) -> None:
        assert self.room.prepare is not None  # noqa: S101  rooms with `prepared` have it
        asked = self._asked(mail, self.floor.clock.unix_ms())
        try:
            mail.message = await self.room.prepare(state, command, asked)
        except Refusal as refusal:
            mail.answer(refused(refusal))
        except JournalError:
            mail.fail(Fault.STORE_DOWN)
        except Exception as error:  # noqa: BLE001  a fault crashes this actor alone
            self._crash(mail, error)
        finally:
            del self._preparing[mail.envelope.id]
        if mail.message is not None:
            self.take(mail)

    def _decide(self, mail: Mail, command: object, fence: Fence) -> None:
        at = self.floor.clock.unix_ms()
        reply: Reply
        try:
            events = self.room.decide(self.state, command, self._asked(mail, at))
            if events:
                name = mail.name or type(command).__name__
                step = Step(
                    self.address, self.room, fence, mail.envelope, name, at, self.seq, mail.alarm
                )
                self._happen(mail, events, step)
                return
            reply = Done(self.seq, NOTHING)
        except Refusal as refusal:
            reply = refused(refusal)
        except Exception as error:  # noqa: BLE001  a fault crashes this actor alone
            self._crash(mail, error)
            return
        self._nothing_new(mail, reply, fence)

    def _happen(self, mail: Mail, events: Sequence[Any], step: Step) -> None:
        state = self.state
        for event in events:
            state = self.room.evolve(state, event)
        commit, entry = step.commit(events)
        self.state, self.seq = state, entry.last
        if self.seq - self._snapshot_seq >= self.floor.limits.snapshot_every:
            self._snapshot_seq = self.seq
            snapshot = snapshot_of(self.address, self.seq, self.room, state)
            commit = msgspec.structs.replace(commit, snapshot=snapshot)
        self.pipeline.append(mail, commit, done(entry))

    def _nothing_new(self, mail: Mail, reply: Reply, fence: Fence) -> None:
        """Answer a command that changes nothing, unless it repeats one that did.

        Another actor's send is over once it is answered, so that answer too stands on a commit:
        it proves that the state it was decided on is not another node's past, and settles the
        parcel, so that it is not sent (and decided on a later state) again after a crash.
        """
        parcel = parcel_of(mail.envelope) if isinstance(reply, Done) else None
        proof = Commit(self.address, fence, settled=() if parcel is None else (parcel,))
        if mail.alarm is not None:
            fired = ((mail.alarm.name, mail.alarm.due),)
            self.pipeline.append(mail, msgspec.structs.replace(proof, fired=fired), reply)
        elif mail.envelope.caller.role is Role.ACTOR:
            self.pipeline.answer_first(mail, reply, proof)
        else:
            self.pipeline.answer_first(mail, reply)

    def _stands(self, commit: Commit) -> None:
        self.floor.committed(commit)
        entry = commit.entry
        if entry is not None:
            self.committed_seq = entry.last
            if self.watchers:
                events = msgspec.Raw(entry.events)
                self.watchers.tell(Told(self.address, entry.seq, entry.count, events))
                self.watchers.keep(lambda caller: self.room.may_watch(self.state, caller))

    def _settled(self) -> None:
        if self.phase is Phase.GONE:
            self.mailbox.put_back(self.pipeline.renew())
            self.mailbox.fail_all(Fault.NOT_OWNER)
            return
        if self.pipeline.broken_by is not None and self.floor.controls.undo_failed_commits:
            self.phase = Phase.UNDOING
        if self.phase is Phase.RUNNING:
            self._go_on()
        elif self.phase is Phase.UNDOING and not self.pipeline:
            self._rebuild()

    # -- living and dying -----------------------------------------------------------------------

    def _crash(self, mail: Mail, error: Exception) -> None:
        """Fail over one message, and rebuild from the journal once all that is under way is in."""
        mail.fail(Fault.CRASHED)
        if self.phase is Phase.GONE:
            return
        if self.floor.crashed(self.address, error):
            self.leave(Fault.UNAVAILABLE)
        else:
            self.restart()

    def restart(self) -> None:
        """Forget the state and rebuild it from the journal."""
        if self.phase is Phase.RUNNING:
            self.phase = Phase.UNDOING
            if not self.pipeline:
                self._rebuild()

    def _rebuild(self) -> None:
        if isinstance(self.pipeline.broken_by, FenceLost):
            self.floor.overtaken(self.shard)
            self.leave(Fault.NOT_OWNER)
            return
        self.mailbox.put_back(self.pipeline.renew())
        self.phase = Phase.LOADING
        self.floor.spawn(self.load())

    async def load(self) -> None:
        """Rebuild the state from snapshot and journal, then work on what waits."""
        try:
            loaded = await self.floor.journal.load(self.address, self.room.schema)
            self._fold(loaded)
        except JournalError:
            self.leave(Fault.STORE_DOWN)
        except Exception as error:  # noqa: BLE001  a journal that can't be read crashes it
            if self.floor.crashed(self.address, error):
                self.leave(Fault.UNAVAILABLE)
            else:
                self.floor.spawn(self.load())
        else:
            if self.phase is Phase.LOADING:
                self.phase = Phase.RUNNING
                self._go_on()

    def _fold(self, loaded: Loaded) -> None:
        self.state, self.seq = fold(self.room, self._language, self.address, loaded)
        self.committed_seq = self.seq
        self._snapshot_seq = loaded.snapshot.seq if loaded.snapshot else 0

    def leave(self, fault: Fault) -> None:
        """Leave memory at once; what waits is answered with *fault*."""
        if self.phase is Phase.GONE:
            return
        self.phase = Phase.GONE
        self.mailbox.put_back(self.pipeline.renew())
        self.mailbox.fail_all(fault)
        self.floor.forget(self.address)

    def put_away(self) -> None:
        """Leave memory; the journal has everything. Only when `quiet`."""
        worth = self.seq - self._snapshot_seq >= self.floor.limits.snapshot_idle
        fence = self.floor.fence_of(self.shard)
        if worth and fence is not None:
            snapshot = snapshot_of(self.address, self.seq, self.room, self.state)
            self.pipeline.write(Commit(self.address, fence, snapshot=snapshot))
        self.leave(Fault.NOT_OWNER)


def fold(room: Room[Any], language: Language, address: Address, loaded: Loaded) -> tuple[Any, int]:
    """Return the state that *loaded* leads to, and the number of its last event."""
    state, seq = room.born(address.key), 0
    if loaded.snapshot is not None:
        state, seq = language.state(loaded.snapshot.state), loaded.snapshot.seq
    for entry in loaded.entries:
        for event in language.events(entry.events):
            state = room.evolve(state, event)
        seq = entry.last
    return state, seq
