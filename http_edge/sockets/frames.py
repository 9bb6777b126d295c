"""The language of a live socket: JSON texts, told apart by `type`; see `/api/v1/asyncapi.json`.

A page has one socket. On it the browser watches addresses (`watch`: is there something newer than
what I show?), follows conversations (`follow`: send me what is written there after number N) and
attends calls (`attend`: send me how it is, and what my page is told).

What a browser sends with an `id` is answered with that id, `done` or `refused`: the same id again
has no second effect and the first answer, days later too. A `refused` with *again* was not decided
on: send it once more later. What a conversation tells comes in order of its numbers, each once;
after a lost socket `follow` with the last number seen gets what was missed.
"""

from datetime import datetime
from enum import IntEnum
from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from actors.caller import Role
from actors.conversation.messages import MOST_FILES, Attachment, Mark, Quote, VisitStep
from http_edge.sockets.call_frames import CallIncoming, CallOutgoing
from http_edge.sockets.frame import Frame, Id, Number, Printed, Text

# --- from the browser --------------------------------------------------------------------------


class Watch(Frame, frozen=True):
    """Tell me of events of *address* after number *after*."""

    address: Printed
    after: Number


class Unwatch(Frame, frozen=True):
    """Tell me of *address* no more."""

    address: Printed


class Follow(Frame, frozen=True):
    """Send me what happens in *conversation* after number *after*, and what I have missed."""

    conversation: Id
    after: Number


class Unfollow(Frame, frozen=True):
    """Send me nothing more of *conversation*."""

    conversation: Id


class Post(Frame, frozen=True):
    """Write into *conversation*. *id* is the message's own, made by the browser."""

    id: Id
    conversation: Id
    text: Text
    reply_to: Number = 0
    files: Annotated[tuple[Id, ...], Meta(max_length=MOST_FILES)] = ()


class Edit(Frame, frozen=True):
    """My message *number* reads so now."""

    id: Id
    conversation: Id
    number: Number
    text: Text


class Delete(Frame, frozen=True):
    """My message *number* is not to be shown any more."""

    id: Id
    conversation: Id
    number: Number


class MarkUpTo(Frame, frozen=True, tag="mark"):
    """Messages up to these numbers have reached me, and were read by me."""

    conversation: Id
    delivered: Number = 0
    read: Number = 0


class Typing(Frame, frozen=True):
    """I am writing at this moment. Say it at most every 3 s; it fades after 6 s."""

    conversation: Id


class Here(Frame, frozen=True):
    """I am looking at *conversation* (say it every 20 s; it fades after 45 s), or not any more."""

    conversation: Id
    here: bool = True


# --- to the browser ----------------------------------------------------------------------------


class Watching(Frame, frozen=True):
    """You are told from now on; the actor stands at event number *seq*."""

    address: str
    seq: int


class Changed(Frame, frozen=True):
    """There are events up to number *seq*; read the page anew."""

    address: str
    seq: int


class Following(Frame, frozen=True):
    """You have had all up to number *last* of *conversation*; what is new comes as it happens.

    When *last* is below the number that you said, yours is of another journal: read the page anew.
    """

    conversation: str
    last: int


class Done(Frame, frozen=True):
    """What you sent under *id* stands on disk. *number* is the thread's number of it."""

    id: str
    conversation: str
    number: int


class Refused(Frame, frozen=True):
    """That frame had no effect, because *sentence*. *again*: it was not decided on; send it later.

    *address* names what was watched or followed or marked or attended, as printed
    (`conversation/ID`, `call_session/ID`: without *id* and *again*, it is not followed or attended
    any more), *id* what was sent (of a signal: `LEG/NUMBER`, whom it tells and its number); both
    are empty when no frame was read.
    """

    address: str
    code: str
    sentence: str
    id: str = ""
    again: bool = False


class Written(Frame, frozen=True, tag="message"):
    """Somebody wrote. *key* is the id under which the author's browser sent it."""

    conversation: str
    number: int
    author: str
    role: Role
    text: str
    at: datetime
    key: str = ""
    quote: Quote | None = None
    files: tuple[Attachment, ...] = ()


class Edited(Frame, frozen=True):
    """Message *original* reads so now."""

    conversation: str
    number: int
    original: int
    text: str
    at: datetime


class Deleted(Frame, frozen=True):
    """Message *original* is not shown any more."""

    conversation: str
    number: int
    original: int
    at: datetime


class Visit(Frame, frozen=True):
    """A step of a visit, shown between the messages."""

    conversation: str
    number: int
    appointment: str
    step: VisitStep
    at: datetime
    start: datetime | None = None
    end: datetime | None = None


class Called(Frame, frozen=True):
    """A call between people of the thread: missed (*seconds* is 0), or how long it lasted."""

    conversation: str
    number: int
    by: str
    seconds: int
    at: datetime


class Automatic(Frame, frozen=True):
    """What the patient was told outside of the answering hours.

    *emergency* is what the clinic says, at this moment, to whoever is in danger: show it with it.
    """

    conversation: str
    number: int
    text: str
    at: datetime
    emergency: str
    opens_at: datetime | None = None


class Marked(Frame, frozen=True):
    """So far is *user* in *conversation* now. *unread* is told of yourself only (else None)."""

    conversation: str
    number: int
    user: str
    mark: Mark
    unread: int | None = None


class Members(Frame, frozen=True):
    """Who takes part has changed; *open*: whether you may write. Read the page anew."""

    conversation: str
    number: int
    open: bool


class TypingNow(Frame, frozen=True, tag="typing"):
    """*user* is writing at this moment. It may be lost."""

    conversation: str
    user: str


class HereNow(Frame, frozen=True, tag="here"):
    """*user* is looking at the thread, or not any more. It may be lost."""

    conversation: str
    user: str
    here: bool


class Close(IntEnum):
    """Why a socket is closed. From 4000 on they are ours."""

    GOING_AWAY = 1001
    """The edge stops; come back in a moment."""
    TOO_MANY_FRAMES = 1008
    BROKEN = 1011
    TOO_SLOW = 1013
    """Too much waits for this reader: come back and go on from the last number."""
    SIGNED_OUT = 4401
    TOO_MANY_SOCKETS = 4409
    """A newer window of the same person took this one's place."""


Said: TypeAlias = (
    Watch | Unwatch | Follow | Unfollow | Post | Edit | Delete | MarkUpTo | Typing | Here
)
Incoming: TypeAlias = Said | CallIncoming
OfConversation: TypeAlias = (
    Written | Edited | Deleted | Visit | Called | Automatic | Marked | Members | TypingNow | HereNow
)
Outgoing: TypeAlias = (
    Watching | Changed | Following | Done | Refused | OfConversation | CallOutgoing
)

_incoming: msgspec.json.Decoder[Incoming] = msgspec.json.Decoder(Incoming)

read = _incoming.decode
"""Decode what a browser sent, or raise `msgspec.DecodeError` (`ValidationError` is one)."""
written = msgspec.json.Encoder().encode
