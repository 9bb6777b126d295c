"""Words of writing to one another: when messages are answered, and replies kept ready. Pure."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import NamedTuple

import msgspec

from actors.passages import folded
from actors.refusal import Invalid, optional_text, required_text
from actors.zones import ZONES, is_zone

DAYS = 7
MOST_BLOCKS = 50
MOST_REPLIES = 50
LONGEST_TEXT = 500
LONGEST_TITLE = 80
LONGEST_REPLY = 2000
LOOK_AHEAD = 15
"""Days within which the next answering time is looked for."""

VARIABLES = ("patient", "doctor", "clinic", "date", "time", "visit_date", "visit_time")
"""What a canned reply may name in braces, as in `Hello {patient}`."""


class AnsweringBlock(msgspec.Struct, frozen=True):
    """On every *weekday* (Monday is 0), from *start* until *end*, wall time of the zone.

    An *end* of 00:00 means midnight at the end of that day.
    """

    weekday: int
    start: time
    end: time


class Answering(msgspec.Struct, frozen=True):
    """When messages are answered. Without *weekly* nobody is told of any hours."""

    zone: str = "UTC"
    """IANA name."""
    weekly: tuple[AnsweringBlock, ...] = ()
    text: str = ""
    """What somebody is told who writes outside of them, before the emergency wording."""


class CannedReply(msgspec.Struct, frozen=True):
    """A reply that is kept ready: *text* may name `VARIABLES` in braces."""

    title: str
    text: str


class Opening(NamedTuple):
    """From when until when messages are answered next, UTC; it may have begun."""

    start: datetime
    end: datetime


def checked_answering(answering: Answering) -> Answering:
    """Return *answering* as it is kept, or raise `Invalid`."""
    if not is_zone(answering.zone):
        raise Invalid(fields={"zone": "Please choose a time zone from the list."})
    text = optional_text("text", answering.text, LONGEST_TEXT)
    weekly = tuple(sorted(answering.weekly, key=lambda each: (each.weekday, each.start)))
    if len(weekly) > MOST_BLOCKS or not all(map(_is_block, weekly)) or _overlap(weekly):
        raise Invalid(fields={"weekly": "Times end after they begin, and do not overlap."})
    return Answering(answering.zone, weekly, text)


def _is_block(block: AnsweringBlock) -> bool:
    return 0 <= block.weekday < DAYS and (block.start < block.end or block.end == time())


def _overlap(weekly: tuple[AnsweringBlock, ...]) -> bool:
    pairs = pairwise(weekly)
    return any(
        one.weekday == other.weekday and (one.end == time() or other.start < one.end)
        for one, other in pairs
    )


def checked_replies(replies: tuple[CannedReply, ...]) -> tuple[CannedReply, ...]:
    """Return *replies* as they are kept, or raise `Invalid`."""
    if len(replies) > MOST_REPLIES:
        raise Invalid(fields={"replies": f"At most {MOST_REPLIES} replies, please."})
    kept = tuple(
        CannedReply(
            required_text("title", each.title, LONGEST_TITLE),
            required_text("text", each.text, LONGEST_REPLY),
        )
        for each in replies
    )
    if len({folded(each.title) for each in kept}) < len(kept):
        raise Invalid(fields={"title": "There is a reply of that title already."})
    return kept


def answered_at(answering: Answering, at: datetime) -> bool:
    """Return whether a message that comes at *at* falls into the hours (or there are none)."""
    opening = next_opening(answering, at)
    return not answering.weekly or (opening is not None and opening.start <= at)


def next_opening(answering: Answering, at: datetime) -> Opening | None:
    """Return the answering time that is now or comes next, if there is one."""
    first = at.astimezone(ZONES[answering.zone]).date() - timedelta(days=1)
    days = (first + timedelta(days=each) for each in range(LOOK_AHEAD))
    found = (opening for day in days for opening in _of_day(answering, day))
    return min((each for each in found if each.end > at), default=None)


def _of_day(answering: Answering, day: date) -> list[Opening]:
    zone = ZONES[answering.zone]
    blocks = [block for block in answering.weekly if block.weekday == day.weekday()]
    return [
        Opening(
            datetime.combine(day, block.start, zone).astimezone(UTC),
            datetime.combine(_ends_on(day, block), block.end, zone).astimezone(UTC),
        )
        for block in blocks
    ]


def _ends_on(day: date, block: AnsweringBlock) -> date:
    return day if block.end > time() else day + timedelta(days=1)


def filled(reply: CannedReply, values: Mapping[str, str]) -> str:
    """Return the text of *reply* with its variables filled in; unknown ones stay as they are."""
    text = reply.text
    for name in VARIABLES:
        text = text.replace(f"{{{name}}}", values.get(name, f"{{{name}}}"))
    return text
