"""What may be noted, by whom, and what an invitation is worth."""

from datetime import timedelta
from typing import assert_never

from actors.accounts import messages as accounts
from actors.admin_router import messages as admin_router
from actors.asked import Asked
from actors.caller import Caller, Role
from actors.directory.messages import (
    ClaimInvitation,
    Command,
    DepartmentNoted,
    Event,
    InvitationDenied,
    InvitationGranted,
    InvitationIssued,
    IssueInvitation,
    NoteDepartment,
    NotePerson,
    PersonalDataRevealed,
    PersonNoted,
    RecordReveal,
)
from actors.directory.refusals import InvitationExists
from actors.directory.state.listing import DirectoryState
from actors.refusal import Invalid, NotAllowed

LONGEST_INVITATION = timedelta(days=30)
INVITED = frozenset({Role.PATIENT, Role.DOCTOR, Role.ADMIN})
STAFF = frozenset({Role.ADMIN, Role.OPERATOR})


def decide(state: DirectoryState, command: Command, asked: Asked) -> list[Event]:
    """Return what happens when *command* is given, or raise a `Refusal`."""
    match command:
        case NotePerson(person):
            _only(asked.caller, str(accounts.address_of(person.account)))
            return [] if state.person(person.user) == person else [PersonNoted(person)]
        case NoteDepartment(department):
            _only(asked.caller, str(admin_router.address_of(department.id)))
            known = state.departments.get(department.id)
            return [] if known == department else [DepartmentNoted(department)]
        case IssueInvitation():
            return _issue(state, command, asked)
        case ClaimInvitation():
            return _claim(state, command, asked)
        case RecordReveal(address):
            if asked.caller.role is not Role.OPERATOR:
                raise NotAllowed
            return [PersonalDataRevealed(address, asked.caller.user, asked.at)]
        case _:
            assert_never(command)


def _only(caller: Caller, address: str) -> None:
    """Refuse everybody but the actor at *address*: each speaks for itself alone."""
    if caller.role is not Role.ACTOR or caller.user != address:
        raise NotAllowed


def _issue(state: DirectoryState, command: IssueInvitation, asked: Asked) -> list[Event]:
    if asked.caller.role not in STAFF:
        raise NotAllowed
    problems = {
        "role": command.role not in INVITED,
        "expires_at": not asked.at < command.expires_at <= asked.at + LONGEST_INVITATION,
        "token_hash": not command.token_hash,
    }
    if any(problems.values()):
        raise Invalid(fields={field: SENTENCES[field] for field in problems if problems[field]})
    if command.token_hash in state.invitations:
        raise InvitationExists
    return [
        InvitationIssued(
            token_hash=command.token_hash,
            role=command.role,
            expires_at=command.expires_at,
            by=asked.caller.user,
        )
    ]


SENTENCES = {
    "role": "Patients, doctors and administrators can be invited.",
    "expires_at": f"An invitation is good for {LONGEST_INVITATION.days} days at most.",
    "token_hash": "An invitation needs a token.",
}


def _claim(state: DirectoryState, command: ClaimInvitation, asked: Asked) -> list[Event]:
    """Grant the invitation to the first account that brings it; again to that one alone."""
    _only(asked.caller, str(accounts.address_of(command.account)))
    invitation = state.invitations.get(command.token_hash)
    if invitation is None or invitation.role is not command.role:
        return [InvitationDenied(command.account)]
    if invitation.account == command.account or invitation.usable(asked.at):
        return [InvitationGranted(command.token_hash, command.account)]
    return [InvitationDenied(command.account)]
