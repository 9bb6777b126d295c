"""Who and what is listed, and what each event makes of that."""

from datetime import datetime
from typing import assert_never

import msgspec
from msgspec.structs import replace

from actors.caller import Role
from actors.directory.messages import (
    AccountStatus,
    DepartmentNoted,
    Event,
    FeedIssued,
    FeedRevoked,
    FeedView,
    House,
    HouseSet,
    InvitationDenied,
    InvitationGranted,
    InvitationIssued,
    ListedDepartment,
    Person,
    PersonalDataRevealed,
    PersonNoted,
    ProfileRecorded,
    RepliedForClinic,
    StaffAlerted,
    StaffSettled,
)
from actors.ids import AccountKey, DepartmentId, UserId


class Issued(msgspec.Struct, frozen=True):
    """An invitation, and the account that used it up."""

    role: Role
    expires_at: datetime
    account: AccountKey | None = None

    def usable(self, at: datetime) -> bool:
        """Tell whether somebody can sign up with it at that time."""
        return self.account is None and at < self.expires_at


class DirectoryState(msgspec.Struct, frozen=True):
    """Everybody, every department, every invitation (by the hash of its token)."""

    shelves: dict[str, dict[UserId, Person]] = {}
    """People by the first letters of their ids, so that noting one does not copy all."""
    doctors: dict[UserId, Person] = {}
    admins: frozenset[UserId] = frozenset()
    """Those who may sign in."""
    departments: dict[DepartmentId, ListedDepartment] = {}
    invitations: dict[str, Issued] = {}
    house: House = House()
    feeds: dict[str, FeedView] = {}
    """Calendar feeds, by the hash of their token."""
    feed_of: dict[UserId, str] = {}

    def __repr__(self) -> str:
        return f"DirectoryState({sum(map(len, self.shelves.values()))} people)"

    def person(self, user: UserId) -> Person | None:
        """Return that person, if they are listed."""
        return self.shelves.get(shelf_of(user), {}).get(user)


def born(_key: str) -> DirectoryState:
    """Return the directory of a clinic in which nobody is yet."""
    return DirectoryState()


def shelf_of(user: UserId) -> str:
    """Return where that person stands."""
    return user[:2]


def evolve(  # noqa: PLR0911  one case per event
    state: DirectoryState, event: Event
) -> DirectoryState:
    """Return what *event* makes of the directory."""
    match event:
        case PersonNoted(person) | ProfileRecorded(person):
            return _noted(state, person)
        case DepartmentNoted(department):
            return replace(state, departments={**state.departments, department.id: department})
        case InvitationIssued(token_hash, role, expires_at):
            return _with(state, token_hash, Issued(role, expires_at))
        case InvitationGranted(token_hash, account):
            used = replace(state.invitations[token_hash], account=account)
            return _with(state, token_hash, used)
        case HouseSet(house):
            return replace(state, house=house)
        case FeedIssued(token_hash, user, role, at):
            closed = _without_feed(state, user)
            feeds = {**closed.feeds, token_hash: FeedView(user, role, at)}
            return replace(closed, feeds=feeds, feed_of={**closed.feed_of, user: token_hash})
        case FeedRevoked(user):
            return _without_feed(state, user)
        case InvitationDenied() | PersonalDataRevealed():
            return state
        case StaffAlerted() | StaffSettled() | RepliedForClinic():
            return state
        case _:
            assert_never(event)


def _noted(state: DirectoryState, person: Person) -> DirectoryState:
    shelf = shelf_of(person.user)
    people = {**state.shelves.get(shelf, {}), person.user: person}
    doctors = {user: known for user, known in state.doctors.items() if user != person.user}
    if person.role is Role.DOCTOR and person.status is AccountStatus.ACTIVE:
        doctors[person.user] = person
    admins = state.admins - {person.user}
    if person.role is Role.ADMIN and person.status is AccountStatus.ACTIVE:
        admins |= {person.user}
    shelves = {**state.shelves, shelf: people}
    return replace(state, shelves=shelves, doctors=doctors, admins=admins)


def _without_feed(state: DirectoryState, user: UserId) -> DirectoryState:
    gone = state.feed_of.get(user)
    feeds = {key: feed for key, feed in state.feeds.items() if key != gone}
    feed_of = {key: token_hash for key, token_hash in state.feed_of.items() if key != user}
    return replace(state, feeds=feeds, feed_of=feed_of)


def _with(state: DirectoryState, token_hash: str, invitation: Issued) -> DirectoryState:
    return replace(state, invitations={**state.invitations, token_hash: invitation})
