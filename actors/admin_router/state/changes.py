"""What each event makes of a department and of the requests in it."""

from datetime import datetime, timedelta
from typing import TypeAlias, assert_never

from msgspec.structs import replace

from actors.admin_router.messages import (
    CategoriesChanged,
    ClaimDenied,
    DeadlinesSet,
    Declined,
    DepartmentOpened,
    Event,
    GroupSet,
    OfferDeclined,
    RequestClaimed,
    RequestConfirmed,
    RequestDeclined,
    RequestExpired,
    RequestRouted,
    RequestWithdrawn,
)
from actors.admin_router.state.kept import Router, Routing, Won
from actors.appointment import Stage, Status

CLOSED_KEPT = 50
VISITS_KEPT = timedelta(days=7)
"""How long a visit that is over stays, for a withdrawal that comes late."""
SWEEP_EVERY = timedelta(hours=1)

SetUp: TypeAlias = DepartmentOpened | CategoriesChanged | GroupSet | DeadlinesSet
Ended: TypeAlias = RequestWithdrawn | RequestDeclined | RequestExpired
Answered: TypeAlias = RequestClaimed | OfferDeclined | RequestConfirmed


def evolve(state: Router, event: Event) -> Router:
    """Return the department to which *event* has happened."""
    match event:
        case DepartmentOpened() | CategoriesChanged() | GroupSet() | DeadlinesSet():
            return _set_up(state, event)
        case RequestRouted():
            return _routed(_swept(state, event.at), event)
        case RequestClaimed() | OfferDeclined() | RequestConfirmed():
            answered = _answered(state.open[event.appointment], event)
            return replace(state, open={**state.open, event.appointment: answered})
        case RequestWithdrawn() | RequestDeclined() | RequestExpired():
            return _ended(state, event)
        case ClaimDenied():
            return state
        case _:
            assert_never(event)


def _set_up(state: Router, event: SetUp) -> Router:
    match event:
        case DepartmentOpened(name=name):
            return replace(state, name=name)
        case CategoriesChanged(categories=categories):
            return replace(state, categories={each.id: each for each in categories})
        case GroupSet(group):
            return replace(state, groups={**state.groups, group.id: group})
        case DeadlinesSet(deadlines):
            return replace(state, deadlines=deadlines)
        case _:
            assert_never(event)


def _swept(state: Router, now: datetime) -> Router:
    """Forget visits that are long over, now and then."""
    if abs(now - state.swept_at) < SWEEP_EVERY:
        return state
    kept = {key: each for key, each in state.open.items() if not _is_long_over(each, now)}
    return replace(state, open=kept, swept_at=now)


def _is_long_over(routing: Routing, now: datetime) -> bool:
    if routing.status is not Status.CONFIRMED or routing.won is None:
        return False
    return routing.won.end + VISITS_KEPT <= now


def _routed(state: Router, event: RequestRouted) -> Router:
    before = state.open.get(event.appointment)
    overdue = before is not None and _is_overdue(before, event)
    groups = before.groups if before else ()
    routing = Routing(
        request=event.request,
        round=event.round,
        stage=event.stage,
        with_name=event.with_name,
        answer_by=event.answer_by,
        asked=event.doctors,
        groups=(*groups, event.group.id) if event.group else groups,
        declined=before.declined if before else (),
        overdue=(before.overdue if before else 0) + overdue,
        closed_why=event.close_why,
    )
    return replace(state, open={**state.open, event.appointment: routing})


def _is_overdue(before: Routing, event: RequestRouted) -> bool:
    return before.stage is Stage.TRIAGE and before.won is None and event.why == "deadline"


def _answered(routing: Routing, event: Answered) -> Routing:
    match event:
        case RequestClaimed(doctor=doctor, start=start, end=end):
            return replace(routing, won=Won(doctor, start, end), asked=())
        case OfferDeclined(doctor=doctor, reason=reason, at=at):
            gone = tuple(Declined(e, reason, at) for e in routing.asked if e.id == doctor)
            left = tuple(each for each in routing.asked if each.id != doctor)
            return replace(routing, asked=left, declined=(*routing.declined, *gone))
        case RequestConfirmed(doctor=doctor, start=start, end=end):
            return replace(routing, status=Status.CONFIRMED, won=Won(doctor, start, end))
        case _:
            assert_never(event)


def _ended(state: Router, event: Ended) -> Router:
    match event:
        case RequestWithdrawn():
            status = Status.CANCELLED
        case RequestDeclined():
            status = Status.DECLINED
        case RequestExpired():
            status = Status.EXPIRED
        case _:
            assert_never(event)
    ended = replace(state.get(event.appointment), status=status, asked=())
    still_open = {key: each for key, each in state.open.items() if key != event.appointment}
    closed = {key: each for key, each in state.closed.items() if key != event.appointment}
    latest = [*closed.items(), (event.appointment, ended)][-CLOSED_KEPT:]
    return replace(state, open=still_open, closed=dict(latest))
