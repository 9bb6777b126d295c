"""What a proxy, and whatever watches over this process, may ask: does it live, may people come?

They ask by this machine's address and without TLS, so these two answer to any name. They say yes
or no and nothing else.
"""

from aiohttp import web

from http_edge import keys
from http_edge.policy import UNIDENTIFIED
from http_edge.problems import Problem
from http_edge.routes import Handler, Kind, Route

LIVE = "/health/live"
READY = "/health/ready"


async def get_live(_request: web.Request) -> web.Response:
    """Say that this process answers; whoever hears nothing starts it anew."""
    return web.Response(text="It lives.\n")


async def get_ready(request: web.Request) -> web.Response:
    """Say whether people are to be sent here: not while this edge is cut off from the bus.

    That the actors are gone does not count: every edge would say so, and none would be left to
    tell people that it is not for long.
    """
    if not request.app[keys.TRANSPORT].connected:
        raise Problem(503, "not_ready", "This one is cut off. Ask another.")
    return web.Response(text="It is ready.\n")


def _route(path: str, handler: Handler) -> Route:
    return Route(
        name=path.strip("/").replace("/", "_"),
        method="GET",
        path=path,
        handler=handler,
        policy=UNIDENTIFIED,
        kind=Kind.HEALTH,
        summary=(handler.__doc__ or "").splitlines()[0],
        answer_type="text/plain",
    )


ROUTES = (_route(LIVE, get_live), _route(READY, get_ready))
