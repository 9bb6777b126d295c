"""What rings, as every page shows it."""

from aiohttp import web

from actors.call_session.messages import DeclineCall, DeclineReason
from actors.call_session.messages import address_of as call_at
from actors.ids import CallId, RingId, UserId
from actors.phone.messages import GetPhone, PhoneView, SilenceRing, address_of
from http_edge.ask import ask_numbered, caller_of
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.rendering import go_to, render
from http_edge.problems import Problem


async def phone(request: web.Request) -> web.Response:
    """Send what rings, and the call that I am in, alone."""
    mine = address_of(UserId(caller_of(request).user))
    view, seq = await ask_numbered(request, mine, GetPhone(), PhoneView)
    return render(request, "phone.html", phone=view, seq=seq)


async def silence(request: web.Request) -> web.Response:
    """Have my pages sound no more for a ring; it goes on for who rings."""
    form = await posted(request)
    ring = RingId(form.text("ring", most=64, needed="Say which ring."))
    mine = address_of(UserId(caller_of(request).user))
    if form.ok and await send(request, mine, SilenceRing(ring), form):
        return go_to("/phone", "silenced")
    raise _unfit(form)


async def decline(request: web.Request) -> web.Response:
    """Say that I do not take a call now, and why."""
    form = await posted(request)
    call = CallId(form.text("call", most=64, needed="Say which call."))
    ring = RingId(form.text("ring", most=64, needed="Say which ring."))
    reason = form.choice("reason", DeclineReason, "Choose a reason.") or DeclineReason.NOT_NOW
    if form.ok and await send(request, call_at(call), DeclineCall(ring, reason), form):
        return go_to("/phone", "declined-call")
    raise _unfit(form)


def _unfit(form: Form) -> Problem:
    return Problem(form.status, "not_taken", next(iter(form.errors.values())))
