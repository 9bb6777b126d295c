"""What the clocks on the wall of a zone show, as arithmetic on seconds.

Instants are seconds since 1970 UTC; a wall time is counted in the same way, as if it were UTC.
How the clocks of a zone go on one day is found out once and remembered.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from actors.appointment import Span
from actors.zones import ZONES

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY = EPOCH.toordinal()
DAY = 24 * 60 * 60
SECOND = timedelta(seconds=1)
DAYS_REMEMBERED = 1 << 15


class Clocks(NamedTuple):
    """The offset from UTC before and after the one moment at which it may change on a day."""

    before: int
    behind: int
    change: int
    """The instant; on an ordinary day it does not matter."""

    @property
    def missing(self) -> range:
        """The wall times that are not shown at all."""
        return range(self.change + self.before, self.change + self.behind)

    @property
    def doubled(self) -> range:
        """The wall times that are shown twice."""
        return range(self.change + self.behind, self.change + self.before)

    def first(self, wall: int) -> int | None:
        """Return when *wall* is shown first; None: never."""
        if self.before == self.behind or wall - self.before < self.change:
            return wall - self.before
        return wall - self.behind if wall - self.behind >= self.change else None

    def last(self, wall: int) -> int | None:
        """Return when *wall* is shown last; None: never."""
        if self.before == self.behind or wall - self.behind >= self.change:
            return wall - self.behind
        return wall - self.before if wall - self.before < self.change else None


@lru_cache(DAYS_REMEMBERED)
def clocks_on(zone: str, day: int) -> Clocks:
    """Return how the clocks of *zone* go on *day* (counted as `date.toordinal` does)."""
    info, midnight = ZONES[zone], midnight_of(day)
    before = _offset_of_wall(info, day, 0)
    behind = _offset_of_wall(info, day + 1, 1)
    if before == behind:
        return Clocks(before, before, midnight)
    early, late = midnight - max(before, behind), midnight + DAY - min(before, behind)
    while late - early > 1:
        middle = (early + late) // 2
        if _offset_at(info, middle) == before:
            early = middle
        else:
            late = middle
    return Clocks(before, behind, late)


def _offset_of_wall(zone: ZoneInfo, day: int, fold: int) -> int:
    wall = datetime.fromordinal(day).replace(tzinfo=zone, fold=fold)
    return (wall.utcoffset() or timedelta()) // SECOND


def _offset_at(zone: ZoneInfo, instant: int) -> int:
    return (datetime.fromtimestamp(instant, zone).utcoffset() or timedelta()) // SECOND


def midnight_of(day: int) -> int:
    """Return the wall time at which *day* begins."""
    return (day - FIRST_DAY) * DAY


def seconds(instant: datetime) -> int:
    """Return *instant* in whole seconds, rounded down."""
    return (instant - EPOCH) // SECOND


def seconds_up(instant: datetime) -> int:
    """Return *instant* in whole seconds, rounded up."""
    return -((EPOCH - instant) // SECOND)


def moment(instant: int) -> datetime:
    """Return *instant* as a datetime."""
    return EPOCH + timedelta(seconds=instant)


def from_wall(zone: str, wall: datetime, *, last: bool = False) -> datetime:
    """Return when clocks in *zone* show *wall*: first, or *last* if it comes twice.

    A wall time that is missing is the instant at which the clocks jump.
    """
    clocks = clocks_on(zone, wall.toordinal())
    counted = (wall - datetime(1970, 1, 1)) // SECOND  # noqa: DTZ001  a wall time has no zone
    found = clocks.last(counted) if last else clocks.first(counted)
    return moment(clocks.change if found is None else found)


def to_wall(zone: str, instant: datetime) -> datetime:
    """Return what clocks in *zone* show at *instant*, without an offset."""
    return instant.astimezone(ZONES[zone]).replace(tzinfo=None)


def local_day(zone: str, instant: datetime) -> date:
    """Return the date in *zone* at *instant*."""
    return instant.astimezone(ZONES[zone]).date()


def day_span(zone: str, day: date) -> Span:
    """Return *day* as it is in *zone*: 24 hours, or 23 or 25 when clocks change."""
    start = datetime.combine(day, datetime.min.time())
    return Span(from_wall(zone, start), from_wall(zone, start + timedelta(days=1)))
