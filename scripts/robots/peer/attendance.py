"""A live socket that attends one call; its language is in `/api/v1/asyncapi.json`."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

import aiohttp

from scripts.robots import moods
from scripts.robots.line import SECONDS, Seen

HEARD_SECONDS = 5.0
AGAIN_SECONDS = 0.4

Hear = Callable[[Seen], Awaitable[None]]


class Attendance:
    """One leg of a call: knows the session as it is, acts in it, and signals to other legs."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, call: str) -> None:
        self.leg = moods.new_id()
        self.call = call
        self.view: Seen = {}
        """The newest `CallView`; empty before the first."""
        self.changed = asyncio.Event()
        """Set at each new view; whoever waits for one clears it."""
        self.over = asyncio.Event()
        """Set when the line has ended, or the session does not let us in."""
        self.hear: Hear | None = None
        """Told each signal, in order."""
        self._socket = socket
        self._told: dict[str, int] = {}
        self._run, self._number = "", 0
        self._asked: dict[str, asyncio.Future[Seen]] = {}

    async def act(self, act: str, **words: object) -> Seen:
        """Do *act* ("JoinCall"), and return the session's `acted` or `refused`."""
        return await self._ask(type="do", act={"type": act, **words})

    async def offer(self, **words: object) -> Seen:
        """Offer to the relay, and return its `answer`, or `refused`."""
        return await self._ask(type="offer", leg=self.leg, **words)

    async def tell(self, to: str, signal: str, body: str) -> None:
        """Signal to leg *to*."""
        number = self._told[to] = self._told.get(to, 0) + 1
        words = {"to": to, "number": number, "signal": signal, "body": body}
        await self._say(type="signal", leg=self.leg, **words)

    async def _ask(self, **words: object) -> Seen:
        """Send until it was decided on: the same id has no second effect."""
        name = moods.new_id()
        async with asyncio.timeout(SECONDS):
            while True:
                self._asked[name] = asyncio.get_running_loop().create_future()
                await self._say(id=name, **words)
                answer = await self._asked[name]
                if not answer.get("again"):
                    return answer
                await asyncio.sleep(AGAIN_SECONDS)

    async def _say(self, **words: object) -> None:
        await self._socket.send_json({"call": self.call, **words})

    # -- what comes -----------------------------------------------------------------------------

    async def _listen(self) -> None:
        await self._say(type="attend", leg=self.leg)
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                await self._take(message.json())
        self._end()

    async def _take(self, frame: Seen) -> None:
        asked = self._asked.pop(frame.get("id", ""), None)
        if asked is not None and not asked.done():
            asked.set_result(frame)
        match frame["type"]:
            case "call":
                self.view = frame["view"]
                self.changed.set()
            case "signal":
                await self._take_signal(frame)
            case "refused" if not frame["again"] and frame["address"].endswith(self.call):
                self._end()

    async def _take_signal(self, frame: Seen) -> None:
        """Take a signal once; with another run, the count began anew."""
        if frame["run"] != self._run:
            self._run, self._number = frame["run"], 0
        if frame["number"] > self._number:
            self._number = frame["number"]
            if self.hear is not None:
                await self.hear(frame)

    def _end(self) -> None:
        self.over.set()
        self.changed.set()
        for each in self._asked.values():
            each.cancel()

    async def _live(self) -> None:
        """Say again and again that this leg lives, and what it has had."""
        while True:
            await asyncio.sleep(HEARD_SECONDS)
            await self._say(type="heard", leg=self.leg, number=self._number)


@asynccontextmanager
async def attending(
    socket: aiohttp.ClientWebSocketResponse, call: str
) -> AsyncIterator[Attendance]:
    """Attend *call* over *socket*, for as long as the context lasts."""
    attendance = Attendance(socket, call)
    tasks = [asyncio.create_task(part) for part in (attendance._listen(), attendance._live())]  # noqa: SLF001
    try:
        yield attendance
    finally:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with suppress(asyncio.CancelledError, ConnectionError, aiohttp.ClientError):
                await task
