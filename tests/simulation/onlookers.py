"""Watchers: they follow an actor's events, vanish, come back, and go on where they were."""

import asyncio

from actors.address import Address
from actors.caller import Caller
from actors.refusal import Refusal
from actors.runtime.client import Client
from actors.runtime.codec import decode_told, split_events
from actors.runtime.envelope import TOLD_TAKEN, Told
from actors.runtime.errors import DeliveryFailed
from actors.runtime.memory_transport import MemoryService, MemoryTransport
from actors.runtime.moves import Moves
from actors.runtime.subjects import edge_subject, shard_of
from actors.runtime.transport import Respond
from tests.simulation.chance import Chance
from tests.simulation.person import Known
from tests.simulation.setting import SHARDS, Setting


class Onlooker:
    """Follows one actor as a browser's socket does: by number, each event once, in order."""

    def __init__(
        self,
        setting: Setting,
        transport: MemoryTransport,
        client: Client,
        known: Known,
        name: str,
    ) -> None:
        self.name = name
        self.address: Address | None = None
        self.caller: Caller | None = None
        self.last = 0
        """The number of the last event seen."""
        self.seen: dict[int, bytes] = {}
        self.skipped: list[tuple[int, int, int]] = []
        """Since which number it had asked when it was told to read anew, and what it so skipped."""
        self.chance = Chance(setting.seed, name)
        self._setting = setting
        self._transport = transport
        self._client = client
        self._known = known
        self._visits = 0
        self._subject = ""
        self._behind = asyncio.Event()

    def follow(self, address: Address, caller: Caller) -> None:
        """Watch *address* from now on."""
        self.address, self.caller = address, caller

    async def live(self) -> None:
        """Look on, go away, come back."""
        await Moves(self._transport, self._moved).open()
        while not self._known.over:
            await asyncio.sleep(self.chance.pause(10.0))
            if self.address is not None:
                await self._look_on()

    def _moved(self, shards: frozenset[int]) -> None:
        if self.address is not None and shard_of(self.address, SHARDS) in shards:
            self._behind.set()

    async def _look_on(self) -> None:
        service = await self._open()
        for _ in range(self.chance.whole(1, 6)):
            if not self._known.over:
                await self._ask()
                await self._wait(8.0)
        await service.stop()

    async def _open(self) -> MemoryService:
        self._visits += 1
        self._subject = edge_subject(self.name, str(self._visits))
        return await self._transport.serve(self._subject, self._told)

    async def _wait(self, most: float) -> None:
        """Wait until it is time to say that it still watches, or until something is missing."""
        try:
            async with asyncio.timeout(most):
                await self._behind.wait()
        except TimeoutError:
            return
        await asyncio.sleep(0.2)

    async def catch_up(self) -> bool:
        """Return whether it has seen all there is, after asking once more."""
        if self.address is None:
            return True
        self._subject = edge_subject(self.name, "last")
        return await self._ask()

    async def _ask(self) -> bool:
        assert self.address is not None
        assert self.caller is not None
        self._behind.clear()
        since = self.last
        try:
            watched = await self._client.watch(
                self.address, self._subject, since, self.caller, wait=3.0
            )
        except (Refusal, DeliveryFailed):
            self._behind.set()
            return False
        for told in watched.missed:
            self._take(told)
        if watched.resync:
            self._read_anew(watched.seq, since)
        return True

    def _told(self, _subject: str, payload: bytes, respond: Respond) -> None:
        self._take(decode_told(payload))
        respond(TOLD_TAKEN)

    def _take(self, told: Told) -> None:
        """Take what is new; what comes too early is asked for again."""
        if told.count == 0:
            self._read_anew(told.seq, 0)  # what waited for it may have reached it otherwise
        elif told.seq > self.last + 1:
            self._behind.set()
        else:
            for number, event in enumerate(split_events(told.events), told.seq):
                if number > self.last:
                    self.seen[number] = bytes(event)
                    self.last = number

    def _read_anew(self, seq: int, since: int) -> None:
        if seq > self.last:
            self.skipped.append((since, self.last, seq))
            self.last = seq
