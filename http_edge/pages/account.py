"""My account: who I am, reminders, calendar feed, where I am signed in, my password."""

import asyncio
from typing import Any

from aiohttp import web
from msgspec.structs import replace

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
from actors.directory.messages import FeedView
from actors.ids import AccountKey, SessionId
from actors.patient.messages import ChangeProfile, Profile
from http_edge import keys
from http_edge.ask import ask, caller_of
from http_edge.feeds import own_feed
from http_edge.pages.forms import Form, posted, send, whole_number
from http_edge.pages.patient import me, profile_of
from http_edge.pages.rendering import go_to, render
from http_edge.pages.times import local

LONGEST_NAME = 120
REMINDERS = (7 * 1440, 2 * 1440, 1440, 240, 60, 30, 10)
"""What a patient can choose from: so many minutes before a visit."""
LANGUAGES = (
    *("ar", "de", "en", "es", "fa", "fr", "it", "ku", "nl", "pl", "pt", "ro", "ru", "tr"),
    *("uk", "ur", "vi", "zh"),
)
"""What is proposed; any BCP 47 tag is taken."""


def _mine(request: web.Request) -> Address:
    return address_of(AccountKey(request[keys.ACCOUNT]))


async def account(request: web.Request) -> web.Response:
    """Show my account."""
    return await _account(request, Form())


async def _account(request: web.Request, form: Form) -> web.Response:
    shared, sessions, feed = await asyncio.gather(
        _shared(request), ask(request, _mine(request), ListSessions(), Sessions), _feed(request)
    )
    return render(
        request,
        "account.html",
        status=form.status,
        **shared,
        form=form,
        sessions=sessions.items,
        feed=feed,
        reminder_choices=REMINDERS,
        language_choices=LANGUAGES,
    )


async def _shared(request: web.Request) -> dict[str, Any]:
    return await profile_of(request) if caller_of(request).role is Role.PATIENT else {}


async def _feed(request: web.Request) -> FeedView | None:
    owns = caller_of(request).role in {Role.PATIENT, Role.DOCTOR}
    return await own_feed(request) if owns else None


async def set_profile(request: web.Request) -> web.Response:
    """Change what I am called, the zone that I read times in, and what the clinic knows of me."""
    form = await posted(request, "profile")
    name = form.text("name", most=LONGEST_NAME, needed="Say what you are called.")
    born_on, profile = form.day("born_on"), (await profile_of(request))["profile"]
    if born_on and born_on > local(request.app[keys.CLOCK].now(), profile.zone).date():
        form.wrong("born_on", "That day is still to come.")
    facts = replace(profile.facts, language=form.text("language", most=35), born_on=born_on)
    command = ChangeProfile(name, form.zone(), facts)
    if form.ok and await send(request, me(request), command, form):
        return go_to("/account", "profile")
    return await _account(request, form)


async def set_reminders(request: web.Request) -> web.Response:
    """Choose when I am reminded of my visits."""
    form = await posted(request, "reminders")
    profile: Profile = (await profile_of(request))["profile"]
    chosen = {whole_number(text, -1) for text in form.chosen("remind")}
    minutes: tuple[int, ...] | None = tuple(sorted(chosen & set(REMINDERS), reverse=True))
    how = form.typed.get("reminders")
    if how in {"clinic", "none"}:
        minutes = None if how == "clinic" else ()
    elif not minutes:
        form.wrong("reminders", "Tick at least one, or choose “Never”.")
    command = ChangeProfile(
        profile.name, profile.zone, replace(profile.facts, reminder_minutes=minutes)
    )
    if form.ok and await send(request, me(request), command, form):
        return go_to("/account", "reminders")
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
