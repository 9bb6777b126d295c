"""The whole language of the directory: who exists, by name, role and department; who is invited.

One actor for the clinic, at `ADDRESS`, fed by the others' events.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeAlias

import msgspec

from actors.address import Address
from actors.caller import Role
from actors.ids import AccountKey, CategoryId, DepartmentId, UserId

KIND = "directory"
ADDRESS = Address(KIND, "clinic")

INVITATION_LIFE = timedelta(minutes=30)
"""How long an invitation is good unless whoever makes it chooses longer."""


class Message(msgspec.Struct, frozen=True, tag=True, forbid_unknown_fields=True):
    """Everything that is said to, by or about the directory."""


class AccountStatus(StrEnum):
    """Whether somebody may sign in."""

    PENDING = "pending"
    """Waits for an administrator's approval, or for its invitation to be granted."""
    ACTIVE = "active"
    DISABLED = "disabled"


class Person(msgspec.Struct, frozen=True):
    """Somebody with an account."""

    user: UserId
    account: AccountKey
    email: str
    name: str
    role: Role
    status: AccountStatus
    zone: str
    since: datetime


class ListedCategory(msgspec.Struct, frozen=True):
    """Something that patients can ask a department for."""

    id: CategoryId
    name: str


class ListedDepartment(msgspec.Struct, frozen=True):
    """A department and what patients can ask it for."""

    id: DepartmentId
    name: str
    categories: tuple[ListedCategory, ...]


# --- commands ----------------------------------------------------------------------------------


class NotePerson(Message, frozen=True):
    """From `accounts`: this is so of that person now."""

    person: Person


class NoteDepartment(Message, frozen=True):
    """From `admin_router`: this is so of that department now."""

    department: ListedDepartment


class IssueInvitation(Message, frozen=True):
    """By an administrator or the operator: whoever brings the token gets an account of *role*.

    Only the token's SHA-256 (hex) is said and kept.
    """

    token_hash: str
    role: Role
    expires_at: datetime


class ClaimInvitation(Message, frozen=True):
    """From `accounts`: this account was opened with that token."""

    token_hash: str
    account: AccountKey
    role: Role


class RecordReveal(Message, frozen=True):
    """By the operator: I am looking at the personal data of the actor at *address*."""

    address: str


Command: TypeAlias = NotePerson | NoteDepartment | IssueInvitation | ClaimInvitation | RecordReveal

# --- events ------------------------------------------------------------------------------------


class PersonNoted(Message, frozen=True):
    """This is so of that person now."""

    person: Person


class DepartmentNoted(Message, frozen=True):
    """This is so of that department now."""

    department: ListedDepartment


class InvitationIssued(Message, frozen=True):
    """Whoever brings the token gets an account of *role*, once."""

    token_hash: str
    role: Role
    expires_at: datetime
    by: str


class InvitationGranted(Message, frozen=True):
    """The token is used up; the account is good."""

    token_hash: str
    account: AccountKey


class InvitationDenied(Message, frozen=True):
    """The token was unknown, used, expired or for another role; the account is not good."""

    account: AccountKey


class PersonalDataRevealed(Message, frozen=True):
    """The operator looked at the personal data of the actor at *address*."""

    address: str
    by: str
    at: datetime


Event: TypeAlias = (
    PersonNoted
    | DepartmentNoted
    | InvitationIssued
    | InvitationGranted
    | InvitationDenied
    | PersonalDataRevealed
)

# --- queries and their views -------------------------------------------------------------------


class ListPeople(Message, frozen=True):
    """Ask (as an administrator) for `People`, by name; *after* is the last user already seen."""

    role: Role | None = None
    status: AccountStatus | None = None
    text: str = ""
    after: UserId | None = None
    limit: int = 50


class GetPerson(Message, frozen=True):
    """Ask (as an administrator) for a `PersonView`."""

    user: UserId


class ListDoctors(Message, frozen=True):
    """Ask for the active doctors as `People`; anyone signed in may."""


class ListDepartments(Message, frozen=True):
    """Ask for the `Departments`; anyone signed in may."""


class GetInvitation(Message, frozen=True):
    """Ask for an `Invitation` by its token's hash; refused when it can't be used (any more)."""

    token_hash: str


Query: TypeAlias = ListPeople | GetPerson | ListDoctors | ListDepartments | GetInvitation


class People(Message, frozen=True):
    """A page of people; *more* says that others follow."""

    items: tuple[Person, ...]
    more: bool


class PersonView(Message, frozen=True):
    """One person."""

    person: Person


class Departments(Message, frozen=True):
    """All departments, by name."""

    items: tuple[ListedDepartment, ...]


class Invitation(Message, frozen=True):
    """An invitation that can still be used."""

    role: Role
    expires_at: datetime


View: TypeAlias = People | PersonView | Departments | Invitation
