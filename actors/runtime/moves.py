"""Shards that have moved: who asks them asks again at once, who watches them watches again."""

from collections.abc import Callable
from typing import TypeAlias

import msgspec

from actors.runtime.peering import HERE, Moved, decode_peering
from actors.runtime.subjects import PEER_MOVED, shard_asked
from actors.runtime.transport import Respond, Service, Transport

Hear: TypeAlias = Callable[[frozenset[int]], None]
"""Told of the shards that have a new owner."""


class Moves:
    """Hears of moved shards on behalf of one transport."""

    def __init__(self, transport: Transport, *listeners: Hear) -> None:
        self._transport = transport
        self._listeners = listeners
        self._service: Service | None = None

    async def open(self) -> None:
        """Begin to hear."""
        self._service = await self._transport.serve(PEER_MOVED, self._take, everyone=True)

    async def close(self) -> None:
        """Hear no more."""
        if self._service is not None:
            await self._service.stop()

    def _take(self, _subject: str, payload: bytes, respond: Respond) -> None:
        respond(HERE)
        try:
            message = decode_peering(payload)
        except (msgspec.ValidationError, msgspec.DecodeError):
            return
        if isinstance(message, Moved):
            self.hear(frozenset(message.shards))

    def hear(self, shards: frozenset[int]) -> None:
        """Have asks of *shards* made again, and tell the listeners."""
        self._transport.hurry(lambda subject: shard_asked(subject) in shards)
        for listener in self._listeners:
            listener(shards)
