"""A new password: by the old one, or by a link that is good once."""

from datetime import timedelta

from actors.accounts.messages import Event, IssueLink, LinkIssued, PasswordChanged, PasswordChecked
from actors.accounts.refusals import AccountIsDisabled, LinkNotGood, RetryLater, WrongPassword
from actors.accounts.state.account import AccountState
from actors.accounts.state.permissions import for_staff, owner
from actors.asked import Asked
from actors.directory.messages import AccountStatus, Person
from actors.ids import SessionId
from actors.refusal import Invalid

LONGEST_LINK_LIFE = timedelta(hours=24)


def change(state: AccountState, command: PasswordChecked, asked: Asked) -> list[Event]:
    """Take the new password, whichever way it was allowed."""
    if command.link_hash:
        linked_person(state, command.link_hash, asked)
        return [PasswordChanged(command.new_hash, SessionId(""), asked.at)]
    owner(state, asked)
    if not command.matches:
        raise WrongPassword(fields={"old": "That is not your present password."})
    if command.against != state.password_hash:
        raise RetryLater
    return [PasswordChanged(command.new_hash, SessionId(asked.caller.session), asked.at)]


def linked_person(state: AccountState, token_hash: str, asked: Asked) -> Person:
    """Return whose password that link can set now, or refuse."""
    link, person = state.link, state.person
    if person is None or link is None or link.token_hash != token_hash:
        raise LinkNotGood
    if link.expires_at <= asked.at:
        raise LinkNotGood
    return person


def issue_link(state: AccountState, command: IssueLink, asked: Asked) -> list[Event]:
    """Let whoever brings the token set a new password."""
    person = for_staff(state, asked)
    if person.status is AccountStatus.DISABLED:
        raise AccountIsDisabled
    if not asked.at < command.expires_at <= asked.at + LONGEST_LINK_LIFE:
        raise Invalid(fields={"expires_at": "A link is good for 24 hours at most."})
    if not command.token_hash:
        raise Invalid(fields={"token_hash": "A link needs a token."})
    return [LinkIssued(command.token_hash, command.expires_at, asked.caller.user, asked.at)]
