"""On which days clocks change inside the hours: what the pages tell about it."""

from datetime import date

from actors.appointment import Window
from actors.doctor.diary.calendar import Openings
from actors.doctor.diary.clocks import local_day
from actors.doctor.messages import ClockNote, Hours

SKIPPED, ONCE = "skipped", "once"


def clock_notes(hours: Hours, within: Window) -> tuple[ClockNote, ...]:
    """Return the days *within* on which a time of the hours is missing, or comes twice."""
    openings = Openings(hours)
    first, last = (local_day(hours.zone, each).toordinal() for each in (within.start, within.end))
    noted = ((day, _note(openings, day)) for day in range(first, last + 1))
    return tuple(ClockNote(date.fromordinal(day), kind) for day, kind in noted if kind)


def clock_note(hours: Hours, day: date) -> str:
    """Return `skipped`, `once`, or nothing: what *day* does to the hours."""
    return _note(Openings(hours), day.toordinal())


def _note(openings: Openings, day: int) -> str:
    for each in openings.on(day):
        odd = each.clocks.missing or each.clocks.doubled
        if odd and each.start < odd.stop and odd.start < each.end:
            return SKIPPED if each.clocks.missing else ONCE
    return ""
