"""What may be told to the directory, and by whom."""

from datetime import datetime
from typing import TypeAlias

from actors.caller import Role
from actors.directory.messages.common import House, ListedDepartment, Message, Person
from actors.ids import AccountKey, AppointmentId, ConversationId, UserId
from actors.notify.messages import Notice, Topic


class NotePerson(Message, frozen=True):
    """From `accounts`: this is so of that person now."""

    person: Person


class NoteDepartment(Message, frozen=True):
    """From `admin_router`: this is so of that department now."""

    department: ListedDepartment


class RecordProfile(Message, frozen=True):
    """From `patient`: I am called so and live in this zone; my account is told."""

    user: UserId
    name: str
    zone: str


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


class SetHouse(Message, frozen=True):
    """By an administrator or the operator: this holds for the whole clinic.

    Each doctor's actor is told the closures; what is confirmed already stays.
    """

    house: House


class IssueFeed(Message, frozen=True):
    """By a patient or a doctor: my visits may be read with this token, and with none of before.

    Only the token's SHA-256 (hex) is said and kept.
    """

    token_hash: str


class RevokeFeed(Message, frozen=True):
    """By a patient or a doctor: my calendar feed ends."""


class RecordReveal(Message, frozen=True):
    """By the operator: I am looking at the personal data of the actor at *address*."""

    address: str


class AlertStaff(Message, frozen=True):
    """From `admin_router`: this waits for whoever runs the clinic; each of them is told."""

    notice: Notice


class SettleStaff(Message, frozen=True):
    """From `admin_router`: what was told of this appointment by *topic* is dealt with."""

    topic: Topic
    appointment: AppointmentId


class PatientWrote(Message, frozen=True):
    """From `conversation`: a patient wrote to a group; does somebody answer at that time?"""

    conversation: ConversationId
    number: int
    written_at: datetime


Command: TypeAlias = (
    AlertStaff
    | SettleStaff
    | PatientWrote
    | NotePerson
    | RecordProfile
    | NoteDepartment
    | IssueInvitation
    | ClaimInvitation
    | SetHouse
    | IssueFeed
    | RevokeFeed
    | RecordReveal
)
