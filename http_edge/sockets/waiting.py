"""What waits to be written to one browser: bounded, in order, and nothing that is out of date."""

import asyncio
import itertools
from collections import OrderedDict

from http_edge.sockets.call_frames import CallNow
from http_edge.sockets.frames import Changed, Following, HereNow, Outgoing, TypingNow, written

PASSING = TypingNow | HereNow
"""Told now or never."""


class Waiting:
    """Frames in order, at most *most* bytes of them.

    A `changed` takes the place of an older one of its address, a `following` of an older one of its
    conversation, and a call's `call` stands where an older one stood, before what its legs tell.
    What is passing is dropped where anything waits, and gives way to what comes.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._frames: OrderedDict[object, bytes] = OrderedDict()
        self._numbers = itertools.count()
        self._more = asyncio.Event()
        self._less = asyncio.Event()

    def __len__(self) -> int:
        return len(self._frames)

    @property
    def size(self) -> int:
        """Bytes that wait."""
        return self._bytes

    def put(self, frame: Outgoing) -> bool:
        """Let *frame* wait; return whether there was room."""
        if isinstance(frame, PASSING) and self._frames:
            return True
        key = self._key(frame)
        self._drop(PASSING)
        if not isinstance(frame, CallNow):
            self._drop(key)
        data = written(frame)
        self._bytes += len(data) - len(self._frames.get(key, b""))
        self._frames[key] = data
        self._more.set()
        return self._bytes <= self._most

    def _key(self, frame: Outgoing) -> object:
        """Return what *frame* waits under: the same as what it takes the place of."""
        match frame:
            case Changed(address):
                return Changed, address
            case Following(conversation):
                return Following, conversation
            case CallNow(call):
                return CallNow, call
            case TypingNow() | HereNow():
                return PASSING
            case _:
                return next(self._numbers)

    def _drop(self, key: object) -> None:
        self._bytes -= len(self._frames.pop(key, b""))

    async def take(self) -> bytes:
        """Wait for a frame and take it out."""
        while not self._frames:
            self._more.clear()
            await self._more.wait()
        _, data = self._frames.popitem(last=False)
        self._bytes -= len(data)
        if not self._is_much:
            self._less.set()
        return data

    async def room(self) -> None:
        """Wait until at most half of what may wait does."""
        while self._is_much:
            self._less.clear()
            await self._less.wait()

    @property
    def _is_much(self) -> bool:
        return self._bytes > self._most / 2
