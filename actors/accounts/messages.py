"""The whole language of an account: who may sign in; credentials, sessions, roles.

One actor per e-mail address, at `address_of(account_key(email))`. An account that nobody opened
answers like any other: from outside, unknown and wrong look the same.
"""

import hashlib
from datetime import datetime
from typing import TypeAlias

import msgspec

from actors.address import Address
from actors.caller import Role
from actors.directory.messages import AccountStatus, Person
from actors.ids import AccountKey, SessionId, UserId

KIND = "account"


def account_key(email: str) -> AccountKey:
    """Return where the account of *email* (already in its normal form) lives."""
    return AccountKey(hashlib.sha256(email.casefold().encode()).hexdigest())


def address_of(account: AccountKey) -> Address:
    """Return where this account's actor is reached."""
    return Address(KIND, account)


class Hidden(str):
    """A secret on its way: a string that does not show itself when printed."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'***'"


class Message(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Everything that is said to, by or about an account."""


class Secretive(Message, frozen=True):
    """A message that carries a secret: printed, it shows its name alone."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(***)"


# --- commands ----------------------------------------------------------------------------------


class SignUp(Secretive, frozen=True):
    """By a visitor: open an account. The answer is the same whether or not there is one already.

    Patients are active at once, doctors wait for an administrator; with an *invitation* (the
    SHA-256, hex, of a token) the account is active as soon as the directory grants it.
    """

    email: str
    name: str
    role: Role
    zone: str
    password: str
    invitation: str = ""


class SignIn(Secretive, frozen=True):
    """By a visitor: open a session. The edge has drawn the token and says only its SHA-256 (hex).

    *refresh_hash* is set for API clients, whose sessions are kept up by rotating refresh tokens.
    """

    password: str
    token_hash: str
    refresh_hash: str = ""
    client: str = ""
    """What the session is used from, for the list of sessions."""


class ChangePassword(Secretive, frozen=True):
    """By the owner: from now on this password; all other sessions end, and no link is good."""

    old: str
    new: str


class SetPassword(Secretive, frozen=True):
    """By whoever has the one-time link (see `IssueLink`): a new password; all sessions end."""

    link_hash: str
    new: str


class IssueLink(Message, frozen=True):
    """By the operator or an administrator: whoever brings the token sets a new password, once.

    Good for 24 hours at most; a newer link takes an older one's place.
    """

    token_hash: str
    expires_at: datetime


class RefreshSession(Secretive, frozen=True):
    """By an API client: use up a refresh token and get the next.

    Used a second time within ten seconds it is refused as `retry_later` (another tab was faster);
    used later, somebody stole it: the session ends (the answer is that `SessionEnded`).
    """

    refresh_hash: str
    next_hash: str


class EndSession(Message, frozen=True):
    """By the owner or an administrator: this session is over."""

    session: SessionId


class EndOtherSessions(Message, frozen=True):
    """By the owner: every session but the one that asks is over."""


class ApproveAccount(Message, frozen=True):
    """By an administrator, or from `directory` (an invitation was granted): let them in."""


class RejectInvitation(Message, frozen=True):
    """From `directory`: the invitation was not good; the account stays shut."""


class DisableAccount(Message, frozen=True):
    """By an administrator or the operator: end every session and let nobody in."""


class EnableAccount(Message, frozen=True):
    """By an administrator or the operator: let them in again."""


Command: TypeAlias = (
    SignUp
    | SignIn
    | ChangePassword
    | SetPassword
    | IssueLink
    | RefreshSession
    | EndSession
    | EndOtherSessions
    | ApproveAccount
    | RejectInvitation
    | DisableAccount
    | EnableAccount
)

# What a command with a password becomes once `actor.prepare` has done the hashing. These never
# come over the wire; the decoder does not know them.


class SignUpHashed(Secretive, frozen=True):
    """A `SignUp` whose password is hashed."""

    email: str
    name: str
    role: Role
    zone: str
    invitation: str
    password_hash: str


class SignInChecked(Secretive, frozen=True):
    """A `SignIn` whose password was checked against *against*, the hash of that moment."""

    matches: bool
    against: str
    rehashed: str
    """The same password under today's parameters, when they have risen; else empty."""
    token_hash: str
    refresh_hash: str
    client: str


class PasswordChecked(Secretive, frozen=True):
    """A `ChangePassword` or `SetPassword` whose hashing is done."""

    matches: bool
    against: str
    link_hash: str
    new_hash: str


Prepared: TypeAlias = SignUpHashed | SignInChecked | PasswordChecked

# --- events ------------------------------------------------------------------------------------


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
    | AccountDisabled
    | AccountEnabled
    | PasswordChanged
    | PasswordRehashed
    | LinkIssued
    | SessionOpened
    | SessionRefreshed
    | SessionEnded
)

# --- queries and their views -------------------------------------------------------------------


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
