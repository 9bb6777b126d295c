"""Instants to words and wall time back to instants, in the reader's zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from actors.zones import ZONES, comes_twice, offset_in_words

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_REGIONS = (
    *("Africa", "America", "Antarctica", "Arctic", "Asia"),
    *("Atlantic", "Australia", "Europe", "Indian", "Pacific"),
)

WEEKDAYS = _WEEKDAYS


def _zones_by_region() -> dict[str, tuple[str, ...]]:
    regions = {
        region: tuple(sorted(name for name in ZONES if name.startswith(f"{region}/")))
        for region in _REGIONS
    }
    return {"Universal": ("UTC",), **regions}


ZONE_CHOICES = _zones_by_region()
"""What a person can choose from, by region."""


class NoSuchTime(ValueError):
    """The clock of that zone jumps over this wall time."""


def local(moment: datetime, zone: str) -> datetime:
    """Return *moment* on the wall clock of *zone*."""
    return moment.astimezone(ZONES[zone])


def instants_of(day: date, wall: time, zone: str) -> tuple[datetime, datetime]:
    """Return the first and the last instant (UTC) at which the wall clock of *zone* shows this.

    They differ only in the hour that comes twice. A time that is jumped over is `NoSuchTime`.
    """
    first = datetime.combine(day, wall, ZONES[zone])
    last = first.replace(fold=1)
    if first.utcoffset() != last.utcoffset() and first.astimezone(UTC) > last.astimezone(UTC):
        raise NoSuchTime(f"On {day_in_words(day)} the clocks go forward over {wall:%H:%M}.")
    return first.astimezone(UTC), last.astimezone(UTC)


def same_clock(moment: datetime, zone: str, other: str) -> bool:
    """Return whether the wall clocks of both zones agree at *moment*."""
    return local(moment, zone).utcoffset() == local(moment, other).utcoffset()


def day_in_words(day: date) -> str:
    """Return `Tuesday 3 March 2026`."""
    return f"{_WEEKDAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"


def short_day(day: date) -> str:
    """Return `Tue 3 Mar`."""
    return f"{_WEEKDAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1][:3]}"


def city(zone: str) -> str:
    """Return how a zone is called in a sentence: `Europe/Paris` as it is, without underscores."""
    return zone.replace("_", " ")


def clock(moment: datetime, zone: str) -> str:
    """Return `10:30`; in an hour that comes twice, which of both it is: `02:30 (UTC+1)`."""
    there = local(moment, zone)
    return f"{there:%H:%M} ({offset_in_words(there)})" if comes_twice(there) else f"{there:%H:%M}"


def day_span(day: date, zone: str) -> tuple[datetime, datetime]:
    """Return the first instant (UTC) of *day* in *zone*, and that of the day after."""
    first, last = (
        datetime.combine(each, time(0), ZONES[zone]).astimezone(UTC)
        for each in (day, day + timedelta(days=1))
    )
    return first, last


def span(start: datetime, end: datetime, zone: str) -> str:
    """Return `Tue 3 Mar, 09:00 to 12:00`, with the second day where it is another."""
    first, last = local(start, zone), local(end, zone)
    midnight = last.time() == time(0) and last.date() == first.date() + timedelta(days=1)
    if first.date() == last.date() or midnight:
        return f"{short_day(first.date())}, {clock(start, zone)} to {clock(end, zone)}"
    return f"{moment_in_words(start, zone)} to {moment_in_words(end, zone)}"


def there(moment: datetime, zone: str, other: str) -> str:
    """Return *moment* on the clock of *other*: `09:30`, with the day where it is another."""
    same = local(moment, zone).date() == local(moment, other).date()
    return clock(moment, other) if same else moment_in_words(moment, other)


def span_there(start: datetime, end: datetime, zone: str, other: str) -> str:
    """Return the span on the clock of *other*: `08:00 to 11:00` where the day is the same."""
    days = {local(each, where).date() for each in (start, end) for where in (zone, other)}
    if len(days) > 1:
        return span(start, end, other)
    return f"{clock(start, other)} to {clock(end, other)}"


def between(
    moments: Iterable[datetime], zone: str, first_hour: int, last_hour: int
) -> list[datetime]:
    """Return those *moments* whose hour in *zone* is *first_hour* or later, before *last_hour*."""
    return [each for each in moments if first_hour <= local(each, zone).hour < last_hour]


def moment_in_words(moment: datetime, zone: str) -> str:
    """Return `Tue 3 Mar, 10:30`."""
    return f"{short_day(local(moment, zone).date())}, {clock(moment, zone)}"


def moment_in_full(moment: datetime, zone: str) -> str:
    """Return `Tuesday 3 March 2026 at 10:30`."""
    return f"{day_in_words(local(moment, zone).date())} at {clock(moment, zone)}"


def left_in_words(until: datetime, now: datetime) -> str:
    """Return `2 h 5 min left`; the browser's `countdown.js` says it in the same words."""
    minutes = int((until - now).total_seconds() // 60)
    if minutes < 0:
        return "overdue"
    if minutes < 1:
        return "less than a minute left"
    days, rest = divmod(minutes, 24 * 60)
    hours, minutes = divmod(rest, 60)
    if days:
        return f"{days} d {hours} h left"
    return f"{hours} h {minutes} min left" if hours else f"{minutes} min left"


@dataclass(frozen=True, slots=True)
class Shown:
    """The zone that a page shows times in, and the moment at which it is made."""

    zone: str
    now: datetime

    @property
    def today(self) -> date:
        """The reader's date."""
        return local(self.now, self.zone).date()
