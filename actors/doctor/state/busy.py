"""What is read from the doctor's other calendar, and when it is read again."""

from datetime import timedelta
from urllib.parse import urlsplit

from actors.asked import Asked
from actors.caller import is_actor
from actors.doctor.messages import (
    BusyFeed,
    BusyFeedSet,
    BusyNoted,
    PracticeEvent,
    RecordBusy,
    SetBusyFeed,
    address_of,
)
from actors.doctor.other_calendar import taken_over
from actors.doctor.state.kept import Doctor, OtherCalendar
from actors.doctor.state.permissions import is_owner
from actors.refusal import Invalid, NotFound, optional_text

EVERY = timedelta(minutes=15)
SELDOM = timedelta(hours=4)
"""With trouble it is read half as often each time, but not more seldom than this."""
LONGEST_URL = 2000
SCHEMES = frozenset({"https", "webcal"})


def set_feed(state: Doctor, command: SetBusyFeed, asked: Asked) -> list[PracticeEvent]:
    """Return what happens when the doctor names their other calendar, or none."""
    if state.hours is None or not is_owner(state, asked):
        raise NotFound
    url = optional_text("url", command.url, LONGEST_URL)
    if url and not _is_feed(url):
        raise Invalid(fields={"url": "An address of a calendar begins with https:// or webcal://."})
    known = state.other.url if state.other else ""
    return [] if url == known else [BusyFeedSet(url, asked.at)]


def _is_feed(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in SCHEMES and bool(parts.hostname) and not any(map(str.isspace, url))


def check_may_refresh(state: Doctor, asked: Asked) -> None:
    """Refuse everybody but the doctor and the actor's own timer."""
    if not (is_owner(state, asked) or is_actor(asked.caller, address_of(state.id))):
        raise NotFound


def record(state: Doctor, command: RecordBusy, asked: Asked) -> list[PracticeEvent]:
    """Return what happens when the other calendar was read (or another one, before)."""
    check_may_refresh(state, asked)
    other = state.other
    if other is None or other.url != command.url:
        return []
    again_at = asked.at + _pause(other, command.trouble)
    if command.trouble:
        return [BusyNoted((), command.trouble, again_at, asked.at)]
    busy = taken_over(command.busy, asked.at)
    if busy == other.busy:
        return [BusyNoted((), "", again_at, asked.at, same=True)]
    return [BusyNoted(busy, "", again_at, asked.at)]


def _pause(other: OtherCalendar, trouble: str) -> timedelta:
    return min(EVERY * 2 ** (other.troubles + 1), SELDOM) if trouble else EVERY


def shown(other: OtherCalendar) -> BusyFeed:
    """Return *other* without what of its address is secret."""
    host = urlsplit(other.url).hostname or ""
    return BusyFeed(f"https://{host}/...", other.read_at, other.trouble, len(other.busy))
