"""Instants in words for a letter: in the reader's zone, and in the other side's where it differs.

A letter is read away from its page, so every time says whose clock shows it, and in an hour that
comes twice which of both it is.
"""

from datetime import datetime

from actors.zones import ZONES, comes_twice, offset_in_words

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


def moment(at: datetime, zone: str, other: str = "") -> str:
    """Return `Tuesday 3 March 2026 at 10:30 (Paris time)`, and the other clock if it differs."""
    here = at.astimezone(ZONES[zone])
    said = f"{_day(here)} at {_clock(here, zone)}"
    if other not in ZONES:
        return said
    there = at.astimezone(ZONES[other])
    if there.utcoffset() == here.utcoffset():
        return said
    day = "" if there.date() == here.date() else f"{_day(there)} at "
    return f"{said}, which is {day}{_clock(there, other)}"


def clock_of(zone: str) -> str:
    """Return how people call the clock of *zone*: by its city, like `New York time`."""
    if "/" not in zone or zone.startswith("Etc/"):
        return zone.removeprefix("Etc/")
    return f"{zone.rpartition('/')[2].replace('_', ' ')} time"


def _clock(at: datetime, zone: str) -> str:
    which = f", {offset_in_words(at)}" if comes_twice(at) else ""
    return f"{at:%H:%M} ({clock_of(zone)}{which})"


def _day(at: datetime) -> str:
    return f"{DAYS[at.weekday()]} {at.day} {MONTHS[at.month - 1]} {at.year}"
