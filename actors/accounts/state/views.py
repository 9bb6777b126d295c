"""What an account answers when it is asked."""

from collections.abc import Callable
from typing import assert_never

from actors.accounts.messages import (
    Account,
    CheckLink,
    CheckSession,
    FindRefresh,
    GetAccount,
    ListSessions,
    LiveSession,
    Query,
    Sessions,
    SessionView,
    View,
)
from actors.accounts.refusals import NotSignedIn
from actors.accounts.state.account import AccountState, Session
from actors.accounts.state.credentials import linked_person
from actors.accounts.state.permissions import owner_or_staff
from actors.asked import Asked


def answer(state: AccountState, query: Query, asked: Asked) -> View:
    """Return the view that *query* asks for, or raise a `Refusal`."""
    match query:
        case CheckSession():
            return _live_session(state, asked, lambda session: _is_meant(session, query))
        case FindRefresh(refresh_hash):
            return _live_session(
                state, asked, lambda session: "" != session.refresh_hash == refresh_hash
            )
        case ListSessions():
            owner_or_staff(state, asked)
            return _sessions(state, asked)
        case GetAccount():
            return Account(owner_or_staff(state, asked))
        case CheckLink(token_hash):
            return Account(linked_person(state, token_hash, asked))
        case _:
            assert_never(query)


def _is_meant(session: Session, query: CheckSession) -> bool:
    if query.token_hash:
        return session.token_hash == query.token_hash
    return session.id == query.session


def _live_session(
    state: AccountState, asked: Asked, fits: Callable[[Session], bool]
) -> LiveSession:
    session = state.find(asked.at, fits)
    if session is None or state.person is None:
        raise NotSignedIn
    return LiveSession(
        session=session.id,
        user=state.person.user,
        name=state.person.name,
        role=state.person.role,
        zone=state.person.zone,
        expires_at=session.expires_at,
    )


def _sessions(state: AccountState, asked: Asked) -> Sessions:
    newest_first = reversed(state.live(asked.at))
    return Sessions(tuple(_seen(session, asked) for session in newest_first))


def _seen(session: Session, asked: Asked) -> SessionView:
    return SessionView(
        id=session.id,
        client=session.client,
        since=session.since,
        expires_at=session.expires_at,
        current=session.id == asked.caller.session,
    )
