"""A doctor's days: when they can be seen, what is off or taken, and which visits there are."""

from datetime import date, datetime, timedelta

from actors.appointment import Window
from actors.asked import fitting
from actors.doctor.diary import (
    Booked,
    Calendar,
    Span,
    clock_note,
    day_span,
    days_of,
    free_times,
    hours_on,
    inside,
    overlaps,
)
from actors.doctor.messages import Affected, Day, GetWeek, Hours, Offer, Week
from actors.doctor.state.away import absence_span, touched
from actors.doctor.state.kept import Doctor
from actors.doctor.state.offer_views import seen
from actors.doctor.state.schedule import calendar_of
from actors.refusal import Invalid
from actors.visit_type import STANDARD

FARTHEST = timedelta(days=10 * 366)
MOST_FREE = 300
DAY, DAYS = timedelta(days=1), 7
MOST_AFFECTED = 200


def week(state: Doctor, hours: Hours, query: GetWeek, now: datetime) -> Week:
    """Return the week that the day asked for lies in (or what is left of it), as far as it fits."""
    day = query.day
    if abs(day - now.date()) > FARTHEST:
        raise Invalid(fields={"day": "This is too far away."})
    calendar, booked = calendar_of(state, hours), state.booked(now)
    passed = day.weekday()
    wanted = days_of(day, DAYS - passed) if query.rest else days_of(day - passed * DAY, DAYS)
    days = tuple(_day(state, calendar, booked, each, now) for each in wanted)
    fits = fitting(days)
    return Week(hours.zone, days[:fits], more=fits < len(days))


def _day(state: Doctor, calendar: Calendar, booked: list[Booked], day: date, now: datetime) -> Day:
    hours = calendar.hours
    whole = day_span(hours.zone, day)
    visits = _visits(state, whole)
    fits = fitting(visits)
    return Day(
        day=day,
        hours=hours_on(hours, day),
        off=tuple(inside(whole, calendar.off)),
        busy=tuple(inside(whole, calendar.busy)),
        visits=visits[:fits],
        free=_free(calendar, booked, whole, now) if state.receives else 0,
        note=clock_note(hours, day),
        more=len(visits) - fits,
    )


def _visits(state: Doctor, whole: Span) -> tuple[Offer, ...]:
    found = [
        (min(times), appointment)
        for appointment, live in state.live.items()
        if (times := [each for each in live.taken if overlaps(each, [whole])])
    ]
    return tuple(seen(appointment, state.live[appointment]) for _, appointment in sorted(found))


def _free(calendar: Calendar, booked: list[Booked], whole: Span, now: datetime) -> int:
    start = max(whole.start, now)
    if start >= whole.end:
        return 0
    within = Window(start, whole.end)
    return len(free_times(calendar, booked, STANDARD, within, limit=MOST_FREE))


def affected(
    state: Doctor, hours: Hours, start: datetime, end: datetime, now: datetime
) -> Affected:
    """Return what an absence would give back, by start."""
    span = absence_span(hours, start, end, now)
    appointments = dict.fromkeys(each.appointment for each in touched(state, span, now))
    lives = sorted(
        (min(state.live[each].taken), each) for each in appointments if state.live[each].taken
    )
    first = tuple(seen(each, state.live[each]) for _, each in lives[:MOST_AFFECTED])
    return Affected(first[: fitting(first)], span, len(lives))
