"""Who may ask what of an account. Not yours and not there answer the same."""

from actors.accounts.state.account import AccountState
from actors.asked import Asked
from actors.caller import Caller, Role
from actors.directory.messages import ADDRESS as DIRECTORY
from actors.directory.messages import Person
from actors.refusal import NotAllowed, NotFound

STAFF = frozenset({Role.ADMIN, Role.OPERATOR})


def owner(state: AccountState, asked: Asked) -> Person:
    """Return whose account it is when they ask, signed in; else refuse."""
    person = state.person
    if person is None or not _is(person, asked.caller):
        raise NotFound
    if state.find(asked.at, lambda session: session.id == asked.caller.session) is None:
        raise NotFound
    return person


def owner_or_staff(state: AccountState, asked: Asked) -> Person:
    """Return whose account it is when they, an administrator or the operator ask."""
    if state.person is not None and asked.caller.role in STAFF:
        return state.person
    return owner(state, asked)


def for_staff(state: AccountState, asked: Asked) -> Person:
    """Return whose account it is when an administrator or the operator asks."""
    if asked.caller.role not in STAFF:
        raise NotAllowed
    if state.person is None:
        raise NotFound
    return state.person


def from_directory(caller: Caller) -> bool:
    """Tell whether the directory is the caller."""
    return caller.role is Role.ACTOR and caller.user == str(DIRECTORY)


def may_watch(state: AccountState, caller: Caller) -> bool:
    """Tell whether *caller* may follow what happens to the account."""
    if caller.role is Role.ADMIN:
        return True
    sessions = {session.id for session in state.sessions}
    return state.person is not None and _is(state.person, caller) and caller.session in sessions


def _is(person: Person, caller: Caller) -> bool:
    return caller.user == person.user and caller.role is person.role
