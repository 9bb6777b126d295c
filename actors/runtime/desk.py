"""Answers the operator: the other end of `operations`, served at `node.<name>` and `node.any`.

Personal fields are masked unless the operator asks to see them, and then the `audit` that the
composition root brought is told first; when it can't write that down, nothing is shown.
"""

import logging
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import msgspec

from actors.address import Address
from actors.caller import Caller, Role
from actors.runtime.actor import Actor, fold
from actors.runtime.codec import decode_caller, encode, split_events
from actors.runtime.errors import DeliveryFailed, JournalError, where
from actors.runtime.journal import DeadLetter, Entry
from actors.runtime.node import Node
from actors.runtime.operations import (
    Accepted,
    ActorList,
    ActorRow,
    AlarmList,
    AlarmRow,
    Answer,
    DeadLetterList,
    DeadLetterRow,
    Drain,
    DropDeadLetter,
    EntryRow,
    Explain,
    Explanation,
    GetStatus,
    Inspect,
    Inspection,
    ListActors,
    ListAlarms,
    ListDeadLetters,
    NodeStatus,
    OperationRefused,
    Question,
    RestartActor,
    RetryDeadLetter,
)
from actors.runtime.subjects import node_subject
from actors.runtime.transport import Respond, Service

Audit: TypeAlias = Callable[[Caller, Address], Awaitable[object]]
"""Writes down that this operator looks at the personal data of that actor."""

MASKED = "***"

log = logging.getLogger(__name__)
_questions = msgspec.msgpack.Decoder(Question)


