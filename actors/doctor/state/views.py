"""What can be seen of a doctor: their practice, by themselves and by staff; free times, by all.

`inbox` has what waits for them, `week` their days, `line` who is seen before somebody.
"""

from datetime import UTC, datetime, timedelta
from typing import assert_never

from actors.appointment import Window
from actors.asked import Asked
from actors.caller import Caller, Role, is_staff
from actors.doctor.diary import Booked, bookable, clock_notes, free_times, visit_length
from actors.doctor.messages import (
    CorrespondenceQuery,
    DiaryQuery,
    FreeTimes,
    GetHold,
    GetInbox,
    GetLine,
    GetOffer,
    GetPractice,
    GetWeek,
    Hours,
    ListFreeTimes,
    ListOpenTimes,
    Practice,
    PreviewAbsence,
    PreviewSeries,
    Query,
    View,
)
from actors.doctor.state.away import still_away
from actors.doctor.state.busy import shown
from actors.doctor.state.corresponding import answer_correspondence
from actors.doctor.state.holds import hold_of, own_visit_here
from actors.doctor.state.inbox import inbox
from actors.doctor.state.kept import Doctor, Live
from actors.doctor.state.line import line
from actors.doctor.state.offer_views import offer
from actors.doctor.state.permissions import is_doctor
from actors.doctor.state.schedule import calendar_of
from actors.doctor.state.series import plan_series
from actors.doctor.state.week import affected, week
from actors.ids import AppointmentId, PatientId
from actors.refusal import Invalid, NotFound
from actors.visit_type import STANDARD, VisitType

MOST_FREE_TIMES = 200
SEARCH = timedelta(days=60)
"""How far a doctor is shown free times from a day on that lies beyond the booking window."""
FARTHEST = timedelta(days=366)


def may_see(state: Doctor, caller: Caller) -> bool:
    """Return whether *caller* is the doctor, or runs the clinic."""
    return is_doctor(state, caller) or is_staff(caller)


def answer(state: Doctor, query: Query, asked: Asked) -> View:
    """Return what *asked*'s caller sees, or raise `NotFound`."""
    if state.hours is None:
        raise NotFound
    if isinstance(query, CorrespondenceQuery):
        return answer_correspondence(state, query, asked)
    return _of_diary(state, state.hours, query, asked)


def _of_diary(state: Doctor, hours: Hours, query: DiaryQuery, asked: Asked) -> View:  # noqa: C901, PLR0911  one case per query
    match query:
        case GetHold():
            return hold_of(state, asked)
        case ListOpenTimes():
            return _open_times(state, hours, query, asked)
        case GetLine():
            return line(state, hours, query, asked)
        case _ if not may_see(state, asked.caller):
            raise NotFound
        case GetPractice():
            return _practice(state, hours, asked.at)
        case GetInbox():
            return inbox(state, hours, query, asked.at)
        case GetOffer(appointment):
            return offer(state, hours, appointment, asked.at)
        case ListFreeTimes():
            return _free_times(state, hours, query, asked.at)
        case GetWeek():
            return week(state, hours, query, asked.at)
        case PreviewAbsence(start, end):
            return affected(state, hours, start, end, asked.at)
        case PreviewSeries(appointment, repeat):
            return plan_series(state, _live(state, appointment), repeat, asked.at)
        case _:
            assert_never(query)


def _practice(state: Doctor, hours: Hours, now: datetime) -> Practice:
    return Practice(
        id=state.id,
        name=state.name,
        hours=hours,
        suspended=state.suspended,
        profile=state.profile,
        on_duty=state.on_duty,
        duty_until=state.duty_until,
        absences=still_away(state, hours, now),
        closures=state.closures,
        busy_feed=shown(state.other) if state.other else None,
    )


# --- free times ----------------------------------------------------------------------------------


def _open_times(state: Doctor, hours: Hours, query: ListOpenTimes, asked: Asked) -> FreeTimes:
    """Return what a patient may pick; a doctor who does not receive has nothing to pick."""
    if asked.caller.role is not Role.PATIENT and not may_see(state, asked.caller):
        raise NotFound
    most = bookable(hours, query.visit, asked.at)
    start = min(max(_aware("start", query.start), most.start), most.end)
    end = min(max(_aware("end", query.end), start), most.end)
    within = Window(start.astimezone(UTC), end.astimezone(UTC))
    holder = PatientId(asked.caller.user) if asked.caller.role is Role.PATIENT else None
    mine = own_visit_here(state, query.moving, holder) if holder else query.moving
    booked = state.booked(asked.at, without=mine, holder=holder)
    return _found(state, hours, query.visit, booked, within, (), query.limit)


def _free_times(state: Doctor, hours: Hours, query: ListFreeTimes, now: datetime) -> FreeTimes:
    live = _live(state, query.appointment) if query.appointment else None
    visit = query.visit or (live.request.visit if live else STANDARD)
    within = bookable(hours, visit, now)
    if query.start:
        start = max(_aware("start", query.start), within.start)
        if start > now + FARTHEST:
            raise Invalid(fields={"start": "Pick a time within a year."})
        start = start.astimezone(UTC)
        within = Window(start, max(within.end, start + SEARCH))
    booked = state.booked(now, without=query.appointment)
    return _found(state, hours, visit, booked, within, _asked_for(live), query.limit)


def _asked_for(live: Live | None) -> tuple[Window, ...]:
    """Return when the patient could come; for a visit that stands, what they wished since."""
    if live is None:
        return ()
    if live.status.stands:
        return live.wish.windows if live.wish else ()
    return live.request.windows


def _found(  # noqa: PLR0917  all of it is what a search needs
    state: Doctor,
    hours: Hours,
    visit: VisitType,
    booked: list[Booked],
    within: Window,
    windows: tuple[Window, ...],
    limit: int,
) -> FreeTimes:
    most = max(1, min(limit, MOST_FREE_TIMES))
    calendar = calendar_of(state, hours)
    starts = free_times(calendar, booked, visit, within, windows, limit=most)
    if not state.receives:
        starts = []
    looked = Window(within.start, starts[-1] if len(starts) == most else within.end)
    minutes = int(visit_length(hours, visit).total_seconds()) // 60
    return FreeTimes(tuple(starts), minutes, hours.zone, clock_notes(hours, looked))


def _live(state: Doctor, appointment: AppointmentId) -> Live:
    if appointment not in state.live:
        raise NotFound
    return state.live[appointment]


def _aware(field: str, time: datetime) -> datetime:
    if time.tzinfo is None:
        raise Invalid(fields={field: "A time needs to say its time zone."})
    return time
