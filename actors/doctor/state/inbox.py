"""What waits for a doctor, and their visits to come, page by page."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from itertools import islice
from typing import TypeAlias

from actors.appointment import Mark, Urgency, Window
from actors.asked import fitting_together
from actors.doctor.diary import bookable, free_times
from actors.doctor.messages import GetInbox, Hours, Inbox, InboxPart, Offer, OfferStatus
from actors.doctor.state.accepting import first_free
from actors.doctor.state.kept import Doctor, Live
from actors.doctor.state.offer_views import gone, seen
from actors.doctor.state.schedule import calendar_of
from actors.ids import AppointmentId
from actors.visit_type import VisitType

MOST_SHOWN = 200
RECENT_SHOWN = 30
MOST_URGENT_FIRST = (Urgency.URGENT, Urgency.SOON, Urgency.ROUTINE)

Lives: TypeAlias = list[tuple[AppointmentId, Live]]
Proposing: TypeAlias = Callable[[Live], datetime | None]


def inbox(state: Doctor, hours: Hours, query: GetInbox, now: datetime) -> Inbox:
    """Return a page of what waits for an answer and of the visits to come, and the news."""
    waiting = [(key, live) for key, live in state.live.items() if live.status.waits]
    to_come = [(key, live) for key, live in state.live.items() if _is_to_come(live, now)]
    visits = _visits(to_come, query)
    pages = {
        InboxPart.OPEN: _open(state, hours, waiting, query, now),
        InboxPart.VISITS: visits[: _limit(query)],
    }
    shown = fitting_together(pages)
    newest = islice(reversed(state.past.items()), RECENT_SHOWN)
    return Inbox(
        open=shown[InboxPart.OPEN],
        visits=shown[InboxPart.VISITS],
        recent=() if query.only else tuple(gone(key, past) for key, past in newest),
        counts={InboxPart.OPEN: len(waiting), InboxPart.VISITS: len(to_come)},
        more_visits=len(shown[InboxPart.VISITS]) < len(visits),
    )


def _open(
    state: Doctor, hours: Hours, waiting: Lives, query: GetInbox, now: datetime
) -> tuple[Offer, ...]:
    if query.only is InboxPart.VISITS:
        return ()
    proposed = _proposing(state, hours, now)
    first = max(0, query.skip)
    pressing = sorted(waiting, key=lambda each: _pressing(each[1]))
    return tuple(
        seen(key, live, proposed(live) if live.status is OfferStatus.OPEN else None)
        for key, live in pressing[first : first + _limit(query)]
    )


def _visits(to_come: Lives, query: GetInbox) -> tuple[Offer, ...]:
    """Return the visits of the page by start, and the one after it."""
    if query.only is InboxPart.OPEN:
        return ()
    marks = sorted((_mark(key, live), live) for key, live in to_come)
    later = (each for each in marks if query.after is None or each[0] > query.after)
    return tuple(seen(mark.appointment, live) for mark, live in islice(later, _limit(query) + 1))


def _mark(appointment: AppointmentId, live: Live) -> Mark:
    assert live.span is not None  # noqa: S101  a visit to come has a time
    return Mark(live.span.start, appointment)


def _limit(query: GetInbox) -> int:
    return max(1, min(query.limit, MOST_SHOWN))


def _proposing(state: Doctor, hours: Hours, now: datetime) -> Proposing:
    """Return what proposes a time for an open offer, and looks once for those that are alike."""
    calendar, booked = calendar_of(state, hours), state.booked(now)

    @cache
    def free(visit: VisitType, windows: tuple[Window, ...]) -> datetime | None:
        within = bookable(hours, visit, now)
        return next(iter(free_times(calendar, booked, visit, within, windows, limit=1)), None)

    def proposed(live: Live) -> datetime | None:
        if live.span is not None:
            return first_free(state, hours, live, now)
        return free(live.request.visit, live.request.windows)

    return proposed


def _is_to_come(live: Live, now: datetime) -> bool:
    """Return whether it stands and is not over, or goes on."""
    if not live.status.stands or live.span is None:
        return False
    return live.span.end > now or live.status is not OfferStatus.CONFIRMED


def _pressing(live: Live) -> tuple[bool, int, datetime, str]:
    request = live.request
    urgency = MOST_URGENT_FIRST.index(request.urgency)
    return not request.red_flags, urgency, live.answer_by, request.appointment
