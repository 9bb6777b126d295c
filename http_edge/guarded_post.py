"""Posts notices to push services and to the clinic's webhook, within bounds of size and time.

Where a browser is pushed to is that browser's word, so a push goes over TLS to a host that the
settings name and to public addresses alone, as `fetching` finds them. The webhook's address is the
clinic's own word: it may be in its own network. Nobody is followed elsewhere.
"""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import anyio
from aiohttp import ClientError, ClientSession, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from config.settings import PushSettings, WebhookSettings
from http_edge.fetching import CheckedResolver, FetchTrouble, Network, literal_of

SECONDS = 15.0
LINES = 16
"""Posts at once."""
LONGEST_WAIT = 14.0
"""Seconds for a free line; with the next, less than a carrier may take."""
HEADERS = {"User-Agent": "Carewire", "Accept-Encoding": "identity"}


class Answered(NamedTuple):
    """The status of an answer, or 0 and why there was none.

    `no_line`, `not_allowed`, `not_public`, `unreachable` or `too_slow`.
    """

    status: int
    said: str = ""


class NotAllowed(Exception):
    """That address is nobody's to whom we post."""


class GuardedPost:
    """Posts to push services and to the webhook. It keeps no cookie and heeds no proxy."""

    def __init__(
        self,
        push: PushSettings,
        webhook: WebhookSettings,
        *,
        allowed: tuple[Network, ...] = (),
        resolver: Callable[[], AbstractResolver] = ThreadedResolver,
        seconds: float = SECONDS,
        longest_wait: float = LONGEST_WAIT,
        lines: int = LINES,
    ) -> None:
        """With *allowed* networks (in tests), push goes there as well, and without TLS."""
        self._push = push
        self._webhook = webhook.url
        self._allowed = allowed
        self._resolver = resolver
        self._seconds = seconds
        self._longest_wait = longest_wait
        self._lines = anyio.Semaphore(lines)
        self._schemes = {"https", "http"} if allowed else {"https"}

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        """Post *body* to *url* as soon as a line is free; trouble is an answer."""
        with anyio.move_on_after(self._longest_wait) as waiting:
            await self._lines.acquire()
        if waiting.cancelled_caught:
            return Answered(0, "no_line")
        try:
            with anyio.fail_after(self._seconds):
                return await self._post(url, headers, body)
        except NotAllowed:
            return Answered(0, "not_allowed")
        except FetchTrouble as trouble:
            return Answered(0, trouble.code)
        except TimeoutError:
            return Answered(0, "too_slow")
        except (ClientError, OSError, ValueError):
            return Answered(0, "unreachable")
        finally:
            self._lines.release()

    async def _post(self, url: str, headers: Mapping[str, str], body: bytes) -> Answered:
        resolver = self._checked(url)
        connector = TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True)
        async with (
            ClientSession(
                connector=connector, cookie_jar=DummyCookieJar(), headers=HEADERS
            ) as session,
            session.post(url, data=body, headers=headers, allow_redirects=False) as answer,
        ):
            return Answered(answer.status)

    def _checked(self, url: str) -> AbstractResolver:
        """Return what resolves the host of *url*, or raise `NotAllowed` or `FetchTrouble`."""
        if self._webhook and url == self._webhook:
            return self._resolver()
        target = URL(url)
        host = target.raw_host or ""
        named = target.scheme in self._schemes and self._push.serves(host)
        if not named or target.raw_user or not (target.is_default_port() or self._allowed):
            raise NotAllowed
        resolver = CheckedResolver(self._resolver(), self._allowed)
        literal = literal_of(host)
        if literal is not None:
            resolver.check(literal)
        return resolver
