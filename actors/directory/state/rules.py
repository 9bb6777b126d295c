"""What may be noted, by whom, and what an invitation is worth."""

from datetime import timedelta
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.accounts import messages as accounts
from actors.admin_router import messages as admin_router
from actors.asked import Asked
from actors.caller import Caller, Role
from actors.directory.messages import (
    AccountStatus,
    AlertStaff,
    ClaimInvitation,
    Closure,
    Command,
    DepartmentNoted,
    Event,
    InvitationDenied,
    InvitationGranted,
    InvitationIssued,
    IssueFeed,
    IssueInvitation,
    NoteDepartment,
    NotePerson,
    PatientWrote,
    Person,
    PersonalDataRevealed,
    PersonNoted,
    ProfileRecorded,
    RecordProfile,
    RecordReveal,
    RevokeFeed,
    SetHouse,
    SettleStaff,
)
from actors.directory.refusals import InvitationExists
from actors.directory.state.house import issue_feed, revoke_feed, set_house
from actors.directory.state.listing import DirectoryState
from actors.directory.state.telling import reply_for_clinic, tell_staff
from actors.ids import PatientId
from actors.patient import messages as patient
from actors.refusal import Invalid, NotAllowed

FromActor: TypeAlias = (
    NotePerson | NoteDepartment | RecordProfile | AlertStaff | SettleStaff | PatientWrote
)

LONGEST_INVITATION = timedelta(days=30)
INVITED = frozenset({Role.PATIENT, Role.DOCTOR, Role.ADMIN})
STAFF = frozenset({Role.ADMIN, Role.OPERATOR})


def decide(  # noqa: PLR0911  one case per command
    state: DirectoryState, command: Command, asked: Asked
) -> list[Event]:
    """Return what happens when *command* is given, or raise a `Refusal`."""
    if isinstance(command, FromActor):
        return _from_actor(state, command, asked)
    match command:
        case IssueInvitation():
            return _issue(state, command, asked)
        case ClaimInvitation():
            return _claim(state, command, asked)
        case SetHouse():
            return set_house(state, command, asked)
        case IssueFeed():
            return issue_feed(state, command, asked)
        case RevokeFeed():
            return revoke_feed(state, asked)
        case RecordReveal(address):
            if asked.caller.role is not Role.OPERATOR:
                raise NotAllowed
            return [PersonalDataRevealed(address, asked.caller.user, asked.at)]
        case _:
            assert_never(command)


def _from_actor(state: DirectoryState, command: FromActor, asked: Asked) -> list[Event]:
    match command:
        case NotePerson() | NoteDepartment():
            return _note(state, command, asked)
        case RecordProfile():
            return _record_profile(state, command, asked)
        case AlertStaff() | SettleStaff():
            return tell_staff(state, command, asked)
        case PatientWrote():
            return reply_for_clinic(state, command, asked)
        case _:
            assert_never(command)


def _note(state: DirectoryState, command: NotePerson | NoteDepartment, asked: Asked) -> list[Event]:
    match command:
        case NotePerson(person):
            _only(asked.caller, str(accounts.address_of(person.account)))
            if state.person(person.user) == person:
                return []
            return [PersonNoted(person, _news_for(state, person))]
        case NoteDepartment(department):
            _only(asked.caller, str(admin_router.address_of(department.id)))
            known = state.departments.get(department.id)
            return [] if known == department else [DepartmentNoted(department)]
        case _:
            assert_never(command)


def _record_profile(state: DirectoryState, command: RecordProfile, asked: Asked) -> list[Event]:
    _only(asked.caller, str(patient.address_of(PatientId(command.user))))
    person = state.person(command.user)
    if person is None or (person.name, person.zone) == (command.name, command.zone):
        return []
    return [ProfileRecorded(replace(person, name=command.name, zone=command.zone))]


def _news_for(state: DirectoryState, person: Person) -> tuple[Closure, ...] | None:
    """Return the closures for a doctor who becomes active, and could not be told before."""
    active = person.role is Role.DOCTOR and person.status is AccountStatus.ACTIVE
    return state.house.closures if active and person.user not in state.doctors else None


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
