"""Which shards this run of a node owns, and its part in who owns what.

It beats: that prolongs its life in the lease table and shows how things stand. It takes what is
free and for it, hands over what is for others, adopts what was handed to it, and lets go of what
was taken from it. Every commit proves the epoch, so that being wrong about a peer (see `peers`)
costs time and nothing else.
"""

import asyncio
import logging
from collections.abc import Collection, Iterable
from contextlib import suppress
from typing import Protocol

import msgspec
from msgspec.structs import replace

from actors.runtime.clock import AgreedClock, Clock
from actors.runtime.errors import JournalError, where
from actors.runtime.leases import Census, Fence, Leases, Member
from actors.runtime.limits import Limits
from actors.runtime.peering import HERE, Inherit, LookAround, Moved, decode_peering
from actors.runtime.peers import Peers
from actors.runtime.sharing import plan_for
from actors.runtime.subjects import peer_subject
from actors.runtime.transport import Respond, Service, Transport

RETIRE_AGAIN = 0.02
"""Seconds until who leaves tries again to hand over, where nobody could take anything."""
SURE = 0.8
"""The part of a life after which a run that was not heard answers nothing any more."""

log = logging.getLogger(__name__)


class Keeper(Protocol):
    """Who works on the shards: the node."""

    async def open_shards(self, fences: dict[int, Fence]) -> None:
        """Take up the work of these shards; raise `JournalError` when that can't be done now."""

    async def close_shards(self, shards: Collection[int]) -> None:
        """Finish what was taken in these shards, and take no more."""

    def drop_shards(self, shards: Collection[int]) -> None:
        """Let go of these shards at once: another run owns them."""


