"""What a node does for the shards that it owns: it takes their work up, ends it, lets go of it."""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from typing import Any, Final, Protocol

from actors.address import Address
from actors.runtime.actor import Actor
from actors.runtime.clock import Clock
from actors.runtime.errors import Fault
from actors.runtime.journal import Journal
from actors.runtime.leases import Fence
from actors.runtime.limits import Limits
from actors.runtime.outbox import Outbox
from actors.runtime.passivation import put_away
from actors.runtime.shards import Shards
from actors.runtime.subjects import actor_subject, shard_of
from actors.runtime.timers import Timers
from actors.runtime.transport import Handler, Service, Transport

STEP: Final = 0.005
"""Seconds between two looks at what is still at work, while stopping."""


class Workplace(Protocol):
    """The node, as far as the work of its shards is done there."""

    journal: Journal
    transport: Transport
    clock: Clock
    limits: Limits
    actors: dict[Address, Actor]
    shards: Shards
    outbox: Outbox
    timers: Timers

    def spawn(self, work: Coroutine[Any, Any, None]) -> None:
        """Run *work* beside; it is cancelled when the node closes."""


class Keeping:
    """The `Keeper` of a node; *take* gets each request to its shards."""

    def __init__(self, node: Workplace, take: Handler) -> None:
        self.closing: set[int] = set()
        """Shards in which nothing new is begun."""
        self._node = node
        self._take = take
        self.services: dict[int, Service] = {}
        """Shards that are served."""

    async def open_shards(self, fences: dict[int, Fence]) -> None:
        """Take up what an earlier owner left to do in these shards, and serve them.

        What is left is read before the first message comes, so that it stays the first in order.
        """
        node = self._node
        parcels = await node.journal.parcels(fences)
        alarms = await node.journal.alarms(fences)
        node.shards.fences |= fences
        node.outbox.take_up(parcels)
        node.timers.set(alarms)
        await asyncio.gather(*map(self._serve, fences))
        node.outbox.go_on()

    async def _serve(self, shard: int) -> None:
        """Serve *shard* beside whoever still does: of two, one that stands still harms nobody."""
        subject = actor_subject(None, shard)
        service = await self._node.transport.serve(subject, self._take, everyone=True)
        if shard in self._node.shards.fences:
            self.services[shard] = service
        else:
            await service.stop()

    async def close_shards(self, shards: Collection[int]) -> None:
        """Finish what was taken in these shards, put their actors away, and take no more."""
        node = self._node
        self.closing.update(shards)
        try:
            node.timers.drop(self._lives_in(shards))
            await self.stop_serving(shards)
            await self.until(lambda: not any(map(self._at_work, self._actors_of(shards))))
            put_away(self._actors_of(shards), Fault.NOT_OWNER)
            node.timers.drop(self._lives_in(shards))  # what was finished meanwhile has set some
            node.outbox.drop(self._lives_in(shards))
        finally:
            self.closing.difference_update(shards)

    def drop_shards(self, shards: Collection[int]) -> None:
        """Let go of these shards at once: another run owns them."""
        node = self._node
        node.timers.drop(self._lives_in(shards))
        node.outbox.drop(self._lives_in(shards))
        for actor in self._actors_of(shards):
            actor.leave(Fault.NOT_OWNER)
        node.spawn(self.stop_serving(shards))

    async def serve_no_more(self) -> None:
        """Take no more requests in any shard."""
        await self.stop_serving(list(self.services))

    async def stop_serving(self, shards: Collection[int]) -> None:
        """Take no more requests in these shards."""
        services = [self.services.pop(shard) for shard in shards if shard in self.services]
        await asyncio.gather(*(service.stop() for service in services))

    async def until(self, done: Callable[[], bool]) -> None:
        """Return when it is *done*, or has taken too long."""
        clock = self._node.clock
        end = clock.monotonic() + self._node.limits.drain
        while not done() and clock.monotonic() < end:  # noqa: ASYNC110  once, while stopping
            await asyncio.sleep(STEP)

    def _actors_of(self, shards: Collection[int]) -> list[Actor]:
        return [actor for actor in self._node.actors.values() if actor.shard in shards]

    def _at_work(self, actor: Actor) -> bool:
        return bool(actor.mailbox) or bool(actor.pipeline) or actor.preparing

    def _lives_in(self, shards: Collection[int]) -> Callable[[Address], bool]:
        return lambda actor: shard_of(actor, self._node.shards.total) in shards
