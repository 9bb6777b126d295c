"""What can be asked of a conversation, and the views that answer."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from actors.caller import Role
from actors.conversation.messages.common import Attachment, Mark, Member, Message, Quote, VisitStep
from actors.conversation.messages.events import Event, MessagePosted
from actors.ids import AppointmentId, ConversationId, UserId
from actors.passages import Hit

PAGE = 50
"""Items of a page unless fewer are asked for; at most 200."""


class GetThread(Message, frozen=True):
    """Ask (as a member, or as the patient of a closed thread) for a `ThreadView`."""


class ListItems(Message, frozen=True):
    """Ask (as who may read) for `Items`: messages, visit steps and calls, each as it is now.

    The newest with numbers below *before* (0: the newest of all). Prepared: `PastItems` is answered
    in its place.
    """

    before: int = 0
    limit: int = PAGE


class ListChanges(Message, frozen=True):
    """Ask (as who may read) for `Changes`: what happened after number *after*, oldest first.

    Prepared: `PastChanges` is answered in its place.
    """

    after: int
    limit: int = 200


class SearchThread(Message, frozen=True):
    """Ask (as who may read) for `Found`: messages with all of these *words*, newest first.

    Prepared: `PastFound` is answered in its place.
    """

    words: str
    before: int = 0
    limit: int = 20


Query: TypeAlias = GetThread | ListItems | ListChanges | SearchThread


class PastItems(Message, frozen=True):
    """`ListItems` with the events that the page is made of, oldest first; *more* are before them.

    *amended* are the later edits of messages on the page.
    """

    query: ListItems
    events: tuple[Event, ...]
    more: bool


class PastChanges(Message, frozen=True):
    """`ListChanges` with these events; *last* is the number up to which the journal was read."""

    query: ListChanges
    events: tuple[Event, ...]
    last: int
    more: bool


class PastFound(Message, frozen=True):
    """`SearchThread` with what was found, and the *messages* as they were posted.

    One hit more than asked for says that there are older ones.
    """

    query: SearchThread
    hits: tuple[Hit, ...]
    messages: tuple[MessagePosted, ...]


PreparedQuery: TypeAlias = PastItems | PastChanges | PastFound

# --- views -------------------------------------------------------------------------------------


class ThreadView(Message, frozen=True):
    """A thread at a glance, for one who may read it."""

    id: ConversationId
    team: str
    """The group's name; empty in the thread of a patient and a doctor."""
    members: tuple[Member, ...]
    marks: dict[UserId, Mark]
    last: int
    """The number of the last event."""
    unread: int
    """Messages of others that the caller has not read."""
    may_write: bool
    appointment: AppointmentId | None = None
    """The visit that the thread is about now, if there is one."""
    closes_at: datetime | None = None
    latest: "Item | None" = None
    """The newest of what is shown."""


class MessageItem(msgspec.Struct, frozen=True, tag="message"):
    """A message as it is now. A deleted one has no text and no files."""

    number: int
    author: UserId
    role: Role
    text: str
    at: datetime
    key: str = ""
    quote: Quote | None = None
    files: tuple[Attachment, ...] = ()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


class VisitItem(msgspec.Struct, frozen=True, tag="visit"):
    """A step of a visit."""

    number: int
    appointment: AppointmentId
    step: VisitStep
    at: datetime
    start: datetime | None = None
    end: datetime | None = None


class CallItem(msgspec.Struct, frozen=True, tag="call"):
    """A call: missed (*seconds* is 0), or how long it lasted."""

    number: int
    by: UserId
    seconds: int
    at: datetime


class AutomaticItem(msgspec.Struct, frozen=True, tag="automatic"):
    """What the patient was told outside of the answering hours."""

    number: int
    text: str
    at: datetime
    opens_at: datetime | None = None


Item: TypeAlias = MessageItem | VisitItem | CallItem | AutomaticItem


class Items(Message, frozen=True):
    """A page of a thread, oldest first; *more* items are before it."""

    items: tuple[Item, ...]
    more: bool


class Changes(Message, frozen=True):
    """What happened, in order, without the texts of deleted messages and without who entered.

    *last* is the number to go on after; *more* says that there is more already.
    """

    events: tuple[Event, ...]
    last: int
    more: bool


class FoundMessage(msgspec.Struct, frozen=True):
    """A message with the words; *excerpt* is the part around the first of them."""

    number: int
    author: UserId
    at: datetime
    excerpt: str


class Found(Message, frozen=True):
    """Messages that were found, newest first."""

    items: tuple[FoundMessage, ...]
    more: bool


View: TypeAlias = ThreadView | Items | Changes | Found
