"""Calendar files: visits told to others, and busy times read from theirs.

The one user of `icalendar` and `recurring_ical_events`. What leaves here holds times, names of
the clinic and links, never a word about why somebody comes (RFC 5545, 5546, 7986).
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol

import recurring_ical_events
from icalendar import Calendar, Component, Event, vCalAddress, vText

from actors.appointment import Span
from actors.zones import ZONES

PRODUCT = "-//Carewire//Appointments//EN"
SUMMARY = "Appointment"
AGAIN = timedelta(minutes=15)
"""How often a feed should be read."""

LARGEST_FILE = 2 * 1024 * 1024
MOST_PARTS = 20_000
MOST_SPANS = 2_000


class Entry(Protocol):
    """What a calendar is told of a visit: one uid for life, a higher sequence for each change."""

    @property
    def uid(self) -> str: ...  # noqa: D102
    @property
    def sequence(self) -> int: ...  # noqa: D102
    @property
    def start(self) -> datetime: ...  # noqa: D102
    @property
    def end(self) -> datetime: ...  # noqa: D102
    @property
    def cancelled(self) -> bool: ...  # noqa: D102


# --- telling --------------------------------------------------------------------------------------


def method_of(entry: Entry, attendee: str = "") -> str:
    """Return the METHOD of `visit_event`: without an attendee nobody is asked anything."""
    if entry.cancelled:
        return "CANCEL"
    return "REQUEST" if attendee else "PUBLISH"


def visit_event(
    entry: Entry, *, now: datetime, url: str, organizer: str, attendee: str = ""
) -> bytes:
    """Return a file with this visit: new, changed or struck out. Addresses are e-mail's."""
    event = _event(entry, now, url)
    event["ORGANIZER"] = vCalAddress(f"mailto:{organizer}")
    if attendee:
        event.add("attendee", _attendee(attendee))
    return _file([event], METHOD=method_of(entry, attendee))


def feed(
    entries: Iterable[Entry], *, now: datetime, name: str, page: Callable[[str], str]
) -> bytes:
    """Return a whole calendar called *name*; *page* makes a link of a uid."""
    events = [_event(entry, now, page(entry.uid)) for entry in entries]
    again = f"PT{AGAIN // timedelta(minutes=1)}M"
    return _file(
        events, **{"NAME": name, "X-WR-CALNAME": name, "X-PUBLISHED-TTL": again}, refresh=AGAIN
    )


def _file(events: list[Event], *, refresh: timedelta | None = None, **properties: str) -> bytes:
    calendar = Calendar()
    for name, value in {"PRODID": PRODUCT, "VERSION": "2.0", **properties}.items():
        calendar.add(name, vText(value))
    if refresh is not None:
        calendar.add("refresh-interval", refresh, {"VALUE": "DURATION"})
    for event in events:
        calendar.add_component(event)
    file: bytes = calendar.to_ical()
    return file


def _event(entry: Entry, now: datetime, url: str) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@carewire")
    event.add("sequence", entry.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", entry.start.astimezone(UTC))
    event.add("dtend", entry.end.astimezone(UTC))
    event.add("summary", SUMMARY)
    event.add("status", "CANCELLED" if entry.cancelled else "CONFIRMED")
    event.add("url", url)
    event.add("class", "PRIVATE")
    return event


def _attendee(email: str) -> vCalAddress:
    attendee = vCalAddress(f"mailto:{email}")
    attendee.params["PARTSTAT"] = vText("ACCEPTED")
    attendee.params["RSVP"] = vText("FALSE")
    return attendee


# --- reading --------------------------------------------------------------------------------------


def busy_times(data: bytes, start: datetime, end: datetime, zone: str) -> tuple[Span, ...]:
    """Return when *data* says that its owner is busy from *start* until *end*, merged, in order.

    Events that are cancelled or transparent leave free; an event of whole days takes these days
    in *zone*, and so are times read that name no zone. Only the first 2,000 times count. Raise
    `ValueError` ("unreadable") for what is no calendar, too large, or has rules by the second.

    A nasty calendar can take long: run it where it can be stopped.
    """
    try:
        _refuse_too_much(data)
        spans = list(_spans(Calendar.from_ical(data), start, end, zone))
    except Exception as error:
        raise ValueError("unreadable") from error
    return tuple(_merged(spans))[:MOST_SPANS]


def _refuse_too_much(data: bytes) -> None:
    upper = data.upper()
    fast = any(f"FREQ={each}".encode() in upper for each in ("SECONDLY", "MINUTELY"))
    if len(data) > LARGEST_FILE or upper.count(b"BEGIN:") > MOST_PARTS or fast:
        raise ValueError


def _spans(calendar: Component, start: datetime, end: datetime, zone: str) -> Iterator[Span]:
    """Yield each busy time between *start* and *end*, cut to them.

    A day more on either side is looked at: a day there may reach in from another zone.
    """
    day = timedelta(days=1)
    query = recurring_ical_events.of(calendar, skip_bad_series=True)
    for event in query.between(start - day, end + day):
        if _blocks(event):
            first = max(_instant(event.start, zone), start)
            last = min(_instant(event.end, zone), end)
            if first < last:
                yield Span(first, last)


def _blocks(event: Component) -> bool:
    transparent = str(event.get("TRANSP", "")).upper() == "TRANSPARENT"
    cancelled = str(event.get("STATUS", "")).upper() == "CANCELLED"
    return not transparent and not cancelled


def _instant(moment: date | datetime, zone: str) -> datetime:
    if not isinstance(moment, datetime):
        moment = datetime.combine(moment, time(0))
    return (moment if moment.tzinfo else moment.replace(tzinfo=ZONES[zone])).astimezone(UTC)


def _merged(spans: list[Span]) -> Iterator[Span]:
    last: Span | None = None
    for span in sorted(spans):
        if last is None or span.start > last.end:
            if last is not None:
                yield last
            last = span
        else:
            last = Span(last.start, max(last.end, span.end))
    if last is not None:
        yield last
