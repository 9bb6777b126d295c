"""Where a request comes from: its host, its scheme, its address, the site that made it.

`X-Forwarded-*` is believed from the configured proxies alone.
"""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import Self
from urllib.parse import urlsplit

from aiohttp import web

from config.settings import EdgeSettings
from http_edge.problems import Problem

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_LOOPBACK = ("localhost", "127.0.0.1", "[::1]")


@dataclass(frozen=True, slots=True)
class Origins:
    """Which hosts we answer for, and whose word on addresses is believed."""

    scheme: str
    hosts: frozenset[str]
    proxies: tuple[IPv4Network | IPv6Network, ...]
    public_url: str

    @classmethod
    def of(cls, settings: EdgeSettings) -> Self:
        """Read them from *settings*; a local clinic is reached by each name of loopback."""
        url = urlsplit(settings.public_url)
        hosts = {url.netloc.lower(), *(host.lower() for host in settings.allowed_hosts)}
        if url.hostname in {"localhost", "127.0.0.1", "::1"}:
            hosts |= {f"{name}:{url.port}" if url.port else name for name in _LOOPBACK}
        return cls(
            scheme=url.scheme,
            hosts=frozenset(hosts),
            proxies=tuple(ip_network(text) for text in settings.trusted_proxies),
            public_url=settings.public_url,
        )

    @property
    def secure(self) -> bool:
        """Whether people reach us over TLS."""
        return self.scheme == "https"

    def check_host(self, request: web.Request) -> None:
        """Raise `Problem` (421) unless we answer for the host that was asked."""
        if request.host.lower() not in self.hosts:
            raise Problem(421, "wrong_host", "This clinic does not go by that name.")

    def trusts(self, address: str | None) -> bool:
        """Whether a proxy of ours speaks from *address*."""
        if not (self.proxies and address):
            return False
        parsed = _address(address)
        return parsed is not None and any(parsed in network for network in self.proxies)

    def address(self, request: web.Request) -> str:
        """Return whose request it is: the last hop that is not a proxy of ours."""
        hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
        address = request.remote or ""
        while self.trusts(address) and hops:
            claimed = hops.pop()
            if _address(claimed) is None:
                break
            address = claimed
        return address

    def is_plain(self, request: web.Request) -> bool:
        """Whether it came without TLS although people reach us over TLS (as far as we can know)."""
        if not (self.secure and self.proxies):
            return False
        forwarded = self.trusts(request.remote)
        said = request.headers.get("X-Forwarded-Proto") if forwarded else None
        return (said or request.scheme) != "https"

    def is_own(self, request: web.Request) -> bool:
        """Whether one of our own pages made the request, by what the browser says of it."""
        own = f"{self.scheme}://{request.host.lower()}"
        origin = request.headers.get("Origin")
        match request.headers.get("Sec-Fetch-Site"):
            case "same-origin":
                return origin in {None, "null", own}  # our pages send no referrer, so "null"
            case "none":
                return origin == own
            case None:
                return (origin or _origin_of(request.headers.get("Referer", ""))) == own
            case _:
                return False


def _origin_of(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"


def _address(text: str) -> object:
    try:
        return ip_address(text)
    except ValueError:
        return None


def comes_from_browser(request: web.Request) -> bool:
    """Whether anything shows that a browser made the request (curl and apps show nothing)."""
    return not request.headers.keys().isdisjoint({"Cookie", "Origin", "Sec-Fetch-Site"})
