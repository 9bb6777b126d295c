"""Reads addresses that people typed: public ones alone, within bounds of size and time.

A name is resolved once for each connection, every address that it stands for is checked, and the
connection goes to these addresses and nowhere else. Each redirect is checked anew.
"""

import socket
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)
from typing import TypeAlias

import anyio
import anyio.to_process
from aiohttp import ClientError, ClientResponse, ClientSession, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from anyio import BrokenWorkerProcess, CapacityLimiter
from yarl import URL

from actors.appointment import Span
from actors.calendars import busy_times
from actors.runtime.clock import Clock

Network: TypeAlias = IPv4Network | IPv6Network
IpAddress: TypeAlias = IPv4Address | IPv6Address

SECONDS = 10.0
LARGEST = 2 * 1024 * 1024
REDIRECTS = 3
MOVED = frozenset({301, 302, 303, 307, 308})
FOUND = 200
HEADERS = {"User-Agent": "Carewire", "Accept": "text/calendar", "Accept-Encoding": "identity"}

WRAPPED = tuple(
    ip_network(each)
    for each in ("::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2002::/16")
)
"""Addresses in which another one hides (mapped, NAT64, 6to4): where they lead nobody knows."""
SITE_LOCAL = ip_network("fec0::/10")
RELAYS = ip_network("192.88.99.0/24")


class FetchTrouble(Exception):
    """It can't be read. *code* says why.

    `unreachable`, `not_public`, `too_big`, `too_slow`, `unreadable`, or `status_404` and the like.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def is_public(address: IpAddress) -> bool:
    """Return whether *address* is somewhere on the open internet, as far as one can see."""
    closed = (*WRAPPED, SITE_LOCAL, RELAYS)
    inside = any(address.version == each.version and address in each for each in closed)
    return address.is_global and not (address.is_multicast or address.is_reserved or inside)


class CheckedResolver(AbstractResolver):
    """Resolves names whose every address may be reached, and no others."""

    def __init__(self, resolver: AbstractResolver, allowed: tuple[Network, ...] = ()) -> None:
        self._resolver = resolver
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Return where *host* is, or raise `FetchTrouble`."""
        found = await self._resolver.resolve(host, port, family)
        for each in found:
            self.check(ip_address(each["host"]))
        return found

    def check(self, address: IpAddress) -> None:
        """Raise `FetchTrouble` for an address that may not be reached."""
        allowed = any(address in each for each in self._allowed if each.version == address.version)
        if not allowed and not is_public(address):
            raise FetchTrouble("not_public")

    async def close(self) -> None:
        """Release the resolver beneath."""
        await self._resolver.close()


class GuardedFetch:
    """Gets what is at an address that somebody typed. It keeps no cookie and heeds no proxy."""

    def __init__(
        self,
        *,
        allowed: tuple[Network, ...] = (),
        resolver: Callable[[], AbstractResolver] = ThreadedResolver,
        seconds: float = SECONDS,
        largest: int = LARGEST,
    ) -> None:
        """With *allowed* networks (in tests), these are reached as well, and without TLS."""
        self._allowed = allowed
        self._resolver = resolver
        self._seconds = seconds
        self._largest = largest
        self._schemes = {"https", "http"} if allowed else {"https"}

    async def __call__(self, url: str) -> bytes:
        """Return what is at *url*, or raise `FetchTrouble`."""
        try:
            with anyio.fail_after(self._seconds):
                return await self._get(url)
        except TimeoutError as error:
            raise FetchTrouble("too_slow") from error
        except (ClientError, OSError, ValueError) as error:
            raise FetchTrouble("unreachable") from error

    async def _get(self, url: str) -> bytes:
        resolver = CheckedResolver(self._resolver(), self._allowed)
        connector = TCPConnector(resolver=resolver, use_dns_cache=False, force_close=True)
        jar = DummyCookieJar()
        async with ClientSession(connector=connector, cookie_jar=jar, headers=HEADERS) as session:
            target = self._target(url, resolver)
            for _ in range(REDIRECTS + 1):
                async with session.get(target, allow_redirects=False) as answer:
                    if answer.status not in MOVED:
                        return await self._content(answer)
                    target = self._target(answer.headers.get("Location", ""), resolver, target)
        raise FetchTrouble("unreachable")

    def _target(self, url: str, resolver: CheckedResolver, base: URL | None = None) -> URL:
        """Return where *url* leads; an address instead of a name is checked here."""
        target = URL(url)
        target = base.join(target) if base is not None else target
        if target.scheme == "webcal":
            target = target.with_scheme("https")
        if target.scheme not in self._schemes or not target.raw_host:
            raise FetchTrouble("unreachable")
        literal = literal_of(target.raw_host)
        if literal is not None:
            resolver.check(literal)
        return target

    async def _content(self, answer: ClientResponse) -> bytes:
        if answer.status != FOUND:
            raise FetchTrouble(f"status_{answer.status}")
        content = bytearray()
        async for chunk in answer.content.iter_any():
            content += chunk
            if len(content) > self._largest:
                raise FetchTrouble("too_big")
        return bytes(content)


def literal_of(host: str) -> IpAddress | None:
    """Return the address that *host* is, if it is no name."""
    try:
        return ip_address(host)
    except ValueError:
        return None


Read: TypeAlias = Callable[[bytes, datetime, datetime, str], Awaitable[tuple[Span, ...]]]
"""Finds the busy times in a calendar file, or raises `ValueError`."""


class ReadApart:
    """Reads calendar files in a process of their own, one at a time; a long one is killed."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._limiter = CapacityLimiter(1)

    async def __call__(
        self, data: bytes, start: datetime, end: datetime, zone: str
    ) -> tuple[Span, ...]:
        """Return when *data* is busy, or raise `ValueError`."""
        async with self._limiter:
            try:
                with anyio.fail_after(self._seconds):
                    return await anyio.to_process.run_sync(
                        busy_times, data, start, end, zone, cancellable=True
                    )
            except (TimeoutError, BrokenWorkerProcess) as error:
                raise ValueError("unreadable") from error


class BusyFetcher:
    """Reads when another calendar is busy, from a day ago until in a year."""

    def __init__(
        self,
        clock: Clock,
        *,
        trouble: Callable[[str], Exception] = FetchTrouble,
        get: Callable[[str], Awaitable[bytes]] | None = None,
        read: Read | None = None,
    ) -> None:
        """*trouble* makes the exception of a code: the one that the asking room knows."""
        self._clock = clock
        self._trouble = trouble
        self._get = get or GuardedFetch()
        self._read = read or ReadApart()

    async def __call__(self, url: str, zone: str) -> tuple[Span, ...]:
        """Return when the calendar at *url* is busy; its whole days are days of *zone*."""
        now = self._clock.now()
        start, end = now - timedelta(days=1), now + timedelta(days=366)
        try:
            return await self._read(await self._get(url), start, end, zone)
        except FetchTrouble as error:
            raise self._trouble(error.code) from error
        except ValueError as error:
            raise self._trouble("unreadable") from error
