"""A page in a call, of a robot's, that goes on over another node's line when it loses its own.

As a browser does: the media go on meanwhile, and what was asked is asked again under its id.
"""

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from typing import Final, NamedTuple

import aiohttp

from scripts.robots.line import Seen
from scripts.robots.peer.attendance import Attendance
from scripts.robots.peer.peer import Peer
from tests.edge import Person

PAUSE: Final = 0.05
"""Seconds before the next node is tried."""


class Way(NamedTuple):
    """How somebody gets to the pages of a clinic of many nodes."""

    session: aiohttp.ClientSession
    urls: Sequence[str]
    """Where it goes on, in turn."""
    person: Person

    async def open(self, url: str) -> aiohttp.ClientWebSocketResponse:
        """Open a line."""
        headers = {"Authorization": f"Bearer {self.person.token}"}
        return await self.session.ws_connect(f"{url}/live", headers=headers)


class ReturningPage(Attendance):
    """One leg of *call*, whatever becomes of its lines."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, call: str, way: Way) -> None:
        super().__init__(socket, call)
        self.lines = 1
        """How many it has had."""
        self._way = way
        self._urls = itertools.cycle((*way.urls[1:], way.urls[0]))

    async def _say(self, **words: object) -> None:
        try:
            await super()._say(**words)
        except (ConnectionError, aiohttp.ClientError):
            self._ask_again()

    async def _listen(self) -> None:
        while not self.over.is_set():
            await self._say(type="attend", leg=self.leg, run=self._run, number=self._number)
            with suppress(ConnectionError, aiohttp.ClientError):
                async for message in self._socket:
                    if message.type is aiohttp.WSMsgType.TEXT:
                        await self._take(message.json())
            self._socket = await self._next_line()
            self._ask_again()

    def _ask_again(self) -> None:
        """Let everything that was asked be asked again."""
        for each in self._asked.values():
            if not each.done():
                each.set_result({"again": True})

    async def _next_line(self) -> aiohttp.ClientWebSocketResponse:
        for url in self._urls:
            with suppress(ConnectionError, aiohttp.ClientError):
                line = await self._way.open(url)
                self.lines += 1
                return line
            await asyncio.sleep(PAUSE)  # a pause of the browser's own
        raise AssertionError

    async def close(self) -> None:
        """Close the line at hand."""
        await self._socket.close()


@asynccontextmanager
async def at_call(call: str, way: Way) -> AsyncIterator[Peer]:
    """Let a robot be at the page of *call*, and follow what the session wants, until the end."""
    page = ReturningPage(await way.open(way.urls[0]), call, way)
    peer = Peer(page)
    tasks = [asyncio.create_task(each) for each in (page._listen(), page._live(), follow(peer))]
    try:
        yield peer
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
        await peer.close()
        await page.close()
        for task in tasks:
            if not task.cancelled():
                task.result()


async def follow(peer: Peer) -> None:
    """Let *peer* be as its session wants it, until cancelled."""
    while True:
        await peer.wait_for(0.1)


def heard(peer: Peer) -> dict[str, int]:
    """Return how many pictures and tones came over the connection at hand, by source."""
    connection = peer.connection
    return {} if connection is None else {of: each.frames for of, each in connection.ears.items()}


def present(view: Seen) -> dict[str, tuple[str, ...]]:
    """Return where the legs of everybody in *view* are, by person."""
    return {
        person["person"]["user"]: tuple(sorted(leg["state"] for leg in person["legs"]))
        for person in view.get("people", [])
    }
