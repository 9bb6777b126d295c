"""What a thread shows, as it is shown, and what deletion takes away."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import TypeAlias

from msgspec.structs import replace

from actors.conversation.messages import (
    AutomaticItem,
    CallItem,
    CallRecorded,
    Event,
    Item,
    MessageEdited,
    MessageItem,
    MessagePosted,
    Quote,
    RepliedAutomatically,
    VisitItem,
    VisitRecorded,
)

ItemEvent: TypeAlias = MessagePosted | VisitRecorded | CallRecorded | RepliedAutomatically

Deleted: TypeAlias = Mapping[int, datetime]
"""Message -> when it was deleted."""


def item_of(event: ItemEvent) -> Item:
    """Return how *event* is shown at first."""
    match event:
        case MessagePosted():
            return _message(event)
        case VisitRecorded():
            return VisitItem(
                number=event.number,
                appointment=event.appointment,
                step=event.step,
                at=event.at,
                start=event.start,
                end=event.end,
            )
        case CallRecorded(number, by, seconds, at):
            return CallItem(number, by, seconds, at)
        case RepliedAutomatically(number, text, at, opens_at):
            return AutomaticItem(number, text, at, opens_at)


def _message(event: MessagePosted) -> MessageItem:
    return MessageItem(
        number=event.number,
        author=event.author,
        role=event.role,
        text=event.text,
        at=event.at,
        key=event.key,
        quote=event.quote,
        files=event.files,
    )


def items_of(events: Iterable[Event], deleted: Deleted) -> tuple[Item, ...]:
    """Return the items of *events* in their order, with the edits among *events* applied."""
    items: dict[int, Item] = {}
    for event in events:
        match event:
            case MessagePosted() | VisitRecorded() | CallRecorded() | RepliedAutomatically():
                items[event.number] = item_of(event)
            case MessageEdited(original=original) if original in items:
                items[original] = edited(items[original], event)
            case _:
                pass
    return tuple(as_now(item, deleted) for item in items.values())


def edited(item: Item, edit: MessageEdited) -> Item:
    """Return *item* as it reads after *edit*; it stays as it is when the edit is not of it."""
    if not isinstance(item, MessageItem) or item.number != edit.original:
        return item
    return replace(item, text=edit.text, edited_at=edit.at)


def as_now(item: Item, deleted: Deleted) -> Item:
    """Return *item* without what has been deleted."""
    if not isinstance(item, MessageItem):
        return item
    if item.number in deleted:
        gone = {"text": "", "quote": None, "files": (), "edited_at": None}
        return replace(item, **gone, deleted_at=deleted[item.number])
    return replace(item, quote=_quote_now(item.quote, deleted))


def change_now(event: Event, deleted: Deleted) -> Event:
    """Return *event* as it may be told again: without what has been deleted since."""
    match event:
        case MessagePosted(number=number) if number in deleted:
            return replace(event, text="", quote=None, files=())
        case MessagePosted(quote=Quote() as quote):
            return replace(event, quote=_quote_now(quote, deleted))
        case MessageEdited(original=original) if original in deleted:
            return replace(event, text="")
        case _:
            return event


def _quote_now(quote: Quote | None, deleted: Deleted) -> Quote | None:
    gone = quote is not None and quote.number in deleted
    return replace(quote, text="") if quote is not None and gone else quote
