"""Signing up, being let in, being shut out."""

from msgspec.structs import replace

from actors.accounts.messages import (
    AccountApproved,
    AccountDisabled,
    AccountEnabled,
    AccountOpened,
    Event,
    InvitationRejected,
    ProfileRecorded,
    SignUp,
    SignUpHashed,
    SignUpRepeated,
    account_key,
)
from actors.accounts.refusals import AccountIsDisabled, InvitationOpen
from actors.accounts.state.account import AccountState
from actors.accounts.state.permissions import for_staff, from_directory
from actors.asked import Asked
from actors.caller import Role
from actors.directory.messages import AccountStatus, Person
from actors.ids import AccountKey, UserId
from actors.refusal import Invalid, NotAllowed
from actors.zones import is_zone

ROLES = frozenset({Role.PATIENT, Role.DOCTOR, Role.ADMIN})
LONGEST_NAME = 200
LONGEST_EMAIL = 254


def check_sign_up(key: AccountKey, command: SignUp | SignUpHashed) -> None:
    """Refuse a sign-up that makes no sense, whether or not there is an account already."""
    problems = {
        "email": not _is_email(command.email) or account_key(command.email) != key,
        "name": not _is_name(command.name),
        "zone": not is_zone(command.zone),
        "role": command.role not in ROLES,
        "invitation": command.role is Role.ADMIN and not command.invitation,
    }
    fields = {field: SENTENCES[field] for field, wrong in problems.items() if wrong}
    if fields:
        raise Invalid(fields=fields)


SENTENCES = {
    "email": "That is no e-mail address, or not the one of this account.",
    "name": f"Say your name, in at most {LONGEST_NAME} characters.",
    "zone": "That time zone is unknown; it reads like Europe/Paris.",
    "role": "People are patients, doctors or administrators.",
    "invitation": "Administrators need an invitation.",
}


def _is_email(text: str) -> bool:
    local, at, domain = text.partition("@")
    return bool(local and at and domain) and len(text) <= LONGEST_EMAIL and text.isprintable()


def _is_name(text: str) -> bool:
    return bool(text.strip()) and len(text) <= LONGEST_NAME and text.isprintable()


def sign_up(state: AccountState, command: SignUpHashed, asked: Asked) -> list[Event]:
    """Open the account, or let it look so when there is one."""
    check_sign_up(state.key, command)
    if state.person is not None:
        return [SignUpRepeated(asked.at)]
    at_once = command.role is Role.PATIENT and not command.invitation
    return [
        AccountOpened(
            user=UserId(asked.new_id("user")),
            email=command.email,
            name=command.name,
            role=command.role,
            zone=command.zone,
            status=AccountStatus.ACTIVE if at_once else AccountStatus.PENDING,
            password_hash=command.password_hash,
            invitation=command.invitation,
            at=asked.at,
        )
    ]


def approve(state: AccountState, asked: Asked) -> list[Event]:
    """Let somebody in: the directory whom it invited, an administrator whoever waits."""
    if from_directory(asked.caller):
        return [_approved(state.person, asked)] if state.person and state.invitation else []
    person = for_staff(state, asked)
    _refuse_while_invited(state)
    if person.status is AccountStatus.DISABLED:
        raise AccountIsDisabled
    return [_approved(person, asked)] if person.status is AccountStatus.PENDING else []


def _approved(person: Person, asked: Asked) -> AccountApproved:
    return AccountApproved(replace(person, status=AccountStatus.ACTIVE), asked.at)


def reject(state: AccountState, asked: Asked) -> list[Event]:
    """Free the address again: the invitation was not good."""
    if not from_directory(asked.caller):
        raise NotAllowed
    if state.person is None or not state.invitation:
        return []
    return [InvitationRejected(state.person, asked.at)]


def record_profile(state: AccountState, name: str, zone: str, asked: Asked) -> list[Event]:
    """Take over how the person wants to be called, and where they live."""
    if not from_directory(asked.caller):
        raise NotAllowed
    person = state.person
    if person is None or (person.name, person.zone) == (name, zone):
        return []
    return [ProfileRecorded(replace(person, name=name, zone=zone), asked.at)]


def disable(state: AccountState, asked: Asked) -> list[Event]:
    """Shut somebody out, at once."""
    person = for_staff(state, asked)
    _refuse_while_invited(state)
    if person.status is AccountStatus.DISABLED:
        return []
    shut = replace(person, status=AccountStatus.DISABLED)
    return [AccountDisabled(shut, asked.at, was=person.status)]


def enable(state: AccountState, asked: Asked) -> list[Event]:
    """Undo a disabling; whoever was never approved waits for that still."""
    person = for_staff(state, asked)
    if person.status is not AccountStatus.DISABLED:
        return []
    status = AccountStatus.ACTIVE if state.approved else AccountStatus.PENDING
    return [AccountEnabled(replace(person, status=status), asked.at)]


def _refuse_while_invited(state: AccountState) -> None:
    """Only the directory answers for an account that brought an invitation."""
    if state.invitation:
        raise InvitationOpen
