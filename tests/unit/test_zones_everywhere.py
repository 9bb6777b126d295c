"""Every change of clocks from 2024 to 2035 in every zone, against what `zoneinfo` says itself.

Zones whose clocks go alike are tried once.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.appointment import Span, Window
from actors.doctor.diary import (
    Booked,
    Calendar,
    clock_notes,
    day_span,
    free_times,
    from_wall,
    is_free,
    off_times,
    to_wall,
)
from actors.doctor.messages import Absence, Block, ClockNote, DateHours, Hours, WeeklyHours
from actors.ids import AbsenceId
from actors.visit_type import STANDARD
from actors.zones import ZONES
from tests.clock_changes import Change, changes

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AROUND = 36 * HOUR
ALL_DAY = tuple(WeeklyHours(weekday, time(0), time(0)) for weekday in range(7))


def all_day(zone: str, minutes: int = 30) -> Hours:
    return Hours(zone, ALL_DAY, minutes, 0, 0)


def around(change: Change) -> Window:
    return Window(change.at - AROUND, change.at + AROUND)


def days_around(change: Change) -> list[date]:
    first = to_wall(change.zone, change.at - AROUND).date()
    return [first + DAY * number for number in range(5)]


def shown(zone: str, wall: datetime) -> datetime | None:
    """Return when clocks first show *wall*, as `zoneinfo` has it; None: never."""
    instant = wall.replace(tzinfo=ZONES[zone]).astimezone(UTC)
    return instant if to_wall(zone, instant) == wall else None


def starts_around(change: Change, step: timedelta) -> Iterator[datetime]:
    """Return what a day without pause has to offer, by trying every wall time."""
    within = around(change)
    for day in days_around(change):
        midnight = datetime.combine(day, time(0))
        for number in range(DAY // step):
            start = shown(change.zone, midnight + step * number)
            ends = day_span(change.zone, day).end
            if start and within.start <= start < within.end and start + step <= ends:
                yield start


def test_there_are_changes_of_all_kinds() -> None:
    kinds = {(each.behind - each.before) // MINUTE for each in changes()}
    assert {-60, -30, 30, 60} <= kinds
    assert len({each.zone for each in changes()}) > 30


def test_every_wall_time_around_a_change_is_the_instant_at_which_clocks_show_it() -> None:
    for change in changes():
        zone, (odd, normal) = change.zone, change.odd
        for number in range(-8, 12):
            wall = odd + 15 * MINUTE * number
            first, last = from_wall(zone, wall), from_wall(zone, wall, last=True)
            if odd <= wall < normal and change.kind == "skipped":
                assert first == last == change.at, (change, wall)
            else:
                assert to_wall(zone, first) == to_wall(zone, last) == wall, (change, wall)
                twice = odd <= wall < normal
                assert last - first == (normal - odd if twice else timedelta()), (change, wall)
                assert first == wall.replace(tzinfo=ZONES[zone]).astimezone(UTC), (change, wall)


@settings(max_examples=300, deadline=None)
@given(
    zone=st.sampled_from(sorted(ZONES)),
    wall=st.datetimes(datetime(2024, 1, 1), datetime(2035, 12, 31)),  # noqa: DTZ001 - wall times
)
def test_a_wall_time_in_any_zone_is_what_zoneinfo_says(zone: str, wall: datetime) -> None:
    wall = wall.replace(microsecond=0)
    instant = shown(zone, wall)
    if instant is not None:
        assert from_wall(zone, wall) == instant
        assert from_wall(zone, to_wall(zone, instant), last=True) >= instant
    midnight = datetime.combine(wall.date(), time(0))
    whole = day_span(zone, wall.date())
    assert whole.start == (shown(zone, midnight) or from_wall(zone, midnight))
    assert 20 * HOUR <= whole.end - whole.start <= 28 * HOUR


def test_days_follow_one_another_and_only_the_change_makes_them_longer_or_shorter() -> None:
    for change in changes():
        days = [day_span(change.zone, day) for day in days_around(change)]
        assert all(one.end == two.start for one, two in pairwise(days)), change
        whole = days[-1].end - days[0].start
        assert whole == len(days) * DAY + change.before - change.behind, change


def test_every_time_that_exists_is_offered_once_and_none_that_does_not() -> None:
    for change in changes():
        found = free_times(Calendar(all_day(change.zone)), [], STANDARD, around(change), limit=1000)
        assert found == list(starts_around(change, 30 * MINUTE)), change
        walls = [to_wall(change.zone, each) for each in found]
        assert walls == sorted(set(walls)), change


def test_what_is_offered_is_free_and_reads_the_same_in_any_zone() -> None:
    names = sorted(ZONES)
    for number, change in enumerate(changes()):
        other = ZONES[names[number % len(names)]]
        calendar = Calendar(all_day(change.zone, 55))
        for start in free_times(calendar, [], STANDARD, around(change), limit=1000)[::5]:
            assert is_free(calendar, [], STANDARD, start), (change, start)
            here = start.astimezone(ZONES[change.zone])
            assert datetime.fromisoformat(here.isoformat()) == start, (change, start)
            there = start.astimezone(other)
            assert datetime.fromisoformat(there.isoformat()) == start, (change, start)


def test_hours_of_one_date_hold_on_both_sides_of_a_change() -> None:
    for change in changes():
        odd, _ = change.odd
        if odd.date() != (odd + 3 * HOUR).date():
            continue
        day, opens, closes = odd.date(), (odd + 15 * MINUTE).time(), (odd + 3 * HOUR).time()
        kept = Hours(change.zone, ALL_DAY, 20, 0, 0, (DateHours(day, (Block(opens, closes),)),))
        found = free_times(Calendar(kept), [], STANDARD, around(change), limit=1000)
        walls = [to_wall(change.zone, each) for each in found]
        on_day = [each.time() for each in walls if each.date() == day]
        assert on_day, change
        assert all(opens <= each < closes for each in on_day), change


def test_an_absence_over_a_change_covers_all_that_clocks_show_in_it() -> None:
    for change in changes():
        odd, normal = change.odd
        middle = odd + (normal - odd) / 2
        for start, end in ((odd - HOUR, middle), (middle, normal + HOUR), (odd, normal)):
            away = Absence(AbsenceId("away"), start, end)
            calendar = Calendar(all_day(change.zone, 10), off_times(change.zone, [away], []))
            found = free_times(calendar, [], STANDARD, around(change), limit=1000)
            walls = [to_wall(change.zone, each) for each in found]
            assert walls, change
            assert not [each for each in walls if start <= each < end], (change, start, end)
            ends = [to_wall(change.zone, each + 9 * MINUTE) for each in found]
            assert not [each for each in ends if start <= each < end], (change, start, end)


def test_a_visit_in_an_hour_that_comes_twice_blocks_its_own_time_only() -> None:
    for change in changes():
        booked = [Booked(Span(change.at - HOUR, change.at + HOUR), STANDARD)]
        calendar = Calendar(all_day(change.zone, 15))
        found = free_times(calendar, booked, STANDARD, around(change), limit=1000)
        assert not [each for each in found if abs(each - change.at) < HOUR], change
        everything = free_times(calendar, [], STANDARD, around(change), limit=1000)
        late = change.at - HOUR - 15 * MINUTE
        left = [each for each in everything if each <= late or each >= change.at + HOUR]
        assert found == left, change


def test_the_pages_are_told_of_every_change_inside_the_hours_and_of_no_other() -> None:
    for change in changes():
        odd, normal = change.odd
        days = sorted({odd.date(), (normal - MINUTE).date()})
        noted = clock_notes(all_day(change.zone), around(change))
        assert noted == tuple(ClockNote(day, change.kind) for day in days), change
        quiet = Hours(change.zone, (), dates=tuple(DateHours(day, ()) for day in days))
        assert not clock_notes(quiet, around(change)), change
