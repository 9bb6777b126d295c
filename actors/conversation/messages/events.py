"""What happens to a conversation. An event's *number* is its number in the journal: the thread's.

Every number is given once and they grow; between two messages there may be marks and visits.
"""

from datetime import datetime
from typing import TypeAlias

from actors.caller import Role
from actors.conversation.messages.common import Attachment, Member, Message, Quote, VisitStep
from actors.ids import AppointmentId, FileId, UserId


class MembersSet(Message, frozen=True):
    """Who takes part from now on; *left* do no more. The first one opens the thread.

    *team* is the group's name in a group's thread. *closed*: nobody may write any more, and of the
    members only the patient may read.
    """

    members: tuple[Member, ...]
    left: tuple[UserId, ...]
    team: str
    closed: bool
    at: datetime


class VisitRecorded(Message, frozen=True):
    """A visit's step, shown between the messages. *ends_care*: when the thread closes by itself."""

    number: int
    appointment: AppointmentId
    step: VisitStep
    at: datetime
    start: datetime | None = None
    end: datetime | None = None
    ends_care: datetime | None = None


class CallRecorded(Message, frozen=True):
    """A call, shown between the messages: missed (*seconds* is 0), or how long it lasted."""

    number: int
    by: UserId
    seconds: int
    at: datetime
    appointment: AppointmentId | None = None


class MessagePosted(Message, frozen=True):
    """Somebody wrote. *to* are the other members at that time; *key* is the sender's own name."""

    number: int
    author: UserId
    role: Role
    text: str
    at: datetime
    to: tuple[UserId, ...]
    key: str = ""
    quote: Quote | None = None
    files: tuple[Attachment, ...] = ()
    ask_hours: bool = False
    """Whether who keeps the answering hours is asked if somebody answers now."""


class MessageEdited(Message, frozen=True):
    """The message *original* reads so now."""

    number: int
    original: int
    author: UserId
    text: str
    at: datetime


class MessageDeleted(Message, frozen=True):
    """The message *original* is not shown any more; its *files* are withdrawn."""

    number: int
    original: int
    author: UserId
    at: datetime
    files: tuple[FileId, ...] = ()


class RepliedAutomatically(Message, frozen=True):
    """The patient was told that nobody answers now."""

    number: int
    text: str
    at: datetime
    opens_at: datetime | None = None


class MessagesMarked(Message, frozen=True):
    """Messages up to these numbers reached *user*, and were read; *unread* of others are left.

    *newly_read*: *read* has grown, and not *delivered* alone.
    """

    number: int
    user: UserId
    delivered: int
    read: int
    unread: int
    at: datetime
    newly_read: bool = True


class ThreadEntered(Message, frozen=True):
    """*user* has read here."""

    user: UserId
    role: Role
    at: datetime


class FileOffered(Message, frozen=True):
    """*owner* may post this file."""

    owner: UserId
    attachment: Attachment
    at: datetime


class FileDropped(Message, frozen=True):
    """This file can't be posted any more."""

    file: FileId
    at: datetime


Event: TypeAlias = (
    MembersSet
    | VisitRecorded
    | CallRecorded
    | MessagePosted
    | MessageEdited
    | MessageDeleted
    | RepliedAutomatically
    | MessagesMarked
    | ThreadEntered
    | FileOffered
    | FileDropped
)


# --- passing: told to who watches, kept nowhere ------------------------------------------------


class Typing(Message, frozen=True):
    """*user* is writing at this moment."""

    user: UserId


class Here(Message, frozen=True):
    """*user* is looking at this thread, or not any more."""

    user: UserId
    here: bool


PassingEvent: TypeAlias = Typing | Here
