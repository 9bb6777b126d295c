"""One day's visits, with counts and waits."""

from collections import Counter
from datetime import date, datetime

from actors.admin_router.messages import DayBoard, GetDay
from actors.admin_router.state.clocks import walls_of
from actors.admin_router.state.kept import Router, Routing
from actors.admin_router.state.seen import page_size, seen
from actors.appointment import Mark, Status
from actors.asked import fitting
from actors.refusal import Invalid
from actors.zones import is_zone

SHOWN = frozenset(
    {Status.CONFIRMED, Status.WAITING, Status.IN_CALL, Status.FULFILLED, Status.NOSHOW}
)


def day_board(state: Router, query: GetDay) -> DayBoard:
    """Return a page of the visits that start on the day asked for, by start."""
    if not is_zone(query.zone):
        raise Invalid(fields={"zone": "Please name a time zone like Europe/Berlin."})
    visits = [each for each in state.open.values() if _is_on(each, query.day, query.zone)]
    marks = sorted((_mark(each), each.status) for each in visits)
    later = [mark for mark, _ in marks if query.after is None or mark > query.after]
    page = tuple(seen(state.open[each.appointment]) for each in later[: page_size(query.limit)])
    shown = page[: fitting(page)]
    return DayBoard(
        day=query.day,
        visits=shown,
        counts=dict(Counter(status for _, status in marks)),
        longest_wait_since=_longest_wait(visits),
        more=len(shown) < len(later),
    )


def _mark(routing: Routing) -> Mark:
    assert routing.won is not None  # noqa: S101  a visit of a day has a time
    return Mark(routing.won.start, routing.request.appointment)


def _start(routing: Routing) -> datetime | None:
    return routing.won.start if routing.won and routing.status in SHOWN else None


def _is_on(routing: Routing, day: date, zone: str) -> bool:
    start = _start(routing)
    return start is not None and walls_of(start, zone).date() == day


def _longest_wait(visits: list[Routing]) -> datetime | None:
    waiting = (each.arrived_at for each in visits if each.status is Status.WAITING)
    return min((each for each in waiting if each), default=None)