class Desk:
    """Where an operator asks a node."""

    def __init__(self, node: Node, audit: Audit, version: str, stop: Callable[[], None]) -> None:
        self._node = node
        self._audit = audit
        self._version = version
        self._stop = stop
        self._services: list[Service] = []

    async def open(self) -> None:
        """Serve the operator's questions."""
        for name in (self._node.name, "any"):
            service = await self._node.transport.serve(node_subject(name), self._request)
            self._services.append(service)

    async def close(self) -> None:
        """Take no more questions."""
        for service in self._services:
            await service.stop()

    def _request(self, _subject: str, payload: bytes, respond: Respond) -> None:
        try:
            question = _questions.decode(payload)
        except (msgspec.ValidationError, msgspec.DecodeError):
            respond(encode(OperationRefused("unreadable", "That is no question to a node.")))
            return
        self._node.spawn(self._answer(question, respond))

    async def _answer(self, question: Question, respond: Respond) -> None:
        answer: Answer
        try:
            answer = await self._ask(question)
        except (JournalError, DeliveryFailed) as error:
            answer = OperationRefused("unavailable", f"It could not be done now: {error}")
        except ValueError as error:
            answer = OperationRefused("invalid", str(error))
        except Exception as error:  # noqa: BLE001  the operator gets an answer whatever breaks
            log.error("an operator's question failed: %s", where(error))  # noqa: TRY400
            answer = OperationRefused("failed", "The node failed over it; its log says where.")
        respond(encode(answer))

    async def _ask(self, question: Question) -> Answer:  # noqa: PLR0911  one per question
        match question:
            case GetStatus():
                return await self._status()
            case ListActors():
                return self._list(question)
            case Inspect():
                return await self._inspect(question)
            case Explain():
                return await self._explain(question)
            case ListAlarms():
                return self._alarms(question)
            case Drain():
                self._stop()
                return Accepted("The node finishes what it has and stops.")
            case RestartActor(address):
                return self._restart(Address.parse(address))
            case ListDeadLetters():
                letters = await self._node.journal.dead_letters()
                return DeadLetterList(tuple(_letter_row(letter) for letter in letters))
            case RetryDeadLetter() | DropDeadLetter():
                return await self._settle(question)

    # -- the node -------------------------------------------------------------------------------

    async def _status(self) -> NodeStatus:
        node, actors = self._node, list(self._node.actors.values())
        now, counts = node.clock.monotonic(), await node.journal.counts()
        kinds = [actor.address.kind for actor in actors]
        return NodeStatus(
            node=node.name,
            version=self._version,
            state="draining" if node.draining else "running",
            uptime=now - node.started,
            connected=node.transport.connected,
            shards=len(node.shards.fences),
            shards_total=node.shards.total,
            actors={kind: kinds.count(kind) for kind in node.rooms},
            mailbox_depth=sum(len(actor.mailbox) for actor in actors),
            deepest_mailbox=max((len(actor.mailbox) for actor in actors), default=0),
            uncommitted=node.in_flight,
            outbox_backlog=node.outbox.backlog,
            alarms=len(node.timers),
            watchers=sum(len(actor.watchers or ()) for actor in actors),
            restarts=dict(node.restarts),
            unavailable=tuple(str(at) for at, until in node.resting.items() if until > now),
            dead_letters=counts.get("dead_letters", 0),
            journal=counts,
        )

    def _list(self, question: ListActors) -> ActorList:
        actors = [
            actor
            for actor in self._node.actors.values()
            if not question.kind or actor.address.kind == question.kind
        ]
        actors.sort(key=lambda actor: (-len(actor.mailbox), -actor.used))
        rows = tuple(self._row(actor) for actor in actors[: question.limit])
        return ActorList(rows, len(actors))

    def _alarms(self, question: ListAlarms) -> AlarmList:
        found = [
            AlarmRow(str(alarm.actor), alarm.name, alarm.due)
            for alarm in self._node.timers.waiting()
            if alarm.name.startswith(question.name) and question.kind in {"", alarm.actor.kind}
        ]
        found.sort(key=lambda row: (row.due, row.actor, row.name))
        return AlarmList(tuple(found[: question.limit]), len(found))

    def _row(self, actor: Actor) -> ActorRow:
        return ActorRow(
            address=str(actor.address),
            seq=actor.committed_seq,
            mailbox=len(actor.mailbox),
            uncommitted=len(actor.pipeline),
            watchers=len(actor.watchers or ()),
            idle_seconds=round(self._node.clock.monotonic() - actor.used, 1),
            restarts=self._node.crashes_of(actor.address),
        )

    def _restart(self, address: Address) -> Answer:
        self._node.resting.pop(address, None)
        actor = self._node.actors.get(address)
        if actor is None:
            return Accepted("It is not in memory; its next message rebuilds it.")
        actor.restart()
        return Accepted("It is being rebuilt from its journal.")

    # -- one actor, one subject -------------------------------------------------------------------

    async def _inspect(self, question: Inspect) -> Answer:
        node, address = self._node, Address.parse(question.address)
        room = node.rooms.get(address.kind)
        if room is None:
            return OperationRefused("no_such_kind", f"There are no actors of kind {address.kind}.")
        if question.reveal:
            await self._audit(Caller(question.operator, Role.OPERATOR), address)
        loaded = await node.journal.load(address, room.schema)
        state, seq = fold(room, node.languages[address.kind], address, loaded)
        entries = await node.journal.entries(address, max(seq - question.events, 0))
        return Inspection(
            address=question.address,
            seq=seq,
            active=address in node.actors,
            state=_plain(state, frozenset() if question.reveal else room.personal),
            entries=tuple(self._entry_row(entry, reveal=question.reveal) for entry in entries),
        )

    async def _explain(self, question: Explain) -> Answer:
        entries = await self._node.journal.about(question.subject)
        if question.reveal:
            operator = Caller(question.operator, Role.OPERATOR)
            for address in dict.fromkeys(entry.actor for entry in entries):
                await self._audit(operator, address)
        rows = tuple(self._entry_row(entry, reveal=question.reveal) for entry in entries)
        return Explanation(question.subject, rows)

    def _entry_row(self, entry: Entry, *, reveal: bool) -> EntryRow:
        room = self._node.rooms.get(entry.actor.kind)
        masked = frozenset[str]() if reveal or room is None else room.personal
        return EntryRow(
            actor=str(entry.actor),
            seq=entry.seq,
            at=entry.at,
            command=entry.command,
            cause=entry.cause,
            by=_by(decode_caller(entry.caller)),
            events=tuple(_plain_events(entry.events, masked)),
        )

    # -- dead letters -----------------------------------------------------------------------------

    async def _settle(self, question: RetryDeadLetter | DropDeadLetter) -> Answer:
        journal, found = self._node.journal, False
        letters = {str(letter.parcel.id): letter for letter in await journal.dead_letters()}
        letter = letters.get(question.id)
        if letter is not None and isinstance(question, DropDeadLetter):
            found = await journal.drop(letter.parcel.id)
        elif letter is not None:
            parcel = await journal.revive(letter.parcel.id)
            found = parcel is not None
            self._node.outbox.deliver(() if parcel is None else (parcel,))
        if not found:
            return OperationRefused("not_found", "There is no dead letter of that id.")
        return Accepted("It is gone." if isinstance(question, DropDeadLetter) else "It is sent.")


def _letter_row(letter: DeadLetter) -> DeadLetterRow:
    parcel = letter.parcel
    message = msgspec.msgpack.decode(parcel.body).get("type", "")
    return DeadLetterRow(
        id=parcel.id,
        source=str(parcel.source),
        to=str(parcel.to),
        message=message,
        code=letter.code,
        sentence=letter.sentence,
        at=letter.at,
    )


def _by(caller: Caller) -> str:
    who = f"{caller.role.value}:{caller.user}"
    return f"{who} for {caller.on_behalf_of}" if caller.on_behalf_of else who


def _plain_events(events: bytes, masked: frozenset[str]) -> Sequence[dict[str, Any]]:
    return [mask(msgspec.msgpack.decode(event), masked) for event in split_events(events)]


def _plain(state: object, masked: frozenset[str]) -> dict[str, Any]:
    plain: dict[str, Any] = mask(msgspec.msgpack.decode(encode(state)), masked)
    return plain


def mask(value: Any, masked: frozenset[str]) -> Any:  # noqa: ANN401  anything that msgpack holds
    """Return *value* with every field named in *masked* hidden, however deep it stands."""
    match value:
        case dict():
            return {
                key: MASKED if key in masked and item else mask(item, masked)
                for key, item in value.items()
            }
        case list():
            return [mask(item, masked) for item in value]
        case _:
            return value
