"""What can be asked of an account, and the views that answer."""

from datetime import datetime
from typing import TypeAlias

import msgspec

from actors.accounts.messages.common import Message, Secretive
from actors.caller import Role
from actors.directory.messages import Person
from actors.ids import SessionId, UserId


class CheckSession(Secretive, frozen=True):
    """By the edge: whose session is this? Named by its token's hash, or (API) by its id.

    Answers a `LiveSession`, or refuses with `not_signed_in`.
    """

    token_hash: str = ""
    session: SessionId = SessionId("")


class FindRefresh(Secretive, frozen=True):
    """By the edge: which session does this refresh token (by hash) belong to now?"""

    refresh_hash: str


class ListSessions(Message, frozen=True):
    """By the owner or an administrator: ask for `Sessions`."""


class GetAccount(Message, frozen=True):
    """By the owner, an administrator or the operator: ask for the `Account`."""


class CheckLink(Secretive, frozen=True):
    """By a visitor: can this link (by hash) still set a password? Answers the `Account`."""

    token_hash: str


Query: TypeAlias = CheckSession | FindRefresh | ListSessions | GetAccount | CheckLink


class LiveSession(Message, frozen=True):
    """Whose session it is. Good until *expires_at*, unless it ends before."""

    session: SessionId
    user: UserId
    name: str
    role: Role
    zone: str
    expires_at: datetime


class SessionView(msgspec.Struct, frozen=True):
    """One session in the list."""

    id: SessionId
    client: str
    since: datetime
    expires_at: datetime
    current: bool


class Sessions(Message, frozen=True):
    """The live sessions, newest first."""

    items: tuple[SessionView, ...]


class Account(Message, frozen=True):
    """Whose account it is."""

    person: Person


View: TypeAlias = LiveSession | Sessions | Account
