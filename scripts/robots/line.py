"""A live socket that follows one conversation; its language is in `/api/v1/asyncapi.json`."""

import asyncio
from typing import Any, TypeAlias

import aiohttp

from scripts.robots import moods

TRIES = 5
SECONDS = 20
"""How long an answer may take."""

Seen: TypeAlias = dict[str, Any]
"""Something that the API has shown."""


class Line:
    """Says things in *conversation*, and hears what happens there."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, conversation: str) -> None:
        self._socket = socket
        self._conversation = conversation

    async def follow(self, after: int) -> None:
        """Hear what happens after number *after*; return when all of it was heard."""
        await self.say("follow", after=after)
        await self._until("following")

    async def say(self, kind: str, **words: object) -> None:
        """Send a frame."""
        await self._socket.send_json({"type": kind, "conversation": self._conversation, **words})

    async def post(self, text: str, reply_to: int = 0) -> int:
        """Post a message, and return its number; 0 when the conversation does not take it.

        It has one id, however often it is sent: it is written once.
        """
        name = moods.new_id()
        for _ in range(TRIES):
            await self.say("post", id=name, text=text, reply_to=reply_to)
            answer = await self._until("done", "refused")
            if answer["type"] == "done":
                return int(answer["number"])
            if not answer["again"]:
                return 0
            await moods.pause(1, 3)
        return 0

    async def _until(self, *kinds: str) -> Seen:
        """Return the next frame of one of *kinds*, or raise `ValueError` when the line ends."""
        async with asyncio.timeout(SECONDS):
            while True:
                heard = await self._socket.receive()
                if heard.type is not aiohttp.WSMsgType.TEXT:
                    raise ValueError(f"The line has ended: {heard.type.name}.")
                frame: Seen = heard.json()
                if frame["type"] in kinds:
                    return frame
