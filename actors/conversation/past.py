"""What a conversation reads of its past: pages of it, single messages, words. Each a bounded read.

The state keeps heads alone, so `prepare` reads the journal before the rules and the views are
asked. These check again what was read: it may have been deleted since.
"""

from collections.abc import Iterable, Sequence
from typing import TypeAlias, assert_never

from actors.asked import Asked
from actors.conversation.messages import (
    DeleteKnown,
    DeleteMessage,
    EditKnown,
    EditMessage,
    Event,
    ListChanges,
    ListItems,
    MessageEdited,
    MessagePosted,
    PastChanges,
    PastFound,
    PastItems,
    PostMessage,
    PostQuoting,
    Prepared,
    PreparedQuery,
    SearchThread,
    address_of,
)
from actors.conversation.state.items import ItemEvent
from actors.conversation.state.kept import Thread
from actors.conversation.state.permissions import reader, writer
from actors.conversation.state.views import MOST_FOUND, MOST_ITEMS, page_size
from actors.refusal import optional_text
from actors.runtime.codec import decode_as
from actors.runtime.journal import Entry, History

FIRST_CHUNK = 100
"""Events that are read first for a short page; each further read is twice as long."""

LONGEST_CHUNK = 1000

SPAN = 100
"""Single events that lie so near to one another are read together."""

LONGEST_WORDS = 200

ToPrepare: TypeAlias = (
    PostMessage | EditMessage | DeleteMessage | ListItems | ListChanges | SearchThread
)
PREPARED = frozenset(ToPrepare.__args__)
"""The commands and queries that the past is read for."""


class Past:
    """Reads the journal of a conversation. Who may not see it causes no read."""

    def __init__(self, history: History) -> None:
        self._history = history

    async def prepare(
        self, state: Thread, asking: ToPrepare, asked: Asked
    ) -> Prepared | PreparedQuery:
        """Return *asking* with what it needs of the past, or raise a `Refusal`."""
        match asking:
            case PostMessage() | EditMessage() | DeleteMessage():
                writer(state, asked.caller)
                return await self._command(state, asking)
            case ListItems() | ListChanges() | SearchThread():
                reader(state, asked.caller)
                return await self._query(state, asking)
            case _:
                assert_never(asking)

    # -- commands -------------------------------------------------------------------------------

    async def _command(
        self, state: Thread, command: PostMessage | EditMessage | DeleteMessage
    ) -> Prepared:
        match command:
            case PostMessage(reply_to=number):
                return PostQuoting(command, *await self._message(state, number))
            case EditMessage(number):
                return EditKnown(command, *await self._message(state, number))
            case DeleteMessage(number):
                original, _ = await self._message(state, number)
                return DeleteKnown(command, original)

    async def _message(
        self, state: Thread, number: int
    ) -> tuple[MessagePosted | None, MessageEdited | None]:
        """Return message *number* as it was posted, and its last edit, if there are such."""
        edit = state.edits.get(number, 0)
        wanted = sorted(each for each in {number, edit} if 0 < each <= state.last)
        found = await self._singly(state, wanted)
        posted, edited = found.get(number), found.get(edit)
        return (
            posted if isinstance(posted, MessagePosted) else None,
            edited if isinstance(edited, MessageEdited) else None,
        )

    # -- queries --------------------------------------------------------------------------------

    async def _query(
        self, state: Thread, query: ListItems | ListChanges | SearchThread
    ) -> PreparedQuery:
        match query:
            case ListItems():
                return await self._items(state, query)
            case ListChanges():
                return await self._changes(state, query)
            case SearchThread():
                return await self._search(state, query)

    async def _items(self, state: Thread, query: ListItems) -> PastItems:
        end = state.last + 1
        before = min(query.before, end) if query.before > 0 else end
        page = await self._page(state, before, page_size(query.limit, MOST_ITEMS))
        wanted = sorted(
            state.edits[each.number]
            for each in page
            if each.number in state.edits and each.number not in state.deleted
        )
        edits = (await self._singly(state, wanted)).values()
        more = bool(page) and page[0].number > state.first
        return PastItems(query, (*page, *edits), more)

    async def _page(self, state: Thread, before: int, limit: int) -> list[ItemEvent]:
        """Return the newest *limit* items with numbers below *before*, oldest first."""
        items: list[ItemEvent] = []
        size = max(FIRST_CHUNK, 4 * limit)
        while before > state.first and len(items) < limit:
            after = max(before - 1 - size, 0)
            chunk = await self._between(state, after, before)
            items = [each for _, each in chunk if isinstance(each, ItemEvent)] + items
            before, size = after + 1, min(2 * size, LONGEST_CHUNK)
        return items[-limit:]

    async def _changes(self, state: Thread, query: ListChanges) -> PastChanges:
        after = max(query.after, 0)
        entries = await self._entries(state, after, page_size(query.limit, MOST_ITEMS))
        events = [each for number, each in _numbered(entries) if number > after]
        last = entries[-1].last if entries else min(after, state.last)
        return PastChanges(query, tuple(events), last, more=last < state.last)

    async def _search(self, state: Thread, query: SearchThread) -> PastFound:
        words = optional_text("words", query.words, LONGEST_WORDS)
        limit = page_size(query.limit, MOST_FOUND) + 1
        here = [address_of(state.id)]
        hits = await self._history.search(here, words, before=max(query.before, 0), limit=limit)
        found = await self._singly(state, sorted(each.number for each in hits))
        messages = tuple(each for each in found.values() if isinstance(each, MessagePosted))
        return PastFound(query, tuple(hits), messages)

    # -- reading --------------------------------------------------------------------------------

    async def _singly(self, state: Thread, numbers: Sequence[int]) -> dict[int, Event]:
        """Return the events of these *numbers* (in order), as far as they are there."""
        found: dict[int, Event] = {}
        while numbers:
            first = numbers[0]
            near = {each for each in numbers if each < first + SPAN}
            chunk = await self._between(state, first - 1, max(near) + 1)
            found |= {number: event for number, event in chunk if number in near}
            numbers = numbers[len(near) :]
        return found

    async def _between(self, state: Thread, after: int, before: int) -> list[tuple[int, Event]]:
        """Return the events with numbers above *after* and below *before*, in order."""
        entries = await self._entries(state, after, before - 1 - after)
        return [each for each in _numbered(entries) if after < each[0] < before]

    async def _entries(self, state: Thread, after: int, limit: int) -> Sequence[Entry]:
        return await self._history.entries(address_of(state.id), after, limit)


def _numbered(entries: Iterable[Entry]) -> Iterable[tuple[int, Event]]:
    """Return the events of *entries*, each with its number in the journal."""
    for entry in entries:
        yield from enumerate(decode_as(list[Event], entry.events), entry.seq)
