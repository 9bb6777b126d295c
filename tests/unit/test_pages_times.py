"""Times on pages: words for instants, and instants for what was typed on a wall clock."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.zones import ZONES
from http_edge.pages import times
from http_edge.pages.forms import Form
from http_edge.pages.windows import read_windows

BERLIN = "Europe/Berlin"
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
SPRING = "2026-03-29"
"""02:00 to 03:00 does not exist in Berlin."""
AUTUMN = "2026-10-25"
"""02:00 to 03:00 comes twice in Berlin."""


def form(**fields: str) -> Form:
    return Form({name.replace("_", "-"): value for name, value in fields.items()})


def windows_of(day: str, start: str, end: str) -> tuple[Form, tuple[datetime, ...]]:
    typed = form(when="windows", day_1=day, from_1=start, to_1=end)
    found = read_windows(typed, BERLIN, NOW)
    return typed, tuple(moment for window in found for moment in (window.start, window.end))


def test_a_window_is_read_on_the_clock_of_the_patient() -> None:
    typed, moments = windows_of("2026-03-03", "09:00", "12:00")
    assert typed.ok
    assert moments == (
        datetime(2026, 3, 3, 8, tzinfo=UTC),
        datetime(2026, 3, 3, 11, tzinfo=UTC),
    )


def test_an_end_at_midnight_is_the_midnight_after() -> None:
    _, moments = windows_of("2026-03-03", "20:00", "00:00")
    assert moments[1] == datetime(2026, 3, 3, 23, tzinfo=UTC)


def test_a_time_that_the_clock_jumps_over_is_named_and_refused() -> None:
    typed, moments = windows_of(SPRING, "02:30", "12:00")
    assert not moments
    assert "the clocks go forward over 02:30" in typed.errors["from-1"]


def test_in_a_doubled_hour_a_window_is_the_widest_that_the_words_allow() -> None:
    _, moments = windows_of(AUTUMN, "02:30", "02:45")
    assert moments == (
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 45, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("day", "start", "end", "field"),
    [
        ("2026-03-03", "12:00", "09:00", "to-1"),
        ("2026-03-03", "09:00", "09:00", "to-1"),
        ("2026-03-01", "09:00", "12:00", "day-1"),
        ("2029-03-01", "09:00", "12:00", "day-1"),
        ("9999-12-31", "09:00", "00:00", "day-1"),
        ("2026-03-03", "", "12:00", "from-1"),
        ("", "09:00", "12:00", "day-1"),
        ("soon", "09:00", "12:00", "day-1"),
        ("2026-03-03", "nine", "12:00", "from-1"),
        ("2026-03-03", "09:00+01:00", "12:00", "from-1"),
    ],
)
def test_a_window_that_does_not_fit_is_said_at_its_field(
    day: str, start: str, end: str, field: str
) -> None:
    typed, moments = windows_of(day, start, end)
    assert not moments
    assert field in typed.errors


def test_whoever_wants_certain_times_has_to_name_one() -> None:
    typed = form(when="windows")
    assert read_windows(typed, BERLIN, NOW) == ()
    assert "day-1" in typed.errors
    assert read_windows(form(when="first", day_1="nonsense"), BERLIN, NOW) == ()


def test_one_moment_of_a_doctor_must_be_certain() -> None:
    missing, doubled, plain = (
        Form({"at": f"{SPRING}T02:30"}),
        Form({"at": f"{AUTUMN}T02:30"}),
        Form(),
    )
    assert missing.wall_moment("at", BERLIN) is None
    assert "go forward" in missing.errors["at"]
    assert doubled.wall_moment("at", BERLIN) is None
    assert "comes twice" in doubled.errors["at"]
    assert plain.wall_moment("at", BERLIN) is None
    assert plain.ok


@given(
    st.datetimes(min_value=datetime(2020, 1, 1), max_value=datetime(2035, 1, 1)),  # noqa: DTZ001
    st.sampled_from(sorted(ZONES)),
)
def test_an_instant_comes_back_from_its_wall_time(naive: datetime, zone: str) -> None:
    moment = naive.replace(tzinfo=UTC, second=0, microsecond=0)
    there = times.local(moment, zone)
    if there.second == 0:
        assert moment in times.instants_of(there.date(), there.time(), zone)


@pytest.mark.parametrize(
    ("left", "words"),
    [
        (timedelta(minutes=-1), "overdue"),
        (timedelta(seconds=30), "less than a minute left"),
        (timedelta(minutes=15), "15 min left"),
        (timedelta(hours=2, minutes=5), "2 h 5 min left"),
        (timedelta(days=3, hours=4), "3 d 4 h left"),
    ],
)
def test_what_is_left_is_said_in_words(left: timedelta, words: str) -> None:
    assert times.left_in_words(NOW + left, NOW) == words


def test_a_span_names_the_second_day_only_where_it_is_another() -> None:
    nine = datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert times.span(nine, nine + timedelta(hours=3), BERLIN) == "Tue 3 Mar, 09:00 to 12:00"
    assert times.span(nine, nine + timedelta(hours=15), BERLIN) == "Tue 3 Mar, 09:00 to 00:00"
    assert "Wed 4 Mar" in times.span(nine, nine + timedelta(hours=20), BERLIN)
    assert times.day_in_words(date(2026, 3, 3)) == "Tuesday 3 March 2026"


def test_clocks_are_compared_at_the_moment_that_is_shown() -> None:
    winter = datetime(2026, 1, 5, 12, tzinfo=UTC)
    assert times.same_clock(winter, "Europe/Paris", BERLIN)
    assert not times.same_clock(winter, "Europe/Lisbon", BERLIN)
    assert times.same_clock(winter, "Africa/Lagos", BERLIN)
    assert not times.same_clock(winter + timedelta(days=180), "Africa/Lagos", BERLIN)


def test_hours_of_the_clock_are_read_strictly() -> None:
    typed = Form({"from": "09:30", "to": "9.30"})
    assert typed.clock("from") == time(9, 30)
    assert typed.clock("to") is None
    assert typed.clock("none") is None
    assert set(typed.errors) == {"to"}


def test_in_an_hour_that_comes_twice_it_is_said_which_one_is_meant() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert times.clock(first, BERLIN) == "02:30 (UTC+2)"
    assert times.clock(first + timedelta(hours=1), BERLIN) == "02:30 (UTC+1)"
    assert times.clock(first + timedelta(hours=2), BERLIN) == "03:30"
    west = datetime(2026, 11, 1, 6, 0, tzinfo=UTC)
    assert times.clock(west, "America/New_York") == "01:00 (UTC-5)"
    assert times.clock(west + timedelta(days=153), "America/New_York") == "02:00"
    howe = datetime(2026, 4, 4, 14, 45, tzinfo=UTC)
    assert times.clock(howe, "Australia/Lord_Howe") == "01:45 (UTC+11)"
    assert "02:30 (UTC+2)" in times.moment_in_full(first, BERLIN)


def test_a_day_is_as_long_as_its_clocks_say() -> None:
    start, end = times.day_span(date(2026, 10, 25), BERLIN)
    assert end - start == timedelta(hours=25)
    start, end = times.day_span(date(2026, 3, 29), BERLIN)
    assert end - start == timedelta(hours=23)
