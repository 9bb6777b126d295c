"""What a member is shown. Whoever takes no part is answered as if there were nothing here."""

from datetime import UTC, datetime
from typing import assert_never

from actors.asked import Asked, fitting
from actors.conversation.messages import (
    Changes,
    Event,
    FileDropped,
    FileOffered,
    Found,
    FoundMessage,
    GetThread,
    Items,
    ListChanges,
    ListItems,
    Member,
    OpenVisit,
    PastChanges,
    PastFound,
    PastItems,
    PreparedQuery,
    Query,
    SearchThread,
    ThreadEntered,
    ThreadView,
    View,
)
from actors.conversation.state.items import change_now, items_of
from actors.conversation.state.kept import Thread
from actors.conversation.state.permissions import reader
from actors.passages import excerpt, words_of

MOST_ITEMS = 200
MOST_FOUND = 50
NO_END = datetime.max.replace(tzinfo=UTC)


def page_size(limit: int, most: int) -> int:
    """Return how many a page has when *limit* are asked for."""
    return max(1, min(limit, most))


def answer(state: Thread, query: Query | PreparedQuery, asked: Asked) -> View:
    """Return what *asked*'s caller sees, or raise `NotFound`."""
    member = reader(state, asked.caller)
    match query:
        case GetThread():
            return _thread(state, member)
        case PastItems():
            return _items(state, query)
        case PastChanges():
            return _changes(state, query)
        case PastFound():
            return _found(state, query)
        case ListItems() | ListChanges() | SearchThread():
            raise TypeError(f"A {type(query).__name__} must be prepared before it is answered.")
        case _:
            assert_never(query)


def _thread(state: Thread, member: Member) -> ThreadView:
    visit = min(state.visits.values(), key=_ends_at, default=None)
    return ThreadView(
        id=state.id,
        team=state.team,
        members=state.members,
        marks={each.user: state.readings[each.user].mark for each in state.members},
        last=state.last,
        unread=state.readings[member.user].unread,
        may_write=not state.closed,
        appointment=visit.appointment if visit else None,
        closes_at=state.ends_care,
        latest=state.latest,
    )


def _ends_at(visit: OpenVisit) -> datetime:
    return visit.end or NO_END


def _items(state: Thread, past: PastItems) -> Items:
    """Return the newest items of the page, as many as fit into one answer."""
    items = items_of(past.events, state.deleted)
    fits = fitting(items[::-1])
    return Items(items[len(items) - fits :], past.more or fits < len(items))


def _changes(state: Thread, past: PastChanges) -> Changes:
    """Return the first changes of the page, as many as fit into one answer."""
    shown = tuple(change_now(each, state.deleted) for each in past.events if _is_shown(each))
    fits = fitting(shown)
    if fits == len(shown):
        return Changes(shown, past.last, past.more)
    while fits > 1 and not hasattr(shown[fits - 1], "number"):
        fits -= 1  # a page ends with an event that says its number
    return Changes(shown[:fits], getattr(shown[fits - 1], "number", past.query.after), more=True)


def _is_shown(event: Event) -> bool:
    """Return whether members are told of *event*: not of who entered, nor of files unposted."""
    return not isinstance(event, ThreadEntered | FileOffered | FileDropped)


def _found(state: Thread, past: PastFound) -> Found:
    limit = page_size(past.query.limit, MOST_FOUND)
    words = words_of(past.query.words)
    known = {each.number: each for each in past.messages if each.number not in state.deleted}
    found = [(known[hit.number], hit.text) for hit in past.hits[:limit] if hit.number in known]
    items = (
        FoundMessage(message.number, message.author, message.at, excerpt(text, words))
        for message, text in found
    )
    return Found(tuple(items), more=len(past.hits) > limit)
