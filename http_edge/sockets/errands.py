"""What a page says to conversations: told one after the other, each once, and answered.

A browser that gets no answer sends the same again, over this socket, the next one or by HTTP, and
gets the first answer: the command's id is made from the frame's (see `http_edge.once`). What is
written counts against the same limit as what comes by pages and HTTP; over it, it is to be sent
again.
"""

import asyncio
from collections import deque
from typing import TypeAlias

import msgspec
from msgspec.structs import replace

from actors.conversation.messages import (
    DeleteMessage,
    EditMessage,
    MarkMessages,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    PostMessage,
    address_of,
)
from actors.ids import ConversationId, FileId, MessageId, UserId
from actors.refusal import Ground, Refusal
from actors.runtime.client import Happened
from actors.runtime.errors import DeliveryFailed
from http_edge.limits import WRITING, Limits
from http_edge.once import once_posted
from http_edge.post_message import post_offered
from http_edge.problems import Problem
from http_edge.sockets.frames import Delete, Done, Edit, MarkUpTo, Post
from http_edge.sockets.reader import Reader
from http_edge.sockets.refusing import refused
from http_edge.tokens import Tokens

MOST = 32
"""Errands that may wait at one socket."""

Errand: TypeAlias = Post | Edit | Delete | MarkUpTo


class Errands:
    """Tells conversations what *reader* has to say; *wait* is in seconds, for each answer."""

    def __init__(self, reader: Reader, tokens: Tokens, limits: Limits, wait: float) -> None:
        self._reader = reader
        self._tokens = tokens
        self._limits = limits
        self._wait = wait
        self._waiting: deque[Errand] = deque()
        self._more = asyncio.Event()

    def __len__(self) -> int:
        return len(self._waiting)

    def give(self, errand: Errand) -> None:
        """Let *errand* wait its turn, or refuse it when too many do."""
        if isinstance(errand, MarkUpTo) and self._joins(errand):
            return
        if len(self._waiting) >= MOST:
            self._reader.put(replace(refused(Busy(), **_named(errand)), again=True))
            return
        self._waiting.append(errand)
        self._more.set()

    def _joins(self, mark: MarkUpTo) -> bool:
        """Let a mark that waits already say what *mark* says."""
        for place, other in enumerate(self._waiting):
            if isinstance(other, MarkUpTo) and other.conversation == mark.conversation:
                self._waiting[place] = replace(
                    other,
                    delivered=max(other.delivered, mark.delivered),
                    read=max(other.read, mark.read),
                )
                return True
        return False

    async def run(self) -> None:
        """Do what waits, for ever."""
        while True:
            while self._waiting:
                await self._do(self._waiting.popleft())
            self._more.clear()
            await self._more.wait()

    async def _do(self, errand: Errand) -> None:
        try:
            self._count(errand)
            happened = await self._tell(errand)
            if not isinstance(errand, MarkUpTo):
                number = _number(errand, happened)
                self._reader.put(Done(errand.id, errand.conversation, number))
        except Refusal as refusal:
            self._refuse(errand, refusal)
        except (DeliveryFailed, Problem) as failure:
            for undone in (errand, *self._behind(errand)):
                self._refuse(undone, failure)

    def _count(self, errand: Errand) -> None:
        """Count what is written, or raise `Problem` when its author has written too much."""
        if isinstance(errand, Post | Edit):
            self._limits.check(WRITING, self._reader.caller.user)

    async def _tell(self, errand: Errand) -> Happened:
        reader, conversation = self._reader, ConversationId(errand.conversation)
        client, command, once = reader.client, _command(errand), self._id(errand)
        if isinstance(command, PostMessage) and once is not None:
            return await post_offered(
                client, conversation, command, reader.caller, id=once, wait=self._wait
            )
        to = address_of(conversation)
        return await client.tell(to, command, reader.caller, id=once, wait=self._wait)

    def _id(self, errand: Errand) -> MessageId | None:
        """Return the once-only id of *errand*; a mark needs none, it only grows."""
        user, conversation = UserId(self._reader.caller.user), ConversationId(errand.conversation)
        match errand:
            case Post(id=key):
                return once_posted(self._tokens, user, conversation, key)
            case Edit(id=key, number=number) | Delete(id=key, number=number):
                return once_posted(self._tokens, user, conversation, key, number)
            case MarkUpTo():
                return None

    def _behind(self, errand: Errand) -> list[Errand]:
        """Take out what waits for the same conversation: it is not to overtake *errand*."""
        behind = [each for each in self._waiting if each.conversation == errand.conversation]
        for each in behind:
            self._waiting.remove(each)
        return behind

    def _refuse(self, errand: Errand, error: Refusal | DeliveryFailed | Problem) -> None:
        self._reader.put(refused(error, **_named(errand)))


def _command(errand: Errand) -> msgspec.Struct:
    match errand:
        case Post(id=key, text=text, reply_to=reply_to, files=files):
            return PostMessage(text, key, reply_to, tuple(FileId(file) for file in files))
        case Edit(number=number, text=text):
            return EditMessage(number, text)
        case Delete(number=number):
            return DeleteMessage(number)
        case MarkUpTo(delivered=delivered, read=read):
            return MarkMessages(delivered, read)


def _number(errand: Post | Edit | Delete, happened: Happened) -> int:
    """Return the number of what *errand* brought about; of its message when nothing had to change.

    Raises `AlreadyUsed` when its id brought about something else.
    """
    found: MessagePosted | MessageEdited | MessageDeleted | None
    match errand:
        case Post():
            found = happened.first(MessagePosted)
        case Edit():
            found = happened.first(MessageEdited)
        case Delete():
            found = happened.first(MessageDeleted)
    if found is not None:
        return found.number
    if len(happened) or isinstance(errand, Post):
        raise AlreadyUsed
    return errand.number


def _named(errand: Errand) -> dict[str, str]:
    """Return how a `Refused` names *errand*: by its id; a mark, which has none, by its thread."""
    if isinstance(errand, MarkUpTo):
        return {"address": str(address_of(ConversationId(errand.conversation)))}
    return {"id": errand.id}


class AlreadyUsed(Refusal):
    """That id stood for something else before."""

    code = "already_used"


class Busy(Refusal):
    """This page has said too much at once. Send it again in a moment."""

    code = "busy"
    ground = Ground.TOO_MANY
