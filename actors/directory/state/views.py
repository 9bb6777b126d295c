"""What the directory answers when it is asked, and who may know what."""

from collections.abc import Iterator
from heapq import nsmallest
from typing import assert_never

from msgspec.structs import replace

from actors.asked import Asked, fitting
from actors.caller import Caller, Role
from actors.directory.messages import (
    Departments,
    FindFeed,
    GetFeed,
    GetHouse,
    GetInvitation,
    GetPerson,
    HouseView,
    Invitation,
    ListDepartments,
    ListDoctors,
    ListPeople,
    People,
    Person,
    PersonView,
    Query,
    View,
)
from actors.directory.refusals import NotSignedIn
from actors.directory.state.house import find_feed, own_feed
from actors.directory.state.listing import DirectoryState
from actors.directory.state.rules import STAFF
from actors.ids import AccountKey, UserId
from actors.refusal import Invalid, NotAllowed, NotFound

SIGNED_IN = frozenset({Role.PATIENT, Role.DOCTOR, Role.ADMIN, Role.OPERATOR})
LONGEST_PAGE = 200


def answer(  # noqa: PLR0911  one case per query
    state: DirectoryState, query: Query, asked: Asked
) -> View:
    """Return the view that *query* asks for, or raise a `Refusal`."""
    match query:
        case ListPeople():
            _only_staff(asked.caller)
            return _people(state, query)
        case GetPerson(user):
            _only_staff(asked.caller)
            return _person(state, user)
        case ListDoctors(after):
            _signed_in(asked.caller)
            return _doctors(state, after, asked.caller)
        case ListDepartments():
            _signed_in(asked.caller)
            departments = sorted(state.departments.values(), key=lambda one: one.name.casefold())
            return Departments(tuple(departments), state.house)
        case GetHouse():
            return HouseView(state.house)
        case GetFeed():
            return own_feed(state, asked)
        case FindFeed():
            return find_feed(state, query)
        case GetInvitation(token_hash):
            return _invitation(state, token_hash, asked)
        case _:
            assert_never(query)


def may_watch(_state: DirectoryState, caller: Caller) -> bool:
    """Tell whether *caller* may follow what happens to the directory."""
    return caller.role in STAFF


def _only_staff(caller: Caller) -> None:
    if caller.role not in STAFF:
        raise NotAllowed


def _signed_in(caller: Caller) -> None:
    if caller.role not in SIGNED_IN:
        raise NotSignedIn


def _by_name(person: Person) -> tuple[str, UserId]:
    return person.name.casefold(), person.user


def _people(state: DirectoryState, query: ListPeople) -> People:
    limit = min(max(query.limit, 1), LONGEST_PAGE)
    found = nsmallest(limit + 1, _matching(state, query), key=_by_name)
    return People(tuple(found[:limit]), more=len(found) > limit)


def _matching(state: DirectoryState, query: ListPeople) -> Iterator[Person]:
    after = None if query.after is None else _by_name(_seen_last(state, query.after))
    text = query.text.casefold()
    for shelf in state.shelves.values():
        for person in shelf.values():
            if _fits(person, query, text) and (after is None or _by_name(person) > after):
                yield person


def _seen_last(state: DirectoryState, user: UserId) -> Person:
    person = state.person(user)
    if person is None:
        raise Invalid(fields={"after": "Nobody of that id is listed."})
    return person


def _fits(person: Person, query: ListPeople, text: str) -> bool:
    return (
        query.role in {None, person.role}
        and query.status in {None, person.status}
        and (text in person.name.casefold() or text in person.email.casefold())
    )


def _person(state: DirectoryState, user: UserId) -> PersonView:
    person = state.person(user)
    if person is None:
        raise NotFound
    return PersonView(person)


def _doctors(state: DirectoryState, after: UserId | None, caller: Caller) -> People:
    """Return a page of the active doctors; how to write to them is for administrators."""
    doctors = sorted(state.doctors.values(), key=_by_name)
    if after is not None:
        last = _by_name(_seen_last(state, after))
        doctors = [one for one in doctors if _by_name(one) > last]
    if caller.role not in STAFF:
        doctors = [replace(one, email="", account=AccountKey("")) for one in doctors]
    fits = fitting(doctors)
    return People(tuple(doctors[:fits]), more=fits < len(doctors))


def _invitation(state: DirectoryState, token_hash: str, asked: Asked) -> Invitation:
    invitation = state.invitations.get(token_hash)
    if invitation is None or not invitation.usable(asked.at):
        raise NotFound
    return Invitation(invitation.role, invitation.expires_at)
