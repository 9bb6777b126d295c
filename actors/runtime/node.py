"""What runs on this event loop: activation, passivation, orderly stop.

A node serves its shards on the bus. The first message to an actor activates it; an actor that
is idle is put away, and comes back on its next message, wake-up or durable send.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Coroutine, Iterable
from typing import Any

import msgspec

from actors.address import Address
from actors.runtime.actor import Actor, Phase
from actors.runtime.clock import Clock
from actors.runtime.codec import Language, decode_envelope, encode
from actors.runtime.envelope import Failed, Reply
from actors.runtime.errors import Fault, JournalError, where
from actors.runtime.intensity import RestartIntensity
from actors.runtime.journal import Commit, Journal
from actors.runtime.leases import Fence, Member
from actors.runtime.limits import Controls, Limits
from actors.runtime.mailbox import Mail
from actors.runtime.mint import Mint
from actors.runtime.moves import Moves
from actors.runtime.outbox import Outbox
from actors.runtime.room import Room
from actors.runtime.shards import Shards
from actors.runtime.sizes import carried
from actors.runtime.subjects import CLOCK_NOW, SHARDS, actor_subject, shard_of
from actors.runtime.timers import Timers
from actors.runtime.transport import Respond, Service, Transport

MOST_OF_NAME = 24
"""Characters of a node's name that its runs are called by."""
STEP = 0.005
"""Seconds between two looks at what is still at work, while stopping."""

log = logging.getLogger(__name__)


