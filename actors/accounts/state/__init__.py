"""The rules of an account: who may sign in, and what becomes of sessions. Pure.

* `account`: what an account is, and what each event makes of it
* `permissions`: who may ask what of it
* `admission`: signing up, being let in, being shut out
* `sessions`: signing in, keeping a session up, ending it
* `credentials`: a new password, by the old one or by a link
* `views`: what it answers when asked
"""

from typing import assert_never

from actors.accounts.messages import (
    ApproveAccount,
    ChangePassword,
    Command,
    DisableAccount,
    EnableAccount,
    EndOtherSessions,
    EndSession,
    Event,
    IssueLink,
    PasswordChecked,
    Prepared,
    RecordProfile,
    RefreshSession,
    RejectInvitation,
    SetPassword,
    SignIn,
    SignInChecked,
    SignUp,
    SignUpHashed,
)
from actors.accounts.state import admission, credentials, sessions
from actors.accounts.state.account import AccountState, born, evolve
from actors.accounts.state.permissions import may_watch
from actors.accounts.state.views import answer
from actors.asked import Asked

__all__ = ["AccountState", "answer", "born", "decide", "evolve", "may_watch"]


def decide(state: AccountState, command: Command | Prepared, asked: Asked) -> list[Event]:  # noqa: C901, PLR0911, PLR0912  one case per command
    """Return what happens when *command* is given, or raise a `Refusal`."""
    match command:
        case SignUpHashed():
            return admission.sign_up(state, command, asked)
        case SignInChecked():
            return sessions.sign_in(state, command, asked)
        case PasswordChecked():
            return credentials.change(state, command, asked)
        case IssueLink():
            return credentials.issue_link(state, command, asked)
        case RefreshSession():
            return sessions.refresh(state, command, asked)
        case EndSession():
            return sessions.end(state, command, asked)
        case EndOtherSessions():
            return sessions.end_others(state, asked)
        case ApproveAccount():
            return admission.approve(state, asked)
        case RejectInvitation():
            return admission.reject(state, asked)
        case RecordProfile(name, zone):
            return admission.record_profile(state, name, zone, asked)
        case DisableAccount():
            return admission.disable(state, asked)
        case EnableAccount():
            return admission.enable(state, asked)
        case SignUp() | SignIn() | ChangePassword() | SetPassword():
            raise TypeError(f"A {type(command).__name__} must be prepared before it is decided.")
        case _:
            assert_never(command)
