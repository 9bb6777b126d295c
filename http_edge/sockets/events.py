"""What a conversation tells, as frames: one reader's view of each event."""

from collections.abc import Iterator
from typing import TypeAlias

import msgspec

from actors.caller import Caller
from actors.conversation.messages import (
    CallRecorded,
    Changes,
    Event,
    FileDropped,
    FileOffered,
    Here,
    Mark,
    MembersSet,
    MessageDeleted,
    MessageEdited,
    MessagePosted,
    MessagesMarked,
    PassingEvent,
    RepliedAutomatically,
    ThreadEntered,
    Typing,
    VisitRecorded,
)
from actors.runtime.codec import decode_as
from http_edge.sockets.frames import (
    Automatic,
    Called,
    Deleted,
    Edited,
    HereNow,
    Marked,
    Members,
    OfConversation,
    TypingNow,
    Visit,
    Written,
)

Unnumbered: TypeAlias = MembersSet | ThreadEntered | FileOffered | FileDropped
"""Events that do not say their number themselves."""


def frame_of(
    conversation: str, number: int, event: Event, reader: Caller, emergency: str
) -> OfConversation | None:
    """Return what *reader* is told of the event that has this *number*; None: nothing.

    *emergency* is what the clinic says to whoever is in danger.
    """
    match event:
        case MessagePosted() | MessageEdited() | MessageDeleted():
            return _of_message(conversation, number, event)
        case RepliedAutomatically(text=text, at=at, opens_at=opens_at):
            return Automatic(conversation, number, text, at, emergency, opens_at)
        case VisitRecorded() | CallRecorded():
            return _between_messages(conversation, number, event)
        case MessagesMarked():
            unread = event.unread if event.user == reader.user else None
            mark = Mark(event.delivered, event.read)
            return Marked(conversation, number, event.user, mark, unread)
        case MembersSet(members=members, closed=closed):
            mine = any(member.user == reader.user for member in members)
            return Members(conversation, number, mine and not closed)
        case ThreadEntered() | FileOffered() | FileDropped():
            return None


def _between_messages(
    conversation: str, number: int, event: VisitRecorded | CallRecorded
) -> Visit | Called:
    match event:
        case VisitRecorded(appointment=appointment, step=step, at=at, start=start, end=end):
            return Visit(conversation, number, appointment, step, at, start, end)
        case CallRecorded(by=by, seconds=seconds, at=at):
            return Called(conversation, number, by, seconds, at)


def _of_message(
    conversation: str, number: int, event: MessagePosted | MessageEdited | MessageDeleted
) -> Written | Edited | Deleted:
    match event:
        case MessagePosted():
            return Written(
                conversation,
                number,
                event.author,
                event.role,
                event.text,
                event.at,
                key=event.key,
                quote=event.quote,
                files=event.files,
            )
        case MessageEdited(original=original, text=text, at=at):
            return Edited(conversation, number, original, text, at)
        case MessageDeleted(original=original, at=at):
            return Deleted(conversation, number, original, at)


def passing_frame(
    conversation: str, raw: msgspec.Raw, reader: Caller
) -> TypingNow | HereNow | None:
    """Return what *reader* is told of a passing event; None: it is their own."""
    (event,) = decode_as(tuple[PassingEvent], raw)
    match event:
        case Typing(user) if user != reader.user:
            return TypingNow(conversation, user)
        case Here(user, here) if user != reader.user:
            return HereNow(conversation, user, here)
        case _:
            return None


def events_of(raw: bytes | msgspec.Raw) -> list[Event]:
    """Take apart what an actor tells; raise `msgspec.ValidationError` when it says it otherwise."""
    events: list[Event] = decode_as(list[Event], raw)
    return events


def numbered(changes: Changes) -> Iterator[tuple[int, Event]]:
    """Return the events of a page with their numbers, growing.

    Who takes part says no number of its own. It gets the number before the next event that does: a
    reader who goes on after it has missed nothing. Of several in a row the last one counts.
    """
    found: list[tuple[int, Event]] = []
    ceiling = changes.last
    for event in reversed(changes.events):
        if isinstance(event, Unnumbered):
            if isinstance(event, MembersSet) and (not found or found[-1][0] > ceiling):
                found.append((ceiling, event))
            continue
        found.append((event.number, event))
        ceiling = event.number - 1
    return reversed(found)
