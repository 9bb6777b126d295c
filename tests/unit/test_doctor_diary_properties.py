"""What is true of every free time, whatever the hours and whatever is taken."""

from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.appointment import Window
from actors.doctor.diary import (
    Booked,
    Calendar,
    Span,
    bookable,
    each_free_time,
    free_times,
    is_free,
    merged,
    to_wall,
    visit_span,
)
from actors.doctor.messages import Hours, WeeklyHours
from actors.ids import VisitTypeId
from actors.visit_type import STANDARD, VisitType

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def hours(zone: str, *blocks: tuple[int, time, time], visit: int = 20, buffer: int = 0) -> Hours:
    weekly = tuple(WeeklyHours(*block) for block in blocks)
    return Hours(zone, weekly, visit, 0, buffer)


def wall(*parts: int) -> datetime:
    return datetime(*parts)  # type: ignore[arg-type]  # noqa: DTZ001 - a wall time


BLOCKS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 22)), max_size=6, unique=True)
AFTER = st.datetimes(wall(2026, 1, 1), wall(2027, 12, 1), timezones=st.just(UTC))
MINUTES = st.none() | st.integers(0, 60)
KINDS = st.builds(
    VisitType,
    id=st.sampled_from(["a", "b"]).map(VisitTypeId),
    name=st.just("Some"),
    minutes=st.none() | st.integers(5, 90),
    buffer_before_minutes=MINUTES,
    buffer_after_minutes=MINUTES,
    notice_minutes=st.none() | st.integers(0, 3000),
    window_days=st.none() | st.integers(1, 40),
    capacity=st.integers(1, 3),
)


def widened(hours: Hours, each: Booked) -> Span:
    """Return what a visit takes with its buffers."""

    def own(minutes: int | None, other: int) -> timedelta:
        return (other if minutes is None else minutes) * MINUTE

    before = own(each.visit.buffer_before_minutes, hours.buffer_before_minutes)
    behind = own(each.visit.buffer_after_minutes, hours.buffer_after_minutes)
    return Span(each.span.start - before, each.span.end + behind)


def meets(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end


@settings(max_examples=250, deadline=None)
@given(
    zone=st.sampled_from([BERLIN, NEW_YORK, "Australia/Lord_Howe", "Africa/Cairo", "UTC"]),
    blocks=BLOCKS,
    visit=st.integers(5, 90),
    buffer=st.integers(0, 30),
    now=AFTER,
    kind=KINDS,
    booked=st.lists(st.tuples(st.integers(0, 1500), KINDS), max_size=8),
    off=st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 48)), max_size=4),
    busy=st.lists(st.tuples(st.integers(0, 1500), st.integers(1, 9)), max_size=4),
)
def test_every_free_time_lies_on_the_hours_and_apart_from_all_that_is_taken(
    *,
    zone: str,
    blocks: list[tuple[int, int]],
    visit: int,
    buffer: int,
    now: datetime,
    kind: VisitType,
    booked: list[tuple[int, VisitType]],
    off: list[tuple[int, int]],
    busy: list[tuple[int, int]],
) -> None:
    weekly = tuple(WeeklyHours(day, time(hour), time(hour + 1)) for day, hour in blocks)
    kept = Hours(zone, weekly, visit, buffer, buffer)
    calendar = Calendar(
        kept,
        merged(Span(now + HOUR * n, now + HOUR * (n + long)) for n, long in off),
        merged(Span(now + HOUR * n, now + HOUR * (n + long)) for n, long in busy),
    )
    taken = [Booked(visit_span(kept, each, now + HOUR * n), each) for n, each in booked]
    within = bookable(kept, kind, now)
    found = free_times(calendar, taken, kind, within, limit=40)
    assert found == sorted(set(found))
    for start in found:
        span = visit_span(kept, kind, start)
        assert within.start <= start < within.end
        assert is_free(calendar, taken, kind, start)
        assert not any(meets(span, each) for each in calendar.off)
        joined = [each for each in taken if each.span == span and each.visit.id == kind.id]
        if joined and kind.capacity > len(joined):
            continue
        shown = to_wall(zone, start)
        assert (shown.weekday(), shown.hour) in blocks
        whole = widened(kept, Booked(span, kind))
        assert not any(meets(whole, each) for each in calendar.busy)
        assert not any(meets(whole, widened(kept, each)) for each in taken)


@settings(max_examples=100, deadline=None)
@given(
    now=AFTER,
    blocks=BLOCKS,
    booked=st.lists(st.integers(0, 300), max_size=8, unique=True),
    windows=st.lists(st.tuples(st.integers(0, 300), st.integers(1, 40)), min_size=1, max_size=3),
)
def test_windows_only_leave_out_what_does_not_lie_in_one_of_them(
    now: datetime,
    blocks: list[tuple[int, int]],
    booked: list[int],
    windows: list[tuple[int, int]],
) -> None:
    kept = hours(BERLIN, *((day, time(hour), time(hour + 1)) for day, hour in blocks), buffer=5)
    calendar, within = Calendar(kept), bookable(kept, STANDARD, now)
    taken = [Booked(Span(now + HOUR * n, now + HOUR * n + HOUR), STANDARD) for n in booked]
    asked = [Window(now + HOUR * n, now + HOUR * (n + long)) for n, long in windows]
    everything = each_free_time(calendar, taken, STANDARD, within)
    spans = [visit_span(kept, STANDARD, start) for start in everything]
    fitting = [
        each.start
        for each in spans
        if any(window.start <= each.start and each.end <= window.end for window in asked)
    ]
    assert free_times(calendar, taken, STANDARD, within, asked, limit=10_000) == fitting
