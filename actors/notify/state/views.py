"""What a person may know of what reaches them, and who runs the clinic of their letters."""

from operator import attrgetter
from typing import assert_never

from actors.asked import Asked
from actors.caller import Caller, is_staff
from actors.ids import ConversationId
from actors.notify.messages import (
    AlertView,
    Bell,
    FoundIn,
    FoundMessages,
    GetBell,
    GetPreferences,
    Letters,
    LetterView,
    ListLetters,
    ListNotices,
    ListThreads,
    Notices,
    NoticeView,
    PastFound,
    Preferences,
    PreparedQuery,
    Query,
    SearchThreads,
    ThreadHead,
    Threads,
    View,
)
from actors.notify.state.kept import Alert, Box, Letter, Recipient, Thread
from actors.notify.state.turn import is_owner
from actors.passages import Hit, excerpt, folded, words_of
from actors.refusal import NotFound

LONGEST_PAGE = 100


def may_watch(state: Box, caller: Caller) -> bool:
    """Return whether *caller* is told of what happens here: the person alone."""
    return is_owner(state, caller)


def answer(state: Box, query: Query | PreparedQuery, asked: Asked) -> View:
    """Return what *asked*'s caller sees, or raise `NotFound`."""
    if isinstance(query, ListLetters):
        return _letters(state, asked.caller)
    if state.recipient is None or not is_owner(state, asked.caller):
        raise NotFound
    return _own(state, state.recipient, query)


def _own(state: Box, recipient: Recipient, query: Query | PreparedQuery) -> View:
    match query:
        case GetBell():
            alerts = tuple(map(_alert, state.alerts.values()))
            return Bell(state.unseen, state.unread, alerts, state.choices.sound)
        case ListNotices():
            return _notices(state, query)
        case ListThreads():
            return _threads(state, query)
        case GetPreferences():
            subscriptions = tuple(state.subscriptions.values())
            return Preferences(state.choices, subscriptions, recipient.email, recipient.zone)
        case PastFound():
            return _found(state, query)
        case SearchThreads() | ListLetters():
            raise TypeError("This is answered elsewhere.")
        case _:
            assert_never(query)


# --- letters -------------------------------------------------------------------------------------


def _letters(state: Box, caller: Caller) -> Letters:
    if not is_staff(caller) and not is_owner(state, caller):
        raise NotFound
    return Letters(tuple(_letter(letter) for letter in reversed(state.letters.values())))


def _letter(letter: Letter) -> LetterView:
    return LetterView(
        number=letter.number,
        topic=letter.notice.topic,
        appointment=letter.notice.appointment,
        at=letter.at,
        state=letter.stage.value,
        attempts=letter.attempts,
        said=letter.said,
        due=letter.due if letter.waits else None,
        channel=letter.channel,
    )


# --- the bell ------------------------------------------------------------------------------------


def _alert(alert: Alert) -> AlertView:
    notice = alert.notice
    return AlertView(notice.topic, notice.appointment, alert.since, not alert.hushed, notice.until)


def _notices(state: Box, query: ListNotices) -> Notices:
    limit = _within(query.limit)
    before = query.before or state.noticed + 1
    older = [number for number in reversed(state.notices) if number < before]
    views = (
        NoticeView(number, item.notice, item.at, item.seen)
        for number in older[:limit]
        for item in (state.notices[number],)
    )
    return Notices(tuple(views), state.unseen, len(older) > limit)


def _within(limit: int) -> int:
    return max(1, min(limit, LONGEST_PAGE))


# --- threads -------------------------------------------------------------------------------------


def _threads(state: Box, query: ListThreads) -> Threads:
    part = folded(query.text.strip())
    named = [each for each in state.readable if not part or part in folded(each.ref.name)]
    named.sort(key=attrgetter("at"))
    start = max(query.skip, 0)
    end = start + _within(query.limit)
    heads = (ThreadHead(each.ref, each.unread, each.at) for each in named[::-1][start:end])
    return Threads(tuple(heads), state.unread, len(named) > end)


def _found(state: Box, query: PastFound) -> FoundMessages:
    """Return the hits in threads that the person may (still) read."""
    words = words_of(query.query.words)
    threads = {each.ref.id: each for each in state.readable}
    hits = ((threads.get(ConversationId(hit.actor.key)), hit) for hit in query.hits)
    return FoundMessages(tuple(_found_in(each, hit, words) for each, hit in hits if each))


def _found_in(thread: Thread, hit: Hit, words: list[str]) -> FoundIn:
    text = excerpt(hit.text, words)
    return FoundIn(thread.ref.id, thread.ref.name, hit.number, hit.at, text)
