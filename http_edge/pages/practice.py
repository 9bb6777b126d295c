"""What routing may know of a doctor, whether they are on duty, and their other calendar."""

import msgspec
from aiohttp import web

from actors.doctor.messages import (
    GetPractice,
    GoOffDuty,
    GoOnDuty,
    Practice,
    Profile,
    RefreshBusy,
    SetBusyFeed,
    SetProfile,
)
from http_edge.ask import ask_numbered
from http_edge.pages.doctor import me, my_practice
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.reading import languages, words
from http_edge.pages.rendering import go_to, render


async def practice(request: web.Request) -> web.Response:
    """Show my practice."""
    return await _practice(request, Form())


async def _practice(request: web.Request, form: Form) -> web.Response:
    found, seq = await ask_numbered(request, me(request), GetPractice(), Practice)
    return render(
        request,
        "practice.html",
        status=form.status,
        form=form,
        seq=seq,
        zone=found.hours.zone,
        practice=found,
    )


async def _tell(
    request: web.Request, form: Form, command: msgspec.Struct, said: str, **renamed: str
) -> web.Response:
    if form.ok and await send(request, me(request), command, form, **renamed):
        return go_to("/practice", said)
    return await _practice(request, form)


async def set_profile(request: web.Request) -> web.Response:
    """Keep my specialties and languages."""
    form = await posted(request, "profile")
    profile = Profile(words(form, "specialties"), languages(form, "languages"))
    return await _tell(request, form, SetProfile(profile), "routing-profile")


async def go_on_duty(request: web.Request) -> web.Response:
    """Be on duty from now on, until a time if one is named."""
    form = await posted(request, "duty")
    zone = (await my_practice(request)).hours.zone
    return await _tell(request, form, GoOnDuty(form.wall_moment("until", zone)), "duty")


async def go_off_duty(request: web.Request) -> web.Response:
    """Be on duty no more."""
    return await _tell(request, await posted(request, "duty"), GoOffDuty(), "duty-over")


async def set_calendar(request: web.Request) -> web.Response:
    """Have another calendar of mine read, for times that are taken there."""
    form = await posted(request, "calendar")
    url = form.text("url", most=2000, needed="Enter the address of the calendar.")
    return await _tell(request, form, SetBusyFeed(url), "calendar")


async def read_calendar(request: web.Request) -> web.Response:
    """Read the other calendar now."""
    return await _tell(request, await posted(request, "calendar"), RefreshBusy(), "calendar-read")


async def remove_calendar(request: web.Request) -> web.Response:
    """Read the other calendar no more."""
    form = await posted(request, "calendar")
    return await _tell(request, form, SetBusyFeed(""), "calendar-removed")
