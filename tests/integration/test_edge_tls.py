"""TLS that the edge speaks itself (SECURITY E24, and E15 and E02 over it)."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import anyio
import msgspec
import pytest

from config.private import TooOpen
from config.settings import EdgeSettings
from http_edge.headers import HSTS
from http_edge.tls import TlsFilesUnusable, tls_of
from tests.certificate import make_certificate
from tests.edge import Edge, open_edge
from tests.house import carewire

GET = b"GET /api/v1/openapi.json HTTP/1.1\r\nHost: localhost:%d\r\nConnection: close\r\n\r\n"
V12, V13 = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the settings of a certificate and its key."""
    return make_certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
async def secure(edge: Edge, files: dict[str, Any]) -> AsyncIterator[Edge]:
    """Serve the clinic over TLS."""
    async with open_edge(edge.clinic, **files) as secure:
        yield secure


def client(files: dict[str, Any], version: ssl.TLSVersion, ciphers: str = "") -> ssl.SSLContext:
    """Return a client that speaks *version* alone."""
    context = ssl.create_default_context(cafile=files["tls_certificate"])
    context.minimum_version = context.maximum_version = version
    context.set_alpn_protocols(["h2", "http/1.1"])
    if ciphers:
        context.set_ciphers(ciphers)
    return context


@asynccontextmanager
async def over_tls(
    edge: Edge, context: ssl.SSLContext
) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    reader, writer = await asyncio.open_connection(
        "localhost", edge.settings.port, ssl=context, family=2
    )
    try:
        yield reader, writer
    finally:
        writer.close()


@pytest.mark.parametrize("version", [V12, V13])
async def test_e24_tls_with_authenticated_ciphers_is_served(
    secure: Edge, files: dict[str, Any], version: ssl.TLSVersion
) -> None:
    async with over_tls(secure, client(files, version)) as (reader, writer):
        spoken: ssl.SSLObject = writer.get_extra_info("ssl_object")
        name, _, _ = spoken.cipher() or ("", "", 0)
        assert "GCM" in name or "POLY1305" in name
        assert spoken.selected_alpn_protocol() == "http/1.1"
        writer.write(GET % secure.settings.port)
        assert (await reader.read()).startswith(b"HTTP/1.1 200 ")


CBC = "ECDHE-ECDSA-AES128-SHA256:ECDHE-ECDSA-AES256-SHA384:ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0"
REFUSED = (
    pytest.param(V12, CBC, "NO_SHARED_CIPHER", id="CBC"),
    pytest.param(ssl.TLSVersion.TLSv1_1, "ALL:@SECLEVEL=0", "UNSUPPORTED_PROTOCOL", id="1.1"),
)
pytestmark = pytest.mark.filterwarnings("ignore:ssl.TLSVersion.TLSv1_1 is deprecated")


@pytest.mark.parametrize(("version", "ciphers", "why"), REFUSED)
async def test_e24_a_client_that_knows_only_cbc_or_tls_1_1_is_refused(
    secure: Edge, files: dict[str, Any], version: ssl.TLSVersion, ciphers: str, why: str
) -> None:
    context = client(files, version, ciphers)
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        async with over_tls(secure, context):
            pytest.fail(f"{version.name} with {ciphers} was served")
    assert why_refused(files, context) == why


def why_refused(files: dict[str, Any], context: ssl.SSLContext) -> str:
    """Return what the edge's side has against the first message of that client."""
    ours = tls_of(msgspec.convert(files, EdgeSettings))
    assert ours is not None
    hello, answer = ssl.MemoryBIO(), ssl.MemoryBIO()
    with suppress(ssl.SSLWantReadError):
        context.wrap_bio(answer, hello, server_hostname="localhost").do_handshake()
    with pytest.raises(ssl.SSLError) as refused:
        ours.wrap_bio(hello, answer, server_side=True).do_handshake()
    return str(refused.value.reason)


def test_e24_nothing_but_authenticated_ciphers_is_offered(files: dict[str, Any]) -> None:
    context = tls_of(msgspec.convert(files, EdgeSettings))
    assert context is not None
    for cipher in context.get_ciphers():
        assert cipher["aead"], cipher["name"]


async def test_e15_over_our_own_tls_browsers_are_told_to_stay_there(
    secure: Edge, files: dict[str, Any]
) -> None:
    assert secure.settings.public_url == f"https://localhost:{secure.settings.port}"
    context = client(files, V13)
    for path in ("/sign-in", "/api/v1/openapi.json", "/nowhere"):
        async with secure.session.get(secure.url + path, ssl=context) as answer:
            assert answer.headers["Strict-Transport-Security"] == HSTS


async def test_e18_a_form_is_taken_over_our_own_tls(secure: Edge, files: dict[str, Any]) -> None:
    form = {"email": "nobody@clinic.example", "password": "not the right one"}
    for origin, expected in ((secure.url, 401), (secure.url.replace("https", "http"), 403)):
        async with secure.session.post(
            f"{secure.url}/sign-in", data=form, headers={"Origin": origin}, ssl=client(files, V13)
        ) as answer:
            assert answer.status == expected, await answer.text()


@pytest.mark.parametrize("sent", [b"", b"\x16\x03\x01\x02\x00", b"GET / HTTP/1.1\r\n\r\n"])
async def test_e02_a_handshake_that_never_ends_is_dropped(
    edge: Edge, files: dict[str, Any], sent: bytes
) -> None:
    async with open_edge(edge.clinic, header_seconds=0.2, **files) as strict:
        reader, writer = await asyncio.open_connection("127.0.0.1", strict.settings.port)
        writer.write(sent)
        with anyio.fail_after(30):
            assert b"HTTP" not in await reader.read()
        writer.close()


@pytest.mark.parametrize("mode", [0o640, 0o604])
def test_e24_a_key_that_others_may_read_is_refused(tmp_path: Path, mode: int) -> None:
    files = make_certificate(tmp_path)
    Path(files["tls_key"]).chmod(mode)
    with pytest.raises(TooOpen, match="chmod 600"):
        tls_of(msgspec.convert(files, EdgeSettings))


def foreign_key(files: dict[str, Any], directory: Path) -> None:
    (directory / "other").mkdir()
    other = make_certificate(directory / "other")
    Path(other["tls_key"]).replace(files["tls_key"])


def rubbish(files: dict[str, Any], _directory: Path) -> None:
    Path(files["tls_certificate"]).write_text("no certificate")


@pytest.mark.parametrize("spoil", [foreign_key, rubbish])
def test_files_that_are_no_certificate_and_its_key_are_named(
    tmp_path: Path, spoil: Callable[[dict[str, str], Path], None]
) -> None:
    files = make_certificate(tmp_path)
    spoil(files, tmp_path)
    with pytest.raises(TlsFilesUnusable, match=r"clinic\.pem and .*clinic\.key"):
        tls_of(msgspec.convert(files, EdgeSettings))


@pytest.fixture
def wide(tmp_path: Path) -> dict[str, str]:
    """Return the settings of a key that everybody may read."""
    files = make_certificate(tmp_path)
    Path(files["tls_key"]).chmod(0o644)
    return {f"CAREWIRE_EDGE_{name.upper()}": file for name, file in files.items()}


async def test_e24_the_clinic_does_not_start_with_a_key_that_others_may_read(
    tmp_path: Path, wide: dict[str, str]
) -> None:
    ended = await carewire(tmp_path / "data", "up", **wide)
    assert ended.code != 0
    assert "chmod 600" in ended.err
