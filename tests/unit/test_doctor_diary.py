"""When a doctor is free, on ordinary days and on the days when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.appointment import Window
from actors.doctor.diary import Span, free_times, overlaps
from actors.doctor.messages import Hours, WeeklyHours

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
HOUR = timedelta(hours=1)


def hours(zone: str, *blocks: tuple[int, time, time], visit: int = 20, buffer: int = 0) -> Hours:
    weekly = tuple(WeeklyHours(*block) for block in blocks)
    return Hours(zone, weekly, visit, 0, buffer)


def on(day: date, zone: str, kept: Hours, *busy: Span) -> list[str]:
    """Return the free times of *day* as its clocks show them."""
    start = datetime.combine(day, time(0), ZoneInfo(zone)).astimezone(UTC)
    window = Window(start, start + timedelta(hours=26))
    found = free_times(kept, busy, [window], start, 100)
    local = [each.astimezone(ZoneInfo(zone)) for each in found]
    return [f"{each:%H:%M%z}" for each in local if each.date() == day]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def test_times_are_laid_from_the_start_of_each_block_with_buffers_between() -> None:
    kept = hours(BERLIN, (0, time(9), time(10)), (0, time(14, 5), time(15)), buffer=10)
    assert on(date(2026, 3, 2), BERLIN, kept) == [
        "09:00+0100",
        "09:30+0100",
        "14:05+0100",
        "14:35+0100",
    ]


def test_a_visit_ends_within_its_block() -> None:
    kept = hours(BERLIN, (0, time(9), time(9, 50)), visit=30)
    assert on(date(2026, 3, 2), BERLIN, kept) == ["09:00+0100"]


def test_hours_may_last_until_midnight() -> None:
    kept = hours(BERLIN, (0, time(23), time(0)), visit=30)
    assert on(date(2026, 3, 2), BERLIN, kept) == ["23:00+0100", "23:30+0100"]


def test_what_is_booked_keeps_its_buffers_free() -> None:
    kept = Hours(BERLIN, (WeeklyHours(0, time(9), time(11)),), 20, 5, 5)
    booked = Span(utc(2026, 3, 2, 8, 30), utc(2026, 3, 2, 8, 50))
    assert on(date(2026, 3, 2), BERLIN, kept, booked) == ["09:00+0100", "10:00+0100", "10:30+0100"]


def test_two_visits_may_touch_when_there_are_no_buffers() -> None:
    one = Span(utc(2026, 3, 2, 8), utc(2026, 3, 2, 9))
    assert not overlaps(Span(one.end, one.end + HOUR), [one])
    assert not overlaps(Span(one.start - HOUR, one.start), [one])
    assert overlaps(Span(one.start + HOUR / 2, one.end + HOUR), [one])


def test_without_windows_the_search_ends_after_sixty_days() -> None:
    kept = hours(BERLIN, (0, time(9), time(9, 20)))
    found = free_times(kept, [], [], utc(2026, 3, 2, 0, 0), 100)
    assert len(found) == 9
    assert found[0] == utc(2026, 3, 2, 8)


def test_windows_that_overlap_give_each_time_once_and_in_order() -> None:
    kept = hours(BERLIN, (0, time(9), time(12)), visit=60)
    early = Window(utc(2026, 3, 2, 8), utc(2026, 3, 2, 10))
    late = Window(utc(2026, 3, 2, 9), utc(2026, 3, 2, 11))
    found = free_times(kept, [], [late, early], utc(2026, 3, 2), 100)
    assert found == [utc(2026, 3, 2, 8), utc(2026, 3, 2, 9), utc(2026, 3, 2, 10)]


@pytest.mark.parametrize(
    ("zone", "day", "expected"),
    [
        (BERLIN, date(2027, 3, 28), ["01:00+0100", "01:30+0100", "03:00+0200", "03:30+0200"]),
        (NEW_YORK, date(2026, 3, 8), ["01:00-0500", "01:30-0500", "03:00-0400", "03:30-0400"]),
        (NEW_YORK, date(2027, 3, 14), ["01:00-0500", "01:30-0500", "03:00-0400", "03:30-0400"]),
    ],
)
def test_a_time_that_is_missing_when_clocks_go_forward_is_skipped(
    zone: str, day: date, expected: list[str]
) -> None:
    kept = hours(zone, (6, time(1), time(4)), visit=30)
    assert on(day, zone, kept) == expected


@pytest.mark.parametrize(
    ("zone", "day", "summer", "winter"),
    [
        (BERLIN, date(2026, 10, 25), "+0200", "+0100"),
        (NEW_YORK, date(2026, 11, 1), "-0400", "-0500"),
    ],
)
def test_a_time_that_comes_twice_when_clocks_go_back_is_offered_the_first_time(
    zone: str, day: date, summer: str, winter: str
) -> None:
    doubled = 2 if zone == BERLIN else 1
    kept = hours(zone, (6, time(doubled), time(doubled + 2)), visit=30)
    assert on(day, zone, kept) == [
        f"0{doubled}:00{summer}",
        f"0{doubled}:30{summer}",
        f"0{doubled + 1}:00{winter}",
        f"0{doubled + 1}:30{winter}",
    ]


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        (BERLIN, date(2026, 10, 25)),
        (BERLIN, date(2027, 3, 28)),
        (NEW_YORK, date(2026, 11, 1)),
        (NEW_YORK, date(2026, 3, 8)),
    ],
)
def test_nine_o_clock_stays_nine_o_clock_on_both_sides_of_a_change(zone: str, day: date) -> None:
    kept = hours(zone, *((weekday, time(9), time(9, 20)) for weekday in range(7)))
    for each in (day - timedelta(days=1), day, day + timedelta(days=1)):
        assert [found[:5] for found in on(each, zone, kept)] == ["09:00"]


BLOCKS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 22)), max_size=6, unique=True)


@settings(max_examples=150, deadline=None)
@given(
    zone=st.sampled_from([BERLIN, NEW_YORK, "Australia/Lord_Howe", "UTC"]),
    blocks=BLOCKS,
    visit=st.integers(5, 90),
    buffer=st.integers(0, 30),
    after=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds the zone
    booked=st.lists(st.integers(0, 2000), max_size=10, unique=True),
)
def test_every_free_time_lies_on_the_hours_and_apart_from_what_is_booked(
    *,
    zone: str,
    blocks: list[tuple[int, int]],
    visit: int,
    buffer: int,
    after: datetime,
    booked: list[int],
) -> None:
    kept = hours(
        zone,
        *((day, time(hour), time(hour + 1)) for day, hour in blocks),
        visit=visit,
        buffer=buffer,
    )
    busy = [Span(after + HOUR * n, after + HOUR * (n + 1)) for n in sorted(booked)]
    found = free_times(kept, busy, [], after, 50)
    assert found == sorted(set(found))
    for start in found:
        wall = start.astimezone(ZoneInfo(zone))
        assert start >= after
        assert (wall.weekday(), wall.hour) in blocks
        padding = timedelta(minutes=buffer)
        whole = Span(start - padding, start + timedelta(minutes=visit) + padding)
        assert not overlaps(whole, busy)
