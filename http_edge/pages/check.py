"""The check of one's device, on a page of its own: from the waiting room, or days before."""

from aiohttp import web

from actors.call_session.messages import CallView, GetCall
from http_edge.ask import ask
from http_edge.pages.call_wording import mine
from http_edge.pages.calls import base_of, here
from http_edge.pages.devices import device_of
from http_edge.pages.rendering import render


async def check(request: web.Request) -> web.Response:
    """Show the check of camera, microphone, sound and connection."""
    view = await ask(request, here(request), GetCall(), CallView)
    me = mine(view)
    return render(
        request,
        "check.html",
        view=view,
        base=base_of(request),
        device=device_of(request.headers.get("User-Agent", "")),
        known=me.check if me else None,
    )
