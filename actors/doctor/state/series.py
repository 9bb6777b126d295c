"""Recurring visits: the same wall time in the doctor's zone, every so many weeks or months.

Monthly is the same weekday of the month (the second Tuesday); after a fifth one, in a month that
has only four, it is the last. A wall time that a change of clocks leaves out can't be booked and
is listed with the clashes.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from actors.appointment import Request, Span, Urgency
from actors.asked import Asked
from actors.doctor.diary import visit_span
from actors.doctor.messages import (
    Every,
    Hours,
    Occurrence,
    OfferStatus,
    Repeat,
    SeriesBooked,
    SeriesPlan,
)
from actors.doctor.state.accepting import is_bookable
from actors.doctor.state.kept import Doctor, Live
from actors.doctor.state.own import NoVisit
from actors.ids import AppointmentId, SeriesId
from actors.refusal import Invalid
from actors.zones import ZONES

MOST_OCCURRENCES = 52
LONGEST_INTERVAL = 12
WEEK = timedelta(weeks=1)


def book_series(
    state: Doctor, appointment: AppointmentId, live: Live, repeat: Repeat, asked: Asked
) -> SeriesBooked:
    """Return the further visits that are held, and the times that are not free."""
    plan = plan_series(state, live, repeat, asked.at)
    series = live.request.series or SeriesId(asked.new_id("series"))
    return SeriesBooked(
        series=series,
        after=appointment,
        department=live.request.department,
        doctor_name=state.name,
        doctor_zone=_hours(state).zone,
        booked=tuple(
            _occurrence(live.request, series, number, span, asked)
            for number, span in enumerate(plan.free, 1)
        ),
        clashes=plan.clashes,
        at=asked.at,
    )


def plan_series(state: Doctor, live: Live, repeat: Repeat, now: datetime) -> SeriesPlan:
    """Return which times of a series after *live* are free, and which clash."""
    hours = _hours(state)
    if live.span is None or not (live.status.stands or live.status is OfferStatus.FULFILLED):
        raise NoVisit
    _check(repeat)
    visit = live.request.visit
    free: list[Span] = []
    clashes: list[Span] = []
    for start, exists in _starts(live.span.start, repeat, ZONES[hours.zone]):
        possible = exists and is_bookable(state, hours, visit, start, now)
        (free if possible else clashes).append(visit_span(hours, visit, start))
    return SeriesPlan(tuple(free), tuple(clashes))


def _hours(state: Doctor) -> Hours:
    if state.hours is None:
        raise NoVisit
    return state.hours


def _check(repeat: Repeat) -> None:
    fields = {}
    if not 1 <= repeat.count <= MOST_OCCURRENCES:
        fields["count"] = f"A series has 1 to {MOST_OCCURRENCES} further visits."
    if not 1 <= repeat.interval <= LONGEST_INTERVAL:
        fields["interval"] = f"Choose a number from 1 to {LONGEST_INTERVAL}."
    if fields:
        raise Invalid(fields=fields)


def _occurrence(
    first: Request, series: SeriesId, number: int, span: Span, asked: Asked
) -> Occurrence:
    """Return a visit like *first*, which nobody has to hurry for or look for a time for."""
    appointment = AppointmentId(asked.new_id(f"series{number}"))
    request = replace(
        first,
        appointment=appointment,
        urgency=Urgency.ROUTINE,
        windows=(),
        requested_at=asked.at,
        red_flags=(),
        picked=None,
        preferred=None,
        earlier=False,
        series=series,
    )
    return Occurrence(span, appointment, request)


# --- on the calendar -----------------------------------------------------------------------------


def _starts(first: datetime, repeat: Repeat, zone: ZoneInfo) -> Iterator[tuple[datetime, bool]]:
    """Return each start as an instant, and whether clocks in *zone* show its wall time at all."""
    local = first.astimezone(zone)
    for number in range(1, repeat.count + 1):
        day = occurrence_day(local.date(), repeat, number)
        wall = datetime.combine(day, local.time().replace(fold=0))
        start = wall.replace(tzinfo=zone).astimezone(UTC)
        yield start, start.astimezone(zone).replace(tzinfo=None, fold=0) == wall


def occurrence_day(first: date, repeat: Repeat, number: int) -> date:
    """Return the day of visit *number* after the one on *first*."""
    if repeat.every is Every.WEEK:
        return first + number * repeat.interval * WEEK
    months = first.month - 1 + number * repeat.interval
    return _same_weekday(first, first.year + months // 12, months % 12 + 1)


def _same_weekday(first: date, year: int, month: int) -> date:
    """Return the day of *month* on the weekday that *first* is of its own month, or the last."""
    begin = date(year, month, 1)
    offset = (first.weekday() - begin.weekday()) % 7
    day = begin + timedelta(days=offset) + (first.day - 1) // 7 * WEEK
    return day if day.month == month else day - WEEK
