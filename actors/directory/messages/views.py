"""What can be asked of the directory, and the views that answer."""

from datetime import datetime
from typing import TypeAlias

from actors.caller import Role
from actors.directory.messages.common import AccountStatus, House, ListedDepartment, Message, Person
from actors.ids import UserId


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
    """Ask for the active doctors as `People`, by name; anyone signed in may.

    As many as fit into one answer; *after* is the last doctor already seen.
    """

    after: UserId | None = None


class ListDepartments(Message, frozen=True):
    """Ask for the `Departments`; anyone signed in may."""


class GetHouse(Message, frozen=True):
    """Ask for the `HouseView`; anybody may."""


class GetFeed(Message, frozen=True):
    """Ask (as oneself) whether one has a calendar feed: `FeedView`; refused when there is none."""


class FindFeed(Message, frozen=True):
    """Ask (as nobody) whose visits a token shows: `FeedView`; refused when it is not good."""

    token_hash: str


class GetInvitation(Message, frozen=True):
    """Ask for an `Invitation` by its token's hash; refused when it can't be used (any more)."""

    token_hash: str


Query: TypeAlias = (
    ListPeople
    | GetPerson
    | ListDoctors
    | ListDepartments
    | GetHouse
    | GetFeed
    | FindFeed
    | GetInvitation
)


class People(Message, frozen=True):
    """A page of people; *more* says that others follow."""

    items: tuple[Person, ...]
    more: bool


class PersonView(Message, frozen=True):
    """One person."""

    person: Person


class Departments(Message, frozen=True):
    """All departments, by name; and what holds for the whole clinic."""

    items: tuple[ListedDepartment, ...]
    house: House = House()


class HouseView(Message, frozen=True):
    """What holds for the whole clinic."""

    house: House


class FeedView(Message, frozen=True):
    """Whose visits a calendar feed shows, and since when."""

    user: UserId
    role: Role
    since: datetime


class Invitation(Message, frozen=True):
    """An invitation that can still be used."""

    role: Role
    expires_at: datetime


View: TypeAlias = People | PersonView | Departments | HouseView | FeedView | Invitation
