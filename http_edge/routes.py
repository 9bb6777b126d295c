"""What a route is. The list of them all stands in `table`."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias

from aiohttp import web

from http_edge import keys
from http_edge.policy import Policy

Handler: TypeAlias = Callable[[web.Request], Awaitable[web.StreamResponse]]

KIB = 1024


class Kind(StrEnum):
    """What a route speaks: it decides how errors look and which bodies are taken."""

    API = "api"
    PAGE = "page"
    SOCKET = "socket"
    STATIC = "static"
    REPORT = "report"
    """What browsers send of themselves: it changes nothing."""
    HEALTH = "health"
    """What machines that watch over this one ask."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """One method on one path: who may call it, what goes in, what comes out."""

    name: str
    """Unique; `request.app.router[name].url_for(...)` builds its path."""
    method: str
    path: str
    handler: Handler
    policy: Policy
    kind: Kind
    summary: str
    request: Any = None
    """The type of the JSON body, if it takes one."""
    response: Any = None
    """The type of the JSON answer, if it gives one."""
    status: int = 200
    query: Mapping[str, str] = field(default_factory=dict)
    """Query parameters, by name, with a few words on each."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Headers of its own that a request needs, by name, with a few words on each."""
    body_type: str = ""
    """The media type of a body that is not JSON."""
    answer_type: str = ""
    """The media type of an answer that is not JSON."""
    body_limit: int = 64 * KIB
    limit: str = ""
    """The name of the rate limit that it counts against, if any (see `limits`)."""


def add_routes(app: web.Application, routes: Iterable[Route]) -> None:
    """Put *routes* on the application's router (GET answers HEAD too)."""
    known: dict[web.AbstractRoute, Route] = {}
    for route in routes:
        resource = app.router.add_resource(_bounded(route.path), name=route.name)
        known[resource.add_route(route.method, route.handler)] = route
        if route.method == "GET" and route.kind is not Kind.SOCKET:
            known[resource.add_route("HEAD", route.handler)] = route
    app[keys.ROUTES] = known


def _bounded(path: str) -> str:
    """Hold each `{id}` of *path* to what an id may look like."""
    return re.sub(r"\{(\w+)\}", r"{\1:[A-Za-z0-9_-]{1,64}}", path)


def route_of(request: web.Request) -> Route | None:
    """Return the route that *request* matched; None where there is none (404, 405)."""
    return request.app[keys.ROUTES].get(request.match_info.route)
