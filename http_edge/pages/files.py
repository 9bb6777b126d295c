"""Our own style, script and logo: read once at the start, served from memory.

Each has a route of its own, so no path of a request ever reaches the disk.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from aiohttp import web

from http_edge.policy import UNIDENTIFIED
from http_edge.routes import Handler, Kind, Route

STATIC = Path(__file__).parent.parent / "static"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
KEPT = "no-cache"
"""Browsers keep a copy and ask whether it is still the same."""


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent."""

    content_type: str
    plain: bytes
    packed: bytes
    tag: str


def _load(path: Path) -> File:
    plain = path.read_bytes()
    tag = hashlib.sha256(plain).hexdigest()[:32]
    return File(TYPES[path.suffix], plain, gzip.compress(plain, mtime=0), f'"{tag}"')


FILES: Mapping[str, File] = MappingProxyType(
    {
        path.relative_to(STATIC).as_posix(): _load(path)
        for path in sorted(STATIC.rglob("*"))
        if path.suffix in TYPES
    }
)


def _sender(file: File) -> Handler:
    async def send(request: web.Request) -> web.Response:
        headers = {"Cache-Control": KEPT, "ETag": file.tag, "Vary": "Accept-Encoding"}
        if file.tag in request.headers.get("If-None-Match", ""):
            return web.Response(status=304, headers=headers)
        headers["Content-Type"] = file.content_type
        if "gzip" not in request.headers.get("Accept-Encoding", ""):
            return web.Response(body=file.plain, headers=headers)
        headers["Content-Encoding"] = "gzip"
        return web.Response(body=file.packed, headers=headers)

    return send


def _route(name: str, path: str, file: File) -> Route:
    return Route(
        name=name,
        method="GET",
        path=path,
        handler=_sender(file),
        policy=UNIDENTIFIED,
        kind=Kind.STATIC,
        summary="Send one of our own files.",
    )


SERVICE_WORKER = "/sw.js"
"""Where browsers find their service worker: at the top, so that it may show every page."""

ROUTES: tuple[Route, ...] = (
    *(
        _route(f"static.{name.replace('/', '.')}", f"/static/{name}", file)
        for name, file in FILES.items()
    ),
    _route("service_worker", SERVICE_WORKER, FILES["js/sw.js"]),
)
