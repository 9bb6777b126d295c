"""What holds for the whole clinic, and the calendar feeds of the people in it."""

import re
from datetime import timedelta

from actors.asked import Asked
from actors.caller import Role, is_staff
from actors.correspondence import checked_answering, checked_replies
from actors.directory.messages import (
    AccountStatus,
    Closure,
    Event,
    FeedIssued,
    FeedRevoked,
    FeedView,
    FindFeed,
    House,
    HouseSet,
    IssueFeed,
    SetHouse,
)
from actors.directory.state.listing import DirectoryState
from actors.ids import UserId
from actors.refusal import Invalid, NotAllowed, NotFound, optional_text, required_text

LONGEST_EMERGENCY = 1000
LONGEST_NAME = 100
LONGEST_PHONE = 30
PHONE = re.compile(r"\+?[0-9(][0-9 ()/-]{2,}", re.ASCII)
LONGEST_CLOSURE = timedelta(days=366)
MOST_CLOSURES = 100
HASH_CHARACTERS = 64
WITH_VISITS = frozenset({Role.PATIENT, Role.DOCTOR})


def set_house(state: DirectoryState, command: SetHouse, asked: Asked) -> list[Event]:
    """Return that this holds for the whole clinic, if it is new and makes sense."""
    if not is_staff(asked.caller):
        raise NotAllowed
    house = _checked(command.house)
    if house == state.house:
        return []
    changed = house.closures != state.house.closures
    told = tuple(sorted(state.doctors)) if changed else ()
    return [HouseSet(house, told, asked.caller.user, asked.at)]


def _checked(house: House) -> House:
    emergency = required_text("emergency", house.emergency, LONGEST_EMERGENCY)
    if len(house.closures) > MOST_CLOSURES:
        raise Invalid(fields={"closures": f"At most {MOST_CLOSURES} closures, please."})
    closures = tuple(sorted(map(_closure, house.closures), key=lambda each: each.first))
    answering = checked_answering(house.answering)
    phone = optional_text("phone", house.phone, LONGEST_PHONE)
    if phone and not PHONE.fullmatch(phone):
        raise Invalid(fields={"phone": "Enter a number that can be dialled, like +49 30 901820."})
    return House(emergency, closures, answering, checked_replies(house.replies), phone)


def _closure(closure: Closure) -> Closure:
    name = required_text("closures", closure.name, LONGEST_NAME)
    if not timedelta(0) <= closure.last - closure.first <= LONGEST_CLOSURE:
        raise Invalid(fields={"closures": f"{name}: the last day comes after the first one."})
    return Closure(closure.first, closure.last, name)


def issue_feed(state: DirectoryState, command: IssueFeed, asked: Asked) -> list[Event]:
    """Return that the caller's visits may be read with this token."""
    if asked.caller.role not in WITH_VISITS:
        raise NotAllowed
    if len(command.token_hash) != HASH_CHARACTERS or command.token_hash in state.feeds:
        raise Invalid(fields={"token_hash": "A feed needs a token of its own."})
    user, role = UserId(asked.caller.user), asked.caller.role
    return [FeedIssued(command.token_hash, user, role, asked.at)]


def revoke_feed(state: DirectoryState, asked: Asked) -> list[Event]:
    """Return that the caller's feed has ended, if there was one."""
    user = UserId(asked.caller.user)
    return [FeedRevoked(user, asked.at)] if user in state.feed_of else []


def own_feed(state: DirectoryState, asked: Asked) -> FeedView:
    """Return the caller's feed."""
    token_hash = state.feed_of.get(UserId(asked.caller.user))
    if token_hash is None:
        raise NotFound
    return state.feeds[token_hash]


def find_feed(state: DirectoryState, query: FindFeed) -> FeedView:
    """Return whose visits a token shows: nobody's who may not sign in."""
    found = state.feeds.get(query.token_hash)
    person = state.person(found.user) if found else None
    if found is None or person is None or person.status is not AccountStatus.ACTIVE:
        raise NotFound
    return found
