"""One live socket, from its handshake until either side ends it."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, assert_never

import msgspec
import structlog
from aiohttp import WSMsgType, web

from actors.ids import CallId, ConversationId
from actors.runtime.client import Client
from actors.runtime.clock import Clock
from actors.runtime.envelope import Told
from http_edge.emergency import Emergency
from http_edge.limits import Limits
from http_edge.sockets.attending import Attending
from http_edge.sockets.call_errands import CallErrands
from http_edge.sockets.call_frames import (
    Attend,
    CallIncoming,
    Do,
    HeardUpTo,
    Layer,
    Offer,
    SignalTo,
    Unattend,
)
from http_edge.sockets.errands import Errands
from http_edge.sockets.flow import Flow
from http_edge.sockets.follows import Follows
from http_edge.sockets.frames import (
    Close,
    Delete,
    Edit,
    Follow,
    Here,
    MarkUpTo,
    Outgoing,
    Post,
    Refused,
    Said,
    Typing,
    Unfollow,
    Unwatch,
    Watch,
    read,
)
from http_edge.sockets.here import DoctorHere
from http_edge.sockets.hub import HasMoved, Hub
from http_edge.sockets.passing import Passing
from http_edge.sockets.presence import GuestPresence, Owner, Presence
from http_edge.sockets.reader import Reader
from http_edge.sockets.waiting import Waiting
from http_edge.sockets.watches import Watches
from http_edge.tokens import Tokens

log = structlog.get_logger("http_edge.sockets")

TICK = 0.5
"""Seconds between two looks at what is due."""
CLOSE_SECONDS = 2.0
PATIENCE = 60.0
"""How long what was missed waits for a reader to take half of what may wait."""
MALFORMED = Refused("", "malformed_frame", "That is no frame of this socket.")
NOT_HERE = Refused("", "not_found", "A guest's socket speaks of the one call alone.")


class Socket:
    """Runs one connection: reads frames, writes what waits, keeps watches and session up.

    Reading never waits for an actor: what takes time is done beside, or one after the other in
    `Errands`.
    """

    def __init__(
        self,
        connection: web.WebSocketResponse,
        transport: asyncio.Transport | None,
        owner: Owner,
        *,
        hub: Hub,
        client: Client,
        clock: Clock,
        tokens: Tokens,
        limits: Limits,
        emergency: Emergency,
        queue_bytes: int,
        ask_seconds: float,
    ) -> None:
        self._connection = connection
        self._transport = transport
        self._user = owner.caller.user
        self._only = owner.only
        self._hub = hub
        self._waiting = Waiting(queue_bytes)
        self._flow = Flow(hub, clock, self._user)
        self._ending: asyncio.Future[Close] = asyncio.get_running_loop().create_future()
        self._work: set[asyncio.Task[None]] = set()
        self._name = hub.join(self._user, self)
        subject = hub.subject(self._name)
        ways = (self._put, self._room, self._spawn)
        reader = Reader(owner.caller, client, clock, subject, emergency, *ways)
        self._watches = Watches(reader)
        self._follows = Follows(reader)
        self._errands = Errands(reader, tokens, limits, ask_seconds)
        self._passing = Passing(reader)
        self._attending = Attending(reader, hub.legs)
        self._calls = CallErrands(reader, tokens, ask_seconds)
        self._here = DoctorHere(reader)
        self._presence = (
            Presence(client, clock, owner, subject)
            if owner.only is None
            else GuestPresence(client, clock, owner, owner.only)
        )

    async def run(self) -> None:
        """Serve the socket; return when it is closed."""
        queues = (self._errands, *self._calls.lanes)
        for part in (self._read(), self._write(), self._keep(), *(each.run() for each in queues)):
            self._spawn(part)
        try:
            code = await self._ending
        finally:
            self._hub.leave(self._user, self._name)
            work = list(self._work)
            for task in work:
                task.cancel()
            await asyncio.wait(work)
            self._attending.leave(gone=self._connection.close_code == Close.GOING_AWAY)
        await self._close(code)

    def _spawn(self, part: Coroutine[Any, Any, None]) -> Callable[[], object]:
        task = asyncio.create_task(part)
        self._work.add(task)
        task.add_done_callback(self._done)
        return task.cancel

    def _done(self, task: asyncio.Task[None]) -> None:
        """Let go of a part; when it broke, the socket is broken."""
        self._work.discard(task)
        error = None if task.cancelled() else task.exception()
        if isinstance(error, ConnectionError):
            self.end(Close.GOING_AWAY)
        elif error is not None:
            log.error("a live socket broke", exc_info=error)
            self.end(Close.BROKEN)

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

    # -- from the browser -----------------------------------------------------------------------

    async def _read(self) -> None:
        async for message in self._connection:
            self._take(message.data if message.type is WSMsgType.TEXT else "")
            if self._ending.done():
                return
        self.end(Close.GOING_AWAY)

    def _take(self, text: str) -> None:
        """Count a frame, and do what it says unless it is one too many."""
        try:
            frame = read(text)
        except (msgspec.DecodeError, UnicodeError, RecursionError):
            frame = None
        if isinstance(frame, Typing | Here) and self._only is None:
            self._pass_on(frame)
        elif not self._flow.takes():
            self.end(Close.TOO_MANY_FRAMES)
        elif frame is None:
            self._put(MALFORMED)
        elif isinstance(frame, CallIncoming):
            self._do_in_call(frame)
        elif self._only is not None:
            self._put(NOT_HERE)
        else:
            self._do(frame)

    def _pass_on(self, frame: Typing | Here) -> None:
        if not self._flow.takes_passing():
            self.end(Close.TOO_MANY_FRAMES)
        elif self._flow.tells_passing():
            self._passing.say(frame)

    def _do_in_call(self, frame: CallIncoming) -> None:
        if self._only is not None and frame.call != self._only:
            self._put(NOT_HERE)
            return
        match frame:
            case Attend():
                self._attending.attend(frame)
            case Unattend(call):
                self._attending.drop(CallId(call))
            case Do() | SignalTo() | Offer():
                self._calls.give(frame)
            case HeardUpTo() | Layer():
                self._calls.pass_on(frame)
            case _:
                assert_never(frame)

    def _do(self, frame: Said) -> None:
        match frame:
            case Watch(address, after):
                self._watches.watch(address, after)
            case Unwatch(address):
                self._watches.drop(address)
            case Follow(conversation, after):
                self._follows.follow(ConversationId(conversation), after)
            case Unfollow(conversation):
                self._follows.drop(ConversationId(conversation))
            case Post() | Edit() | Delete() | MarkUpTo():
                self._errands.give(frame)
            case Typing() | Here():
                self._passing.say(frame)
            case _:
                assert_never(frame)

    # -- from actors ----------------------------------------------------------------------------

    def told(self, told: Told) -> None:
        """Take what an actor tells."""
        self._presence.told(told)
        self._watches.told(told)
        self._follows.told(told)
        self._attending.told(told)

    def moved(self, has_moved: HasMoved) -> None:
        """Watch those that have moved again."""
        self._presence.moved(has_moved)
        self._watches.moved(has_moved)
        self._follows.moved(has_moved)
        self._attending.moved(has_moved)

    # -- to the browser -------------------------------------------------------------------------

    def _put(self, frame: Outgoing) -> None:
        if not self._waiting.put(frame):
            self.end(Close.TOO_SLOW)

    async def _room(self) -> None:
        """Wait for the reader, but not for ever."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._waiting.room()
        except TimeoutError:
            self.end(Close.TOO_SLOW)

    async def _write(self) -> None:
        while True:
            await self._connection.send_frame(await self._waiting.take(), WSMsgType.TEXT)

    async def _keep(self) -> None:
        while await self._presence.lives():
            self._watches.renew_due()
            self._here.say_due()
            await asyncio.sleep(TICK)
        self.end(Close.SIGNED_OUT)
