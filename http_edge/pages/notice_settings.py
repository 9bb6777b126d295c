"""How I am told: by which channels, for what, and when not; it works without a script."""

import asyncio

from aiohttp import web
from msgspec.structs import replace

from actors.caller import Role
from actors.ids import SubscriptionId
from actors.notify.messages import (
    LANGUAGES,
    Channel,
    Choices,
    GetPreferences,
    Group,
    Preferences,
    Quiet,
    SetChoices,
    Unsubscribe,
    address_of,
)
from http_edge import keys
from http_edge.ask import ask, caller_of
from http_edge.emergency import refresh_emergency
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.rendering import go_to, render

HERE = "/notices/settings"

GROUPS = {
    Role.PATIENT: (Group.VISITS, Group.REMINDERS, Group.MESSAGES, Group.CALLS),
    Role.DOCTOR: (Group.REQUESTS, Group.VISITS, Group.MESSAGES, Group.CALLS),
    Role.ADMIN: (Group.REQUESTS,),
}
"""What concerns whom. The choices for other groups stay as they are."""

DAY = 24 * 60
HOUR = 3600


async def settings(request: web.Request) -> web.Response:
    """Show how I am told."""
    return await _settings(request, Form())


async def _settings(request: web.Request, form: Form) -> web.Response:
    preferences, _ = await asyncio.gather(_preferences(request), refresh_emergency(request))
    role = caller_of(request).role
    reach = request.app[keys.REACH]
    return render(
        request,
        "notice_settings.html",
        status=form.status,
        form=form,
        zone=preferences.zone,
        preferences=preferences,
        groups=GROUPS[role],
        channels=_ticked(form, preferences.choices, reach.channels),
        push_key=reach.push_key,
        rings=role is not Role.PATIENT,
        languages=LANGUAGES,
    )


async def _preferences(request: web.Request) -> Preferences:
    mine = address_of(caller_of(request).user)
    return await ask(request, mine, GetPreferences(), Preferences)


def _ticked(form: Form, choices: Choices, channels: tuple[Channel, ...]) -> dict[Channel, set[str]]:
    """Return which groups are ticked for each channel: as typed, or as they were chosen."""
    if form.typed:
        return {channel: set(form.chosen(channel.value)) for channel in channels}
    return {
        channel: {group.value for group in getattr(choices, channel.value)} for channel in channels
    }


async def set_settings(request: web.Request) -> web.Response:
    """Choose how I am told."""
    form = await posted(request)
    known = (await _preferences(request)).choices
    choices = replace(
        known,
        **_chosen(request, form, known),
        quiet=_quiet(form),
        digest_minutes=form.number("digest_minutes", 5, DAY, "Minutes"),
        **_alerts(request, form),
        sound="sound" in form.typed,
        language=form.text("language"),
    )
    mine = address_of(caller_of(request).user)
    if form.ok and await send(request, mine, SetChoices(choices), form, quiet="quiet_from"):
        return go_to(HERE, "choices")
    return await _settings(request, form)


def _chosen(request: web.Request, form: Form, known: Choices) -> dict[str, frozenset[Group]]:
    """Return the groups by channel: those on the page as ticked, the others as before."""
    mine = frozenset(GROUPS[caller_of(request).role])
    return {
        channel.value: (getattr(known, channel.value) - mine)
        | {group for group in mine if group.value in form.chosen(channel.value)}
        for channel in request.app[keys.REACH].channels
    }


def _quiet(form: Form) -> Quiet | None:
    start, end = form.clock("quiet_from"), form.clock("quiet_to")
    if start is None and end is None:
        return None
    if start is None or end is None:
        form.wrong("quiet_from" if start is None else "quiet_to", "Enter both, or neither.")
        return None
    return Quiet(start, end)


def _alerts(request: web.Request, form: Form) -> dict[str, int]:
    """Return how long something may wait; patients are not asked."""
    if caller_of(request).role is Role.PATIENT:
        return {}
    return {
        "alert_push_seconds": form.number("alert_push_seconds", 0, HOUR, "Seconds"),
        "alert_mail_minutes": form.number("alert_mail_minutes", 1, DAY, "Minutes"),
    }


async def remove_browser(request: web.Request) -> web.Response:
    """Have a browser pushed to no more."""
    form = await posted(request)
    command = Unsubscribe(SubscriptionId(request.match_info["subscription"]))
    if await send(request, address_of(caller_of(request).user), command, form):
        return go_to(HERE, "browser")
    return await _settings(request, form)
