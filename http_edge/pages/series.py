"""Booking a patient again: first what the series would be with its clashes, then the booking."""

import asyncio

from aiohttp import web

from actors.doctor.messages import (
    BookSeries,
    Every,
    GetOffer,
    Offer,
    PreviewSeries,
    Repeat,
    SeriesBooked,
    SeriesPlan,
)
from actors.refusal import Refusal
from http_edge.ask import ask
from http_edge.pages.doctor import me, my_practice, named
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.rendering import go_to, render

MOST = 52
LONGEST_INTERVAL = 12


def _repeat(form: Form) -> Repeat | None:
    every = form.choice("every", Every, "Choose weeks or months.")
    interval = form.number("interval", 1, LONGEST_INTERVAL, "How many weeks or months between")
    count = form.number("count", 1, MOST, "How many visits")
    return Repeat(every, interval, count) if every and form.ok else None


async def show_series(request: web.Request) -> web.Response:
    """Show what a series would be: what is free, and what clashes."""
    form = Form(request.query)
    repeat = _repeat(form) if "count" in form.typed else None
    plan = await _plan(request, form, repeat) if repeat else None
    return await _series(request, form, plan)


async def _plan(request: web.Request, form: Form, repeat: Repeat) -> SeriesPlan | None:
    try:
        return await ask(request, me(request), PreviewSeries(named(request), repeat), SeriesPlan)
    except Refusal as refusal:
        form.refuse(refusal, repeat="count")
        return None


async def _series(
    request: web.Request,
    form: Form,
    plan: SeriesPlan | None = None,
    booked: SeriesBooked | None = None,
) -> web.Response:
    practice, offer = await asyncio.gather(
        my_practice(request), ask(request, me(request), GetOffer(named(request)), Offer)
    )
    return render(
        request,
        "series.html",
        status=form.status,
        form=form,
        zone=practice.hours.zone,
        offer=offer,
        plan=plan,
        booked=booked,
    )


async def book_series(request: web.Request) -> web.Response:
    """Book what is free of a series; what clashes is listed."""
    form = await posted(request)
    repeat = _repeat(form)
    if repeat is None:
        return await _series(request, form)
    command = BookSeries(named(request), repeat)
    happened = await send(request, me(request), command, form, repeat="count")
    if happened is None:
        return await _series(request, form)
    booked = happened.first(SeriesBooked)
    if booked is not None and booked.clashes:
        return await _series(request, form, booked=booked)
    return go_to(f"/visits/{named(request)}", "series")
