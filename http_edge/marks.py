"""Where a page of visits begins, as a link says it: `2026-03-02T09:00:00Z,<appointment>`."""

from datetime import UTC, datetime

from aiohttp import web

from actors.admin_router.messages import DayBoard
from actors.appointment import Mark
from actors.doctor.messages import Inbox
from actors.ids import AppointmentId
from http_edge.bodies import invalid


def text_of(mark: Mark) -> str:
    """Return *mark* as a link says it."""
    start = mark.start.astimezone(UTC).replace(tzinfo=None)
    return f"{start.isoformat()}Z,{mark.appointment}"


def mark_of(text: str) -> Mark | None:
    """Return the place that *text* says, or None when it says none."""
    start, _, appointment = text.partition(",")
    try:
        moment = datetime.fromisoformat(start)
        return Mark(moment.astimezone(UTC), AppointmentId(appointment)) if moment.tzinfo else None
    except (ValueError, OverflowError):
        return None


def after_last(page: Inbox) -> Mark | None:
    """Return after which visit the next page of an inbox begins, if there is one."""
    last = page.visits[-1] if page.more_visits and page.visits else None
    return Mark(last.start, last.id) if last and last.start else None


def after_day(page: DayBoard) -> str | None:
    """Return where the next page of a day begins, as a link says it, if there is one."""
    last = page.visits[-1] if page.more and page.visits else None
    return text_of(Mark(last.start, last.request.appointment)) if last and last.start else None


def cursor_of(request: web.Request) -> Mark | None:
    """Return after which visit the page begins that is asked for, or raise `Problem` (422)."""
    text = request.query.get("cursor", "")
    mark = mark_of(text)
    if text and mark is None:
        raise invalid({"cursor": "That does not fit."})
    return mark
