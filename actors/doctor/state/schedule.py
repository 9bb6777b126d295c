"""Which hours make sense, and which a new practice starts with."""

from datetime import time
from itertools import pairwise

from actors.doctor.diary import MIDNIGHT
from actors.doctor.messages import Hours, WeeklyHours
from actors.refusal import Invalid
from actors.zones import is_zone

SHORTEST_VISIT, LONGEST_VISIT = 5, 240
LONGEST_BUFFER = 120
MOST_BLOCKS = 70
WEEKDAYS = range(7)
END_OF_DAY = 24 * 60


def first_hours(zone: str) -> Hours:
    """Return Monday to Friday, nine to five: a new doctor can be asked at once."""
    monday_to_friday = tuple(WeeklyHours(day, time(9), time(17)) for day in WEEKDAYS[:5])
    return Hours(zone if is_zone(zone) else "UTC", monday_to_friday)


def check_hours(hours: Hours) -> None:
    """Raise `Invalid` and name every field of *hours* that makes no sense."""
    buffers = range(LONGEST_BUFFER + 1)
    trouble = {
        "zone": "" if is_zone(hours.zone) else "We do not know this time zone.",
        "weekly": _trouble_with(hours.weekly),
        "visit_minutes": ""
        if SHORTEST_VISIT <= hours.visit_minutes <= LONGEST_VISIT
        else f"A visit takes {SHORTEST_VISIT} to {LONGEST_VISIT} minutes.",
        "buffer_before_minutes": ""
        if hours.buffer_before_minutes in buffers
        else f"A buffer takes 0 to {LONGEST_BUFFER} minutes.",
        "buffer_after_minutes": ""
        if hours.buffer_after_minutes in buffers
        else f"A buffer takes 0 to {LONGEST_BUFFER} minutes.",
    }
    fields = {field: sentence for field, sentence in trouble.items() if sentence}
    if fields:
        raise Invalid(fields=fields)


def _trouble_with(weekly: tuple[WeeklyHours, ...]) -> str:
    if len(weekly) > MOST_BLOCKS:
        return f"At most {MOST_BLOCKS} blocks of hours, please."
    if any(each.weekday not in WEEKDAYS for each in weekly):
        return "A weekday is a number from 0 (Monday) to 6 (Sunday)."
    if not all(_is_plain(each.start) and _is_plain(each.end) for each in weekly):
        return "Hours are whole minutes without a time zone of their own."
    blocks = sorted((each.weekday, _minute(each.start), _end_minute(each.end)) for each in weekly)
    if any(end <= start for _, start, end in blocks):
        return "Hours end before they start."
    if any(one[0] == two[0] and two[1] < one[2] for one, two in pairwise(blocks)):
        return "Two blocks of hours on one day overlap."
    return ""


def _is_plain(wall: time) -> bool:
    return wall.tzinfo is None and wall.second == 0 and wall.microsecond == 0


def _minute(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _end_minute(wall: time) -> int:
    return END_OF_DAY if wall == MIDNIGHT else _minute(wall)
