"""Answers the operator: the other end of `operations`, served at `node.<name>` and `node.any`.

Each node answers for itself, and for all nodes by the lease table; what is personal in actors,
`revealing` masks.
"""

import logging
from collections.abc import Callable

import msgspec

from actors.address import Address
from actors.runtime.actor import Actor
from actors.runtime.codec import encode
from actors.runtime.errors import DeliveryFailed, Fault, JournalError, where
from actors.runtime.journal import DeadLetter
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
    Explain,
    GetStatus,
    Inspect,
    ListActors,
    ListAlarms,
    ListDeadLetters,
    ListNodes,
    ListPresent,
    ListShards,
    NodeStatus,
    OperationRefused,
    PresentList,
    Question,
    Rebalance,
    RestartActor,
    RetryDeadLetter,
)
from actors.runtime.overview import moves_in, nodes_in, shards_in
from actors.runtime.peering import LookAround
from actors.runtime.presence import call_the_roll
from actors.runtime.revealing import Audit, Inspector
from actors.runtime.sizes import name_of
from actors.runtime.subjects import node_subject, peer_subject
from actors.runtime.transport import Respond, Service

LOOK_SECONDS = 0.3

log = logging.getLogger(__name__)
_questions = msgspec.msgpack.Decoder(Question)


class Desk:
    """Where an operator asks a node."""

    def __init__(
        self, node: Node, audit: Audit, version: str, stop: Callable[[], None], *, role: str = "all"
    ) -> None:
        self._node = node
        self._inspector = Inspector(node, audit)
        self._version = version
        self._stop = stop
        self._role = role
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
        respond(self._carried(question, answer))

    def _carried(self, question: Question, answer: Answer) -> bytes:
        """Return *answer* encoded, or a refusal where it is larger than the bus carries."""
        payload = encode(answer)
        if len(payload) <= self._node.transport.max_payload:
            return payload
        name = type(question).__name__
        log.error("the answer to a %s is too large: %s bytes", name, len(payload))
        sentence = "The answer is larger than the bus carries. Ask for less at a time."
        return encode(OperationRefused(Fault.ANSWER_TOO_LARGE.value, sentence))

    async def _ask(self, question: Question) -> Answer:  # noqa: PLR0911  one per question
        match question:
            case GetStatus():
                return await self._status()
            case ListActors():
                return self._list(question)
            case Inspect():
                return await self._inspector.inspect(question)
            case Explain():
                return await self._inspector.explain(question)
            case ListAlarms():
                return self._alarms(question)
            case ListNodes() | ListPresent() | ListShards() | Rebalance():
                return await self._together(question)
            case Drain():
                self._stop()
                return Accepted("The node finishes what it has and stops.")
            case RestartActor(address):
                return self._restart(Address.parse(address))
            case ListDeadLetters() | RetryDeadLetter() | DropDeadLetter():
                return await self._letters(question)

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
            role=self._role,
        )

    async def _together(self, question: ListNodes | ListPresent | ListShards | Rebalance) -> Answer:
        """Answer for all, by the lease table; who does not stand there is asked."""
        node = self._node
        census, total = await node.journal.census(), node.shards.total
        match question:
            case ListNodes():
                return nodes_in(census, total)
            case ListPresent():
                return PresentList(await call_the_roll(node.transport))
            case ListShards():
                return shards_in(census, total)
            case Rebalance():
                for member in census.members:
                    subject = peer_subject(member.run)
                    _ = node.transport.ask(subject, encode(LookAround()), LOOK_SECONDS)
                return moves_in(census, total)

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

    # -- dead letters -----------------------------------------------------------------------------

    async def _letters(
        self, question: ListDeadLetters | RetryDeadLetter | DropDeadLetter
    ) -> Answer:
        letters = await self._node.journal.dead_letters()
        if isinstance(question, ListDeadLetters):
            return DeadLetterList(tuple(map(_letter_row, letters)))
        known = {str(letter.parcel.id): letter for letter in letters}
        return await self._settle(question, known.get(question.id))

    async def _settle(
        self, question: RetryDeadLetter | DropDeadLetter, letter: DeadLetter | None
    ) -> Answer:
        journal, found = self._node.journal, False
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
    return DeadLetterRow(
        id=parcel.id,
        source=str(parcel.source),
        to=str(parcel.to),
        message=name_of(parcel.body),
        code=letter.code,
        sentence=letter.sentence,
        at=letter.at,
    )
