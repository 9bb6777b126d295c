"""The bell's own pages: the fragment that keeps it fresh, and everything that one was told."""

import asyncio

from aiohttp import web

from actors.ids import AppointmentId
from actors.notify.messages import (
    GetPreferences,
    Hush,
    ListNotices,
    MarkSeen,
    Notices,
    Preferences,
    Topic,
    address_of,
)
from http_edge import keys
from http_edge.ask import ask, ask_numbered, caller_of
from http_edge.emergency import refresh_emergency
from http_edge.pages.forms import Form, posted, send, whole_number
from http_edge.pages.rendering import go_to, render
from http_edge.problems import Problem

PAGE = 50
MANY = 1_000_000
HERE = "/notices"


async def bell(request: web.Request) -> web.Response:
    """Send the bell alone, as it stands on every page."""
    if request.get(keys.BELL) is None:
        again = {"Retry-After": "1"}
        raise Problem(503, "no_bell", "The bell can't be read just now.", headers=again)
    return render(request, "bell.html")


async def notices(request: web.Request) -> web.Response:
    """Show what waits for me and what I was told, newest first."""
    return await _notices(request, Form())


async def _notices(request: web.Request, form: Form) -> web.Response:
    mine = address_of(caller_of(request).user)
    listing = ListNotices(whole_number(request.query.get("before", ""), 0), PAGE)
    (found, seq), preferences, _ = await asyncio.gather(
        ask_numbered(request, mine, listing, Notices),
        ask(request, mine, GetPreferences(), Preferences),
        refresh_emergency(request),
    )
    return render(
        request,
        "notices.html",
        status=form.status,
        form=form,
        seq=seq,
        zone=preferences.zone,
        notices=found,
    )


async def mark_seen(request: web.Request) -> web.Response:
    """Mark the notices that were shown as seen."""
    form = await posted(request)
    up_to = form.number("up_to", 1, MANY, "Notices")
    if form.ok and await send(request, address_of(caller_of(request).user), MarkSeen(up_to), form):
        return go_to(HERE, "read")
    return await _notices(request, form)


async def hush(request: web.Request) -> web.Response:
    """Have pages ring no more for something that waits for me."""
    form = await posted(request)
    topic = form.choice("topic", Topic, "Choose from the list.")
    appointment = AppointmentId(form.text("appointment", most=64))
    mine = address_of(caller_of(request).user)
    if topic and form.ok and await send(request, mine, Hush(topic, appointment), form):
        return go_to(HERE, "hushed")
    return await _notices(request, form)
