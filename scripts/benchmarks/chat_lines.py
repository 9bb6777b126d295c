"""Websockets as a browser holds them: what is sent under a key is waited for until it is heard."""

import asyncio
import itertools
from collections.abc import Callable, Coroutine
from typing import Any, Protocol, Self

import aiohttp
import msgspec

from actors.runtime.mint import SystemMint
from http_edge.limits import Bucket
from http_edge.sockets.flow import BURST, PER_SECOND
from scripts.benchmarks.people import PATIENCE, Unexpected

TEXT = "The tablets help, but since Tuesday my hands are cold in the morning. Is that known? Yours."
"""What everybody writes."""
LONGEST = 30.0
"""Seconds after which a message counts as lost."""
MARK_AFTER = 0.4
"""Seconds after the last message at which a page says that it was read, as ours does."""
AGAIN_AFTER = 0.1
MARGIN = 20
"""Frames fewer than a socket may send at once."""


class Frame(msgspec.Struct, frozen=True):
    """What is looked at of anything that comes."""

    type: str
    id: str = ""
    key: str = ""
    author: str = ""
    number: int = 0
    again: bool = False
    sentence: str = ""


_read = msgspec.json.Decoder(Frame).decode


class Crowd:
    """Everybody who is connected for as long as the context lasts, and what they wait to hear."""

    def __init__(self) -> None:
        self.session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        self.again = 0
        """How often something had to be sent once more."""
        self.held_back = 0
        """How often a socket had used up what it may send and waited."""
        self.marks = 0
        own = SystemMint().message_id()
        self._keys = (f"{own}-{number}" for number in itertools.count())
        self._waiting: dict[str, asyncio.Future[None]] = {}
        self._broken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._tasks: set[asyncio.Task[None]] = set()
        self._over = False

    def spawn(self, part: Coroutine[Any, Any, None]) -> None:
        """Do something beside; when it breaks, whoever waits for a message is told."""
        if self._over:
            part.close()
            return
        task = asyncio.create_task(part)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        error = None if task.cancelled() else task.exception()
        if error is not None and not self._broken.done():
            self._broken.set_exception(error)

    async def say(self, line: "Line") -> None:
        """Send a message over *line* and return when it is heard, or raise `Unexpected`."""
        key = next(self._keys)
        heard = self._waiting[key] = asyncio.get_running_loop().create_future()
        await line.send(key)
        await asyncio.wait(
            {heard, self._broken}, timeout=LONGEST, return_when=asyncio.FIRST_COMPLETED
        )
        if self._broken.done():
            self._broken.result()
        if not heard.done():
            raise Unexpected(f"A message was not heard for {LONGEST:.0f} seconds.")

    def heard(self, key: str) -> None:
        """Let the message of that *key* have arrived."""
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            waiting.set_result(None)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_error: object) -> None:
        self._over = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)
        await self.session.close()
        if self._broken.done() and self._broken.exception() is not None and kind is None:
            self._broken.result()


class Line(Protocol):
    """One end of a websocket."""

    async def send(self, key: str) -> None:
        """Send the message of that *key*."""


class Echo:
    """A websocket to the bare server; it hears what it has sent itself."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, crowd: Crowd) -> None:
        self._socket = socket
        self._crowd = crowd

    @classmethod
    async def open(cls, url: str, crowd: Crowd) -> Self:
        """Connect."""
        line = cls(await crowd.session.ws_connect(f"{url}/live"), crowd)
        crowd.spawn(line.listen())
        return line

    async def send(self, key: str) -> None:
        """Send a post, as long as one of a thread."""
        await self._socket.send_str(post("x" * 53, key))

    async def listen(self) -> None:
        """Hear until the server closes."""
        async for message in self._socket:
            self._crowd.heard(_read(message.data).id)
        raise Unexpected("The bare server has closed a socket.")


class Side:
    """A page that shows one thread: it hears what the other side writes, and marks it as read."""

    def __init__(
        self, socket: aiohttp.ClientWebSocketResponse, crowd: Crowd, user: str, thread: str
    ) -> None:
        self.changed: Callable[[], None] = lambda: None
        """Called when something has changed that the page watches."""
        self._socket = socket
        self._crowd = crowd
        self._user = user
        self._thread = thread
        self._follows = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._bucket = Bucket(BURST - MARGIN, self._loop.time())
        self._unread = 0
        self._marking: asyncio.TimerHandle | None = None

    @classmethod
    async def open(cls, url: str, token: str, crowd: Crowd, *, user: str, thread: str) -> Self:
        """Connect as *user*, and return once *thread* is followed."""
        bearer = {"Authorization": f"Bearer {token}"}
        socket = await crowd.session.ws_connect(f"{url}/live", headers=bearer)
        side = cls(socket, crowd, user, thread)
        crowd.spawn(side.listen())
        await side.say(written(type="follow", conversation=thread, after=0))
        async with asyncio.timeout(PATIENCE):
            await side._follows.wait()
        return side

    async def send(self, key: str) -> None:
        """Write into the thread."""
        await self.say(post(self._thread, key))

    async def say(self, text: str) -> None:
        """Send a frame, no faster than a socket may."""
        while wait := self._bucket.take(self._loop.time(), BURST - MARGIN, PER_SECOND):
            self._crowd.held_back += 1
            await asyncio.sleep(wait)
        await self._socket.send_str(text)

    async def listen(self) -> None:
        """Hear until the clinic closes."""
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            self._hear(_read(message.data))
        raise Unexpected(f"The clinic has closed a socket with {self._socket.close_code}.")

    def _hear(self, frame: Frame) -> None:
        match frame:
            case Frame(type="message", author=author) if author != self._user:
                self._crowd.heard(frame.key)
                self._look(frame.number)
            case Frame(type="changed"):
                self.changed()
            case Frame(type="following"):
                self._follows.set()
            case Frame(type="refused", again=True):
                self._crowd.again += 1
                if frame.id:
                    self._crowd.spawn(self._again(frame.id))
                else:
                    self._look(self._unread)
            case Frame(type="refused"):
                raise Unexpected(frame.sentence)
            case _:
                pass

    async def _again(self, key: str) -> None:
        await asyncio.sleep(AGAIN_AFTER)
        await self.send(key)

    def _look(self, number: int) -> None:
        """Mark as read up to *number*, once nothing else has come for a moment."""
        self._unread = number
        if self._marking is not None:
            self._marking.cancel()
        self._marking = self._loop.call_later(MARK_AFTER, lambda: self._crowd.spawn(self._mark()))

    async def _mark(self) -> None:
        self._crowd.marks += 1
        read = self._unread
        mark = written(type="mark", conversation=self._thread, delivered=read, read=read)
        await self.say(mark)


def post(thread: str, key: str) -> str:
    """Return the frame that writes `TEXT` into *thread*."""
    return written(type="post", id=key, conversation=thread, text=TEXT)


def written(**frame: str | int) -> str:
    """Return a frame as it is sent."""
    return msgspec.json.encode(frame).decode()
