"""Calendars: a visit as a file, and a feed of all of one's visits."""

from datetime import datetime

from aiohttp import web

from actors.directory.messages import ADDRESS, FeedView, GetFeed
from http_edge import keys
from http_edge.api.appointments import appointment_of, named
from http_edge.api.shape import Nothing, View, api_route, empty, json_response
from http_edge.ask import ask
from http_edge.bodies import read_json
from http_edge.feeds import end_feed, file_of, open_feed
from http_edge.links import feed_links
from http_edge.policy import PATIENT, PATIENT_OR_DOCTOR


class FeedOut(View, frozen=True):
    """That you have a calendar feed, and since when."""

    since: datetime


class NewFeed(View, frozen=True):
    """The address of your calendar feed: shown this once."""

    webcal: str
    address: str


async def get_calendar(request: web.Request) -> web.Response:
    """Read a visit as a file for calendars (RFC 5545)."""
    return file_of(request, await appointment_of(request, named(request)))


async def get_feed(request: web.Request) -> web.Response:
    """See whether you have a calendar feed."""
    return json_response(FeedOut((await ask(request, ADDRESS, GetFeed(), FeedView)).since))


async def create_feed(request: web.Request) -> web.Response:
    """Make a new calendar feed; one of before ends."""
    await read_json(request, Nothing)
    token = await open_feed(request)
    return json_response(
        NewFeed(*feed_links(request.app[keys.SETTINGS].public_url, token)), status=201
    )


async def revoke_feed(request: web.Request) -> web.Response:
    """End your calendar feed."""
    await end_feed(request)
    return empty()


_FEED = "/me/calendar-feed"

ROUTES = (
    api_route("GET", "/appointments/{appointment}/calendar.ics", get_calendar, PATIENT),
    api_route("GET", _FEED, get_feed, PATIENT_OR_DOCTOR, response=FeedOut),
    api_route(
        "POST",
        _FEED,
        create_feed,
        PATIENT_OR_DOCTOR,
        request=Nothing,
        response=NewFeed,
        status=201,
        limit="new_feed",
    ),
    api_route("DELETE", _FEED, revoke_feed, PATIENT_OR_DOCTOR, status=204),
)
