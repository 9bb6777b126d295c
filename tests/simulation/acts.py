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
from tests.simulation.chance import Chance
from tests.simulation.setting import Setting


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


class Hand:
    """How one person uses the clinic: as a browser would that never gives up."""

    def __init__(
        self, setting: Setting, client: Client, mint: Mint, record: Record, name: str
    ) -> None:
        self.chance = Chance(setting.seed, name)
        self.client = client
        self._setting = setting
        self._mint = mint
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
                self._acknowledged(to, name, happened)
                return happened

    def _acknowledged(self, to: Address, name: MessageId, happened: Happened) -> None:
        events = tuple(bytes(event) for event in happened._events)
        self._record.acks.append(Ack(to, name, happened.seq, events))
        self._setting.note(f"{to} did {name} {happened.seq}")

    def _count(self, counts: dict[str, int], what: str) -> None:
        counts[what] = counts.get(what, 0) + 1
        self._setting.note(f"no: {what}")

    async def see(
        self, to: Address, query: msgspec.Struct, expect: type[object], caller: Caller
    ) -> object | None:
        """Return the view, or None when there is no answer today."""
        try:
            return await self.client.ask(to, query, expect, caller, wait=2.0)
        except (Refusal, DeliveryFailed):
            return None
