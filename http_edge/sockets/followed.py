"""One conversation that a socket follows: every event once, in order, and what was missed.

It is read page by page until nothing is left, then watched. Whatever leaves a gap (too much to
tell, an actor that moved or was put away, a number that jumps) is read again from the last number
on; so is who takes part, because reading asks the conversation's own rule who may. Before anything
is read, the conversation is told that somebody reads (see `http_edge.entering`).
"""

import asyncio
from collections import deque
from contextlib import suppress

import msgspec
import structlog

from actors.conversation.messages import (
    Changes,
    EnterThread,
    Event,
    ListChanges,
    MembersSet,
    address_of,
)
from actors.ids import ConversationId
from actors.refusal import Refusal
from actors.runtime.envelope import Told
from actors.runtime.errors import DeliveryFailed
from http_edge.sockets import watches
from http_edge.sockets.events import events_of, frame_of, numbered, passing_frame
from http_edge.sockets.frames import Following
from http_edge.sockets.reader import Reader
from http_edge.sockets.refusing import refused
from http_edge.sockets.watches import last_of

PAGE = 64
"""Events that are read at a time; fewer until all is read, where a page did not come."""
LATER = 64
"""What actors tell while a page is read, and is kept for afterwards."""
PAUSE = 0.05

log = structlog.get_logger("http_edge.sockets")


class Followed:
    """Sends *reader* what happens in *conversation* after number *after*."""

    def __init__(self, conversation: ConversationId, after: int, reader: Reader) -> None:
        self.address = address_of(conversation)
        self._conversation = conversation
        self._reader = reader
        self._last = after
        """The number up to which the reader has everything."""
        self._said: int | None = None
        """The number that the reader was told last; None before all has been sent once."""
        self._behind = True
        self._wake = asyncio.Event()
        self._later: deque[Told] = deque(maxlen=LATER)
        self._page = PAGE
        self._entered = False

    async def run(self) -> None:
        """Send what happens, until a rule says no."""
        while True:
            try:
                await self._enter()
                await self._read_on()
                await self._watch()
            except Refusal as refusal:
                self._reader.put(refused(refusal, address=str(self.address)))
                return
            except (DeliveryFailed, msgspec.ValidationError) as error:
                log.info("a conversation does not answer", why=type(error).__name__)
                self._behind = True
                self._page = max(1, self._page // 4)
                await asyncio.sleep(watches.RETRY_SECONDS)

    # -- reading what was missed ----------------------------------------------------------------

    async def _enter(self) -> None:
        """Have it kept, once, that the reader reads here."""
        if not self._entered:
            client, caller = self._reader.client, self._reader.caller
            await client.tell(self.address, EnterThread(), caller, wait=watches.WAIT)
            self._entered = True

    async def _read_on(self) -> None:
        while self._behind:
            changes = await self._ask()
            if changes.more and changes.last <= self._last:
                await asyncio.sleep(PAUSE)  # what comes next is on its way to disk
            for number, event in numbered(changes):
                await self._reader.room()
                self._send(number, event)
            self._last = max(self._last, changes.last)
            self._behind = changes.more
            if not self._behind:
                self._page = PAGE
                self._take_later()

    async def _ask(self) -> Changes:
        reader, wish = self._reader, ListChanges(self._last, self._page)
        await reader.room()
        return await reader.client.ask(
            self.address, wish, Changes, reader.caller, wait=watches.WAIT
        )

    def _take_later(self) -> None:
        """Take what was told meanwhile, as far as it goes on from here."""
        later = list(self._later)
        self._later.clear()
        for told in later:
            self.told(told)
        self._say_last()

    # -- being told -----------------------------------------------------------------------------

    async def _watch(self) -> None:
        """Be told from the last number on, until that is to be renewed or something is missed."""
        reader, after = self._reader, self._last
        self._wake.clear()
        watched = await reader.client.watch(
            self.address, reader.subject, after, reader.caller, wait=watches.WAIT
        )
        if watched.seq > self._last:
            self._behind = True
            return
        if watched.seq < after:
            self._last = watched.seq  # the browser knows numbers of another journal
        self._say_last(first=self._said is None)
        await self._until_due()

    async def _until_due(self) -> None:
        if not self._behind:
            with suppress(TimeoutError):
                async with asyncio.timeout(watches.RENEW_SECONDS):
                    await self._wake.wait()

    def watch_again(self) -> None:
        """Watch at once: another node has the conversation now, and knows nobody who watches."""
        self._wake.set()

    def told(self, told: Told) -> None:
        """Take what the conversation tells."""
        if told.passing:
            self._pass_on(told)
        elif self._behind:
            self._later.append(told)
        elif not told.count or told.seq > self._last + 1:
            self._fall_behind(last_of(told))
        elif last_of(told) > self._last:
            self._send_told(told)

    def _pass_on(self, told: Told) -> None:
        if self._behind:
            return
        with suppress(msgspec.ValidationError):
            frame = passing_frame(self._conversation, told.events, self._reader.caller)
            if frame is not None:
                self._reader.put(frame)

    def _send_told(self, told: Told) -> None:
        try:
            events = events_of(told.events)
        except msgspec.ValidationError:
            self._fall_behind(last_of(told))
            return
        for number, event in enumerate(events, told.seq):
            if isinstance(event, MembersSet) and number > self._last:
                self._fall_behind(number)
                return
            if number > self._last:
                self._send(number, event)
        self._say_last()

    def _fall_behind(self, number: int) -> None:
        if number > self._last:
            self._behind = True
            self._wake.set()

    # -- writing --------------------------------------------------------------------------------

    def _send(self, number: int, event: Event) -> None:
        self._last = number
        caller, emergency = self._reader.caller, self._reader.emergency.wording
        frame = frame_of(self._conversation, number, event, caller, emergency)
        if frame is not None:
            self._said = number if self._said is not None else None
            self._reader.put(frame)

    def _say_last(self, *, first: bool = False) -> None:
        """Tell a reader who has everything how far that is, unless the last frame said it."""
        if first or (self._said is not None and self._said != self._last):
            self._said = self._last
            self._reader.put(Following(self._conversation, self._last))
