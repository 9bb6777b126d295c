"""What an account is, and what each event makes of it."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import assert_never

import msgspec

from actors.accounts.messages import (
    AccountApproved,
    AccountDisabled,
    AccountEnabled,
    AccountOpened,
    Event,
    InvitationRejected,
    LinkIssued,
    PasswordChanged,
    PasswordRehashed,
    ProfileRecorded,
    SessionEnded,
    SessionOpened,
    SessionRefreshed,
    SignUpRepeated,
)
from actors.directory.messages import AccountStatus, Person
from actors.ids import AccountKey, SessionId

USED_KEPT = 32


class UsedRefresh(msgspec.Struct, frozen=True):
    """A refresh token that has been used up, and when."""

    refresh_hash: str
    at: datetime


class Session(msgspec.Struct, frozen=True):
    """One sign-in that has not ended. It may have expired."""

    id: SessionId
    token_hash: str
    refresh_hash: str
    client: str
    since: datetime
    expires_at: datetime
    used: tuple[UsedRefresh, ...] = ()
    """The last refresh tokens before this one, oldest first: to notice a second use."""

    def hashes(self) -> Iterator[str]:
        """Yield the hash of every token that this session has or had."""
        yield from (self.token_hash, self.refresh_hash)
        yield from (used.refresh_hash for used in self.used)


class Link(msgspec.Struct, frozen=True):
    """Whoever brings the token can set a new password, once."""

    token_hash: str
    expires_at: datetime


class AccountState(msgspec.Struct, frozen=True):
    """The account at one e-mail address; nobody's while *person* is None."""

    key: AccountKey
    person: Person | None = None
    password_hash: str = ""
    invitation: str = ""
    """The invitation (by hash) that the directory has not yet granted or denied."""
    approved: bool = False
    """Whether it has ever been active."""
    link: Link | None = None
    sessions: tuple[Session, ...] = ()
    """Oldest first."""

    def __repr__(self) -> str:
        return f"AccountState({self.key!r}, {len(self.sessions)} sessions)"

    @property
    def status(self) -> AccountStatus | None:
        """Whether somebody may sign in; None when there is no account."""
        return self.person.status if self.person else None

    def live(self, at: datetime) -> tuple[Session, ...]:
        """Return the sessions that are good at that time, oldest first."""
        if self.status is not AccountStatus.ACTIVE:
            return ()
        return tuple(session for session in self.sessions if session.expires_at > at)

    def find(self, at: datetime, fits: Callable[[Session], bool]) -> Session | None:
        """Return the session that is good at that time and *fits*, if there is one."""
        return next(filter(fits, self.live(at)), None)


def born(key: str) -> AccountState:
    """Return the account that nobody has opened."""
    return AccountState(AccountKey(key))


def evolve(state: AccountState, event: Event) -> AccountState:  # noqa: C901, PLR0911  one case per event
    """Return what *event* makes of the account."""
    match event:
        case AccountOpened():
            return _opened(state, event)
        case SignUpRepeated():
            return state
        case AccountApproved(person):
            return msgspec.structs.replace(state, person=person, approved=True, invitation="")
        case InvitationRejected():
            return born(state.key)
        case AccountDisabled(person):
            return msgspec.structs.replace(state, person=person, sessions=(), link=None)
        case AccountEnabled(person) | ProfileRecorded(person):
            return msgspec.structs.replace(state, person=person)
        case PasswordChanged(password_hash, keep):
            kept = tuple(session for session in state.sessions if session.id == keep)
            return msgspec.structs.replace(
                state, password_hash=password_hash, sessions=kept, link=None
            )
        case PasswordRehashed(password_hash):
            return msgspec.structs.replace(state, password_hash=password_hash)
        case LinkIssued(token_hash, expires_at):
            return msgspec.structs.replace(state, link=Link(token_hash, expires_at))
        case SessionOpened() | SessionRefreshed() | SessionEnded():
            return msgspec.structs.replace(state, sessions=_sessions(state, event))
        case _:
            assert_never(event)


def _opened(state: AccountState, event: AccountOpened) -> AccountState:
    return AccountState(
        key=state.key,
        person=event.person(state.key),
        password_hash=event.password_hash,
        invitation=event.invitation,
        approved=event.status is AccountStatus.ACTIVE,
    )


def _sessions(
    state: AccountState, event: SessionOpened | SessionRefreshed | SessionEnded
) -> tuple[Session, ...]:
    match event:
        case SessionOpened(at=at):
            return (*state.live(at), _session(event))
        case SessionRefreshed(session=session):
            return tuple(
                _refreshed(one, event) if one.id == session else one for one in state.sessions
            )
        case SessionEnded(session=session):
            return tuple(one for one in state.sessions if one.id != session)
        case _:
            assert_never(event)


def _session(event: SessionOpened) -> Session:
    return Session(
        id=event.session,
        token_hash=event.token_hash,
        refresh_hash=event.refresh_hash,
        client=event.client,
        since=event.at,
        expires_at=event.expires_at,
    )


def _refreshed(session: Session, event: SessionRefreshed) -> Session:
    used = (*session.used, UsedRefresh(event.used_hash, event.at))
    return msgspec.structs.replace(session, refresh_hash=event.next_hash, used=used[-USED_KEPT:])
