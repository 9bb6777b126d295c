"""Somebody who writes and reads in one thread as a browser does, over whatever happens to the line.

What is to be sent waits in an outbox, leaves in order and one at a time, and is shown as sent once
it is acknowledged. After a lost connection the thread is followed on from the last number seen.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import aiohttp
import msgspec

PAUSE = 0.05
"""Seconds before a lost connection is opened anew, or something is sent again."""
NO_ANSWER = 6.0
"""Seconds after which a line that is silent over a message is given up."""


class Heard(NamedTuple):
    """One message as this side was shown it."""

    number: int
    key: str
    author: str
    text: str


@dataclass
class Talker:
    """One side of a thread."""

    session: aiohttp.ClientSession
    url: str
    token: str
    thread: str
    progressed: Callable[[], None] = lambda: None
    """Called whenever a message is acknowledged."""
    outbox: deque[tuple[str, str]] = field(default_factory=deque)
    """Ids and texts that are not acknowledged yet, in order."""
    sent: dict[str, int] = field(default_factory=dict)
    """Id to number: what this side shows as sent."""
    heard: list[Heard] = field(default_factory=list)
    last: int = 0
    urls: tuple[str, ...] = ()
    """Where it goes on, in turn, when there are several ways in."""
    side: str = ""
    tries: int = 0
    connections: int = 0
    refused: list[Any] = field(default_factory=list)
    over: bool = False

    def write(self, key: str, text: str) -> None:
        """Let a message wait in the outbox."""
        self.outbox.append((key, text))

    async def live(self) -> None:
        """Talk until `over`."""
        while not self.over:
            with contextlib.suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
                await self._connected()
            await asyncio.sleep(PAUSE)  # a pause of the browser's own

    async def _connected(self) -> None:
        bearer = {"Authorization": f"Bearer {self.token}"}
        url = self.urls[self.tries % len(self.urls)] if self.urls else self.url
        self.tries += 1
        async with self.session.ws_connect(f"{url}/live", headers=bearer) as socket:
            self.connections += 1
            answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
            await self._say(
                socket, {"type": "follow", "conversation": self.thread, "after": self.last}
            )
            sending = asyncio.create_task(self._send(socket, answers))
            try:
                async for message in socket:
                    self._hear(msgspec.json.decode(message.data), answers)
            finally:
                sending.cancel()
                await asyncio.wait([sending])

    async def _say(self, socket: aiohttp.ClientWebSocketResponse, frame: dict[str, Any]) -> None:
        await socket.send_str(msgspec.json.encode(frame).decode())

    async def _send(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        answers: "asyncio.Queue[dict[str, Any]]",
    ) -> None:
        """Send the outbox, one after the other, until the connection ends."""
        while not self.over:
            if not self.outbox:
                await asyncio.sleep(PAUSE)
                continue
            key, text = self.outbox[0]
            post = {"type": "post", "id": key, "conversation": self.thread, "text": text}
            await self._say(socket, post)
            answer = await self._answer(socket, answers, key)
            if answer is None:
                return
            if answer["type"] == "done":
                self.sent[key] = answer["number"]
                self.outbox.popleft()
                self.progressed()
            elif answer["again"]:
                await asyncio.sleep(PAUSE)
            else:
                self.refused.append(answer)
                return

    async def _answer(
        self,
        socket: aiohttp.ClientWebSocketResponse,
        answers: "asyncio.Queue[dict[str, Any]]",
        key: str,
    ) -> dict[str, Any] | None:
        """Return what is said of *key*; None (and no connection) when nothing is."""
        try:
            async with asyncio.timeout(NO_ANSWER):
                while (answer := await answers.get())["id"] != key:
                    pass
        except TimeoutError:
            await socket.close()
            return None
        return answer

    def _hear(self, frame: dict[str, Any], answers: "asyncio.Queue[dict[str, Any]]") -> None:
        match frame:
            case {"type": "message", "number": number, "key": key, "author": who, "text": text}:
                self.heard.append(Heard(number, key, who, text))
                self.last = number
            case {"type": "following", "last": last}:
                self.last = max(self.last, last)
            case {"type": "done" | "refused", "id": str(name)} if name:
                answers.put_nowait(frame)
            case {"number": int(number)}:
                self.last = max(self.last, number)
            case _:
                pass
