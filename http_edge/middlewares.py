"""What every request goes through on its way in, from the outermost inwards."""

import hashlib

import structlog
from aiohttp import web

from actors.caller import NOBODY
from actors.refusal import Refusal
from actors.runtime.errors import DeliveryFailed
from http_edge import keys
from http_edge.auth import identify
from http_edge.bell import ring
from http_edge.idempotency import once_only
from http_edge.origins import SAFE, comes_from_browser
from http_edge.problems import BROKEN, Problem, json_problem, problem_of
from http_edge.routes import Handler, Kind, route_of

log = structlog.get_logger("http_edge")

REDIRECT = 400


@web.middleware
async def trace(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request a trace id, which its messages, problems and log lines carry."""
    drawn = request.app[keys.MINT].message_id()
    request[keys.TRACE] = hashlib.blake2b(drawn.encode(), digest_size=16).hexdigest()
    request[keys.CALLER] = NOBODY
    with structlog.contextvars.bound_contextvars(trace=request[keys.TRACE]):
        return await handler(request)


@web.middleware
async def answer_problems(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer whatever goes wrong as a problem: JSON for the API, a page for people."""
    try:
        return await handler(request)
    except Problem as problem:
        return await _show(request, problem)
    except (Refusal, DeliveryFailed) as error:
        return await _show(request, problem_of(error))
    except web.HTTPException as error:
        if error.status < REDIRECT:
            raise
        return await _show(request, problem_of(error))
    except ConnectionError:
        raise
    except Exception:
        log.exception("a handler broke", route=_name(request))
        return await _show(request, Problem(500, "crashed", BROKEN))


async def _show(request: web.Request, problem: Problem) -> web.Response:
    page = request.app.get(keys.ERROR_PAGE)
    if page is not None and _wants_page(request):
        try:
            return await page(request, problem)
        except Exception:
            log.exception("the error page broke", route=_name(request))
    return json_problem(problem, request.path, request[keys.TRACE])


def _wants_page(request: web.Request) -> bool:
    route = route_of(request)
    if route is None:
        return not request.path.startswith("/api/")
    return route.kind is Kind.PAGE


def _name(request: web.Request) -> str:
    route = route_of(request)
    return route.name if route else ""


@web.middleware
async def gate(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn away what is meant for another host, came without TLS, or is packed."""
    route = route_of(request)
    if route is not None and route.kind is Kind.HEALTH:
        return await handler(request)
    origins = request.app[keys.ORIGINS]
    origins.check_host(request)
    if origins.is_plain(request):
        _send_to_tls(request, origins.public_url)
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise Problem(415, "packed_body", "Send the body without Content-Encoding.")
    return await handler(request)


def _send_to_tls(request: web.Request, public_url: str) -> None:
    if request.method in SAFE and _wants_page(request):
        raise web.HTTPPermanentRedirect(public_url + request.path)
    raise Problem(403, "tls_wanted", "Use https.")


@web.middleware
async def own_site(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let nobody else's page change anything here (cross-site request forgery)."""
    if _must_be_own(request) and not request.app[keys.ORIGINS].is_own(request):
        raise Problem(403, "foreign_site", "That came from another site's page.")
    return await handler(request)


def _must_be_own(request: web.Request) -> bool:
    """Whether it must show that a page of ours made it.

    A form always must. A program that shows a bearer token, or nothing at all, is no browser
    that somebody led here: it brings no cookie along.
    """
    route = route_of(request)
    if route is None or request.method in SAFE:
        return False
    if route.kind is Kind.PAGE:
        return True
    if route.kind is Kind.REPORT or "Authorization" in request.headers:
        return False
    return comes_from_browser(request)


@web.middleware
async def authorize(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who asks, and let them through only where the route's policy says so."""
    route = route_of(request)
    if route is not None:
        if route.limit:
            address = request.app[keys.ORIGINS].address(request)
            request.app[keys.LIMITS].check(route.limit, address)
        await identify(request, route.policy)
    return await handler(request)


INWARDS = (trace, answer_problems, gate, own_site, authorize, ring, once_only)
