"""What an operator sees of actors: their state and entries, personal fields masked.

They are unmasked when the operator asks for it, and then the `audit` that the composition root
brought is told first; when it can't write that down, nothing is shown.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeAlias

import msgspec

from actors.address import Address
from actors.caller import Caller, Role
from actors.runtime.actor import fold
from actors.runtime.codec import decode_caller, encode, split_events
from actors.runtime.journal import Entry
from actors.runtime.node import Node
from actors.runtime.operations import (
    EntryRow,
    Explain,
    Explanation,
    Inspect,
    Inspection,
    OperationRefused,
)

Audit: TypeAlias = Callable[[Caller, Address], Awaitable[object]]
"""Writes down that this operator looks at the personal data of that actor."""

MASKED = "***"


class Inspector:
    """Looks into the actors of *node*, living or put away."""

    def __init__(self, node: Node, audit: Audit) -> None:
        self._node = node
        self._audit = audit

    async def inspect(self, question: Inspect) -> Inspection | OperationRefused:
        """Return what an actor knows, and its last entries."""
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

    async def explain(self, question: Explain) -> Explanation:
        """Return every entry about a subject."""
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
            epoch=entry.epoch,
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
