"""What may be told to an account, and by whom."""

from datetime import datetime
from typing import TypeAlias

from actors.accounts.messages.common import Message, Secretive
from actors.caller import Role
from actors.ids import SessionId


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


class RecordProfile(Message, frozen=True):
    """From `directory`: the person is called so and lives in this zone now."""

    name: str
    zone: str


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
    | RecordProfile
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
