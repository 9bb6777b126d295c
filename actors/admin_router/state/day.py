"""One day's visits, with counts and waits."""

from collections import Counter
from datetime import date, datetime

from actors.admin_router.messages import DayBoard
from actors.admin_router.state.clocks import walls_of
from actors.admin_router.state.kept import Router, Routing
from actors.admin_router.state.seen import seen
from actors.appointment import Status
from actors.refusal import Invalid
from actors.zones import is_zone

SHOWN = frozenset(
    {Status.CONFIRMED, Status.WAITING, Status.IN_CALL, Status.FULFILLED, Status.NOSHOW}
)


def day_board(state: Router, day: date, zone: str, now: datetime) -> DayBoard:
    """Return the visits that start on *day* in *zone*, by start."""
    if not is_zone(zone):
        raise Invalid(fields={"zone": "Please name a time zone like Europe/Berlin."})
    visits = [each for each in state.open.values() if _is_on(each, day, zone)]
    visits.sort(key=lambda each: (_start(each) or now, each.request.appointment))
    return DayBoard(
        day=day,
        visits=tuple(seen(each) for each in visits),
        counts=dict(Counter(each.status for each in visits)),
        longest_wait_since=_longest_wait(visits),
    )


def _start(routing: Routing) -> datetime | None:
    return routing.won.start if routing.won and routing.status in SHOWN else None


def _is_on(routing: Routing, day: date, zone: str) -> bool:
    start = _start(routing)
    return start is not None and walls_of(start, zone).date() == day


def _longest_wait(visits: list[Routing]) -> datetime | None:
    waiting = (each.arrived_at for each in visits if each.status is Status.WAITING)
    return min((each for each in waiting if each), default=None)
