"""What happened to the directory."""

from datetime import datetime
from typing import TypeAlias

from actors.caller import Role
from actors.directory.messages.common import Closure, House, ListedDepartment, Message, Person
from actors.ids import AccountKey, AppointmentId, ConversationId, UserId
from actors.notify.messages import Notice, Topic


class PersonNoted(Message, frozen=True):
    """This is so of that person now. A doctor is told *closures* (None: they know)."""

    person: Person
    closures: tuple[Closure, ...] | None = None


class ProfileRecorded(Message, frozen=True):
    """The person has another name or zone now."""

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


class HouseSet(Message, frozen=True):
    """This holds for the whole clinic. *doctors* are told the closures, if they did change."""

    house: House
    doctors: tuple[UserId, ...]
    by: str
    at: datetime


class FeedIssued(Message, frozen=True):
    """The visits of *user* may be read with this token, and with none of before."""

    token_hash: str
    user: UserId
    role: Role
    at: datetime


class FeedRevoked(Message, frozen=True):
    """The calendar feed of *user* has ended."""

    user: UserId
    at: datetime


class StaffAlerted(Message, frozen=True):
    """This waits for whoever runs the clinic: *admins* are told."""

    admins: tuple[UserId, ...]
    notice: Notice
    at: datetime


class StaffSettled(Message, frozen=True):
    """It is dealt with; *admins* are told so."""

    admins: tuple[UserId, ...]
    topic: Topic
    appointment: AppointmentId
    at: datetime


class RepliedForClinic(Message, frozen=True):
    """The patient is told that nobody answers at this time."""

    conversation: ConversationId
    number: int
    text: str
    opens_at: datetime | None
    at: datetime


Event: TypeAlias = (
    StaffAlerted
    | StaffSettled
    | RepliedForClinic
    | HouseSet
    | FeedIssued
    | FeedRevoked
    | PersonNoted
    | ProfileRecorded
    | DepartmentNoted
    | InvitationIssued
    | InvitationGranted
    | InvitationDenied
    | PersonalDataRevealed
)
