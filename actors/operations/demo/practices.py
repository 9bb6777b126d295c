"""When the doctors of the demonstration can be seen, and what routing knows of them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

from actors.directory.messages import Closure, House
from actors.doctor.messages import (
    AddAbsence,
    Block,
    Command,
    DateHours,
    GoOnDuty,
    Hours,
    Profile,
    SetHours,
    SetProfile,
    WeeklyHours,
)
from actors.operations.demo.cast import AMARA, BRIAN, DANIEL, ELIF, FIONA, Somebody
from actors.operations.demo.corresponding import CLINICS_REPLIES, clinics_answering

PARTS = ((time(8), time(13)), (time(14), time(20)))
"""Of every day, so that a demonstration has free times on any."""
LENGTHS = {AMARA.email: 25, BRIAN.email: 30}
ON_DUTY = frozenset({AMARA.email, ELIF.email})


def open_practice(one: Somebody, today: date) -> Iterator[Command]:
    """Yield what is said to the doctor's actor."""
    yield SetHours(_hours(one, today))
    yield SetProfile(Profile(one.specialties, one.languages))
    if one.email in ON_DUTY:
        yield GoOnDuty()
    if one == DANIEL:
        start = datetime.combine(today, time()) + timedelta(days=9)
        yield AddAbsence(start, start + timedelta(days=3), "Conference")


def _hours(one: Somebody, today: date) -> Hours:
    weekly = (WeeklyHours(day, start, end) for day in range(7) for start, end in PARTS)
    minutes = LENGTHS.get(one.email, 20)
    dates = _dates(today) if one == FIONA else ()
    return Hours(zone=one.zone, weekly=tuple(weekly), visit_minutes=minutes, dates=dates)


def _dates(today: date) -> tuple[DateHours, ...]:
    """Return a short day and a free one."""
    short = DateHours(today + timedelta(days=4), (Block(time(10), time(12)),))
    return (short, DateHours(today + timedelta(days=6)))


def house(today: date) -> House:
    """Return what holds for the whole clinic: it has a holiday, and answers messages by day."""
    holiday = today + timedelta(days=20)
    return House(
        phone="+49 30 5550 1234",
        closures=(Closure(holiday, holiday + timedelta(days=1), "Staff outing"),),
        answering=clinics_answering(),
        replies=CLINICS_REPLIES,
    )
