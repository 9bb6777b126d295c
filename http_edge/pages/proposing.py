"""Other times that a doctor proposes: chosen from the free ones, or typed."""

import asyncio
from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from actors.address import Address
from actors.doctor.messages import (
    ClockNote,
    FreeTimes,
    ListFreeTimes,
    Offer,
    OfferStatus,
    ProposeTimes,
)
from actors.ids import AppointmentId
from actors.refusal import Refusal
from http_edge.ask import ask
from http_edge.pages.forms import Form
from http_edge.pages.reading import instant

MOST = 3
TYPED = tuple(f"at-{number}" for number in range(1, MOST + 1))
LONGEST_HOLD_HOURS = 14 * 24
FREE_TIMES = 12


@dataclass(frozen=True, slots=True)
class Card:
    """A request or a visit, and the free times that fit it."""

    offer: Offer
    free: tuple[datetime, ...] = ()
    notes: tuple[ClockNote, ...] = ()


async def card_of(request: web.Request, to: Address, offer: Offer) -> Card:
    """Return *offer* with free times, where times may be chosen for it."""
    if not (offer.status is OfferStatus.OPEN or offer.status.stands):
        return Card(offer)
    try:
        found = await ask(request, to, ListFreeTimes(offer.id, limit=FREE_TIMES), FreeTimes)
    except Refusal:
        return Card(offer)  # it was closed between the two questions
    return Card(offer, found.starts, found.notes)


async def cards_of(
    request: web.Request, to: Address, offers: tuple[Offer, ...], most: int
) -> list[Card]:
    """Return all *offers*, the first *most* of them with free times."""
    pressing = await asyncio.gather(*(card_of(request, to, offer) for offer in offers[:most]))
    return [*pressing, *(Card(offer) for offer in offers[most:])]


def read_proposal(form: Form, wanted: AppointmentId, zone: str) -> ProposeTimes | None:
    """Return the proposal in *form*, with typed times on the clock of *zone*."""
    ticked = [instant(form, TYPED[0], text) for text in form.chosen("time")]
    typed = [form.wall_moment(name, zone) for name in TYPED]
    hours = form.number("hold_hours", 1, LONGEST_HOLD_HOURS, "How long they are held, in hours")
    starts = tuple(sorted({start for start in (*ticked, *typed) if start is not None}))
    if form.ok and not starts:
        form.wrong(TYPED[0], "Choose at least one time, or type one.")
    if len(starts) > MOST:
        form.wrong(TYPED[0], f"Choose at most {MOST} times.")
    return ProposeTimes(wanted, starts, hours * 60) if form.ok else None
