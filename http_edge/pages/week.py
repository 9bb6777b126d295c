"""A doctor's week: hours, absences, what other calendars say, visits and held times, day by day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from aiohttp import web

from actors.appointment import Span
from actors.doctor.messages import Day, GetWeek, Offer
from http_edge import keys
from http_edge.ask import caller_of
from http_edge.pages.doctor import me, my_practice
from http_edge.pages.forms import Form
from http_edge.pages.rendering import render
from http_edge.pages.times import local
from http_edge.weeks import whole_week

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Entry:
    """Something that stands in a day: `off`, `busy`, `visit`, or `held` for an answer."""

    kind: str
    span: Span
    offer: Offer | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One day and what stands in it, by time."""

    day: Day
    entries: tuple[Entry, ...]


def column(day: Day, zone: str) -> Column:
    """Return *day* with everything in it in the order of time."""
    entries = [
        *(Entry("off", span) for span in day.off),
        *(Entry("busy", span) for span in day.busy),
        *(entry for offer in day.visits for entry in _of_offer(offer, day.day, zone)),
    ]
    return Column(day, tuple(sorted(entries, key=lambda each: (each.span.start, each.kind))))


def _of_offer(offer: Offer, day: date, zone: str) -> Iterator[Entry]:
    """Yield the times of *offer* that begin on *day*: where it stands, and what is held for it."""
    if offer.start is not None and offer.end is not None:
        kind = "visit" if offer.status.stands or offer.status.name in _OVER else "held"
        if local(offer.start, zone).date() == day:
            yield Entry(kind, Span(offer.start, offer.end), offer)
    further = (*offer.choices, *((offer.moving_to,) if offer.moving_to else ()))
    for span in dict.fromkeys(further):
        if span.start != offer.start and local(span.start, zone).date() == day:
            yield Entry("held", span, offer)


_OVER = frozenset({"FULFILLED", "NOSHOW"})


async def week(request: web.Request) -> web.Response:
    """Show my week."""
    practice = await my_practice(request)
    zone = practice.hours.zone
    today = local(request.app[keys.CLOCK].now(), zone).date()
    form = Form({"day": request.query.get("day", "")})
    wanted = form.day("day") or today
    if not date.min + 2 * WEEK < wanted < date.max - 2 * WEEK:
        form.wrong("day", "That day is too far away.")
        wanted = today
    found, seq = await whole_week(request, me(request), GetWeek(wanted))
    monday = found.days[0].day if found.days else wanted
    return render(
        request,
        "week.html",
        status=form.status,
        form=form,
        seq=seq,
        me=caller_of(request).user,
        zone=found.zone,
        columns=[column(day, found.zone) for day in found.days],
        today=today,
        before=monday - WEEK,
        after=monday + WEEK,
    )
