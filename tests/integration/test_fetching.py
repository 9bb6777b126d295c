"""What is read from addresses that people typed, and what never is."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address, ip_network

import pytest
from aiohttp import web
from aiohttp.abc import ResolveResult
from aiohttp.test_utils import TestServer

from actors.appointment import Span
from actors.runtime.clock import SystemClock
from http_edge.fetching import BusyFetcher, FetchTrouble, GuardedFetch, ReadApart, is_public
from tests.names import Names

LOOPBACK = (ip_network("127.0.0.0/8"),)
NOT_PUBLIC = """
    127.0.0.1 10.1.2.3 172.16.0.1 192.168.0.1 169.254.169.254 100.64.0.1 0.0.0.0 224.0.0.1
    239.1.1.1 240.0.0.1 255.255.255.255 192.0.2.1 198.18.0.1 192.88.99.1 192.0.0.1
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:8.8.8.8 64:ff9b::7f00:1 64:ff9b:1::1 2002:7f00:1::
    2001::1 fe80::1 fe80::1%lo fc00::1 fd00::1 fec0::1 ff02::1 ff0e::1 2001:db8::1
"""
EVENT = "BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n{}\r\nEND:VEVENT\r\n"


def calendar_of(lines: str) -> bytes:
    event = EVENT.format(lines)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{event}END:VCALENDAR\r\n".encode()


class Site:
    """A site on loopback with good and bad pages."""

    def __init__(self) -> None:
        self.seen: list[web.Request] = []
        self.stalled = asyncio.Event()
        app = web.Application()
        app.router.add_get("/{page}", self.page)
        self.server = TestServer(app)

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return the address of a page."""
        return f"http://{host}:{self.server.port}/{path}"

    async def page(self, request: web.Request) -> web.StreamResponse:
        """Answer as the page is called."""
        self.seen.append(request)
        match request.match_info["page"]:
            case "feed":
                return web.Response(body=b"a feed", headers={"Set-Cookie": "a=b"})
            case "inside":
                raise web.HTTPFound("http://10.0.0.1/")
            case "file":
                raise web.HTTPFound("file:///etc/passwd")
            case "nowhere":
                return web.Response(status=302)
            case "on":
                raise web.HTTPFound("feed")
            case "round":
                raise web.HTTPFound("round")
            case "big":
                return web.Response(body=b"x" * 3000)
            case "endless":
                return await self.endless(request)
            case "stall":
                await self.stalled.wait()
                return web.Response()
            case _:
                raise web.HTTPNotFound

    async def endless(self, request: web.Request) -> web.StreamResponse:
        """Answer without an end."""
        answer = web.StreamResponse()
        await answer.prepare(request)
        while True:
            await answer.write(b"x" * 1000)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    site = Site()
    async with site.server:
        yield site
        site.stalled.set()


def guarded(names: Names | None = None, **more: float) -> GuardedFetch:
    known = names or Names()
    return GuardedFetch(allowed=LOOPBACK, resolver=lambda: known, **more)  # type: ignore[arg-type]


async def trouble(fetch: GuardedFetch, url: str) -> str:
    with pytest.raises(FetchTrouble) as caught:
        await fetch(url)
    return caught.value.code


# --- which addresses -----------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_what_is_on_the_open_internet_is_public(address: str) -> None:
    assert is_public(ip_address(address))


@pytest.mark.parametrize("address", NOT_PUBLIC.split())
def test_what_is_not_is_not(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://127.0.0.1/", "not_public"),
        ("https://[::1]/", "not_public"),
        ("https://[::ffff:169.254.169.254]/latest/meta-data", "not_public"),
        ("https://\uff11\uff12\uff17.0.0.1/", "not_public"),
        ("webcal://10.0.0.1/me.ics", "not_public"),
        ("https://inside.example/", "not_public"),
        ("https://mixed.example/", "not_public"),
        ("https://2130706433/", "unreachable"),
        ("https://127.1/", "unreachable"),
        ("http://93.184.215.14/", "unreachable"),
        ("ftp://93.184.215.14/", "unreachable"),
        ("file:///etc/passwd", "unreachable"),
        ("https://", "unreachable"),
        ("https://[broken/", "unreachable"),
        ("", "unreachable"),
    ],
)
async def test_nothing_is_asked_of_what_is_not_public(url: str, code: str) -> None:
    names = Names(inside="192.168.1.1", mixed="93.184.215.14 127.0.0.1")
    assert await trouble(GuardedFetch(resolver=lambda: names), url) == code


