"""What arrives as bytes: framing, slowness, crowds, bodies, hosts, paths (SECURITY E01-E10)."""

import asyncio
import gzip
import logging
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import TypeAlias

import anyio
import msgspec
import pytest

from http_edge.pages.files import FILES, STATIC
from http_edge.routes import Route
from tests.edge import V1, Answer, Edge, open_edge, path_of, routes_of

Streams: TypeAlias = tuple[asyncio.StreamReader, asyncio.StreamWriter]

GOOD = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"


def host_of(edge: Edge) -> bytes:
    return edge.url.removeprefix("http://").encode()


@asynccontextmanager
async def connected(edge: Edge, sent: bytes = b"") -> AsyncIterator[Streams]:
    """Open a connection, and close it whatever became of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.settings.port)
    writer.write(sent.replace(b"HOST", host_of(edge)))
    try:
        yield reader, writer
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


@asynccontextmanager
async def crowd(edge: Edge, many: int, sent: bytes = b"") -> AsyncIterator[None]:
    """Hold *many* connections open."""
    async with AsyncExitStack() as held:
        for _ in range(many):
            await held.enter_async_context(connected(edge, sent))
        yield


async def raw(edge: Edge, sent: bytes) -> bytes:
    """Send bytes and return all that comes back until the other side closes."""
    received = b""
    async with connected(edge, sent) as (reader, _):
        with anyio.fail_after(30), suppress(ConnectionError):
            while chunk := await reader.read(65536):
                received += chunk
    return received


def status_of(response: bytes) -> int:
    return int(response.split(b" ", 2)[1])


POST = b"POST /api/v1/sessions HTTP/1.1\r\nHost: HOST\r\nContent-Type: application/json\r\n"
AMBIGUOUS = {
    "length and chunks": POST + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "two lengths": POST + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
    "odd chunks": POST + b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    "folded header": POST + b"X-Folded: one\r\n two\r\nContent-Length: 0\r\n\r\n",
    "bare line feed": b"GET / HTTP/1.1\nHost: HOST\n\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: HOST\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "space before colon": b"GET / HTTP/1.1\r\nHost : HOST\r\n\r\n",
    "NUL in a header": b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Nul: a\x00b\r\n\r\n",
    "signed length": POST + b"Content-Length: +5\r\n\r\nhello",
    "long line": b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\nHost: HOST\r\n\r\n",
    "long header": b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Long: " + b"a" * 9000 + b"\r\n\r\n",
    "many headers": b"GET / HTTP/1.1\r\nHost: HOST\r\n"
    + b"".join(b"X-%d: 1\r\n" % number for number in range(200))
    + b"\r\n",
    "no HTTP at all": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
async def test_e01_ambiguous_framing_is_refused_and_nothing_behind_it_runs(
    edge: Edge, name: str
) -> None:
    second = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: HOST\r\n\r\n"
    response = await raw(edge, AMBIGUOUS[name] + second)
    assert status_of(response) in {400, 421}
    assert response.count(b"HTTP/1.") == 1
    assert b'"openapi"' not in response


async def test_e01_a_malformed_request_is_answered_as_a_problem_with_every_header(
    edge: Edge,
) -> None:
    head, _, body = (await raw(edge, AMBIGUOUS["two lengths"])).partition(b"\r\n\r\n")
    assert msgspec.json.decode(body)["code"] == "malformed_request"
    assert b"Content-Security-Policy: default-src 'none'" in head
    assert b"Server: carewire\r\n" in head
    assert b"aiohttp" not in head


async def test_e02_headers_that_never_end_are_dropped_in_time(edge: Edge) -> None:
    async with open_edge(edge.clinic, header_seconds=0.2) as strict:
        for begun in (b"", b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Slow: "):
            assert await raw(strict, begun) == b""


async def test_e02_a_drip_of_bytes_does_not_buy_time(edge: Edge) -> None:
    begun = b"GET / HTTP/1.1\r\nX-Slow: "
    async with (
        open_edge(edge.clinic, header_seconds=0.3) as strict,
        connected(strict, begun) as (reader, writer),
    ):
        gone = asyncio.ensure_future(reader.read())
        with anyio.fail_after(30):
            while not gone.done():
                writer.write(b"a")
                await asyncio.wait([gone], timeout=0.05)
        assert await gone == b""


async def test_e02_the_next_head_on_a_kept_connection_must_come_in_time_too(edge: Edge) -> None:
    async with open_edge(edge.clinic, header_seconds=0.3) as strict:
        first = b"GET /api/v1/nothing HTTP/1.1\r\nHost: HOST\r\n\r\n"
        response = await raw(strict, first + b"GET /api")
        assert response.count(b"HTTP/1.1 404") == 1


async def test_e02_others_are_answered_while_two_hundred_drip_and_then_are_dropped(
    edge: Edge,
) -> None:
    async with (
        open_edge(edge.clinic, header_seconds=1.0, connections_per_address=250) as strict,
        AsyncExitStack() as held,
    ):
        begun = b"GET / HTTP/1.1\r\nX-Slow: "
        drippers = [
            await held.enter_async_context(connected(strict, begun)) for _ in range(DRIPPERS)
        ]
        dripping = [asyncio.ensure_future(drip(*dripper)) for dripper in drippers]
        answered = 0
        while not any(each.done() for each in dripping):
            assert status_of(await raw(strict, GOOD)) == 200
            answered += 1
        assert answered > 0
        with anyio.fail_after(30):
            assert await asyncio.gather(*dripping) == [b""] * DRIPPERS


DRIPPERS = 200


async def drip(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bytes:
    """Send a byte now and then until the other side has closed; return what it said."""
    gone = asyncio.ensure_future(_read(reader))
    while not gone.done():
        writer.write(b"a")
        await asyncio.wait([gone], timeout=0.1)
    return await gone


async def _read(reader: asyncio.StreamReader) -> bytes:
    try:
        return await reader.read()
    except ConnectionError:
        return b""


async def test_e03_connections_over_the_cap_of_an_address_are_closed(edge: Edge) -> None:
    async with open_edge(edge.clinic, connections_per_address=3) as narrow:
        async with crowd(narrow, 3):
            assert await raw(narrow, GOOD) == b""
        with anyio.fail_after(30):
            while not await raw(narrow, GOOD):
                await anyio.lowlevel.checkpoint()


async def test_e03_connections_over_the_cap_in_all_are_closed(edge: Edge) -> None:
    async with open_edge(edge.clinic, connections=2) as narrow, crowd(narrow, 2):
        assert await raw(narrow, GOOD) == b""


@pytest.mark.parametrize("framing", [b"Content-Length: 70000\r\n\r\n", b"chunked"])
async def test_e04_a_body_over_the_cap_is_refused(edge: Edge, framing: bytes) -> None:
    body = b'{"email": "' + b"a" * 70000 + b'"}'
    if framing == b"chunked":
        chunk = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
        sent = POST + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk
    else:
        sent = POST + b"Connection: close\r\n" + framing + body[:70000]
    response = await raw(edge, sent)
    assert status_of(response) == 413
    assert b"application/problem+json" in response


BOMB = gzip.compress(b"\0" * (50 << 20))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "gzip, gzip", "GZIP"])
@pytest.mark.parametrize("body", [BOMB, b"no gzip at all", gzip.compress(b"") * 2000])
async def test_e05_a_packed_body_is_refused_and_never_unpacked(
    edge: Edge, coding: str, body: bytes
) -> None:
    headers = {"Content-Encoding": coding, "Content-Type": "application/json"}
    answer = await edge.send("POST", f"{V1}/sessions", body[:60_000], headers)
    assert (answer.status, answer.code) == (415, "packed_body")


@pytest.mark.parametrize("host", ["evil.example", "localhost", "127.0.0.1:1", "HOST.evil.example"])
async def test_e06_another_host_is_misdirected(edge: Edge, host: str) -> None:
    answer = await edge.send("GET", f"{V1}/openapi.json", headers={"Host": host})
    assert (answer.status, answer.code) == (421, "wrong_host")


async def test_e06_an_absolute_target_does_not_go_round_the_list(edge: Edge) -> None:
    sent = b"GET http://evil.example/ HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n"
    assert status_of(await raw(edge, sent)) in {400, 404, 421}


async def test_e07_forwarded_addresses_are_not_believed_from_strangers(edge: Edge) -> None:
    async with open_edge(edge.clinic, attempts_per_minute=2) as narrow:
        body = msgspec.json.encode({"email": "a@b.example", "password": "x"})
        statuses = [
            (await _try_from(narrow, f"203.0.{number}.9", body)).status for number in range(4)
        ]
    assert statuses == [401, 401, 429, 429]


async def test_e07_forwarded_addresses_are_believed_from_our_proxy(edge: Edge) -> None:
    body = msgspec.json.encode({"email": "a@b.example", "password": "x"})
    async with open_edge(
        edge.clinic, attempts_per_minute=2, trusted_proxies=("127.0.0.0/8",)
    ) as proxied:
        statuses = [
            (await _try_from(proxied, f"203.0.{number}.9", body)).status for number in range(4)
        ]
    assert statuses == [401] * 4


async def _try_from(edge: Edge, address: str, body: bytes) -> Answer:
    headers = {"X-Forwarded-For": address, "Content-Type": "application/json"}
    return await edge.send("POST", f"{V1}/sessions", body, headers)


METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "OPTIONS"})


async def test_e09_methods_that_are_not_listed_are_refused(edge: Edge) -> None:
    for path in {path_of(route) for route in routes_of(edge)}:
        listed = {route.method for route in routes_of(edge) if _fits(route, path)}
        for method in METHODS - listed:
            answer = await edge.send(method, path)
            assert answer.status == 405, (method, path)
            assert listed <= set(answer.headers["Allow"].split(","))


def _fits(route: Route, path: str) -> bool:
    return re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", route.path), path) is not None


HOSTILE = (
    "/static/../supervisor.py",
    "/static/%2e%2e/%2e%2e/etc/passwd",
    "/static/..%2f..%2fetc%2fpasswd",
    "/static/..\\..\\etc\\passwd",
    "/static/%00",
    "/static/app.css%00.js",
    "/static//etc/passwd",
    "/static/.hidden",
    "/static/",
    "/static/js",
    "/static/__init__.py",
    "/static/css/%2e%2e/css/tokens.css",
    "/static/css/tokens.css/",
    "/static/css//tokens.css",
    "/static/CSS/tokens.css",
    "/static/css/tokens.css%20",
    "/static/css/%c0%ae%c0%ae/tokens.css",
)


async def test_e10_our_own_files_are_served_as_what_they_are(edge: Edge) -> None:
    assert {Path(name).suffix for name in FILES} == {".css", ".js", ".svg"}
    for name, file in FILES.items():
        answer = await edge.send("GET", f"/static/{name}")
        assert (answer.status, answer.text) == (200, (STATIC / name).read_text()), name
        assert answer.headers["Content-Type"] == file.content_type
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_e10_a_file_of_another_kind_is_not_even_known() -> None:
    assert all(not Path(name).name.startswith(".") for name in FILES)
    assert all(not (STATIC / name).is_symlink() for name in FILES)


@pytest.mark.parametrize("path", HOSTILE)
async def test_e10_no_path_leaves_the_static_folder(edge: Edge, path: str) -> None:
    sent = f"GET {path} HTTP/1.1\r\nHost: HOST\r\nConnection: close\r\n\r\n".encode()
    response = await raw(edge, sent)
    assert status_of(response) in {400, 404}
    assert b"root:" not in response


async def test_e25_a_flood_of_malformed_requests_writes_few_lines(
    edge: Edge, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        for _ in range(60):
            await raw(edge, AMBIGUOUS["two lengths"])
    printed = capsys.readouterr()
    lines = (printed.out + printed.err + caplog.text).splitlines()
    assert len(lines) <= 20
