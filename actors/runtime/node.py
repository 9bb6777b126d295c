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
from actors.runtime.crashes import Crashes
from actors.runtime.envelope import Failed, Reply
from actors.runtime.errors import Fault, JournalError, where
from actors.runtime.journal import Commit, Journal
from actors.runtime.keeping import Keeping
from actors.runtime.leases import Fence, Member
from actors.runtime.limits import Controls, Limits
from actors.runtime.mailbox import Mail
from actors.runtime.mint import Mint
from actors.runtime.moves import Moves
from actors.runtime.outbox import Outbox
from actors.runtime.passivation import put_away, put_away_idle
from actors.runtime.room import Room
from actors.runtime.shards import Shards
from actors.runtime.sizes import carried
from actors.runtime.subjects import CLOCK_NOW, SHARDS, shard_of
from actors.runtime.timers import Timers
from actors.runtime.transport import Respond, Service, Transport

MOST_OF_NAME = 24
"""Characters of a node's name that its runs are called by."""

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
        self._crashes = Crashes(self.clock, self.limits)
        self.restarts = self._crashes.counts
        self.resting = self._crashes.resting
        self.rooms = {room.kind: room for room in rooms}
        self.languages = {kind: Language(room) for kind, room in self.rooms.items()}
        # a later run never inherits an earlier one's leases
        member = Member(f"{name[:MOST_OF_NAME]}-{mint.message_id()}", name, version)
        self.keeping = Keeping(self, self._request)
        self.shards = Shards(
            member,
            self.keeping,
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
        await self.keeping.serve_no_more()
        await self.keeping.until(lambda: not self.busy)
        self.outbox.stop()
        put_away(list(self.actors.values()), Fault.STOPPING)
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

    @property
    def busy(self) -> bool:
        """Whether something that was taken is not yet answered."""
        return (
            self.in_flight > 0
            or bool(self._tasks)
            or any(actor.mailbox for actor in self.actors.values())
        )

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
        if self.draining or shard not in self.shards.fences or shard in self.keeping.closing:
            mail.fail(Fault.STOPPING if self.draining else Fault.NOT_OWNER)
        elif room is None:
            mail.fail(Fault.NO_SUCH_KIND)
        elif self._crashes.rests(address):
            mail.fail(Fault.UNAVAILABLE)
        else:
            language = self.languages[address.kind]
            actor = self.actors[address] = Actor(address, shard, room, language, self)
            self.spawn(actor.load())
            return actor
        return None

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
        return self._crashes.note(actor, error)

    def crashes_of(self, actor: Address) -> int:
        """Return how often the actor crashed lately."""
        return self._crashes.lately(actor)

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
        put_away_idle(self.actors.values(), self.limits, now)
        self._crashes.forget(now)
