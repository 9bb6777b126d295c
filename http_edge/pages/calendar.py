"""Calendars: a visit as a file, and a feed of all of one's visits."""

from aiohttp import web

from http_edge import keys
from http_edge.feeds import end_feed, feed_of, file_of, open_feed
from http_edge.idempotency import use_key
from http_edge.links import feed_links
from http_edge.pages.forms import ONCE, posted
from http_edge.pages.rendering import go_to, render
from http_edge.pages.visit import view_of


async def visit_file(request: web.Request) -> web.Response:
    """Send a visit as a file to add to a calendar."""
    return file_of(request, await view_of(request))


async def feed(request: web.Request) -> web.Response:
    """Send the visits of whoever the address belongs to."""
    return await feed_of(request, request.match_info["token"])


async def create_feed(request: web.Request) -> web.Response:
    """Make a new calendar feed, and show its address this once."""
    form = await posted(request, "feed")
    if form.typed.get(ONCE):
        await use_key(request, form.typed[ONCE])
    token = await open_feed(request)
    public_url = request.app[keys.SETTINGS].public_url
    webcal, address = feed_links(public_url, token)
    return render(request, "feed.html", webcal=webcal, address=address)


async def revoke_feed(request: web.Request) -> web.Response:
    """End my calendar feed."""
    await posted(request, "feed")
    await end_feed(request)
    return go_to("/account", "feed-ended")
