"""One step of an actor: from the events that a command caused to one commit and a new state."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import msgspec

from actors.address import Address
from actors.caller import Caller, Role, actor_caller
from actors.effects import Send, Unwake, Wake
from actors.ids import MessageId
from actors.runtime.clock import to_unix_ms
from actors.runtime.codec import encode
from actors.runtime.envelope import Envelope
from actors.runtime.journal import Alarm, Commit, Entry, Parcel, Snapshot
from actors.runtime.leases import Fence
from actors.runtime.room import Room


class Step(msgspec.Struct):
    """What is known when a command is decided. `commit` makes the rest of it."""

    address: Address
    room: Room[Any]
    fence: Fence
    envelope: Envelope
    command: str
    """The name of the command's type."""
    at: int
    """Unix milliseconds."""
    seq: int
    """The number of the last event before."""
    alarm: Alarm | None
    """The wake-up that this step answers."""

    def commit(self, events: Sequence[Any]) -> tuple[Commit, Entry]:
        """Return the commit of *events*, with what `react` makes of them, and its entry."""
        parcels, alarms, cleared = self._effects(events)
        entry = self._entry(events)
        commit = Commit(
            actor=self.address,
            fence=self.fence,
            entry=entry,
            about=tuple(dict.fromkeys(self._about(events))),
            parcels=parcels,
            set_alarms=alarms,
            clear_alarms=cleared,
            answers=parcel_of(self.envelope),
            fired=() if self.alarm is None else ((self.alarm.name, self.alarm.due),),
            passages=tuple(found for event in events for found in self.room.passages(event)),
        )
        return commit, entry

    def _entry(self, events: Sequence[Any]) -> Entry:
        return Entry(
            actor=self.address,
            seq=self.seq + 1,
            count=len(events),
            cause=self.envelope.id,
            at=self.at,
            caller=encode(self.envelope.caller),
            events=encode(events),
            command=self.command,
            trace=self.envelope.trace,
        )

    def _about(self, events: Iterable[Any]) -> Iterator[str]:
        for event in events:
            yield from self.room.about(event)
            if self.room.about_key(event):
                yield self.address.key

    def _effects(
        self, events: Sequence[Any]
    ) -> tuple[tuple[Parcel, ...], tuple[Alarm, ...], tuple[str, ...]]:
        parcels: list[Parcel] = []
        alarms: dict[str, Alarm] = {}
        cleared: dict[str, None] = {}
        caller = b""
        for event in events:
            for effect in self.room.react(event, self.address):
                caller = caller or encode(self._sender())
                match effect:
                    case Send():
                        parcels.append(self._parcel(effect, len(parcels), caller))
                    case Wake():
                        alarms[effect.name] = self._alarm(effect, caller)
                    case Unwake(name):
                        alarms.pop(name, None)
                        cleared[name] = None
        return tuple(parcels), tuple(alarms.values()), tuple(cleared)

    def _sender(self) -> Caller:
        caller = self.envelope.caller
        person = caller.on_behalf_of if caller.role is Role.ACTOR else caller.user
        return actor_caller(self.address, person)

    def _parcel(self, send: Send, number: int, caller: bytes) -> Parcel:
        return Parcel(
            id=MessageId(f"{self.address}:{self.seq + 1}.{number}"),
            source=self.address,
            to=send.to,
            caller=caller,
            body=encode(send.command),
            at=self.at,
            trace=self.envelope.trace,
        )

    def _alarm(self, wake: Wake, caller: bytes) -> Alarm:
        return Alarm(
            actor=self.address,
            name=wake.name,
            due=to_unix_ms(wake.at),
            body=encode(wake.command),
            caller=caller,
            trace=self.envelope.trace,
        )


def parcel_of(envelope: Envelope) -> MessageId | None:
    """Return the parcel that *envelope* carries, if it is another actor's durable send."""
    caller = envelope.caller
    is_parcel = caller.role is Role.ACTOR and envelope.id.startswith(f"{caller.user}:")
    return envelope.id if is_parcel else None


def snapshot_of(address: Address, seq: int, room: Room[Any], state: object) -> Snapshot:
    """Return *state* as a snapshot under the room's schema mark."""
    return Snapshot(address, seq, room.schema, encode(state))
