"""What the API says of itself: its description, its keys; and what browsers report."""

import msgspec
from aiohttp import web

from http_edge import asyncapi, keys
from http_edge.api.shape import api_route
from http_edge.headers import REPORTS
from http_edge.openapi import document
from http_edge.policy import UNIDENTIFIED
from http_edge.reports import take_report
from http_edge.routes import Kind, Route
from http_edge.signing_keys import KeySet
from http_edge.tokens import CACHE_SECONDS

_PUBLIC = {"Cache-Control": f"public, max-age={CACHE_SECONDS}"}


async def get_openapi(request: web.Request) -> web.Response:
    """Read this description of the API."""
    routes = tuple(dict.fromkeys(request.app[keys.ROUTES].values()))
    body = document(routes, request.app[keys.SETTINGS].public_url)
    return web.Response(body=body, content_type="application/json", headers=_PUBLIC)


async def get_asyncapi(request: web.Request) -> web.Response:
    """Read the description of the live socket, `/live` (AsyncAPI 3.0)."""
    body = asyncapi.document(request.app[keys.SETTINGS].public_url)
    return web.Response(body=body, content_type="application/json", headers=_PUBLIC)


async def get_jwks(request: web.Request) -> web.Response:
    """Read the public keys of access tokens."""
    body = msgspec.json.encode(request.app[keys.TOKENS].jwks())
    return web.Response(body=body, content_type="application/jwk-set+json", headers=_PUBLIC)


ROUTES = (
    api_route("GET", "/openapi.json", get_openapi, UNIDENTIFIED),
    api_route("GET", "/asyncapi.json", get_asyncapi, UNIDENTIFIED),
    Route(
        name="jwks",
        method="GET",
        path="/.well-known/jwks.json",
        handler=get_jwks,
        policy=UNIDENTIFIED,
        kind=Kind.API,
        summary="Read the public keys of access tokens.",
        response=KeySet,
    ),
    Route(
        name="csp_reports",
        method="POST",
        path=REPORTS,
        handler=take_report,
        policy=UNIDENTIFIED,
        kind=Kind.REPORT,
        summary="Take what a browser says that it did not run.",
        status=204,
        body_limit=16 * 1024,
    ),
)
