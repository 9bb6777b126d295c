"""When messages are answered: a doctor's own hours, and the clinic's for all others."""

import asyncio

import msgspec
from aiohttp import web

from actors.correspondence import LONGEST_TEXT, Answering, AnsweringBlock
from actors.directory.messages import ADDRESS, SetHouse
from actors.doctor.messages import AnsweringView, GetAnswering, SetAnswering
from http_edge.ask import ask_numbered
from http_edge.lookup import house_of
from http_edge.pages.clinic import show_clinic
from http_edge.pages.doctor import me
from http_edge.pages.forms import Form, posted, send
from http_edge.pages.hours import typed_week, weekly_of
from http_edge.pages.rendering import go_to, render


def answering_in(form: Form) -> Answering:
    """Return the hours that are typed."""
    weekly = tuple(AnsweringBlock(day, *edges) for day, edges in weekly_of(form))
    return Answering(form.zone(), weekly, form.text("text", most=LONGEST_TEXT))


async def answering(request: web.Request) -> web.Response:
    """Show when I answer messages."""
    return await _answering(request, Form())


async def _answering(request: web.Request, form: Form) -> web.Response:
    (view, seq), house = await asyncio.gather(
        ask_numbered(request, me(request), GetAnswering(), AnsweringView), house_of(request)
    )
    typed, blocks = typed_week(view.answering.weekly)
    return render(
        request,
        "answering.html",
        status=form.status,
        form=form,
        seq=seq,
        house=house,
        answering=view.answering,
        typed=typed,
        blocks=range(1, blocks + 1),
    )


async def set_answering(request: web.Request) -> web.Response:
    """Keep when I answer messages."""
    form = await posted(request)
    command = SetAnswering(answering_in(form))
    if form.ok and await send(request, me(request), command, form):
        return go_to("/answering", "answering")
    return await _answering(request, form)


async def set_clinics_answering(request: web.Request) -> web.Response:
    """Keep when the clinic answers messages."""
    form = await posted(request, "answering")
    kept = answering_in(form)
    house = msgspec.structs.replace(await house_of(request), answering=kept)
    if form.ok and await send(request, ADDRESS, SetHouse(house), form):
        return go_to("/clinic", "answering")
    return await show_clinic(request, form)
