"""Which hours make sense, and which a new practice starts with."""

from collections.abc import Sequence
from datetime import time
from itertools import pairwise

from actors.doctor.diary import Calendar, off_times
from actors.doctor.diary.calendar import MIDNIGHT
from actors.doctor.messages import Block, DateHours, Hours, WeeklyHours
from actors.doctor.state.kept import Doctor
from actors.refusal import Invalid
from actors.zones import is_zone

SHORTEST_VISIT, LONGEST_VISIT = 5, 240
LONGEST_BUFFER = 120
LONGEST_NOTICE = 30 * 24 * 60
LONGEST_WINDOW = 366
MOST_BLOCKS = 70
MOST_DATES = 400
MOST_BLOCKS_A_DAY = 10
WEEKDAYS = range(7)
END_OF_DAY = 24 * 60


def first_hours(zone: str) -> Hours:
    """Return Monday to Friday, nine to five: a new doctor can be asked at once."""
    monday_to_friday = tuple(WeeklyHours(day, time(9), time(17)) for day in WEEKDAYS[:5])
    return Hours(zone if is_zone(zone) else "UTC", monday_to_friday)


def calendar_of(state: Doctor, hours: Hours) -> Calendar:
    """Return *hours* with the doctor's days off and what the other calendar says."""
    return Calendar(
        hours,
        off_times(hours.zone, state.absences.values(), state.closures),
        state.other.busy if state.other else (),
    )


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
        "dates": _trouble_with_dates(hours.dates),
        "notice_minutes": ""
        if hours.notice_minutes in range(LONGEST_NOTICE + 1)
        else "Minimum notice is 0 minutes to 30 days.",
        "window_days": ""
        if 1 <= hours.window_days <= LONGEST_WINDOW
        else f"The booking window is 1 to {LONGEST_WINDOW} days.",
    }
    fields = {field: sentence for field, sentence in trouble.items() if sentence}
    if fields:
        raise Invalid(fields=fields)


def _trouble_with(weekly: tuple[WeeklyHours, ...]) -> str:
    if len(weekly) > MOST_BLOCKS:
        return f"At most {MOST_BLOCKS} blocks of hours, please."
    if any(each.weekday not in WEEKDAYS for each in weekly):
        return "A weekday is a number from 0 (Monday) to 6 (Sunday)."
    days = ([each for each in weekly if each.weekday == day] for day in WEEKDAYS)
    return next((trouble for day in days if (trouble := _trouble_on_day(day))), "")


def _trouble_with_dates(dates: tuple[DateHours, ...]) -> str:
    if len(dates) > MOST_DATES:
        return f"At most {MOST_DATES} dates, please."
    if len({each.day for each in dates}) < len(dates):
        return "Name each date once, with all its hours."
    if any(len(each.blocks) > MOST_BLOCKS_A_DAY for each in dates):
        return f"At most {MOST_BLOCKS_A_DAY} blocks of hours on one day, please."
    return next((trouble for each in dates if (trouble := _trouble_on_day(each.blocks))), "")


def _trouble_on_day(blocks: Sequence[WeeklyHours | Block]) -> str:
    if not all(_is_plain(each.start) and _is_plain(each.end) for each in blocks):
        return "Hours are whole minutes without a time zone of their own."
    bounds = sorted((_minute(each.start), _end_minute(each.end)) for each in blocks)
    if any(end <= start for start, end in bounds):
        return "Hours end before they start."
    if any(two[0] < one[1] for one, two in pairwise(bounds)):
        return "Two blocks of hours on one day overlap."
    return ""


def _is_plain(wall: time) -> bool:
    return wall.tzinfo is None and wall.second == 0 and wall.microsecond == 0


def _minute(wall: time) -> int:
    return wall.hour * 60 + wall.minute


def _end_minute(wall: time) -> int:
    return END_OF_DAY if wall == MIDNIGHT else _minute(wall)
