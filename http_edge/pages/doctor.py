"""Pages of a doctor: the inbox with requests and visits."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from actors.address import Address
from actors.doctor.messages import (
    AcceptRequest,
    DeclineRequest,
    FreeTimes,
    GetInbox,
    GetPractice,
    Inbox,
    ListFreeTimes,
    Offer,
    OfferStatus,
    Practice,
    address_of,
)
from actors.ids import AppointmentId, DoctorId
from actors.refusal import Refusal
from http_edge.ask import ask, ask_numbered, caller_of
from http_edge.pages.forms import Form, placed, posted, send
from http_edge.pages.rendering import go_to, render

CARDS_WITH_TIMES = 20
"""So many of the most pressing requests show free times to choose from."""
FREE_TIMES = 24


@dataclass(frozen=True, slots=True)
class Card:
    """An open request, and the free times that fit it."""

    offer: Offer
    free: tuple[datetime, ...] = field(default=())


def me(request: web.Request) -> Address:
    """Return where the doctor whose page it is lives."""
    return address_of(DoctorId(caller_of(request).user))


async def inbox(request: web.Request) -> web.Response:
    """Show what waits for my answer, my visits, and what became of the rest."""
    return await _inbox(request, Form(), "")


async def _inbox(request: web.Request, form: Form, of: str) -> web.Response:
    to = me(request)
    practice, (found, seq) = await asyncio.gather(
        ask(request, to, GetPractice(), Practice),
        ask_numbered(request, to, GetInbox(), Inbox),
    )
    pressing = await asyncio.gather(
        *(_card(request, to, offer) for offer in found.open[:CARDS_WITH_TIMES])
    )
    return render(
        request,
        "inbox.html",
        status=form.status,
        seq=seq,
        zone=practice.hours.zone,
        practice=practice,
        cards=[*pressing, *(Card(offer) for offer in found.open[CARDS_WITH_TIMES:])],
        visits=found.visits,
        recent=found.recent,
        **placed(form, of, {offer.id for offer in found.open}),
    )


async def _card(request: web.Request, to: Address, offer: Offer) -> Card:
    if offer.status is not OfferStatus.OPEN:
        return Card(offer)
    try:
        found = await ask(request, to, ListFreeTimes(offer.id, limit=FREE_TIMES), FreeTimes)
    except Refusal:
        return Card(offer)  # it was closed between the two questions
    return Card(offer, found.starts)


async def accept(request: web.Request) -> web.Response:
    """Accept a request at the time proposed, or at another."""
    form = await posted(request)
    wanted = AppointmentId(request.match_info["appointment"])
    practice = await ask(request, me(request), GetPractice(), Practice)
    start = form.wall_moment("at", practice.hours.zone) or _instant(form, "start")
    if form.ok and await send(request, me(request), AcceptRequest(wanted, start), form):
        return go_to("/inbox", "accepted")
    return await _inbox(request, form, wanted)


def _instant(form: Form, name: str) -> datetime | None:
    text = form.typed.get(name, "").strip()
    try:
        moment = datetime.fromisoformat(text) if text else None
    except ValueError:
        moment = None
    if text and (moment is None or moment.tzinfo is None):
        form.wrong(name, "Choose a time from the list.")
        return None
    return moment


async def decline(request: web.Request) -> web.Response:
    """Decline a request with a reason."""
    form = await posted(request)
    wanted = AppointmentId(request.match_info["appointment"])
    reason = form.text("reason", most=500, needed="Say why, so that it can be routed well.")
    if form.ok and await send(request, me(request), DeclineRequest(wanted, reason), form):
        return go_to("/inbox", "declined")
    return await _inbox(request, form, wanted)
