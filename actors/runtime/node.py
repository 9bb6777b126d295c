"""What runs on this event loop: activation, passivation, orderly stop.

A node serves its shards on the bus. The first message to an actor activates it; an actor that
is idle is put away, and comes back on its next message, wake-up or durable send.
"""

import asyncio
import logging
from collections.abc import Coroutine, Iterable
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
from actors.runtime.leases import Fence
from actors.runtime.limits import Controls, Limits
from actors.runtime.mailbox import Mail
from actors.runtime.mint import Mint
from actors.runtime.outbox import Outbox
from actors.runtime.room import Room
from actors.runtime.shards import Shards
from actors.runtime.subjects import SHARDS, actor_subject, shard_of
from actors.runtime.timers import Timers
from actors.runtime.transport import Respond, Service, Transport

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
        run = f"{name}/{mint.message_id()}"  # a later run never inherits an earlier one's leases
        self.shards = Shards(journal, clock, run, shards, self.limits.lease)
        self.outbox = Outbox(
            transport,
            journal,
            clock,
            mint,
            shards=shards,
            in_flight=self.limits.outbox_in_flight,
        )
        self.timers = Timers(journal, clock, mint, self._give)
        self.started = 0.0
        self._intensities: dict[Address, RestartIntensity] = {}
        self._services: dict[int, Service] = {}
        self._keepers: list[asyncio.Task[None]] = []
        self._tasks: dict[asyncio.Task[None], None] = {}

    # -- life -----------------------------------------------------------------------------------

    async def start(self) -> None:
        """Take every shard and serve it; take up what an earlier run left to do.

        What is left is read before the first message comes, so that it stays the first in order.
        """
        self.started = self.clock.monotonic()
        fences = await self.shards.take(range(self.shards.total))
        await self.outbox.load(fences)
        await self.timers.load(fences)
        for shard in list(fences):
            subject = actor_subject(None, shard)
            self._services[shard] = await self.transport.serve(subject, self._request)
        self.outbox.start()
        self.timers.start()
        loop = asyncio.get_running_loop()
        self._keepers = [loop.create_task(self._keep_leases()), loop.create_task(self._sweep())]

    async def drain(self) -> None:
        """Take no more, finish what was taken, put everything away, give the shards up."""
        self.draining = True
        self.timers.stop()
        services, self._services = self._services, {}
        await asyncio.gather(*(service.stop() for service in services.values()))
        await self._until_quiet()
        self.outbox.stop()
        for actor in list(self.actors.values()):
            if actor.phase is Phase.RUNNING and not actor.pipeline:
                actor.put_away()
            else:
                actor.leave(Fault.STOPPING)
        try:
            await self.shards.release()
        except JournalError:
            log.warning("the leases could not be released; they run out by themselves")
        self.kill()

    def kill(self) -> None:
        """Stop at once; what was not committed never happened."""
        self.timers.stop()
        self.outbox.stop()
        for task in (*self._keepers, *self._tasks):
            task.cancel()
        for actor in self.actors.values():
            actor.phase = Phase.GONE
        self.actors.clear()

    async def _until_quiet(self) -> None:
        end = self.clock.monotonic() + self.limits.drain
        while self.busy and self.clock.monotonic() < end:  # noqa: ASYNC110  once, while stopping
            await asyncio.sleep(0.005)

    @property
    def busy(self) -> bool:
        """Whether something that was taken is not yet answered."""
        return (
            self.in_flight > 0
            or bool(self._tasks)
            or any(actor.mailbox for actor in self.actors.values())
        )

    async def _keep_leases(self) -> None:
        while True:
            await asyncio.sleep(self.shards.renew_every)
            try:
                await self.shards.renew()
            except JournalError:
                log.warning("the leases could not be renewed")

    # -- messages -------------------------------------------------------------------------------

    def _request(self, _subject: str, payload: bytes, respond: Respond) -> None:
        try:
            envelope = decode_envelope(payload)
        except (msgspec.ValidationError, msgspec.DecodeError):
            respond(encode(Failed(Fault.UNREADABLE)))
            return

        def answer(reply: Reply) -> None:
            respond(encode(reply))

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
        if self.draining or shard not in self.shards.fences:
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

    # -- what actors stand on (`Floor`) -----------------------------------------------------------

    def fence_of(self, shard: int) -> Fence | None:
        """Return the claim to own *shard*, if this node has one."""
        return self.shards.fences.get(shard)

    def committed(self, commit: Commit) -> None:
        """Send what *commit* made durable, and set its alarms."""
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
        service = self._services.pop(shard, None)
        if self.shards.fences.pop(shard, None) is not None:
            log.error("another node owns shard %d now; this one serves it no more", shard)
        if service is not None:
            self.spawn(service.stop())

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
