"""The page of one visit, as its doctor sees it: what is known, and what can be done with it."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import msgspec
from aiohttp import web

from actors.doctor.messages import (
    FinishVisit,
    GetOffer,
    GiveBackVisit,
    MarkNoShow,
    Offer,
    OfferStatus,
    StartVisit,
)
from actors.ids import AppointmentId
from http_edge import keys
from http_edge.ask import ask_numbered
from http_edge.pages.doctor import me, my_practice, named
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.proposing import TYPED, card_of, read_proposal
from http_edge.pages.rendering import go_to, render

EARLY_START = timedelta(minutes=30)
"""A visit can begin so long before its time."""
_TO_COME = frozenset({OfferStatus.CONFIRMED, OfferStatus.WAITING})
_OVER = frozenset({OfferStatus.FULFILLED, OfferStatus.NOSHOW})


def may(offer: Offer, now: datetime) -> frozenset[str]:
    """Return what its doctor can do with *offer* at *now*."""
    start, status = offer.start, offer.status
    begun = start is not None and start <= now
    near = start is not None and start - EARLY_START <= now
    can = {
        "start": status in _TO_COME and near,
        "call": status.stands and near,
        "log": (status.stands and near) or status in _OVER,
        "finish": status.stands and (begun or status is OfferStatus.IN_CALL),
        "no_show": status in _TO_COME and begun,
        "give_back": status in _TO_COME,
        "propose": status is OfferStatus.CONFIRMED and not begun and not offer.choices,
        "repeat": status.stands or status is OfferStatus.FULFILLED,
    }
    return frozenset(what for what, fits in can.items() if fits)


async def visit(request: web.Request) -> web.Response:
    """Show one visit."""
    return await _visit(request, Form())


async def _visit(request: web.Request, form: Form) -> web.Response:
    to = me(request)
    practice, (offer, seq) = await asyncio.gather(
        my_practice(request), ask_numbered(request, to, GetOffer(named(request)), Offer)
    )
    return render(
        request,
        "doctor_visit.html",
        status=form.status,
        form=form,
        seq=seq,
        zone=practice.hours.zone,
        practice=practice,
        card=await card_of(request, to, offer),
        may=may(offer, request.app[keys.CLOCK].now()),
        typed_times=TYPED,
    )


async def _act(
    request: web.Request, command: Callable[[AppointmentId], msgspec.Struct], said: str
) -> web.Response:
    form = await posted(request)
    if await send(request, me(request), command(named(request)), form):
        return go_to(f"/visits/{named(request)}", said)
    return await _visit(request, form)


async def start(request: web.Request) -> web.Response:
    """Begin the visit."""
    return await _act(request, StartVisit, "started")


async def finish(request: web.Request) -> web.Response:
    """Say that the visit took place."""
    return await _act(request, FinishVisit, "finished")


async def no_show(request: web.Request) -> web.Response:
    """Say that the patient did not come."""
    return await _act(request, MarkNoShow, "no-show")


async def give_back(request: web.Request) -> web.Response:
    """Give the visit back, so that somebody else is found."""
    form = await posted(request, "give-back")
    reason = form.text("reason", most=500, needed="Say why, so that it can be routed well.")
    command = GiveBackVisit(named(request), reason)
    if form.ok and await send(request, me(request), command, form):
        return go_to("/inbox", "given-back")
    return await _visit(request, form)


async def propose(request: web.Request) -> web.Response:
    """Propose other times for a visit that stands; it keeps its time until one is taken."""
    form = await posted(request, "propose")
    practice = await my_practice(request)
    command = read_proposal(form, named(request), practice.hours.zone)
    if command and await send(request, me(request), command, form, starts=TYPED[0]):
        return go_to(f"/visits/{named(request)}", "proposed")
    return await _visit(request, form)
