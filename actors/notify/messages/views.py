"""What can be asked of a letter box, and the views that answer."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from actors.ids import AppointmentId, ConversationId
from actors.notify.messages.common import (
    Channel,
    Choices,
    Message,
    Notice,
    Subscription,
    ThreadRef,
    Topic,
)
from actors.passages import Hit


class ListLetters(Message, frozen=True):
    """Ask (as the person, or staff) for `Letters`, newest first, at most 200."""


class GetBell(Message, frozen=True):
    """Ask (as the person) for a `Bell`."""


class ListNotices(Message, frozen=True):
    """Ask (as the person) for `Notices`, newest first, with numbers below *before* (0: newest)."""

    before: int = 0
    limit: int = 50


class ListThreads(Message, frozen=True):
    """Ask (as the person) for `Threads`, the one last written in first, after the first *skip*."""

    skip: int = 0
    limit: int = 30
    text: str = ""
    """Only those whose other side's name has it."""


class GetPreferences(Message, frozen=True):
    """Ask (as the person) for `Preferences`."""


class SearchThreads(Message, frozen=True):
    """Ask (as the person) for `FoundMessages` of all their threads.

    Prepared: `PastFound` is answered in its place.
    """

    words: str
    limit: int = 30


Query: TypeAlias = (
    ListLetters | GetBell | ListNotices | ListThreads | GetPreferences | SearchThreads
)


class PastFound(Message, frozen=True):
    """`SearchThreads` with what was found."""

    query: SearchThreads
    hits: tuple[Hit, ...]


PreparedQuery: TypeAlias = PastFound


class LetterView(msgspec.Struct, frozen=True):
    """One letter and how far it came."""

    number: int
    topic: Topic
    appointment: AppointmentId
    at: datetime
    state: str
    """`waiting`, `carried`, `refused`, `in_doubt`, `over` (of no use any more) or `gave_up`."""
    attempts: int
    said: str = ""
    due: datetime | None = None
    channel: Channel = Channel.EMAIL


class Letters(Message, frozen=True):
    """The letters of one person."""

    items: tuple[LetterView, ...]


class AlertView(msgspec.Struct, frozen=True):
    """Something that waits for the person. *rings*: pages ring for it."""

    topic: Topic
    appointment: AppointmentId
    since: datetime
    rings: bool
    until: datetime | None = None


class Bell(Message, frozen=True):
    """What every page shows of what waits for the person."""

    unseen: int
    """Notices."""
    unread: int
    """Messages of others, in all threads."""
    alerts: tuple[AlertView, ...]
    sound: bool


class NoticeView(msgspec.Struct, frozen=True):
    """A notice on the bell."""

    number: int
    notice: Notice
    at: datetime
    seen: bool


class Notices(Message, frozen=True):
    """A page of notices; *more* says that older ones follow."""

    items: tuple[NoticeView, ...]
    unseen: int
    more: bool


class ThreadHead(msgspec.Struct, frozen=True):
    """A thread in the person's list."""

    thread: ThreadRef
    unread: int
    at: datetime
    """When somebody wrote there last (or the person began to take part)."""


class Threads(Message, frozen=True):
    """Threads of the person."""

    items: tuple[ThreadHead, ...]
    unread: int
    more: bool


class Preferences(Message, frozen=True):
    """How the person is reached."""

    choices: Choices
    subscriptions: tuple[Subscription, ...]
    email: str
    zone: str


class FoundIn(msgspec.Struct, frozen=True):
    """A message that was found."""

    thread: ConversationId
    name: str
    """Who is on the other side of the thread."""
    number: int
    at: datetime
    excerpt: str


class FoundMessages(Message, frozen=True):
    """Messages that were found, newest first."""

    items: tuple[FoundIn, ...]


View: TypeAlias = Letters | Bell | Notices | Threads | Preferences | FoundMessages