class Node:
    """One process's actors. `start`, then `drain` or (at a crash) `kill`."""

    def __init__(
        self,
        *,
        name: str,
        transport: Transport,
        journal: Journal,
        rooms: Iterable[Room[Any]],
        clock: Clock,
        mint: Mint,
        limits: Limits | None = None,
        controls: Controls | None = None,
        shards: int = SHARDS,
        version: str = "",
    ) -> None:
        self.name = name
        self.transport = transport
        self.journal = journal
        self.clock = clock
        self.limits = limits or Limits()
        self.controls = controls or Controls()
        self.in_flight = 0
        self.draining = False
        self.actors: dict[Address, Actor] = {}
        self.restarts: dict[str, int] = {}
        self.resting: dict[Address, float] = {}
        """Actors that crashed too often, and until when (monotonic) they rest."""
        self.rooms = {room.kind: room for room in rooms}
        self.languages = {kind: Language(room) for kind, room in self.rooms.items()}
        # a later run never inherits an earlier one's leases
        member = Member(f"{name[:MOST_OF_NAME]}-{mint.message_id()}", name, version)
        self.shards = Shards(
            member,
            self,
            leases=journal,
            transport=transport,
            clock=clock,
            total=shards,
            limits=self.limits,
        )
        self.outbox = Outbox(
            transport,
            journal,
            clock,
            mint,
            shards=shards,
            fence_of=self.fence_of,
            in_flight=self.limits.outbox_in_flight,
        )
        self.moves = Moves(transport)
        self.timers = Timers(journal, clock, mint, self._give)
        self.started = 0.0
        self._intensities: dict[Address, RestartIntensity] = {}
        self._services: dict[int, Service] = {}
        self._closing: set[int] = set()
        self._clock_service: Service | None = None
        self._sweeper: asyncio.Task[None] | None = None
        self._tasks: dict[asyncio.Task[None], None] = {}

    # -- life -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Take the shards that are for this node and serve them."""
        self.started = self.clock.monotonic()
        await self.moves.open()
        self._clock_service = await self.transport.serve(CLOCK_NOW, self._say_time)
        self.outbox.start()
        self.timers.start()
        await self.shards.start()
        self._sweeper = asyncio.get_running_loop().create_task(self._sweep())

    async def drain(self) -> None:
        """Hand over what has an heir; take no more, finish what was taken, put everything away."""
        await self.shards.retire(self.limits.drain)
        self.draining = True
        self.timers.stop()
        await self._stop_serving(list(self._services))
        await self._until(lambda: not self.busy)
        self.outbox.stop()
        self._put_away(list(self.actors.values()), Fault.STOPPING)
        try:
            await self.shards.leave()
        except JournalError:
            log.warning("the leases could not be given up; they run out by themselves")
        await self.moves.close()
        if self._clock_service is not None:
            await self._clock_service.stop()
        self.kill()

    def kill(self) -> None:
        """Stop at once; what was not committed never happened."""
        self.timers.stop()
        self.outbox.stop()
        self.shards.stop()
        for task in (*filter(None, (self._sweeper,)), *self._tasks):
            task.cancel()
        for actor in self.actors.values():
            actor.phase = Phase.GONE
        self.actors.clear()

    def _put_away(self, actors: Iterable[Actor], fault: Fault) -> None:
        """Take *actors* out of memory; who waits for one that is still at work gets *fault*."""
        for actor in actors:
            if actor.phase is Phase.RUNNING and not actor.pipeline:
                actor.put_away()
            else:
                actor.leave(fault)

    async def _until(self, done: Callable[[], bool]) -> None:
        end = self.clock.monotonic() + self.limits.drain
        while not done() and self.clock.monotonic() < end:  # noqa: ASYNC110  once, while stopping
            await asyncio.sleep(STEP)

    @property
    def busy(self) -> bool:
        """Whether something that was taken is not yet answered."""
        return (
            self.in_flight > 0
            or bool(self._tasks)
            or any(actor.mailbox for actor in self.actors.values())
        )

    # -- shards (`Keeper`) ----------------------------------------------------------------------

    async def open_shards(self, fences: dict[int, Fence]) -> None:
        """Take up what an earlier owner left to do in these shards, and serve them.

        What is left is read before the first message comes, so that it stays the first in order.
        """
        parcels = await self.journal.parcels(fences)
        alarms = await self.journal.alarms(fences)
        self.shards.fences |= fences
        self.outbox.take_up(parcels)
        self.timers.set(alarms)
        await asyncio.gather(*map(self._serve, fences))
        self.outbox.go_on()

    async def _serve(self, shard: int) -> None:
        """Serve *shard* beside whoever still does: of two, one that stands still harms nobody."""
        subject = actor_subject(None, shard)
        service = await self.transport.serve(subject, self._request, everyone=True)
        if shard in self.shards.fences:
            self._services[shard] = service
        else:
            await service.stop()

    async def close_shards(self, shards: Collection[int]) -> None:
        """Finish what was taken in these shards, put their actors away, and take no more."""
        self._closing.update(shards)
        try:
            self.timers.drop(self._lives_in(shards))
            await self._stop_serving(shards)
            await self._until(lambda: not any(map(self._at_work, self._actors_of(shards))))
            self._put_away(self._actors_of(shards), Fault.NOT_OWNER)
            self.timers.drop(self._lives_in(shards))  # what was finished meanwhile has set some
            self.outbox.drop(self._lives_in(shards))
        finally:
            self._closing.difference_update(shards)

    def drop_shards(self, shards: Collection[int]) -> None:
        """Let go of these shards at once: another run owns them."""
        self.timers.drop(self._lives_in(shards))
        self.outbox.drop(self._lives_in(shards))
        for actor in self._actors_of(shards):
            actor.leave(Fault.NOT_OWNER)
        self.spawn(self._stop_serving(shards))

    async def _stop_serving(self, shards: Collection[int]) -> None:
        services = [self._services.pop(shard) for shard in shards if shard in self._services]
        await asyncio.gather(*(service.stop() for service in services))

    def _actors_of(self, shards: Collection[int]) -> list[Actor]:
        return [actor for actor in self.actors.values() if actor.shard in shards]

    def _at_work(self, actor: Actor) -> bool:
        return bool(actor.mailbox) or bool(actor.pipeline) or actor.preparing

    def _lives_in(self, shards: Collection[int]) -> Callable[[Address], bool]:
        return lambda actor: shard_of(actor, self.shards.total) in shards

    def _say_time(self, _subject: str, _payload: bytes, respond: Respond) -> None:
        if self.shards.sure:
            respond(encode(self.clock.unix_ms()))

    # -- messages -------------------------------------------------------------------------------

    def _request(self, _subject: str, payload: bytes, respond: Respond) -> None:
        if not self.shards.sure:
            return  # whoever owns the shard by now was asked, too
        try:
            envelope = decode_envelope(payload)
        except (msgspec.ValidationError, msgspec.DecodeError):
            respond(encode(Failed(Fault.UNREADABLE)))
            return

        def answer(reply: Reply) -> None:
            respond(carried(reply, envelope, self.transport.max_payload))

        self._give(Mail(envelope, answer))

    def _give(self, mail: Mail) -> None:
        address = mail.envelope.to
        actor = self.actors.get(address)
        if actor is None:
            actor = self._activate(mail, address)
            if actor is None:
                return
        actor.take(mail)

    def _activate(self, mail: Mail, address: Address) -> Actor | None:
        shard = shard_of(address, self.shards.total)
        room = self.rooms.get(address.kind)
        if self.draining or shard not in self.shards.fences or shard in self._closing:
            mail.fail(Fault.STOPPING if self.draining else Fault.NOT_OWNER)
        elif room is None:
            mail.fail(Fault.NO_SUCH_KIND)
        elif self._rests(address):
            mail.fail(Fault.UNAVAILABLE)
        else:
            language = self.languages[address.kind]
            actor = self.actors[address] = Actor(address, shard, room, language, self)
            self.spawn(actor.load())
            return actor
        return None

    def _rests(self, address: Address) -> bool:
        until = self.resting.get(address)
        if until is None:
            return False
        if until > self.clock.monotonic():
            return True
        del self.resting[address]
        return False

    def owns(self, address: Address) -> bool:
        """Return whether this node is in charge of that actor now: of all nodes at most one is."""
        return self.shards.sure and shard_of(address, self.shards.total) in self.shards.fences

    # -- what actors stand on (`Floor`) -----------------------------------------------------------

    def fence_of(self, shard: int) -> Fence | None:
        """Return the claim to own *shard*, if this node has one."""
        return self.shards.fences.get(shard)

    def committed(self, commit: Commit) -> None:
        """Send what *commit* made durable, and set its alarms; not when the shard was let go of."""
        if self.fence_of(commit.fence.shard) != commit.fence:
            return
        for name, due in commit.fired:
            self.timers.fired(commit.actor, name, due)
        for name in commit.clear_alarms:
            self.timers.clear(commit.actor, name)
        if commit.set_alarms:
            self.timers.set(commit.set_alarms)
        if commit.parcels:
            self.outbox.deliver(commit.parcels)

    def crashed(self, actor: Address, error: Exception) -> bool:
        """Note a crash; return whether the actor has to rest now."""
        limits, now = self.limits, self.clock.monotonic()
        self.restarts[actor.kind] = self.restarts.get(actor.kind, 0) + 1
        intensity = self._intensities.setdefault(
            actor, RestartIntensity(limits.crashes, limits.crash_period)
        )
        rests = intensity.exceeded(now)
        if rests:
            self.resting[actor] = now + limits.rest
            del self._intensities[actor]
        log.error("actor of kind %s crashed: %s, rests: %s", actor.kind, where(error), rests)
        return rests

    def crashes_of(self, actor: Address) -> int:
        """Return how often the actor crashed lately."""
        intensity = self._intensities.get(actor)
        return 0 if intensity is None else len(intensity)

    def overtaken(self, shard: int) -> None:
        """Step aside: another node owns *shard* now."""
        self.shards.lose((shard,))

    def uncertain(self, shard: int) -> None:
        """Take *shard* up anew, with all that it has to send and to be woken for."""
        self.shards.doubt(shard)

    def forget(self, actor: Address) -> None:
        """Take the actor out of memory."""
        self.actors.pop(actor, None)

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run *work* beside; it is cancelled when the node closes."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[task] = None
        task.add_done_callback(self._spawned_ended)

    def _spawned_ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("work beside an actor failed: %s", where(error))

    # -- passivation ----------------------------------------------------------------------------

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self.limits.sweep)
            self.sweep()

    def sweep(self) -> None:
        """Put idle actors away, and the longest idle when there are too many."""
        now = self.clock.monotonic()
        for actor in list(self.actors.values()):
            if actor.watchers:
                actor.watchers.expire(now)
            if actor.quiet and now - actor.used >= self.limits.idle:
                actor.put_away()
        surplus = len(self.actors) - self.limits.active
        if surplus > 0:
            quiet = sorted((a for a in self.actors.values() if a.quiet), key=lambda a: a.used)
            for actor in quiet[:surplus]:
                actor.put_away()
        self._intensities = {
            address: kept for address, kept in self._intensities.items() if not kept.over(now)
        }
