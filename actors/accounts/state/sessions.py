"""Signing in, keeping a session up, ending it."""

from collections.abc import Iterator
from datetime import timedelta

from actors.accounts.messages import (
    EndSession,
    Event,
    PasswordRehashed,
    RefreshSession,
    SessionEnded,
    SessionOpened,
    SessionRefreshed,
    SignInChecked,
)
from actors.accounts.refusals import (
    AccountPending,
    NotSignedIn,
    RetryLater,
    SignInFailed,
    TokenTaken,
)
from actors.accounts.state.account import AccountState, Session
from actors.accounts.state.permissions import owner, owner_or_staff
from actors.asked import Asked
from actors.caller import Role
from actors.directory.messages import AccountStatus, Person
from actors.ids import SessionId
from actors.refusal import Invalid, NotFound

STAFF_LIFE = timedelta(hours=12)
PATIENT_LIFE = timedelta(days=30)
MOST_SESSIONS = 50
REUSE_GRACE = timedelta(seconds=10)
LONGEST_HASH = 128
LONGEST_CLIENT = 300


def sign_in(state: AccountState, command: SignInChecked, asked: Asked) -> list[Event]:
    """Open a session for whoever brought the right password."""
    person = _who_signs_in(state, command)
    _check_tokens(state, command)
    events: list[Event] = [*_rehashed(command, asked), *_crowded_out(state, asked)]
    return [*events, _opened(person, command, asked)]


def _who_signs_in(state: AccountState, command: SignInChecked) -> Person:
    person = state.person
    if person is None or not command.matches or person.status is AccountStatus.DISABLED:
        raise SignInFailed
    if command.against != state.password_hash:
        raise RetryLater
    if person.status is AccountStatus.PENDING:
        raise AccountPending
    return person


def _check_tokens(state: AccountState, command: SignInChecked) -> None:
    tokens = {token for token in (command.token_hash, command.refresh_hash) if token}
    if not tokens or any(len(token) > LONGEST_HASH for token in tokens):
        raise Invalid(fields={"token_hash": "A session needs a token."})
    if command.token_hash == command.refresh_hash or _known(state, tokens):
        raise TokenTaken


def _known(state: AccountState, tokens: set[str]) -> bool:
    return any(not tokens.isdisjoint(session.hashes()) for session in state.sessions)


def _rehashed(command: SignInChecked, asked: Asked) -> Iterator[PasswordRehashed]:
    if command.rehashed:
        yield PasswordRehashed(command.rehashed, asked.at)


def _crowded_out(state: AccountState, asked: Asked) -> Iterator[SessionEnded]:
    live = state.live(asked.at)
    for session in live[: max(0, len(live) + 1 - MOST_SESSIONS)]:
        yield SessionEnded(session.id, "crowded_out", asked.at)


def _opened(person: Person, command: SignInChecked, asked: Asked) -> SessionOpened:
    life = PATIENT_LIFE if person.role is Role.PATIENT else STAFF_LIFE
    return SessionOpened(
        session=SessionId(asked.new_id("session")),
        user=person.user,
        name=person.name,
        role=person.role,
        token_hash=command.token_hash,
        refresh_hash=command.refresh_hash,
        client=command.client[:LONGEST_CLIENT],
        at=asked.at,
        expires_at=asked.at + life,
    )


def refresh(state: AccountState, command: RefreshSession, asked: Asked) -> list[Event]:
    """Give the next refresh token for this one; end the session when it was used before."""
    if not command.refresh_hash:
        raise NotSignedIn
    session = state.find(asked.at, lambda one: one.refresh_hash == command.refresh_hash)
    if session is None:
        return _reused(state, command, asked)
    _check_next(state, command.next_hash)
    return [SessionRefreshed(session.id, command.refresh_hash, command.next_hash, asked.at)]


def _check_next(state: AccountState, token: str) -> None:
    if not token or len(token) > LONGEST_HASH:
        raise Invalid(fields={"next_hash": "A session needs a next token."})
    if _known(state, {token}):
        raise TokenTaken


def _reused(state: AccountState, command: RefreshSession, asked: Asked) -> list[Event]:
    for session in state.live(asked.at):
        for used in session.used:
            if used.refresh_hash == command.refresh_hash:
                if asked.at - used.at <= REUSE_GRACE:
                    raise RetryLater
                return [SessionEnded(session.id, "reused", asked.at)]
    raise NotSignedIn


def end(state: AccountState, command: EndSession, asked: Asked) -> list[Event]:
    """End one session, by its owner or an administrator."""
    owner_or_staff(state, asked)
    session = _session(state, command.session)
    why = "signed_out" if asked.caller.session == session.id else "ended"
    return [SessionEnded(session.id, why, asked.at)]


def _session(state: AccountState, wanted: SessionId) -> Session:
    for session in state.sessions:
        if session.id == wanted:
            return session
    raise NotFound


def end_others(state: AccountState, asked: Asked) -> list[Event]:
    """End every session of the owner but the one that asks."""
    owner(state, asked)
    return [
        SessionEnded(session.id, "ended", asked.at)
        for session in state.sessions
        if session.id != asked.caller.session
    ]
