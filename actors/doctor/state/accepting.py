"""Which time an acceptance holds: the first free one that fits, or the one the doctor picks."""

from datetime import UTC, datetime, timedelta

from actors.doctor.diary import Span, free_times, overlaps, visit_length
from actors.doctor.messages import Hours
from actors.doctor.state.kept import Doctor, Live
from actors.refusal import Ground, Invalid, Refusal

NOTICE = timedelta(minutes=15)
"""A patient is not asked to come sooner than this, unless the doctor picks the time."""
FARTHEST = timedelta(days=366)


class NoFreeTime(Refusal):
    """None of your free times fits what the patient asked for. Pick a time, or decline."""

    code = "no_free_time"


class TimeTaken(Refusal):
    """You have another visit at that time."""

    code = "time_taken"


class OutsideWindows(Refusal):
    """The patient can't come at that time. Pick one inside the times that they asked for."""

    code = "outside_windows"
    ground = Ground.INVALID


def first_free(state: Doctor, hours: Hours, live: Live, now: datetime) -> datetime | None:
    """Return the first free time of *state* that fits *live*, if there is one."""
    windows = live.request.windows
    return next(iter(free_times(hours, state.diary(), windows, now + NOTICE, 1)), None)


def held_time(
    state: Doctor, hours: Hours, live: Live, picked: datetime | None, now: datetime
) -> Span:
    """Return the time to hold for *live*, or say why there is none."""
    if picked is not None:
        return _picked(state, hours, live, picked, now)
    start = first_free(state, hours, live, now)
    if start is None:
        raise NoFreeTime
    return Span(start, start + visit_length(hours))


def _picked(state: Doctor, hours: Hours, live: Live, picked: datetime, now: datetime) -> Span:
    """Return the visit at *picked*: also outside the hours, but never over another visit."""
    if picked.tzinfo is None:
        raise Invalid(fields={"start": "A time needs to say its time zone."})
    if not now < picked <= now + FARTHEST:
        raise Invalid(fields={"start": "Pick a time in the future, within a year."})
    start = picked.astimezone(UTC)
    span = Span(start, start + visit_length(hours))
    windows = live.request.windows
    if windows and not any(each.start <= span.start and span.end <= each.end for each in windows):
        raise OutsideWindows(fields={"start": "The patient can't come at that time."})
    if overlaps(span, state.diary()):
        raise TimeTaken(fields={"start": "You have another visit at that time."})
    return span
