"""One live socket, from its handshake until either side ends it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import msgspec
import structlog
from aiohttp import WSMsgType, web

from actors.runtime.client import Client
from actors.runtime.clock import Clock
from actors.runtime.envelope import Told
from http_edge.limits import Bucket
from http_edge.sockets.frames import Close, Outgoing, Refused, Unwatch, Watch, read
from http_edge.sockets.hub import Hub
from http_edge.sockets.presence import Owner, Presence
from http_edge.sockets.waiting import Waiting
from http_edge.sockets.watches import Watches

log = structlog.get_logger("http_edge.sockets")

BURST = 60
PER_SECOND = 10.0
"""Frames that one socket may send."""
TICK = 0.5
"""Seconds between two looks at what is due."""
CLOSE_SECONDS = 2.0


class Socket:
    """Runs one connection: reads frames, writes what waits, keeps watches and session up."""

    def __init__(
        self,
        connection: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        owner: Owner,
        *,
        hub: Hub,
        client: Client,
        clock: Clock,
        queue_bytes: int,
    ) -> None:
        self._connection = connection
        self._transport = transport
        self._user = owner.caller.user
        self._hub = hub
        self._clock = clock
        self._waiting = Waiting(queue_bytes)
        self._bucket = Bucket(BURST, clock.monotonic())
        self._ending: asyncio.Future[Close] = asyncio.get_running_loop().create_future()
        self._name = hub.join(self._user, self)
        subject = hub.subject(self._name)
        self._watches = Watches(client, clock, owner.caller, subject, self._put)
        self._presence = Presence(client, clock, owner, subject)

    async def run(self) -> None:
        """Serve the socket; return when it is closed."""
        parts = (self._read(), self._write(), self._keep())
        work = [asyncio.create_task(self._guard(part)) for part in parts]
        try:
            code = await self._ending
        finally:
            self._hub.leave(self._user, self._name)
            for task in work:
                task.cancel()
            await asyncio.wait(work)
        await self._close(code)

    async def _guard(self, part: Coroutine[Any, Any, None]) -> None:
        """Run a part; whatever ends it ends the socket."""
        try:
            await part
        except ConnectionError:
            self.end(Close.GOING_AWAY)
        except Exception:
            log.exception("a live socket broke")
            self.end(Close.BROKEN)
        else:
            self.end(Close.GOING_AWAY)

    def end(self, code: Close) -> None:
        """Close, and say why."""
        if not self._ending.done():
            self._ending.set_result(code)

    async def _close(self, code: Close) -> None:
        """Say goodbye, but do not wait long for somebody who does not listen."""
        try:
            async with asyncio.timeout(CLOSE_SECONDS):
                await self._connection.close(code=code, message=code.name.lower().encode())
        except (TimeoutError, ConnectionError):
            if self._transport is not None:
                self._transport.abort()

    async def _read(self) -> None:
        async for message in self._connection:
            if not self._keeps_bounds():
                self.end(Close.TOO_MANY_FRAMES)
                return
            await self._take(message.data if message.type is WSMsgType.TEXT else "")

    def _keeps_bounds(self) -> bool:
        wait = self._bucket.take(self._clock.monotonic(), BURST, PER_SECOND)
        return not wait and self._hub.may_send(self._user)

    async def _take(self, text: str) -> None:
        try:
            frame = read(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            self._put(Refused("", "malformed_frame", "That is no frame of this socket."))
            return
        match frame:
            case Watch(address, after):
                await self._watches.watch(address, after)
            case Unwatch(address):
                self._watches.drop(address)

    def told(self, told: Told) -> None:
        """Take what an actor tells."""
        self._presence.told(told)
        self._watches.told(told)

    def _put(self, frame: Outgoing) -> None:
        if not self._waiting.put(frame):
            self.end(Close.TOO_SLOW)

    async def _write(self) -> None:
        while True:
            data = await self._waiting.take()
            await self._connection.send_str(data.decode())

    async def _keep(self) -> None:
        while await self._presence.lives():
            await self._watches.renew_due()
            await asyncio.sleep(TICK)
        self.end(Close.SIGNED_OUT)
