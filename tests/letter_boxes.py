"""Letter boxes on a real node with real SQLite, and somebody who speaks to them."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from actors.ids import UserId
from actors.notify.actor import room
from actors.notify.carriers.carrier import Carrier
from actors.notify.messages import (
    Channel,
    Letters,
    LetterView,
    ListLetters,
    Notify,
    SetRecipient,
    address_of,
)
from actors.runtime.client import Client
from actors.runtime.clock import SystemClock
from actors.runtime.limits import Limits
from actors.runtime.memory_transport import MemoryBus, MemoryTransport
from actors.runtime.mint import SystemMint
from actors.runtime.node import Node
from actors.store.sqlite import SqliteJournal
from tests.unit.accounts_support import OPERATOR
from tests.unit.notify_support import ACCOUNT, ADA, CHART, WRITERS, notice

PEOPLE = ("ada", "bob", "cem")


@dataclass
class Boxes:
    """Letter boxes on a node, and somebody who speaks to them."""

    node: Node
    client: Client

    async def write(self, person: str, letters: int) -> None:
        """Let *person* be written to."""
        box = address_of(person)
        who = SetRecipient(UserId(person), f"{person}@example.org", person, ADA.role, ADA.zone)
        await self.client.tell(box, who, ACCOUNT)
        for _ in range(letters):
            await self.client.tell(box, Notify(notice()), CHART)

    async def letters(self, people: Iterable[str] = PEOPLE) -> list[LetterView]:
        """Return every letter."""
        found = [
            await self.client.ask(address_of(each), ListLetters(), Letters, OPERATOR)
            for each in people
        ]
        return [letter for letters in found for letter in letters.items]

    async def settled(self, people: Iterable[str] = PEOPLE) -> Counter[str]:
        """Return how many letters ended how, once none waits any more."""
        states = Counter({"waiting": 1})
        async with asyncio.timeout(20):
            while states["waiting"]:
                states = Counter(letter.state for letter in await self.letters(people))
        return states


@asynccontextmanager
async def letter_boxes(
    directory: Path, carriers: Mapping[Channel, Carrier], *, killed: bool = False
) -> AsyncIterator[Boxes]:
    """Run a node that keeps letters in *directory*; it stops in order, or is *killed*."""
    bus = MemoryBus()
    clock, mint = SystemClock(), SystemMint()
    journal = await SqliteJournal.open(directory / "journal.db", clock=clock)
    await journal.leave_all()
    node = Node(
        name="n1",
        transport=MemoryTransport(bus, "n1"),
        journal=journal,
        rooms=(room(carriers, WRITERS, journal),),
        clock=clock,
        mint=mint,
        limits=Limits(drain=0.3),
    )
    await node.start()
    try:
        yield Boxes(node, Client(MemoryTransport(bus, "edge"), clock, mint))
    finally:
        if killed:
            node.kill()
        else:
            await node.drain()
        await journal.close()
