"""The sockets of this edge, and the one subject on which actors tell them."""

from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Callable
from typing import Protocol, TypeAlias

import msgspec
import structlog
from aiohttp import web

from actors.address import Address
from actors.runtime.clock import Clock
from actors.runtime.codec import decode_told
from actors.runtime.envelope import TOLD_GONE, TOLD_TAKEN, Told
from actors.runtime.mint import Mint
from actors.runtime.moves import Moves
from actors.runtime.subjects import SHARDS, edge_subject, shard_of
from actors.runtime.transport import Respond, Transport
from http_edge import keys
from http_edge.limits import REMEMBERED, Bucket
from http_edge.sockets.frames import Close
from http_edge.sockets.legs import Legs

log = structlog.get_logger("http_edge.sockets")

HasMoved: TypeAlias = Callable[[Address], bool]
"""Says of an actor whether another node is in charge of it from now on."""

USER_BURST = 240
USER_PER_SECOND = 40.0
"""Frames that all sockets of one person together may send (see `flow`)."""


class Listener(Protocol):
    """A socket, as far as the hub knows it."""

    def told(self, told: Told) -> None:
        """Take what an actor tells."""

    def moved(self, has_moved: HasMoved) -> None:
        """Watch those that have moved again: where they are now, nobody knows of us."""

    def end(self, code: Close) -> None:
        """Close, and say why."""


class Hub:
    """Who is connected to this edge. Its name is fresh for each start of the edge."""

    def __init__(
        self,
        transport: Transport,
        clock: Clock,
        mint: Mint,
        per_user: int,
        *,
        shards: int = SHARDS,
    ) -> None:
        self.node = mint.message_id()
        self.legs = Legs()
        self._transport = transport
        self._clock = clock
        self._mint = mint
        self._per_user = per_user
        self._shards = shards
        self._listeners: dict[str, Listener] = {}
        self._of_user: defaultdict[str, OrderedDict[str, Listener]] = defaultdict(OrderedDict)
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._listeners)

    def join(self, user: str, listener: Listener) -> str:
        """Take *listener* in and return its name; the user's oldest gives way when it is full."""
        name = self._mint.message_id()
        mine = self._of_user[user]
        while len(mine) >= self._per_user:
            _, oldest = mine.popitem(last=False)
            oldest.end(Close.TOO_MANY_SOCKETS)
        mine[name] = self._listeners[name] = listener
        return name

    def leave(self, user: str, name: str) -> None:
        """Tell the socket *name* no more."""
        self._listeners.pop(name, None)
        mine = self._of_user[user]
        mine.pop(name, None)
        if not mine:
            del self._of_user[user]

    def subject(self, name: str) -> str:
        """Return where actors tell the socket *name*."""
        return edge_subject(self.node, name)

    def may_send(self, user: str) -> bool:
        """Count a frame of *user*; return whether they keep within their bounds."""
        return not self._bucket(user).take(self._clock.monotonic(), USER_BURST, USER_PER_SECOND)

    def may_pass(self, user: str) -> bool:
        """Count a passing frame of *user*, if half of what they may send would still be left.

        So what passes never takes the place of what is kept.
        """
        bucket = self._bucket(user)
        return bucket.left > USER_BURST / 2 and self.may_send(user)

    def _bucket(self, user: str) -> Bucket:
        bucket = self._buckets.setdefault(user, Bucket(USER_BURST, self._clock.monotonic()))
        self._buckets.move_to_end(user)
        if len(self._buckets) > REMEMBERED:
            self._buckets.popitem(last=False)
        return bucket

    def end_all(self, code: Close) -> None:
        """Close every socket."""
        for listener in list(self._listeners.values()):
            listener.end(code)

    def moved(self, shards: frozenset[int]) -> None:
        """Have every socket watch anew what lives in *shards*, which another node has now."""
        for listener in list(self._listeners.values()):
            listener.moved(lambda actor: shard_of(actor, self._shards) in shards)

    def take(self, subject: str, payload: bytes, respond: Respond) -> None:
        """Pass on what an actor tells; a socket that is gone is forgotten by the actor."""
        listener = self._listeners.get(subject.rpartition(".")[2])
        if listener is None:
            respond(TOLD_GONE)
            return
        try:
            listener.told(decode_told(payload))
        except msgspec.DecodeError:
            log.warning("an actor told something unreadable")
        respond(TOLD_TAKEN)


HUB: web.AppKey[Hub] = web.AppKey("hub", Hub)


def set_up(app: web.Application) -> None:
    """Let the application have a hub for as long as it runs."""
    app.cleanup_ctx.append(_serve)
    app.on_shutdown.append(_end_all)


async def _serve(app: web.Application) -> AsyncIterator[None]:
    transport = app[keys.TRANSPORT]
    hub = Hub(transport, app[keys.CLOCK], app[keys.MINT], app[keys.SETTINGS].sockets_per_user)
    app[HUB] = hub
    service = await transport.serve(edge_subject(hub.node, None), hub.take)
    moves = Moves(transport, hub.moved)
    await moves.open()
    yield
    await moves.close()
    await service.stop()
    await hub.legs.stop()


async def _end_all(app: web.Application) -> None:
    app[HUB].end_all(Close.GOING_AWAY)
