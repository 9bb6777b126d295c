"""The headers that every response carries, whatever it is."""

import hashlib

from aiohttp import web

from http_edge import keys
from http_edge.policy import UNIDENTIFIED
from http_edge.routes import Kind, Route, route_of

REPORTS = "/csp-reports"

ALWAYS = {
    "Server": "carewire",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), microphone=(), display-capture=(), geolocation=()",
}
CALLING = "camera=(self), microphone=(self), display-capture=(self), geolocation=()"
"""What pages of calls may use; all others may not."""
HSTS = "max-age=63072000; includeSubDomains"
NO_STORE = "no-store"

_CSP = "; ".join(
    (
        "default-src 'none'",
        "script-src 'nonce-{nonce}' 'strict-dynamic'",
        "style-src 'self' 'nonce-{nonce}'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob: mediastream:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "object-src 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types app",
        f"report-uri {REPORTS}",  # `report-to` beside it silences Chromium where there is no TLS
    )
)


def csp(nonce: str) -> str:
    """Return the content security policy for a response whose scripts carry *nonce*."""
    return _CSP.format(nonce=nonce)


def nonce_of(request: web.Request) -> str:
    """Return this response's nonce, drawn when it is first asked for."""
    if keys.NONCE not in request:
        drawn = request.app[keys.MINT].secret()
        request[keys.NONCE] = hashlib.sha256(drawn.encode()).hexdigest()[:32]
    return request[keys.NONCE]


_CALL_PAGES = frozenset({"/calls/{call}", "/calls/{call}/check", "/join/{call}"})
_CALL_FORMS = ("/calls/{call}/", "/join/{call}/")
"""A form of a call answers with the call's page when something in it is wrong."""


def shows_call(route: Route) -> bool:
    """Return whether *route* answers with a page that shows a call, or checks a device for one."""
    if route.kind is not Kind.PAGE or "/recordings" in route.path:
        return False
    if route.method == "POST":
        return route.path.startswith(_CALL_FORMS)
    return route.path in _CALL_PAGES


async def set_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Set them (an `on_response_prepare` signal, so that errors and files get them too).

    What somebody sent us as a file has a stricter policy of its own, and may be kept by its reader.
    """
    response.headers.update(ALWAYS)
    response.headers.setdefault("Content-Security-Policy", csp(nonce_of(request)))
    if request.app[keys.ORIGINS].secure:
        response.headers["Strict-Transport-Security"] = HSTS
    route = route_of(request)
    if route is not None and shows_call(route):
        response.headers["Permissions-Policy"] = CALLING
    if route is None or route.policy is not UNIDENTIFIED:
        response.headers.setdefault("Cache-Control", NO_STORE)
    if route is not None and "{token" in route.path:
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
