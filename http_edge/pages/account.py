"""My account: name and zone, where I am signed in, my password."""

import asyncio
from typing import Any

from aiohttp import web

from actors.accounts.messages import (
    ChangePassword,
    EndOtherSessions,
    EndSession,
    Hidden,
    ListSessions,
    Sessions,
    address_of,
)
from actors.address import Address
from actors.caller import Role
from actors.ids import AccountKey, PatientId, SessionId
from actors.patient.messages import ChangeProfile
from actors.patient.messages import address_of as patient_at
from http_edge import keys
from http_edge.ask import ask, caller_of
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.patient import profile_of
from http_edge.pages.rendering import go_to, render

LONGEST_NAME = 120


def _mine(request: web.Request) -> Address:
    return address_of(AccountKey(request[keys.ACCOUNT]))


async def account(request: web.Request) -> web.Response:
    """Show my account."""
    return await _account(request, Form())


async def _account(request: web.Request, form: Form) -> web.Response:
    shared, sessions = await asyncio.gather(
        _shared(request), ask(request, _mine(request), ListSessions(), Sessions)
    )
    return render(
        request, "account.html", status=form.status, **shared, form=form, sessions=sessions.items
    )


async def _shared(request: web.Request) -> dict[str, Any]:
    return await profile_of(request) if caller_of(request).role is Role.PATIENT else {}


async def set_profile(request: web.Request) -> web.Response:
    """Change what I am called and the zone that I read times in."""
    form = await posted(request, "profile")
    name = form.text("name", most=LONGEST_NAME, needed="Say what you are called.")
    command = ChangeProfile(name, form.zone())
    to = patient_at(PatientId(caller_of(request).user))
    if form.ok and await send(request, to, command, form):
        return go_to("/account", "profile")
    return await _account(request, form)


async def end_session(request: web.Request) -> web.Response:
    """End one of my sessions."""
    form = await posted(request, "sessions")
    command = EndSession(SessionId(request.match_info["session"]))
    if await send(request, _mine(request), command, form):
        return go_to("/account", "session")
    return await _account(request, form)


async def end_other_sessions(request: web.Request) -> web.Response:
    """End all my sessions but this one."""
    form = await posted(request, "sessions")
    if await send(request, _mine(request), EndOtherSessions(), form):
        return go_to("/account", "sessions")
    return await _account(request, form)


async def change_password(request: web.Request) -> web.Response:
    """Change my password; my other sessions end."""
    form = await posted(request, "password")
    command = ChangePassword(
        old=Hidden(form.secret("old", "Enter your present password.")),
        new=Hidden(form.secret("new", "Choose a new password.")),
    )
    if form.ok and await send(request, _mine(request), command, form):
        return go_to("/account", "password")
    return await _account(request, form)
