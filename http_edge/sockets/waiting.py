"""What waits to be written to one browser: bounded, and each address at most once as changed."""

import asyncio
from collections import deque

from http_edge.sockets.frames import Changed, Outgoing, written


class Waiting:
    """Frames in order, at most *most* bytes of them."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._bytes = 0
        self._frames: deque[tuple[str, bytes]] = deque()
        self._more = asyncio.Event()

    def __len__(self) -> int:
        return len(self._frames)

    def put(self, frame: Outgoing) -> bool:
        """Let *frame* wait; return whether there was room.

        A `changed` takes the place of an older one of its address that waits still.
        """
        changed = frame.address if isinstance(frame, Changed) else ""
        if changed:
            self._drop(changed)
        data = written(frame)
        self._frames.append((changed, data))
        self._bytes += len(data)
        self._more.set()
        return self._bytes <= self._most

    def _drop(self, changed: str) -> None:
        older = [entry for entry in self._frames if entry[0] == changed]
        for entry in older:
            self._frames.remove(entry)
            self._bytes -= len(entry[1])

    async def take(self) -> bytes:
        """Wait for a frame and take it out."""
        while not self._frames:
            self._more.clear()
            await self._more.wait()
        _, data = self._frames.popleft()
        self._bytes -= len(data)
        return data