async def test_a_name_that_nobody_knows_is_unreachable() -> None:
    class Unknown(Names):
        async def resolve(self, *_: object, **__: object) -> list[ResolveResult]:
            raise OSError

    assert await trouble(GuardedFetch(resolver=Unknown), "https://none.example/") == "unreachable"


async def test_the_connection_goes_to_the_address_that_was_checked(site: Site) -> None:
    names = Names(feeds="127.0.0.1")
    assert await guarded(names)(site.url("feed", "feeds.example")) == b"a feed"
    assert names.asked == ["feeds.example"]
    assert site.seen[0].host == f"feeds.example:{site.server.port}"


# --- redirects -----------------------------------------------------------------------------------


async def test_a_redirect_is_followed_without_a_cookie(site: Site) -> None:
    assert await guarded()(site.url("on")) == b"a feed"
    assert await guarded()(site.url("feed")) == b"a feed"
    assert not any(request.cookies for request in site.seen)


@pytest.mark.parametrize(
    ("page", "code"),
    [
        ("inside", "not_public"),
        ("file", "unreachable"),
        ("round", "unreachable"),
        ("nowhere", "unreachable"),
    ],
)
async def test_a_redirect_leads_nowhere_else(site: Site, page: str, code: str) -> None:
    assert await trouble(guarded(), site.url(page)) == code
    assert len(site.seen) <= 4


async def test_a_redirect_to_another_name_is_resolved_and_checked_anew(site: Site) -> None:
    async def away(_: web.Request) -> web.Response:
        raise web.HTTPFound("http://inside.example/")

    app = web.Application()
    app.router.add_get("/", away)
    async with TestServer(app) as server:
        names = Names(feeds="127.0.0.1", inside="192.168.1.1")
        url = f"http://feeds.example:{server.port}/"
        assert await trouble(guarded(names), url) == "not_public"
    assert names.asked == ["feeds.example", "inside.example"]
    assert site.seen == []


# --- size and time -------------------------------------------------------------------------------


async def test_a_page_that_is_not_there_says_so(site: Site) -> None:
    assert await trouble(guarded(), site.url("none")) == "status_404"


@pytest.mark.parametrize("page", ["big", "endless"])
async def test_what_is_too_big_is_not_read_to_its_end(site: Site, page: str) -> None:
    assert await trouble(guarded(largest=2000), site.url(page)) == "too_big"


async def test_what_is_too_slow_is_left(site: Site) -> None:
    assert await trouble(guarded(seconds=0.2), site.url("stall")) == "too_slow"


async def test_nobody_there_is_unreachable(site: Site) -> None:
    url = site.url("feed")
    await site.server.close()
    assert await trouble(guarded(), url) == "unreachable"


async def test_no_proxy_is_heeded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert await guarded()(site.url("feed")) == b"a feed"


# --- busy times ----------------------------------------------------------------------------------


class RoomsTrouble(Exception):
    """What a room would raise."""


def fetcher(said: bytes | str) -> BusyFetcher:
    async def get(_url: str) -> bytes:
        if isinstance(said, str):
            raise FetchTrouble(said)
        return said

    return BusyFetcher(SystemClock(), trouble=RoomsTrouble, get=get)


async def test_busy_times_are_read_in_the_doctors_zone() -> None:
    tomorrow = (SystemClock().now() + timedelta(days=1)).date()
    data = calendar_of(f"DTSTART;VALUE=DATE:{tomorrow:%Y%m%d}")
    [span] = await fetcher(data)("https://x.example/", "Asia/Tokyo")
    midnight = datetime(tomorrow.year, tomorrow.month, tomorrow.day, tzinfo=UTC)
    assert span == Span(midnight - timedelta(hours=9), midnight + timedelta(hours=15))


@pytest.mark.parametrize(
    ("said", "code"), [("status_404", "status_404"), (b"<html>", "unreadable")]
)
async def test_trouble_is_told_as_the_room_knows_it(said: bytes | str, code: str) -> None:
    with pytest.raises(RoomsTrouble, match=code):
        await fetcher(said)("https://x.example/", "UTC")


async def test_a_calendar_that_never_ends_is_stopped() -> None:
    nasty = calendar_of("DTSTART:19000101T000000Z\r\nRRULE:FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=31")
    now = SystemClock().now()
    with pytest.raises(ValueError, match="unreadable"):
        await ReadApart(seconds=2.0)(nasty, now, now + timedelta(days=7), "UTC")
