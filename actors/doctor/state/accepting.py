"""Which times may be held: those that are free, and those that the doctor picks by hand."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from actors.appointment import Span, Window
from actors.doctor.diary import bookable, free_times, is_free, visit_span
from actors.doctor.messages import Hours
from actors.doctor.state.kept import Doctor, Live
from actors.doctor.state.schedule import calendar_of
from actors.ids import AppointmentId, PatientId
from actors.refusal import Ground, Invalid, Refusal
from actors.visit_type import VisitType

FARTHEST = timedelta(days=366)
MOST_PROPOSED = 3
INSTANT = timedelta(seconds=1)


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


# --- by themselves -------------------------------------------------------------------------------


def is_open_time(
    state: Doctor,
    hours: Hours,
    visit: VisitType,
    start: datetime,
    now: datetime,
    *,
    without: AppointmentId | None = None,
    holder: PatientId | None = None,
) -> bool:
    """Return whether *start* is one of the times that a patient may pick now."""
    within = bookable(hours, visit, now)
    if not within.start <= start < within.end:
        return False
    booked = state.booked(now, without=without, holder=holder)
    only = Window(start, start + INSTANT)
    return start in free_times(calendar_of(state, hours), booked, visit, only, limit=1)


def is_bookable(
    state: Doctor,
    hours: Hours,
    visit: VisitType,
    start: datetime,
    now: datetime,
    *,
    without: AppointmentId | None = None,
    holder: PatientId | None = None,
    anywhere: bool = False,
) -> bool:
    """Return whether *visit* may begin at *start*, however soon or late that is."""
    booked = state.booked(now, without=without, holder=holder)
    calendar = calendar_of(state, hours)
    return start > now and is_free(calendar, booked, visit, start, anywhere=anywhere)


def first_free(state: Doctor, hours: Hours, live: Live, now: datetime) -> datetime | None:
    """Return the time that is kept for *live*, or the first free one that fits, if any is."""
    if _kept(live, now) is not None:
        return _kept(live, now)
    visit, windows = live.request.visit, live.request.windows
    booked = state.booked(now, without=live.request.appointment)
    calendar, within = calendar_of(state, hours), bookable(hours, visit, now)
    return next(iter(free_times(calendar, booked, visit, within, windows, limit=1)), None)


def _kept(live: Live, now: datetime) -> datetime | None:
    return live.span.start if live.span is not None and live.span.start > now else None


# --- by the doctor -------------------------------------------------------------------------------


def held_time(
    state: Doctor, hours: Hours, live: Live, picked: datetime | None, now: datetime
) -> Span:
    """Return the time to hold for *live*, or say why there is none."""
    if picked is not None:
        return _picked(state, hours, live, picked, now)
    start = first_free(state, hours, live, now)
    if start is None:
        raise NoFreeTime
    kept = live.span if live.span is not None and live.span.start == start else None
    return kept or visit_span(hours, live.request.visit, start)


def _picked(state: Doctor, hours: Hours, live: Live, picked: datetime, now: datetime) -> Span:
    """Return the visit at *picked*: also outside the hours, but never over another visit."""
    span = _by_hand("start", hours, live, picked, now)
    windows = live.request.windows
    if windows and not any(each.start <= span.start and span.end <= each.end for each in windows):
        raise OutsideWindows(fields={"start": "The patient can't come at that time."})
    if not _is_clear(state, hours, live, span, now):
        raise TimeTaken(fields={"start": "You have another visit at that time."})
    return span


def proposed_times(
    state: Doctor, hours: Hours, live: Live, starts: tuple[datetime, ...], now: datetime
) -> tuple[Span, ...]:
    """Return one to three different times to hold for *live*, in order: never over a visit."""
    if not 1 <= len(starts) <= MOST_PROPOSED:
        raise Invalid(fields={"starts": f"Choose one to {MOST_PROPOSED} times."})
    spans = sorted(_by_hand("starts", hours, live, each, now) for each in starts)
    if any(two.start < one.end for one, two in pairwise(spans)):
        raise Invalid(fields={"starts": "Choose times that do not overlap."})
    if live.span is not None and live.status.stands and live.span in spans:
        raise Invalid(fields={"starts": "The visit has this time already."})
    if not all(_is_clear(state, hours, live, span, now) for span in spans):
        raise TimeTaken(fields={"starts": "You have another visit at one of these times."})
    return tuple(spans)


def _by_hand(field: str, hours: Hours, live: Live, picked: datetime, now: datetime) -> Span:
    start = instant(field, picked)
    if not now < start <= now + FARTHEST:
        raise Invalid(fields={field: "Pick a time in the future, within a year."})
    return visit_span(hours, live.request.visit, start)


def _is_clear(state: Doctor, hours: Hours, live: Live, span: Span, now: datetime) -> bool:
    own, visit = live.request.appointment, live.request.visit
    return is_bookable(state, hours, visit, span.start, now, without=own, anywhere=True)


def instant(field: str, time: datetime) -> datetime:
    """Return *time* in UTC, or say that it needs a zone."""
    if time.tzinfo is None:
        raise Invalid(fields={field: "A time needs to say its time zone."})
    return time.astimezone(UTC)
