"""Where a patient who waits stands: who is seen before them today, and how long that may take."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

from actors.appointment import DoctorRef, Span
from actors.asked import Asked
from actors.call_session import messages as call_session
from actors.caller import Caller, Role
from actors.doctor.diary import day_span, local_day, overlaps
from actors.doctor.messages import DoctorStatus, GetLine, Hours, Line, OfferStatus
from actors.doctor.state.kept import Doctor, Live
from actors.doctor.state.permissions import is_owner_or_staff
from actors.ids import AppointmentId
from actors.refusal import NotFound

HERE_FOR = timedelta(minutes=12)
"""A doctor who was seen so long ago is there; one who is there is noted every ten minutes."""

LENGTHS_KEPT = 50
"""Visits whose lengths are the doctor's measure: the last ones that took place."""

FEWEST_LENGTHS = 8
"""With fewer of them, no range is shown."""

MINUTE = 60


class Length(NamedTuple):
    """How long one visit takes, in seconds: a lower and an upper quartile."""

    low: int
    high: int


def line(state: Doctor, hours: Hours, query: GetLine, asked: Asked) -> Line:
    """Return where the patient of that visit stands, or raise `NotFound`."""
    live = state.live.get(query.appointment)
    if live is None or live.status.waits or not _may_ask(state, query.appointment, live, asked):
        raise NotFound
    today = day_span(hours.zone, local_day(hours.zone, asked.at))
    ahead = sum(1 for _ in _ahead(state, query.appointment, live, today))
    fewest, most = _minutes(state, query.appointment, ahead, asked.at)
    return Line(
        doctor=DoctorRef(state.id, state.name),
        status=_status(state, query.appointment, asked.at),
        place=ahead + 1 if live.status is OfferStatus.WAITING else 0,
        ahead=ahead,
        from_minutes=fewest,
        to_minutes=most,
    )


def moved(before: Doctor, after: Doctor, now: datetime) -> tuple[AppointmentId, ...]:
    """Return which of the patients who wait today read something else of the line than *before*."""
    if after.hours is None or (before.live is after.live and before.seen_at == after.seen_at):
        return ()
    today = day_span(after.hours.zone, local_day(after.hours.zone, now))
    waiting = [name for name, live in after.live.items() if live.status is OfferStatus.WAITING]
    return tuple(
        each
        for each in waiting
        if _stands(before, each, today, now) != _stands(after, each, today, now)
    )


def _stands(
    state: Doctor, appointment: AppointmentId, today: Span, now: datetime
) -> tuple[OfferStatus, int, DoctorStatus] | None:
    live = state.live.get(appointment)
    if live is None:
        return None
    ahead = sum(1 for _ in _ahead(state, appointment, live, today))
    return live.status, ahead, _status(state, appointment, now)


def _may_ask(state: Doctor, appointment: AppointmentId, live: Live, asked: Asked) -> bool:
    caller = asked.caller
    is_patient = caller.role is Role.PATIENT and caller.user == live.request.patient.id
    return is_patient or is_owner_or_staff(state, asked) or _is_guest(caller, appointment)


def _is_guest(caller: Caller, appointment: AppointmentId) -> bool:
    """Return whether *caller* came in by a link to the call of this visit."""
    return caller.role is Role.GUEST and caller.session == call_session.of_visit(appointment)


# --- who is before them --------------------------------------------------------------------------


def _ahead(
    state: Doctor, appointment: AppointmentId, live: Live, today: Span
) -> Iterator[AppointmentId]:
    """Yield today's visits that wait and have their time before this one (or who came before)."""
    if live.status not in {OfferStatus.CONFIRMED, OfferStatus.WAITING}:
        return
    mine = _turn(appointment, live)
    for other, each in state.live.items():
        waits = each.status is OfferStatus.WAITING and _is_on(each, today)
        if waits and other != appointment and _turn(other, each) < mine:
            yield other


def _is_on(live: Live, day: Span) -> bool:
    return live.span is not None and overlaps(live.span, [day])


def _turn(appointment: AppointmentId, live: Live) -> tuple[float, float, str]:
    """Return what is compared to find who is seen first: the visit's time, then who came first."""
    start = live.span.start.timestamp() if live.span else 0.0
    came = live.arrived_at.timestamp() if live.arrived_at else float("inf")
    return start, came, appointment


# --- what the doctor does ------------------------------------------------------------------------


def _status(state: Doctor, appointment: AppointmentId, now: datetime) -> DoctorStatus:
    if _with_another(state, appointment, now):
        return DoctorStatus.IN_CALL
    mine = state.live[appointment].status is OfferStatus.IN_CALL
    seen = state.seen_at is not None and now - state.seen_at < HERE_FOR
    return DoctorStatus.HERE if mine or seen else DoctorStatus.AWAY


def _with_another(state: Doctor, appointment: AppointmentId, now: datetime) -> list[datetime]:
    """Return when the doctor's calls with others have begun, as far as they may still go on."""
    return [
        each.started_at
        for other, each in state.live.items()
        if other != appointment
        and each.status is OfferStatus.IN_CALL
        and each.started_at is not None
        and now - each.started_at < call_session.LONGEST
    ]


# --- how long it may take ------------------------------------------------------------------------


def _minutes(
    state: Doctor, appointment: AppointmentId, ahead: int, now: datetime
) -> tuple[int | None, int | None]:
    """Return from how many minutes to how many it may take, if there is a measure for it.

    What is left of a call that goes on with somebody else is a part of it.
    """
    length = length_of(state.lengths)
    running = _with_another(state, appointment, now)
    if length is None or not (ahead or running):
        return None, None
    begun = [int((now - each).total_seconds()) for each in running]
    low = ahead * length.low + sum(max(0, length.low - each) for each in begun)
    high = ahead * length.high + sum(max(0, length.high - each) for each in begun)
    return low // MINUTE, ceil(high / MINUTE)


def length_of(lengths: tuple[int, ...]) -> Length | None:
    """Return the quartiles of *lengths* (seconds), each the length of a visit that there was."""
    if len(lengths) < FEWEST_LENGTHS:
        return None
    known = sorted(lengths)
    return Length(known[(len(known) - 1) // 4], known[ceil((len(known) - 1) * 3 / 4)])


def with_length(lengths: tuple[int, ...], started_at: datetime, at: datetime) -> tuple[int, ...]:
    """Return *lengths* with that of a visit that took place until *at*; the oldest goes."""
    seconds = max(0, int((at - started_at).total_seconds()))
    return (*lengths, seconds)[-LENGTHS_KEPT:]
