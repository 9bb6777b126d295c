"""TCP lines that may be cut: one way or both, for a while or with a reset.

What is sent into a cut line waits, as it does in a network that drops packets and whose ends send
them again. A new connection over a cut line comes up, and nothing comes through it.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field

BLOCK = 65_536


def open_gate() -> asyncio.Event:
    """Return a gate that lets everything through."""
    gate = asyncio.Event()
    gate.set()
    return gate


@dataclass
class Wire:
    """A line from one port of *listen* to a server."""

    listen: str
    host: str
    port: int
    there: asyncio.Event = field(default_factory=open_gate)
    """Open while bytes pass to the server."""
    back: asyncio.Event = field(default_factory=open_gate)
    """Open while bytes pass from the server."""
    _server: asyncio.Server | None = None
    _lives: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def entrance(self) -> int:
        """The port to connect to."""
        assert self._server is not None
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def open(self) -> "Wire":
        """Begin to take connections, on any free port."""
        self._server = await asyncio.start_server(self._connected, self.listen, 0, limit=BLOCK)
        return self

    async def close(self) -> None:
        """End every connection."""
        if self._server is not None:
            self._server.close()
        await asyncio.sleep(0)  # who was just let in begins, to be ended
        await self.reset()

    def cut(self, *, there: bool = True, back: bool = True) -> None:
        """Let nothing through, one way or both."""
        if there:
            self.there.clear()
        if back:
            self.back.clear()

    def mend(self) -> None:
        """Let everything through again, also what was sent meanwhile."""
        self.there.set()
        self.back.set()

    async def reset(self) -> None:
        """Break every connection."""
        lives = tuple(self._lives)
        for life in lives:
            life.cancel()
        if lives:
            await asyncio.wait(lives)

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        life = asyncio.current_task()
        assert life is not None
        self._lives.add(life)
        try:
            await self._carry(reader, writer)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self._lives.discard(life)
            writer.transport.abort()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await self.there.wait()
        there_reader, there_writer = await asyncio.open_connection(self.host, self.port)
        pumps = [
            asyncio.create_task(pump(reader, there_writer, self.there)),
            asyncio.create_task(pump(there_reader, writer, self.back)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            there_writer.transport.abort()
            writer.transport.abort()
            for each in pumps:
                each.cancel()
            await asyncio.wait(pumps)


async def pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, gate: asyncio.Event
) -> None:
    """Carry bytes one way, while the *gate* is open, until an end is closed."""
    with suppress(OSError):
        while block := await reader.read(BLOCK):
            await gate.wait()
            writer.write(block)
            await writer.drain()
