"""Calendar files: what is told of a visit, and what is read from other calendars."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar  # noqa: TID251  reads what our own door has written

from actors import calendars
from actors.appointment import Span
from actors.calendars import busy_times, feed, visit_event
from actors.notify.messages import CalendarEntry

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
START = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)
ENTRY = CalendarEntry("a1", 2, START, START + timedelta(minutes=30))
STRUCK = msgspec.structs.replace(ENTRY, sequence=3, cancelled=True)
URL = "https://clinic.example/appointments/a1"


def told(entry: CalendarEntry, attendee: str = "") -> Calendar:
    raw = visit_event(entry, now=NOW, url=URL, organizer="no-reply@x.example", attendee=attendee)
    read: Calendar = Calendar.from_ical(raw)
    return read


def calendar_of(*events: str) -> bytes:
    body = "".join(
        f"BEGIN:VEVENT\nUID:{number}\nDTSTAMP:20260101T000000Z\n{event}\nEND:VEVENT\n"
        for number, event in enumerate(events)
    )
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:x\n{body}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def busy(*events: str, zone: str = "Europe/Berlin", days: int = 7) -> list[str]:
    spans = busy_times(calendar_of(*events), NOW, NOW + days * DAY, zone)
    return [f"{span.start:%m-%d %H:%M} {span.end:%m-%d %H:%M}" for span in spans]


# --- telling --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "attendee", "method", "status"),
    [
        (ENTRY, "ada@example.org", "REQUEST", "CONFIRMED"),
        (ENTRY, "", "PUBLISH", "CONFIRMED"),
        (STRUCK, "ada@example.org", "CANCEL", "CANCELLED"),
        (STRUCK, "", "CANCEL", "CANCELLED"),
    ],
)
def test_a_visit_is_told_by_one_uid_a_sequence_and_utc_times(
    entry: CalendarEntry, attendee: str, method: str, status: str
) -> None:
    calendar = told(entry, attendee)
    [event] = calendar.walk("VEVENT")
    assert (calendar["METHOD"], event["STATUS"]) == (method, status)
    assert (event["UID"], event["SEQUENCE"]) == ("a1@carewire", entry.sequence)
    assert event["DTSTART"].to_ical() == b"20260303T093000Z"
    assert event["DTEND"].to_ical() == b"20260303T100000Z"
    assert event["DTSTAMP"].to_ical() == b"20260302T090000Z"
    assert (event["SUMMARY"], event["URL"]) == ("Appointment", URL)
    assert ("ATTENDEE" in event) is bool(attendee)


def test_a_visit_says_nothing_but_what_a_calendar_needs() -> None:
    [event] = told(ENTRY, "ada@example.org").walk("VEVENT")
    assert {"DESCRIPTION", "COMMENT", "CATEGORIES", "LOCATION"}.isdisjoint(event.keys())


def test_a_feed_holds_all_visits_and_says_how_often_to_read_it() -> None:
    raw = feed([ENTRY, STRUCK], now=NOW, name="My visits", page=lambda uid: f"https://x/{uid}")
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT15M\r\n" in raw
    assert b"X-PUBLISHED-TTL:PT15M\r\n" in raw
    calendar = Calendar.from_ical(raw)
    assert "METHOD" not in calendar
    assert (calendar["NAME"], calendar["X-WR-CALNAME"]) == ("My visits", "My visits")
    events = calendar.walk("VEVENT")
    assert [event["STATUS"] for event in events] == ["CONFIRMED", "CANCELLED"]
    assert events[0]["URL"] == "https://x/a1"


def test_the_name_of_a_feed_can_not_begin_a_line_of_its_own() -> None:
    raw = feed([], now=NOW, name="Mine\r\nMETHOD:CANCEL", page=str)
    assert "METHOD" not in Calendar.from_ical(raw)


# --- reading --------------------------------------------------------------------------------------


def test_an_instant_is_taken_as_it_is() -> None:
    assert busy("DTSTART:20260303T090000Z\nDTEND:20260303T100000Z") == ["03-03 09:00 03-03 10:00"]


def test_a_time_without_a_zone_is_read_on_the_doctors_clock() -> None:
    event = "DTSTART:20260303T090000\nDURATION:PT1H"
    assert busy(event, zone="America/New_York") == ["03-03 14:00 03-03 15:00"]


def test_a_time_in_a_named_zone_is_read_on_that_clock() -> None:
    event = "DTSTART;TZID=Asia/Tokyo:20260303T090000\nDTEND;TZID=Asia/Tokyo:20260303T100000"
    assert busy(event) == ["03-03 00:00 03-03 01:00"]


def test_a_whole_day_is_a_day_of_the_doctors_zone() -> None:
    event = "DTSTART;VALUE=DATE:20260304\nDTEND;VALUE=DATE:20260305"
    assert busy(event) == ["03-03 23:00 03-04 23:00"]
    assert busy(event, zone="Asia/Tokyo") == ["03-03 15:00 03-04 15:00"]
    assert busy("DTSTART;VALUE=DATE:20260304") == ["03-03 23:00 03-04 23:00"]


def test_a_whole_day_on_which_clocks_change_is_as_long_as_it_is() -> None:
    event = "DTSTART;VALUE=DATE:20260329"
    spans = busy_times(calendar_of(event), NOW, NOW + 60 * DAY, "Europe/Berlin")
    assert [span.end - span.start for span in spans] == [timedelta(hours=23)]


@pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED", "status:cancelled"])
def test_what_blocks_nothing_is_left_out(line: str) -> None:
    assert busy(f"DTSTART:20260303T090000Z\nDTEND:20260303T100000Z\n{line}") == []


def test_a_repeated_event_falls_on_its_days_without_the_struck_ones() -> None:
    event = (
        "DTSTART;TZID=Europe/Berlin:20250106T080000\nDURATION:PT1H\n"
        "RRULE:FREQ=WEEKLY;BYDAY=TU,TH\nEXDATE;TZID=Europe/Berlin:20260305T080000"
    )
    assert busy(event, days=14) == [
        "03-03 07:00 03-03 08:00",
        "03-10 07:00 03-10 08:00",
        "03-12 07:00 03-12 08:00",
    ]


def test_an_occurrence_that_was_moved_is_where_it_was_moved_to() -> None:
    series = "DTSTART:20260303T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY;COUNT=2"
    moved = "RECURRENCE-ID:20260304T080000Z\nDTSTART:20260304T150000Z\nDURATION:PT1H"
    raw = calendar_of(series, moved).replace(b"UID:1", b"UID:0")
    spans = busy_times(raw, NOW, NOW + 7 * DAY, "UTC")
    assert [span.start.hour for span in spans] == [8, 15]


def test_times_that_touch_or_overlap_become_one_and_are_cut_to_what_is_asked() -> None:
    assert busy(
        "DTSTART:20260303T090000Z\nDTEND:20260303T100000Z",
        "DTSTART:20260303T100000Z\nDTEND:20260303T110000Z",
        "DTSTART:20260303T093000Z\nDTEND:20260303T094500Z",
        "DTSTART:20260301T000000Z\nDTEND:20260302T100000Z",
    ) == ["03-02 09:00 03-02 10:00", "03-03 09:00 03-03 11:00"]


def test_an_event_that_takes_no_time_takes_none() -> None:
    assert busy("DTSTART:20260303T090000Z") == []


def test_an_empty_calendar_leaves_all_free() -> None:
    assert busy() == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html>Sign in</html>",
        b"\xff\xfe\x00",
        b"BEGIN:VCALENDAR\r\n",
        calendar_of("DTSTART:20260303T090000Z\nDTEND:20260303T100000Z\nRRULE:FREQ=SECONDLY"),
        calendar_of("DTSTART:20260303T090000Z\nRRULE:freq=minutely"),
        b"BEGIN:VCALENDAR\r\n" + b"X" * calendars.LARGEST_FILE,
        calendar_of(*["DTSTART:20260303T090000Z"] * calendars.MOST_PARTS),
    ],
    ids=["empty", "page", "bytes", "cut", "secondly", "minutely", "large", "many"],
)
def test_what_is_no_calendar_or_too_much_is_unreadable(raw: bytes) -> None:
    with pytest.raises(ValueError, match="unreadable"):
        busy_times(raw, NOW, NOW + 7 * DAY, "UTC")


def test_only_the_first_times_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calendars, "MOST_SPANS", 3)
    assert len(busy("DTSTART:20260301T080000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY")) == 3


minutes = st.integers(0, 7 * 24 * 60)


@given(st.lists(st.tuples(minutes, st.integers(1, 600)), max_size=20))
def test_busy_times_are_in_order_apart_and_exactly_what_was_taken(
    taken: list[tuple[int, int]],
) -> None:
    spans = [
        (NOW + timedelta(minutes=start), NOW + timedelta(minutes=start + length))
        for start, length in taken
    ]
    events = [f"DTSTART:{a:%Y%m%dT%H%M%SZ}\nDTEND:{b:%Y%m%dT%H%M%SZ}" for a, b in spans]
    found = busy_times(calendar_of(*events), NOW, NOW + 30 * DAY, "UTC")
    assert all(one.end < two.start for one, two in pairwise(found))
    assert all(any(Span(a, b) == s or s.start <= a < b <= s.end for s in found) for a, b in spans)
    covered = {
        one + timedelta(minutes=step)
        for one, two in spans
        for step in range((two - one) // timedelta(minutes=1))
    }
    assert sum((span.end - span.start for span in found), timedelta()) == timedelta(
        minutes=len(covered)
    )
