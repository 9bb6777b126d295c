"""What only passes: that somebody writes, or looks. It is told on at once, or not at all."""

from contextlib import suppress

from actors.conversation.messages import SayHere, SayTyping, address_of
from actors.ids import ConversationId
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed
from http_edge.sockets.frames import Here, Typing
from http_edge.sockets.reader import Reader

AT_ONCE = 4
"""On their way from one socket; further ones are dropped."""
WAIT = 0.25


class Passing:
    """Tells conversations what passes at *reader*'s end."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._on_their_way = 0

    def say(self, frame: Typing | Here) -> None:
        """Tell it on, or drop it where others are on their way still."""
        if self._on_their_way < AT_ONCE:
            self._on_their_way += 1
            self._reader.spawn(self._tell(frame))

    async def _tell(self, frame: Typing | Here) -> None:
        message = SayHere(frame.here) if isinstance(frame, Here) else SayTyping()
        address = address_of(ConversationId(frame.conversation))
        try:
            with suppress(Refusal, DeliveryFailed):
                await self._reader.client.tell(address, message, self._reader.caller, wait=WAIT)
        finally:
            self._on_their_way -= 1
