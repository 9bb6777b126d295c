"""Instants in words for a letter: in the reader's zone, and in the other side's where it differs.

A letter is read away from its page, so every time says whose clock shows it, and in an hour that
comes twice which of both it is. The only user of babel.
"""

from datetime import datetime

from babel import Locale
from babel.dates import format_date

from actors.notify.messages import ENGLISH, LANGUAGES, written_in
from actors.notify.wording import words_in
from actors.zones import ZONES, comes_twice, offset_in_words

LOCALES = {language: Locale(language) for language in LANGUAGES}

for _each in LOCALES.values():
    _each.days  # noqa: B018  babel reads its file at the first word; now nobody waits for it

VOWELS = "AEIOU"


def moment(at: datetime, zone: str, other: str = "", language: str = ENGLISH) -> str:
    """Return `Tuesday 3 March 2026 at 10:30 (Paris time)`, and the other clock if it differs.

    Where *language* is none of `LANGUAGES` it is told in English.
    """
    here = at.astimezone(ZONES[zone])
    clocks = words_in(language).clocks
    said = clocks.day_at.format(day=_day(here, language), clock=_clock(here, zone, language))
    if other not in ZONES:
        return said
    there = at.astimezone(ZONES[other])
    if there.utcoffset() == here.utcoffset():
        return said
    clock = _clock(there, other, language)
    if there.date() != here.date():
        clock = clocks.day_at.format(day=_day(there, language), clock=clock)
    return clocks.both.format(here=said, there=clock)


def clock_of(zone: str, language: str = ENGLISH) -> str:
    """Return how people call the clock of *zone*: by its city, like `New York time`."""
    if "/" not in zone or zone.startswith("Etc/"):
        return zone.removeprefix("Etc/")
    city = zone.rpartition("/")[2].replace("_", " ")
    clocks = words_in(language).clocks
    return (clocks.vowel_city if city[0] in VOWELS else clocks.city).format(city=city)


def _clock(at: datetime, zone: str, language: str) -> str:
    which = f", {offset_in_words(at)}" if comes_twice(at) else ""
    return f"{at:%H:%M} ({clock_of(zone, language)}{which})"


def _day(at: datetime, language: str) -> str:
    return format_date(at, words_in(language).clocks.day, LOCALES[written_in(language)])
