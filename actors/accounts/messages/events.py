"""What happened to an account."""

from datetime import datetime
from typing import TypeAlias

from actors.accounts.messages.common import Message, Secretive
from actors.caller import Role
from actors.directory.messages import AccountStatus, Person
from actors.ids import AccountKey, SessionId, UserId


class AccountOpened(Secretive, frozen=True):
    """Somebody has an account here now."""

    user: UserId
    email: str
    name: str
    role: Role
    zone: str
    status: AccountStatus
    password_hash: str
    invitation: str
    at: datetime

    def person(self, account: AccountKey) -> Person:
        """Return whose account it is; *account* is where it lives."""
        return Person(
            user=self.user,
            account=account,
            email=self.email,
            name=self.name,
            role=self.role,
            status=self.status,
            zone=self.zone,
            since=self.at,
        )


class SignUpRepeated(Message, frozen=True):
    """Somebody tried to sign up with an address that has an account."""

    at: datetime


class AccountApproved(Message, frozen=True):
    """The account is active; it says whose it is, for the rooms that are told."""

    person: Person
    at: datetime


class InvitationRejected(Message, frozen=True):
    """The invitation was not good; the address is free to sign up again."""

    person: Person
    at: datetime


class ProfileRecorded(Message, frozen=True):
    """The person has another name or zone now."""

    person: Person
    at: datetime


class AccountDisabled(Message, frozen=True):
    """Every session ended, and nobody gets in. *was* says what the account was before."""

    person: Person
    at: datetime
    was: AccountStatus = AccountStatus.ACTIVE


class AccountEnabled(Message, frozen=True):
    """The account is again what it was before it was disabled: active, or still pending."""

    person: Person
    at: datetime


class PasswordChanged(Secretive, frozen=True):
    """There is a new password; every session but *keep* is over."""

    password_hash: str
    keep: SessionId
    at: datetime


class PasswordRehashed(Secretive, frozen=True):
    """The same password is kept under stronger parameters."""

    password_hash: str
    at: datetime


class LinkIssued(Secretive, frozen=True):
    """Whoever brings the token can set a new password, once."""

    token_hash: str
    expires_at: datetime
    by: str
    at: datetime


class SessionOpened(Secretive, frozen=True):
    """Somebody signed in."""

    session: SessionId
    user: UserId
    name: str
    role: Role
    token_hash: str
    refresh_hash: str
    client: str
    at: datetime
    expires_at: datetime


class SessionRefreshed(Secretive, frozen=True):
    """A refresh token was used up for the next."""

    session: SessionId
    used_hash: str
    next_hash: str
    at: datetime


class SessionEnded(Message, frozen=True):
    """A session is over.

    *why*: `signed_out`, `ended` (from another session, or by an administrator), `reused` (a
    refresh token was used twice: answer 401 `refresh_reused`), `crowded_out` (too many sessions).
    """

    session: SessionId
    why: str
    at: datetime


Event: TypeAlias = (
    AccountOpened
    | SignUpRepeated
    | AccountApproved
    | InvitationRejected
    | ProfileRecorded
    | AccountDisabled
    | AccountEnabled
    | PasswordChanged
    | PasswordRehashed
    | LinkIssued
    | SessionOpened
    | SessionRefreshed
    | SessionEnded
)
