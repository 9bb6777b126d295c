"""One line per request: the route, never the path or query that somebody typed."""

import structlog
from aiohttp import web
from aiohttp.abc import AbstractAccessLogger

from actors.caller import NOBODY
from http_edge import keys
from http_edge.routes import Kind, route_of

log = structlog.get_logger("http_edge.access")


class AccessLog(AbstractAccessLogger):
    """Writes the line. Malformed requests have a log of their own, which writes sparingly."""

    def log(self, request: web.BaseRequest, response: web.StreamResponse, time: float) -> None:
        """Write down who asked what and how it went."""
        if not isinstance(request, web.Request) or keys.TRACE not in request:
            return
        route = route_of(request)
        if route is not None and route.kind is Kind.HEALTH:
            return  # every few seconds, from everywhere
        caller = request.get(keys.CALLER, NOBODY)
        log.info(
            "request",
            method=request.method,
            route=route.path if route else "-",
            status=response.status,
            bytes=response.body_length,
            milliseconds=round(time * 1000, 1),
            address=request.app[keys.ORIGINS].address(request),
            role=caller.role,
            user=caller.user,
            trace=request[keys.TRACE],
        )
