"""A place that is posted to, with moods; and the guarded way of posting that may reach it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

from aiohttp import web
from aiohttp.test_utils import TestServer

from config.private import write_private
from config.settings import PushSettings, Settings, WebhookSettings
from http_edge.guarded_post import GuardedPost
from tests.names import Names

LOOPBACK = (ip_network("127.0.0.0/8"),)
HERE = "127.0.0.1"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(frozen=True)
class Posted:
    """What was posted."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Place:
    """A receiver on loopback; its next answers are *statuses*, then 201."""

    statuses: list[int] = field(default_factory=list)
    """0: it hangs up after it has read everything."""
    seen: list[Posted] = field(default_factory=list)
    stalls: bool = False
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    left: asyncio.Event = field(default_factory=asyncio.Event)
    port: int = 0

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{HERE}:{self.port}/here"

    async def take(self, request: web.Request) -> web.Response:
        """Take what is posted, and answer in its mood."""
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append(Posted(request.path, headers, await request.read()))
        self.reached.set()
        if self.stalls:
            await self.left.wait()
        status = self.statuses.pop(0) if self.statuses else 201
        if not status:
            assert request.transport is not None
            request.transport.abort()
        moved = {"Location": "/elsewhere"} if status in {302, 307} else {}
        return web.Response(status=status or 200, headers=moved)


@asynccontextmanager
async def open_place(*statuses: int, stalls: bool = False) -> AsyncIterator[Place]:
    """Let a receiver listen."""
    place = Place(list(statuses), stalls=stalls)
    app = web.Application()
    app.router.add_post("/{path:.*}", place.take)
    async with TestServer(app) as server:
        assert server.port is not None
        place.port = server.port
        yield place
        place.left.set()


def guarded(
    push: PushSettings | None = None,
    webhook: WebhookSettings | None = None,
    names: Names | None = None,
    *,
    seconds: float = 5.0,
    longest_wait: float = 5.0,
    lines: int = 16,
) -> GuardedPost:
    """Return a way of posting that reaches loopback, too."""
    known = names or Names()
    return GuardedPost(
        push or PushSettings(hosts=(HERE, "push.example.org")),
        webhook or WebhookSettings(),
        allowed=LOOPBACK,
        resolver=lambda: known,
        seconds=seconds,
        longest_wait=longest_wait,
        lines=lines,
    )


def settings_for(place: Place, directory: Path) -> Settings:
    """Return settings by which push and webhook go to *place*."""
    write_private(directory / "secret", SECRET.encode())
    return Settings(
        push=PushSettings(hosts=(HERE,)),
        webhook=WebhookSettings(url=place.url, secret_file=str(directory / "secret")),
    )
