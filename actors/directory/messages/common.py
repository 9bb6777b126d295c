"""What every message of the directory is made of, and what it lists."""

from datetime import date, datetime, timedelta
from enum import StrEnum

import msgspec

from actors.address import Address
from actors.caller import Role
from actors.correspondence import Answering, CannedReply
from actors.ids import AccountKey, CategoryId, DepartmentId, UserId
from actors.intake import Question
from actors.visit_type import STANDARD, VisitType

KIND = "directory"
ADDRESS = Address(KIND, "clinic")

INVITATION_LIFE = timedelta(minutes=30)
"""How long an invitation is good unless whoever makes it chooses longer."""


class Message(msgspec.Struct, frozen=True, tag=True):
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
    questions: tuple[Question, ...] = ()
    """Asked of whoever asks for it; which answers are red flags is not listed."""
    visits: tuple[VisitType, ...] = (STANDARD,)
    """The kinds of visit to choose from; at least one."""


class ListedDepartment(msgspec.Struct, frozen=True):
    """A department and what patients can ask it for."""

    id: DepartmentId
    name: str
    categories: tuple[ListedCategory, ...]


class Closure(msgspec.Struct, frozen=True):
    """The clinic is closed from *first* to *last*, both days included, in each doctor's zone."""

    first: date
    last: date
    name: str
    """Patients read it: "Christmas"."""


class House(msgspec.Struct, frozen=True):
    """What holds for the whole clinic."""

    emergency: str = (
        "If your life may be in danger, do not wait for an answer here: call your local emergency "
        "number at once."
    )
    """Stands on every page on which somebody asks for help or waits for it."""
    closures: tuple[Closure, ...] = ()
    answering: Answering = Answering()
    """When groups answer messages, and doctors who have said nothing else."""
    replies: tuple[CannedReply, ...] = ()
    """Kept ready for everybody who answers messages."""
    phone: str = ""
    """The clinic's telephone number, as people read it: for when a call does not come about."""