class Shards:
    """The leases of one run."""

    def __init__(
        self,
        member: Member,
        keeper: Keeper,
        *,
        leases: Leases,
        transport: Transport,
        clock: Clock,
        total: int,
        limits: Limits,
    ) -> None:
        self.member = member
        self.total = total
        self.fences: dict[int, Fence] = {}
        """What is owned and served."""
        self._leases = leases
        self._transport = transport
        self._clock = clock
        self._limits = limits
        self._keeper = keeper
        self._opened: dict[int, Fence] = {}
        """The latest claim to each shard with which its work was taken up here."""
        self._census = Census(0, (), ())
        self._sure_until = 0.0
        self._inherited: dict[int, Fence] = {}
        """Handed over to us a moment ago, and not opened yet."""
        self._look = asyncio.Event()
        self._peers = Peers(member.run, transport, clock, limits, self._look.set)
        self._one_at_a_time = asyncio.Lock()
        self._service: Service | None = None
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def run(self) -> str:
        """What this run is called."""
        return self.member.run

    @property
    def beat_every(self) -> float:
        """Seconds between two beats."""
        return self._limits.lease / 6

    @property
    def sure(self) -> bool:
        """Whether nobody can have taken our shards without our knowing."""
        return not self._leases.shared or self._clock.monotonic() < self._sure_until

    async def start(self) -> None:
        """Become a member, and own what is ours by now."""
        self._service = await self._transport.serve(peer_subject(self.run), self._take)
        await self._go_round()
        self._peers.have_them_look()
        loop = asyncio.get_running_loop()
        life = (self._beat(), self._wait_for_doubt(), self._peers.knock())
        self._tasks = [loop.create_task(each) for each in life]

    async def retire(self, seconds: float) -> None:
        """Hand everything over, for at most so long; what has no heir is kept."""
        self.member = replace(self.member, wants=False)
        with suppress(JournalError, TimeoutError):
            async with asyncio.timeout(seconds):
                while self.fences and self._peers.heirs():
                    kept = len(self.fences)
                    await self._go_round()
                    if len(self.fences) == kept:
                        await asyncio.sleep(RETIRE_AGAIN)

    async def leave(self) -> None:
        """Be no member any more."""
        self.stop()
        if self._service is not None:
            await self._service.stop()
        self.fences.clear()
        await self._leases.leave(self.run)
        self._peers.have_them_look()

    def stop(self) -> None:
        """Beat no more; the lease table forgets us by itself."""
        for task in self._tasks:
            task.cancel()
        self._sure_until = 0.0

    # -- going round ----------------------------------------------------------------------------

    async def _beat(self) -> None:
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(self.beat_every):
                    await self._look.wait()
            self._look.clear()
            try:
                await self._open_inherited()
                await self._go_round()
            except JournalError as error:
                log.warning("the lease table can't be reached: %s", type(error).__name__)
            except Exception as error:  # noqa: BLE001  nothing may end the beating
                log.error("looking after shards failed: %s", where(error))  # noqa: TRY400

    async def _wait_for_doubt(self) -> None:
        """Let go of everything while others may have taken it: the next beat tells."""
        while self._leases.shared:
            await asyncio.sleep(max(self._sure_until - self._clock.monotonic(), self.beat_every))
            if not self.sure and self.fences:
                log.error("the store has not heard us for too long; our shards are let go")
                self._drop(list(self.fences))

    async def _open_inherited(self) -> None:
        """Open at once what another run has just handed over."""
        async with self._one_at_a_time:
            inherited, self._inherited = self._inherited, {}
            known = {lease.shard: lease.epoch for lease in self._census.leases}
            known |= {shard: fence.epoch for shard, fence in self._opened.items()}
            news = {s: one for s, one in inherited.items() if one.epoch > known.get(s, 0)}
            await self._open({s: fence for s, fence in news.items() if s not in self.fences})

    async def _go_round(self) -> None:
        """Beat, and bring what is owned and what is served together."""
        async with self._one_at_a_time:
            census = await self._look_around()
            self._let_go(census)
            await self._adopt(census)
            plan = plan_for(self.run, census, self.total, self._peers.gone)
            if plan.take and self._transport.connected:
                taken = await self._leases.take(self.run, plan.take, gone=tuple(self._peers.gone))
                await self._open(taken)
            for heir, shards in plan.give.items():
                await self._give(heir, [shard for shard in shards if shard in self.fences])

    async def _look_around(self) -> Census:
        asked = self._clock.monotonic()
        census = await self._leases.beat(self.member, self._limits.lease)
        self._sure_until = asked + self._limits.lease * SURE
        if isinstance(self._clock, AgreedClock):
            self._clock.agree(census.now, asked, self._clock.monotonic())
        self._census = census
        self._peers.meet(census.members)
        return census

    def _let_go(self, census: Census) -> None:
        mine = census.of(self.run)
        lost = [shard for shard, fence in self.fences.items() if mine.get(shard) != fence]
        if lost:
            self.lose(lost)

    async def _adopt(self, census: Census) -> None:
        """Take up what is ours and not served: handed over, doubted, or not opened the last time.

        No fence is opened twice: a commit that is still on its way under it would come after what
        is read on opening.
        """
        mine = census.of(self.run).items()
        fences = {shard: fence for shard, fence in mine if shard not in self.fences}
        again = [shard for shard, fence in fences.items() if self._opened.get(shard) == fence]
        if again:
            fences |= await self._leases.take(self.run, again)
        await self._open(fences)

    async def _open(self, fences: dict[int, Fence]) -> None:
        if not fences:
            return
        self._opened |= fences
        try:
            await self._keeper.open_shards(fences)
        except BaseException:
            self._drop(fences)
            raise
        self._peers.tell_all(Moved(tuple(fences)))

    async def _give(self, heir: str, shards: list[int]) -> None:
        """Hand *shards* over to *heir*, if that is there: the lease table knows the dead, too."""
        if not await self._peers.hears(heir):
            return
        for start in range(0, len(shards), self._limits.at_once):
            some = shards[start : start + self._limits.at_once]
            try:
                await self._keeper.close_shards(some)
            except Exception:
                self._drop(some)  # half closed: they are taken up anew
                raise
            for shard in some:
                self.fences.pop(shard, None)
            theirs = await self._leases.hand_over(self.run, some, heir)
            _ = self._peers.tell(heir, Inherit(tuple(theirs.values())))

    def lose(self, shards: Iterable[int]) -> None:
        """Let go of what another run owns now."""
        lost = self._drop(shards)
        if lost:
            log.error("another node owns %d of our shards now; they are let go", lost)
            self._peers.doubt_ourselves()
            self._look.set()

    def doubt(self, shard: int) -> None:
        """Let go of what the store may have been told or not, and take it up anew."""
        if self._drop((shard,)):
            self._look.set()

    def _drop(self, shards: Iterable[int]) -> int:
        dropped = [shard for shard in shards if self.fences.pop(shard, None) is not None]
        if dropped:
            self._keeper.drop_shards(dropped)
        return len(dropped)

    def _take(self, _subject: str, payload: bytes, respond: Respond) -> None:
        respond(HERE)
        try:
            message = decode_peering(payload)
        except (msgspec.ValidationError, msgspec.DecodeError):
            return
        if isinstance(message, Inherit):
            self._inherited |= {fence.shard: fence for fence in message.fences}
        if isinstance(message, Inherit | LookAround):
            self._look.set()
