"""The IANA time zones: data that every rule may know.

All are read once, when this is imported, so that no decision waits for a file.
"""

from collections.abc import Mapping
from types import MappingProxyType
from zoneinfo import ZoneInfo, available_timezones

ZONES: Mapping[str, ZoneInfo] = MappingProxyType(
    {name: ZoneInfo(name) for name in available_timezones() - {"Factory", "localtime"}}
)


def is_zone(name: str) -> bool:
    """Return whether *name* is the IANA name of a zone, like `Europe/Berlin`."""
    return name in ZONES
