"""When a doctor is free, on ordinary days and on the days when clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from actors.appointment import Window
from actors.directory.messages import Closure
from actors.doctor.diary import (
    Booked,
    Calendar,
    Span,
    bookable,
    clock_notes,
    free_times,
    hours_on,
    is_free,
    merged,
    off_times,
    overlaps,
    visit_span,
)
from actors.doctor.messages import Absence, Block, ClockNote, DateHours, Hours, WeeklyHours
from actors.ids import AbsenceId, VisitTypeId
from actors.visit_type import STANDARD, VisitType

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MONDAY = date(2026, 3, 2)
COURSE = VisitType(VisitTypeId("course"), "Course", minutes=60, capacity=3)


def hours(zone: str, *blocks: tuple[int, time, time], visit: int = 20, buffer: int = 0) -> Hours:
    weekly = tuple(WeeklyHours(*block) for block in blocks)
    return Hours(zone, weekly, visit, 0, buffer)


def on(
    day: date, calendar: Calendar | Hours, *booked: Span | Booked, visit: VisitType = STANDARD
) -> list[str]:
    """Return the free times of *day* as its clocks show them."""
    if isinstance(calendar, Hours):
        calendar = Calendar(calendar)
    zone = ZoneInfo(calendar.hours.zone)
    start = datetime.combine(day, time(0), zone).astimezone(UTC)
    taken = [each if isinstance(each, Booked) else Booked(each, STANDARD) for each in booked]
    found = free_times(calendar, taken, visit, Window(start, start + 26 * HOUR), limit=100)
    local = [each.astimezone(zone) for each in found]
    return [f"{each:%H:%M%z}" for each in local if each.date() == day]


def walls(
    day: date, calendar: Calendar | Hours, *booked: Span | Booked, visit: VisitType = STANDARD
) -> list[str]:
    return [each[:5] for each in on(day, calendar, *booked, visit=visit)]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - a wall time


def away(start: datetime, end: datetime) -> Absence:
    return Absence(AbsenceId("away"), start, end)


# --- hours ---------------------------------------------------------------------------------------


def test_times_are_laid_from_the_start_of_each_block_with_buffers_between() -> None:
    kept = hours(BERLIN, (0, time(9), time(10)), (0, time(14, 5), time(15)), buffer=10)
    assert on(MONDAY, kept) == ["09:00+0100", "09:30+0100", "14:05+0100", "14:35+0100"]


def test_a_visit_ends_within_its_block() -> None:
    kept = hours(BERLIN, (0, time(9), time(9, 50)), visit=30)
    assert walls(MONDAY, kept) == ["09:00"]


def test_hours_may_last_until_midnight() -> None:
    kept = hours(BERLIN, (0, time(23), time(0)), visit=30)
    assert walls(MONDAY, kept) == ["23:00", "23:30"]


def test_the_hours_of_a_date_replace_those_of_its_weekday() -> None:
    week = hours(BERLIN, (0, time(9), time(10)), (1, time(9), time(10)), visit=30)
    other = DateHours(MONDAY, (Block(time(18), time(19)), Block(time(12), time(12, 30))))
    kept = Hours(BERLIN, week.weekly, 30, 0, 0, (other, DateHours(MONDAY + DAY)))
    assert walls(MONDAY, kept) == ["12:00", "18:00", "18:30"]
    assert walls(MONDAY + DAY, kept) == []
    assert walls(MONDAY + 7 * DAY, kept) == ["09:00", "09:30"]


def test_blocks_that_touch_are_one_opening_in_the_week() -> None:
    kept = hours("UTC", (0, time(9), time(12)), (0, time(12), time(13)), (0, time(15), time(0)))
    assert hours_on(kept, MONDAY) == (
        Span(utc(2026, 3, 2, 9), utc(2026, 3, 2, 13)),
        Span(utc(2026, 3, 2, 15), utc(2026, 3, 3, 0)),
    )


# --- what is taken -------------------------------------------------------------------------------


def test_what_is_booked_keeps_its_buffers_free() -> None:
    kept = Hours(BERLIN, (WeeklyHours(0, time(9), time(11)),), 20, 5, 5)
    booked = Span(utc(2026, 3, 2, 8, 30), utc(2026, 3, 2, 8, 50))
    assert walls(MONDAY, kept, booked) == ["09:00", "10:00", "10:30"]


def test_each_kind_of_visit_keeps_its_own_buffers() -> None:
    kept = hours("UTC", (0, time(9), time(12)), visit=30)
    long = VisitType(
        VisitTypeId("long"), "Long", 30, buffer_before_minutes=30, buffer_after_minutes=0
    )
    booked = Booked(Span(utc(2026, 3, 2, 10), utc(2026, 3, 2, 10, 30)), long)
    assert walls(MONDAY, kept, booked) == ["09:00", "10:30", "11:00", "11:30"]
    plain = Span(utc(2026, 3, 2, 10), utc(2026, 3, 2, 10, 30))
    assert walls(MONDAY, kept, plain, visit=long) == ["09:00", "11:00"]


def test_a_kind_of_visit_may_have_its_own_length() -> None:
    kept = hours("UTC", (0, time(9), time(11)))
    assert walls(MONDAY, kept, visit=COURSE) == ["09:00", "10:00"]
    assert visit_span(kept, COURSE, utc(2026, 3, 2, 9)).end == utc(2026, 3, 2, 10)


def test_two_visits_may_touch_when_there_are_no_buffers() -> None:
    one = Span(utc(2026, 3, 2, 8), utc(2026, 3, 2, 9))
    assert not overlaps(Span(one.end, one.end + HOUR), [one])
    assert not overlaps(Span(one.start - HOUR, one.start), [one])
    assert overlaps(Span(one.start + HOUR / 2, one.end + HOUR), [one])


def test_spans_that_overlap_or_touch_become_one() -> None:
    at = [utc(2026, 3, 2, hour) for hour in range(8)]
    spans = [Span(at[5], at[6]), Span(at[1], at[2]), Span(at[0], at[3]), Span(at[3], at[4])]
    assert merged([*spans, Span(at[7], at[7])]) == (Span(at[0], at[4]), Span(at[5], at[6]))


def test_nobody_is_seen_in_an_absence_or_on_a_closed_day() -> None:
    kept = hours(BERLIN, *((day, time(9), time(12)) for day in range(5)), visit=60)
    absence = away(wall(2026, 3, 2, 10), wall(2026, 3, 2, 11))
    closed = Closure(MONDAY + DAY, MONDAY + 2 * DAY, "Carnival")
    calendar = Calendar(kept, off_times(BERLIN, [absence], [closed]))
    assert walls(MONDAY, calendar) == ["09:00", "11:00"]
    assert walls(MONDAY + DAY, calendar) == walls(MONDAY + 2 * DAY, calendar) == []
    assert walls(MONDAY + 3 * DAY, calendar) == ["09:00", "10:00", "11:00"]


def test_a_closure_lasts_whole_days_of_the_doctors_own_zone() -> None:
    closed = Closure(date(2026, 3, 29), date(2026, 3, 29), "Easter")
    assert off_times(BERLIN, [], [closed]) == (Span(utc(2026, 3, 28, 23), utc(2026, 3, 29, 22)),)
    assert off_times("Asia/Tokyo", [], [closed])[0].start == utc(2026, 3, 28, 15)


def test_an_absence_that_ends_in_the_doubled_hour_covers_all_of_it() -> None:
    night = away(wall(2026, 10, 24, 20), wall(2026, 10, 25, 2, 30))
    assert off_times(BERLIN, [night], [])[0].end == utc(2026, 10, 25, 1, 30)
    morning = away(wall(2026, 10, 25, 2, 30), wall(2026, 10, 25, 9))
    assert off_times(BERLIN, [morning], [])[0].start == utc(2026, 10, 25, 0, 30)


def test_an_absence_at_a_missing_time_begins_or_ends_when_clocks_jump() -> None:
    absence = away(wall(2027, 3, 28, 2, 15), wall(2027, 3, 28, 2, 45))
    assert off_times(BERLIN, [absence], []) == ()
    until = away(wall(2027, 3, 28, 1), wall(2027, 3, 28, 2, 45))
    assert off_times(BERLIN, [until], [])[0].end == utc(2027, 3, 28, 1)


def test_what_the_other_calendar_says_keeps_the_visits_buffers_free() -> None:
    kept = Hours("UTC", (WeeklyHours(0, time(9), time(12)),), 30, 10, 20)
    busy = (Span(utc(2026, 3, 2, 10, 30), utc(2026, 3, 2, 10, 50)),)
    assert walls(MONDAY, Calendar(kept, (), busy)) == ["09:00", "11:00"]


# --- what is asked for ---------------------------------------------------------------------------


def test_notice_and_window_bound_what_may_be_booked() -> None:
    kept = hours(BERLIN, (0, time(9), time(9, 20)))
    now = utc(2026, 3, 2, 0, 0)
    found = free_times(Calendar(kept), [], STANDARD, bookable(kept, STANDARD, now), limit=100)
    assert len(found) == 9
    assert found[0] == utc(2026, 3, 2, 8)


def test_a_kind_of_visit_may_have_its_own_notice_and_window() -> None:
    kept, now = Hours("UTC", ()), utc(2026, 3, 2)
    assert bookable(kept, STANDARD, now) == Window(now + 15 * MINUTE, now + 60 * DAY)
    own = VisitType(VisitTypeId("own"), "Own", notice_minutes=0, window_days=7)
    assert bookable(kept, own, now) == Window(now, now + 7 * DAY)


def test_windows_that_overlap_give_each_time_once_and_in_order() -> None:
    kept = hours(BERLIN, (0, time(9), time(12)), visit=60)
    early = Window(utc(2026, 3, 2, 8), utc(2026, 3, 2, 10))
    late = Window(utc(2026, 3, 2, 9), utc(2026, 3, 2, 11))
    within = Window(utc(2026, 3, 2), utc(2026, 3, 9))
    found = free_times(Calendar(kept), [], STANDARD, within, [late, early], limit=100)
    assert found == [utc(2026, 3, 2, 8), utc(2026, 3, 2, 9), utc(2026, 3, 2, 10)]


def test_windows_that_are_over_or_too_short_give_nothing() -> None:
    kept = hours("UTC", (0, time(9), time(12)), visit=60)
    within = Window(utc(2026, 3, 2), utc(2026, 3, 9))
    short = Window(utc(2026, 3, 2, 9), utc(2026, 3, 2, 9, 59))
    over = Window(utc(2026, 2, 23), utc(2026, 2, 28))
    assert not free_times(Calendar(kept), [], STANDARD, within, [short, over], limit=9)


# --- one time ------------------------------------------------------------------------------------


def test_a_time_is_free_wherever_it_lies_in_the_hours() -> None:
    calendar = Calendar(hours("UTC", (0, time(9), time(12)), visit=30))
    assert is_free(calendar, [], STANDARD, utc(2026, 3, 2, 9, 7))
    assert not is_free(calendar, [], STANDARD, utc(2026, 3, 2, 8, 59))
    assert not is_free(calendar, [], STANDARD, utc(2026, 3, 2, 11, 31))


def test_a_visit_may_last_past_midnight_when_the_hours_go_on() -> None:
    late, early = (0, time(20), time(0)), (1, time(0), time(4))
    both = Calendar(hours("UTC", late, early))
    assert is_free(both, [], STANDARD, utc(2026, 3, 2, 23, 50))
    assert not is_free(Calendar(hours("UTC", late)), [], STANDARD, utc(2026, 3, 2, 23, 50))


def test_a_time_anywhere_is_free_when_no_other_visit_is_there() -> None:
    off = (Span(utc(2026, 3, 8), utc(2026, 3, 9)),)
    calendar = Calendar(hours("UTC", (0, time(9), time(12)), visit=30, buffer=30), off)
    sunday = utc(2026, 3, 8, 20)
    booked = [Booked(Span(sunday, sunday + 30 * MINUTE), STANDARD)]
    assert is_free(calendar, booked, STANDARD, sunday + 30 * MINUTE, anywhere=True)
    assert is_free(calendar, booked, STANDARD, sunday - 30 * MINUTE, anywhere=True)
    assert not is_free(calendar, booked, STANDARD, sunday + 29 * MINUTE, anywhere=True)
    assert not is_free(calendar, [], STANDARD, sunday)


def test_parts_of_a_second_do_not_hide_an_overlap() -> None:
    calendar = Calendar(hours("UTC", (0, time(9), time(12)), visit=30))
    later = utc(2026, 3, 2, 10)
    booked = [Booked(Span(later, later + 30 * MINUTE), STANDARD)]
    assert is_free(calendar, booked, STANDARD, later - 30 * MINUTE)
    a_bit = timedelta(microseconds=1)
    assert not is_free(calendar, booked, STANDARD, later - 30 * MINUTE + a_bit)


# --- groups --------------------------------------------------------------------------------------


def test_a_group_has_room_until_it_is_full_and_for_its_own_kind_only() -> None:
    kept = hours("UTC", (0, time(9), time(11)), visit=60)
    seat = Booked(Span(utc(2026, 3, 2, 9), utc(2026, 3, 2, 10)), COURSE)
    assert walls(MONDAY, kept, seat, seat, visit=COURSE) == ["09:00", "10:00"]
    assert walls(MONDAY, kept, seat, seat, seat, visit=COURSE) == ["10:00"]
    assert walls(MONDAY, kept, seat) == ["10:00"]
    for anywhere in (False, True):
        start = seat.span.start
        assert is_free(Calendar(kept), [seat], COURSE, start, anywhere=anywhere)
        assert not is_free(Calendar(kept), [seat] * 3, COURSE, start, anywhere=anywhere)
        assert not is_free(Calendar(kept), [seat], STANDARD, start, anywhere=anywhere)
        assert not is_free(Calendar(kept), [seat], COURSE, start + MINUTE, anywhere=anywhere)


def test_a_group_that_the_doctor_put_off_the_hours_can_be_joined_unless_they_are_away() -> None:
    kept = hours("UTC", (0, time(9), time(11)), visit=60)
    evening = Span(utc(2026, 3, 2, 19, 15), utc(2026, 3, 2, 20, 15))
    assert walls(MONDAY, kept, Booked(evening, COURSE), visit=COURSE)[-1] == "19:15"
    off = Calendar(kept, (Span(utc(2026, 3, 2, 19), utc(2026, 3, 2, 21)),))
    assert walls(MONDAY, off, Booked(evening, COURSE), visit=COURSE) == ["09:00", "10:00"]


# --- when clocks change --------------------------------------------------------------------------


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
    assert on(day, kept) == expected


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
    assert on(day, kept) == [
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
    for each in (day - DAY, day, day + DAY):
        assert walls(each, kept) == ["09:00"]


def test_a_day_is_noted_when_clocks_change_inside_its_hours() -> None:
    year = Window(utc(2026, 1, 1), utc(2027, 1, 1))
    night = hours(BERLIN, (6, time(1), time(4)))
    assert clock_notes(night, year) == (
        ClockNote(date(2026, 3, 29), "skipped"),
        ClockNote(date(2026, 10, 25), "once"),
    )
    assert not clock_notes(hours(BERLIN, (6, time(9), time(17)), (6, time(0), time(2))), year)
