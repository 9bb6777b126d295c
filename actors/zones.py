"""The IANA time zones: data that every rule may know.

All are read once, when this is imported, so that no decision waits for a file.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

ZONES: Mapping[str, ZoneInfo] = MappingProxyType(
    {name: ZoneInfo(name) for name in available_timezones() - {"Factory", "localtime"}}
)


def is_zone(name: str) -> bool:
    """Return whether *name* is the IANA name of a zone, like `Europe/Berlin`."""
    return name in ZONES


def comes_twice(there: datetime) -> bool:
    """Return whether the clock that shows *there*, an instant in some zone, shows it twice."""
    return there.replace(fold=0).utcoffset() != there.replace(fold=1).utcoffset()


def offset_in_words(there: datetime) -> str:
    """Return how far the clock that shows *there* is from UTC: `UTC+2`, `UTC-4`, `UTC+5:30`."""
    minutes = (there.utcoffset() or timedelta()) // timedelta(minutes=1)
    hours, rest = divmod(abs(minutes), 60)
    sign = "-" if minutes < 0 else "+"
    return f"UTC{sign}{hours}:{rest:02}" if rest else f"UTC{sign}{hours}"
