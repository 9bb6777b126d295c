"""When a doctor can be seen: weekly hours, dates that differ from the week, and times off."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta

import msgspec

from actors.appointment import Span
from actors.directory.messages import Closure
from actors.doctor.diary.clocks import DAY, Clocks, clocks_on, from_wall, midnight_of, moment
from actors.doctor.diary.spans import merged
from actors.doctor.messages import Absence, Block, Hours, WeeklyHours

MIDNIGHT = time(0, 0)


class Calendar(msgspec.Struct, frozen=True):
    """A doctor's hours, and what of them is not there: *off* and *busy*, in order and disjoint."""

    hours: Hours
    off: tuple[Span, ...] = ()
    """Absences and closures."""
    busy: tuple[Span, ...] = ()
    """Taken in the other calendar."""


def off_times(
    zone: str, absences: Iterable[Absence], closures: Iterable[Closure]
) -> tuple[Span, ...]:
    """Return absences and closures as instants, in order, those that touch as one.

    Of an hour that comes twice, all is off when its first or its last minute is.
    """
    away = (
        Span(from_wall(zone, each.start), from_wall(zone, each.end, last=True)) for each in absences
    )
    closed = (
        Span(_midnight(zone, each.first), _midnight(zone, each.last + timedelta(days=1)))
        for each in closures
    )
    return merged([*away, *closed])


def _midnight(zone: str, day: date) -> datetime:
    return from_wall(zone, datetime.combine(day, MIDNIGHT))


class Opening(msgspec.Struct, frozen=True):
    """From *start* until *end*, wall times of one day as `clocks` counts them."""

    start: int
    end: int
    clocks: Clocks

    def opens(self) -> int:
        """Return the instant at which it begins."""
        found = self.clocks.first(self.start)
        return self.clocks.change if found is None else found

    def closes(self) -> int:
        """Return the instant at which it ends."""
        found = self.clocks.first(self.end)
        return self.clocks.change if found is None else found


class Openings:
    """The hours, ready to be asked for one day after the other."""

    def __init__(self, hours: Hours) -> None:
        self.zone = hours.zone
        self._week: dict[int, list[tuple[int, int]]] = {}
        for each in hours.weekly:
            self._week.setdefault(each.weekday, []).append(_bounds(each))
        self._dates: Mapping[int, list[tuple[int, int]]] = {
            each.day.toordinal(): [_bounds(block) for block in each.blocks] for each in hours.dates
        }

    def on(self, day: int) -> Iterator[Opening]:
        """Return what is open on *day*, in order."""
        blocks = self._dates.get(day)
        if blocks is None:
            blocks = self._week.get((day - 1) % 7)
        if not blocks:
            return
        clocks, midnight = clocks_on(self.zone, day), midnight_of(day)
        for start, end in sorted(blocks):
            yield Opening(midnight + start, midnight + end, clocks)


def _bounds(block: Block | WeeklyHours) -> tuple[int, int]:
    end = DAY if block.end == MIDNIGHT else _seconds(block.end)
    return _seconds(block.start), end


def _seconds(wall: time) -> int:
    return (wall.hour * 60 + wall.minute) * 60


def hours_on(hours: Hours, day: date) -> tuple[Span, ...]:
    """Return when the doctor can be seen on *day*, as instants, if nothing is off."""
    opened = Openings(hours).on(day.toordinal())
    return merged(Span(moment(each.opens()), moment(each.closes())) for each in opened)


def days_of(first: date, count: int) -> list[date]:
    """Return *count* dates from *first* on."""
    return [first + timedelta(days=number) for number in range(count)]
