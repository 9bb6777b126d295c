"""How somebody is reached: by which channels, for what, and when not."""

from datetime import time

from aiohttp import web

from actors.notify.messages import (
    Channel,
    Choices,
    GetPreferences,
    Group,
    Preferences,
    Quiet,
    SetChoices,
    address_of,
)
from http_edge import keys
from http_edge.api.hours import ClockTime
from http_edge.api.shape import Body, Number, View, api_route, json_response
from http_edge.ask import ask, caller_of, tell
from http_edge.bodies import read_json
from http_edge.policy import SIGNED_IN

USUAL = Choices()
"""What holds for somebody who never chose."""


class QuietHours(Body, frozen=True):
    """From *start* until *end* on the clock of your zone, over midnight if *end* is not later."""

    start: ClockTime
    end: ClockTime


class NoticeChoices(Body, frozen=True):
    """What reaches you and how; what is left out is as for somebody who never chose."""

    email: frozenset[Group] = USUAL.email
    push: frozenset[Group] = USUAL.push
    webhook: frozenset[Group] = USUAL.webhook
    quiet: QuietHours | None = None
    digest_minutes: Number = USUAL.digest_minutes
    alert_push_seconds: Number = USUAL.alert_push_seconds
    alert_mail_minutes: Number = USUAL.alert_mail_minutes
    sound: bool = True
    language: str = USUAL.language
    """`en`, `de`, `fr` or `es`; empty: as your profile says, or English."""


class Browser(View, frozen=True):
    """A browser that is pushed to."""

    id: str
    device: str


class PreferencesOut(View, frozen=True):
    """How you are reached; *channels* are those that this clinic has, beside the bell."""

    channels: tuple[Channel, ...]
    choices: NoticeChoices
    subscriptions: tuple[Browser, ...]
    email: str
    zone: str


async def get_preferences(request: web.Request) -> web.Response:
    """See how you are reached."""
    mine = address_of(caller_of(request).user)
    found = await ask(request, mine, GetPreferences(), Preferences)
    out = PreferencesOut(
        channels=request.app[keys.REACH].channels,
        choices=_out(found.choices),
        subscriptions=tuple(Browser(each.id, each.device) for each in found.subscriptions),
        email=found.email,
        zone=found.zone,
    )
    return json_response(out)


def _out(choices: Choices) -> NoticeChoices:
    quiet = choices.quiet
    return NoticeChoices(
        email=choices.email,
        push=choices.push,
        webhook=choices.webhook,
        quiet=QuietHours(f"{quiet.start:%H:%M}", f"{quiet.end:%H:%M}") if quiet else None,
        digest_minutes=choices.digest_minutes,
        alert_push_seconds=choices.alert_push_seconds,
        alert_mail_minutes=choices.alert_mail_minutes,
        sound=choices.sound,
        language=choices.language,
    )


async def set_preferences(request: web.Request) -> web.Response:
    """Choose how you are reached."""
    body = await read_json(request, NoticeChoices)
    choices = Choices(
        email=body.email,
        push=body.push,
        webhook=body.webhook,
        quiet=_quiet(body.quiet),
        digest_minutes=body.digest_minutes,
        alert_push_seconds=body.alert_push_seconds,
        alert_mail_minutes=body.alert_mail_minutes,
        sound=body.sound,
        language=body.language,
    )
    await tell(request, address_of(caller_of(request).user), SetChoices(choices))
    return await get_preferences(request)


def _quiet(hours: QuietHours | None) -> Quiet | None:
    if hours is None:
        return None
    return Quiet(time.fromisoformat(hours.start), time.fromisoformat(hours.end))


ROUTES = (
    api_route("GET", "/notices/preferences", get_preferences, SIGNED_IN, response=PreferencesOut),
    api_route(
        "PUT",
        "/notices/preferences",
        set_preferences,
        SIGNED_IN,
        request=NoticeChoices,
        response=PreferencesOut,
    ),
)
