"""The letters of one person: which have left, which have not, and one more try."""

import asyncio

from aiohttp import web

from actors.notify.messages import Letters, ListLetters, Resend, address_of
from http_edge.ask import ask
from http_edge.lookup import person_by_id
from http_edge.pages.forms import Form, posted, send, whole_number
from http_edge.pages.rendering import go_to, render


async def letters(request: web.Request) -> web.Response:
    """Show somebody's letters and whether they have left."""
    return await _letters(request, Form())


async def _letters(request: web.Request, form: Form) -> web.Response:
    user = request.match_info["user"]
    person, found = await asyncio.gather(
        person_by_id(request, user), ask(request, address_of(user), ListLetters(), Letters)
    )
    return render(
        request,
        "letters.html",
        status=form.status,
        form=form,
        person=person,
        letters=found.items,
    )


async def resend(request: web.Request) -> web.Response:
    """Carry a letter again."""
    form = await posted(request)
    user = request.match_info["user"]
    command = Resend(whole_number(request.match_info["letter"], 0))
    if await send(request, address_of(user), command, form):
        return go_to(f"/accounts/{user}/letters", "resent")
    return await _letters(request, form)
