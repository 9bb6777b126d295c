"""What stands in a conversation: messages, steps of visits, calls, and automatic replies."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from aiohttp import web

from actors.caller import Role
from actors.conversation.messages import AutomaticItem, Item, VisitStep
from http_edge import keys
from http_edge.api.shape import View
from http_edge.emergency import refresh_emergency


class QuoteOut(View, frozen=True):
    """The message that one answers, and how it begins."""

    number: int
    author: str
    text: str


class AttachmentOut(View, frozen=True):
    """A file of a message; its bytes are at `files/{file}/content`."""

    file: str
    name: str
    media_type: str
    size: int
    width: int
    height: int


class MessageOut(View, frozen=True, tag="message"):
    """A message as it is now. A deleted one has no text and no files."""

    number: int
    author: str
    role: Role
    text: str
    at: datetime
    key: str = ""
    quote: QuoteOut | None = None
    files: tuple[AttachmentOut, ...] = ()
    edited_at: datetime | None = None
    deleted_at: datetime | None = None


class VisitOut(View, frozen=True, tag="visit"):
    """A step of a visit, between the messages."""

    number: int
    appointment: str
    step: VisitStep
    at: datetime
    start: datetime | None = None
    end: datetime | None = None


class CallOut(View, frozen=True, tag="call"):
    """A call between people of the thread: missed (*seconds* is 0), or how long it lasted."""

    number: int
    by: str
    seconds: int
    at: datetime


class AutomaticOut(View, frozen=True, tag="automatic"):
    """What the patient was told outside of the answering hours.

    *emergency* is what the clinic says, at this moment, to whoever is in danger: show it with it.
    """

    number: int
    text: str
    at: datetime
    emergency: str
    opens_at: datetime | None = None


ItemOut = MessageOut | VisitOut | CallOut | AutomaticOut


async def items_out(request: web.Request, items: Iterable[Item]) -> tuple[ItemOut, ...]:
    """Return what is said of *items* at this moment."""
    return tuple([await item_out(request, each) for each in items])


async def item_out(request: web.Request, item: Item) -> ItemOut:
    """Return what is said of an item at this moment."""
    said = msgspec.to_builtins(item)
    if isinstance(item, AutomaticItem):
        await refresh_emergency(request)
        said["emergency"] = request.app[keys.EMERGENCY].wording
    view: ItemOut = msgspec.convert(said, ItemOut)
    return view
