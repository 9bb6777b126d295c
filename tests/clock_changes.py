"""Every change of clocks from 2024 to 2035, found by asking `zoneinfo` and nothing of ours."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from actors.zones import ZONES

FIRST, LAST = datetime(2024, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
PROBE = timedelta(days=6)


class Change(NamedTuple):
    """At *at* the clocks of *zone* go from one offset to another."""

    zone: str
    at: datetime
    before: timedelta
    behind: timedelta

    @property
    def odd(self) -> tuple[datetime, datetime]:
        """The wall times that are missing, or that come twice."""
        walls = [self.at.replace(tzinfo=None) + each for each in (self.before, self.behind)]
        return min(walls), max(walls)

    @property
    def kind(self) -> str:
        """What it does to the wall times."""
        return "skipped" if self.behind > self.before else "once"


def offset(zone: ZoneInfo, at: datetime) -> timedelta:
    """Return how far the clock in *zone* is from UTC at that time."""
    return at.astimezone(zone).utcoffset() or timedelta()


@cache
def changes_of(name: str) -> tuple[Change, ...]:
    """Return every change in the zone of that *name*."""
    return tuple(_changes_of(name))


def _changes_of(name: str) -> Iterator[Change]:
    zone, here = ZONES[name], FIRST
    while here < LAST:
        there = here + PROBE
        if offset(zone, here) != offset(zone, there):
            early, late = here, there
            while late - early > timedelta(seconds=1):
                middle = early + (late - early) // 2
                same = offset(zone, middle) == offset(zone, early)
                early, late = (middle, late) if same else (early, middle)
            at = late.replace(microsecond=0)
            yield Change(name, at, offset(zone, early), offset(zone, at))
        here = there


@cache
def changes() -> tuple[Change, ...]:
    """Return every change, of zones that go alike only those of the first."""
    seen: dict[tuple[tuple[datetime, timedelta, timedelta], ...], tuple[Change, ...]] = {}
    for name in sorted(ZONES):
        found = changes_of(name)
        seen.setdefault(tuple(each[1:] for each in found), found)
    return tuple(change for found in seen.values() for change in found)
