"""How a department is set up: categories with rules, groups, kinds of visit, deadlines."""

from datetime import datetime
from typing import TypeAlias

from actors.admin_router.messages.common import Category, Deadlines, Group, Message, Policy
from actors.doctor.messages import DoctorFacts
from actors.ids import CategoryId, DepartmentId, DoctorId, GroupId, VisitTypeId
from actors.visit_type import VisitType

# --- commands ----------------------------------------------------------------------------------


class OpenDepartment(Message, frozen=True):
    """By an administrator: there is a department of this name."""

    name: str


class SetCategory(Message, frozen=True):
    """By an administrator: add this category, or change the one with its id.

    *seen* is the `fingerprint_of` the category that was to be changed; the change is refused
    when it is another one by now. Empty: whatever stands is overwritten.
    """

    category: Category
    seen: str = ""


class RemoveCategory(Message, frozen=True):
    """By an administrator: nobody can ask for this any more. Open requests stay."""

    category: CategoryId


class SetGroup(Message, frozen=True):
    """By an administrator: add this group, or change the one with its id."""

    group: Group


class RemoveGroup(Message, frozen=True):
    """By an administrator: there is no such group any more; refused while a category needs it."""

    group: GroupId


class SetVisitType(Message, frozen=True):
    """By an administrator: add this kind of visit, or change the one with its id."""

    visit: VisitType


class RemoveVisitType(Message, frozen=True):
    """By an administrator: nobody can ask for such a visit any more. Those that stand stay."""

    visit: VisitTypeId


class SetDeadlines(Message, frozen=True):
    """By an administrator: from now on answers are due so soon."""

    deadlines: Deadlines


class SetPolicy(Message, frozen=True):
    """By an administrator: this is what the department does by default."""

    policy: Policy


class NoteDoctor(Message, frozen=True):
    """From `doctor`: this is so of me now."""

    facts: DoctorFacts


SetupCommand: TypeAlias = (
    OpenDepartment
    | SetCategory
    | RemoveCategory
    | SetGroup
    | RemoveGroup
    | SetVisitType
    | RemoveVisitType
    | SetDeadlines
    | SetPolicy
    | NoteDoctor
)

# --- events ------------------------------------------------------------------------------------


class DepartmentOpened(Message, frozen=True):
    """There is a department of this name (or it is called so now)."""

    department: DepartmentId
    name: str
    categories: tuple[Category, ...]
    """As they stand, for the directory."""
    at: datetime
    visits: tuple[VisitType, ...] = ()
    """All kinds of visit, for the directory."""


class CategoriesChanged(Message, frozen=True):
    """These are the categories now, and the kinds of visit."""

    department: DepartmentId
    name: str
    """Of the department, for the directory."""
    categories: tuple[Category, ...]
    at: datetime
    visits: tuple[VisitType, ...] = ()


class GroupSet(Message, frozen=True):
    """A group is new, or is so now. *joined* and *left* are in some or in no group of it now."""

    group: Group
    at: datetime
    department: DepartmentId = DepartmentId("")
    joined: tuple[DoctorId, ...] = ()
    left: tuple[DoctorId, ...] = ()


class GroupRemoved(Message, frozen=True):
    """There is no such group any more."""

    group: GroupId
    department: DepartmentId
    left: tuple[DoctorId, ...]
    at: datetime


class DeadlinesSet(Message, frozen=True):
    """Answers are due so soon from now on; what is out already keeps its deadline."""

    deadlines: Deadlines
    at: datetime


class PolicySet(Message, frozen=True):
    """This is what the department does by default."""

    policy: Policy
    at: datetime


class DoctorNoted(Message, frozen=True):
    """This is so of that doctor now."""

    facts: DoctorFacts
    at: datetime


SetupEvent: TypeAlias = (
    DepartmentOpened
    | CategoriesChanged
    | GroupSet
    | GroupRemoved
    | DeadlinesSet
    | PolicySet
    | DoctorNoted
)
