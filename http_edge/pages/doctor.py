"""Pages of a doctor: the inbox with requests and visits."""

import asyncio

from aiohttp import web

from actors.address import Address
from actors.doctor.messages import (
    AcceptRequest,
    DeclineRequest,
    GetInbox,
    GetPractice,
    Inbox,
    InboxPart,
    Practice,
    address_of,
)
from actors.ids import AppointmentId, DoctorId
from http_edge.ask import ask, ask_numbered, caller_of
from http_edge.marks import after_last, mark_of, text_of
from http_edge.pages.forms import Form, placed, posted, send, whole_number
from http_edge.pages.proposing import TYPED, cards_of, read_proposal
from http_edge.pages.reading import instant
from http_edge.pages.rendering import go_to, render

PAGE = 50
"""So many requests and visits are shown at a time."""
MOST_SKIPPED = 100_000
CARDS_WITH_TIMES = 20
"""So many of the most pressing requests show free times to choose from."""


def me(request: web.Request) -> Address:
    """Return where the doctor whose page it is lives."""
    return address_of(DoctorId(caller_of(request).user))


async def my_practice(request: web.Request) -> Practice:
    """Return the practice of the doctor whose page it is."""
    return await ask(request, me(request), GetPractice(), Practice)


def named(request: web.Request) -> AppointmentId:
    """Return the appointment that the page is about."""
    return AppointmentId(request.match_info["appointment"])


async def inbox(request: web.Request) -> web.Response:
    """Show what waits for my answer, my visits, and what became of the rest; or more of a part."""
    return await _inbox(request, Form(), "")


async def _inbox(request: web.Request, form: Form, of: str) -> web.Response:
    to, query = me(request), _page(request)
    practice, (found, seq) = await asyncio.gather(
        my_practice(request), ask_numbered(request, to, query, Inbox)
    )
    after = after_last(found)
    return render(
        request,
        "inbox.html",
        status=form.status,
        seq=seq,
        zone=practice.hours.zone,
        practice=practice,
        cards=await cards_of(request, to, found.open, CARDS_WITH_TIMES),
        visits=found.visits,
        recent=found.recent,
        part=query.only,
        skip=query.skip,
        after=query.after,
        page=PAGE,
        counts={"open": len(found.open), "visits": len(found.visits), **found.counts},
        later=after and text_of(after),
        typed_times=TYPED,
        **placed(form, of, {offer.id for offer in found.open}),
    )


def _page(request: web.Request) -> GetInbox:
    """Return what the page asks for; without a part, both from the first on."""
    part = next((each for each in InboxPart if each.value == request.query.get("part")), None)
    if part is InboxPart.OPEN:
        skip = min(whole_number(request.query.get("skip", ""), 0), MOST_SKIPPED)
        return GetInbox(PAGE, part, skip)
    after = mark_of(request.query.get("after", "")) if part else None
    return GetInbox(PAGE, part, after=after)


async def accept(request: web.Request) -> web.Response:
    """Accept a request at the time proposed, or at another."""
    form = await posted(request)
    practice = await my_practice(request)
    start = form.wall_moment("at", practice.hours.zone)
    if start is None and form.typed.get("start", "").strip():
        start = instant(form, "start", form.typed["start"])
    command = AcceptRequest(named(request), start)
    if form.ok and await send(request, me(request), command, form):
        return go_to("/inbox", "accepted")
    return await _inbox(request, form, named(request))


async def propose(request: web.Request) -> web.Response:
    """Propose up to three other times, of which the patient chooses one."""
    form = await posted(request)
    practice = await my_practice(request)
    command = read_proposal(form, named(request), practice.hours.zone)
    if command and await send(request, me(request), command, form, starts=TYPED[0]):
        return go_to("/inbox", "proposed")
    return await _inbox(request, form, named(request))


async def decline(request: web.Request) -> web.Response:
    """Decline a request with a reason."""
    form = await posted(request)
    reason = form.text("reason", most=500, needed="Say why, so that it can be routed well.")
    command = DeclineRequest(named(request), reason)
    if form.ok and await send(request, me(request), command, form):
        return go_to("/inbox", "declined")
    return await _inbox(request, form, named(request))
