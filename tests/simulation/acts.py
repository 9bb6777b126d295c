"""What people did, and what they were answered: told again and again until the answer came."""

import asyncio
from dataclasses import dataclass, field

import msgspec

from actors.address import Address
from actors.caller import Caller
from actors.ids import MessageId
from actors.refusal import Refusal
from actors.runtime.client import Client, Happened
from actors.runtime.errors import DeliveryFailed
from actors.runtime.mint import Mint
from actors.runtime.subjects import shard_of
from tests.simulation.chance import Chance
from tests.simulation.setting import SHARDS, Setting

PAST_SECONDS = 10.0
"""What a view may be on its way, beside the time for which a node that was overtaken is sure."""


class Ack(msgspec.Struct, frozen=True):
    """Somebody was told that this happened."""

    to: Address
    id: MessageId
    seq: int
    events: tuple[bytes, ...]


@dataclass
class Record:
    """All that people were answered."""

    acks: list[Ack] = field(default_factory=list)
    refusals: dict[str, int] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    past_views: int = 0
    """Views that had not seen what the same person had been told before."""


class Hand:
    """How one person uses the clinic: as a browser would that never gives up."""

    def __init__(
        self,
        setting: Setting,
        client: Client,
        mint: Mint,
        record: Record,
        name: str,
        *,
        lease: float,
    ) -> None:
        self.chance = Chance(setting.seed, name)
        self.client = client
        self._acknowledged: dict[Address, int] = {}
        """The number of the last event that this person was told of, by actor."""
        self._setting = setting
        self._mint = mint
        self._lease = lease
        self._record = record

    async def tell(
        self, to: Address, command: msgspec.Struct, caller: Caller
    ) -> Happened | Refusal:
        """Give *command*, again with the same id until it is answered; sometimes click twice."""
        name = self._mint.message_id()
        if self.chance.happens(0.1):
            first, _ = await asyncio.gather(
                self._insist(to, command, caller, name), self._insist(to, command, caller, name)
            )
            return first
        return await self._insist(to, command, caller, name)

    async def _insist(
        self, to: Address, command: msgspec.Struct, caller: Caller, name: MessageId
    ) -> Happened | Refusal:
        while True:
            wait = self.chance.one_of((0.5, 2.0, 5.0))
            try:
                happened = await self.client.tell(to, command, caller, id=name, wait=wait)
            except Refusal as refusal:
                self._count(self._record.refusals, refusal.code)
                return refusal
            except DeliveryFailed as failure:
                self._count(self._record.failures, failure.fault.value)
                await asyncio.sleep(self.chance.pause(1.0))
            else:
                self._note_ack(to, name, happened)
                return happened

    def _note_ack(self, to: Address, name: MessageId, happened: Happened) -> None:
        events = tuple(bytes(event) for event in happened._events)
        self._record.acks.append(Ack(to, name, happened.seq, events))
        self._acknowledged[to] = max(happened.seq, self._acknowledged.get(to, 0))
        self._setting.note(f"{to} did {name} {happened.seq}")

    def _count(self, counts: dict[str, int], what: str) -> None:
        counts[what] = counts.get(what, 0) + 1
        self._setting.note(f"no: {what}")

    async def see(
        self, to: Address, query: msgspec.Struct, expect: type[object], caller: Caller
    ) -> object | None:
        """Return the view, or None when there is no answer today."""
        known = self._acknowledged.get(to, 0)
        try:
            view, seq = await self.client.ask_numbered(to, query, expect, caller, wait=2.0)
        except (Refusal, DeliveryFailed):
            return None
        if seq < known:
            self._saw_the_past(to, seq, known)
        return view

    def _saw_the_past(self, to: Address, seq: int, known: int) -> None:
        """Note it; only a shard that moved a moment ago may be shown as it was."""
        self._record.past_views += 1
        moment = self._setting.loop.time() - self._lease - PAST_SECONDS
        if not self._setting.ledger.moved_since(shard_of(to, SHARDS), moment):
            self._setting.ledger.wrongs.append(f"{to}: event {known} was told, {seq} seen later")
