"""The log of a call: who was there, when, for how long, and why something went wrong."""

from aiohttp import web

from actors.call_session.messages import CallLog, GetLog
from http_edge import keys
from http_edge.ask import ask
from http_edge.pages.call_log_wording import days_of, talks_of
from http_edge.pages.calls import call_of, here
from http_edge.pages.recordings import reports_of
from http_edge.pages.rendering import render


async def log(request: web.Request) -> web.Response:
    """Show what happened in a call, and its recordings."""
    found = await ask(request, here(request), GetLog(), CallLog)
    return render(
        request,
        "call_log.html",
        call=call_of(request),
        log=found,
        talks=talks_of(found),
        days=days_of(found, request[keys.LIVE].zone),
        reports=reports_of(found),
    )
