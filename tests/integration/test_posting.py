"""Where notices are posted to, and where never (SSRF)."""

import socket
from ipaddress import ip_address

import anyio
import pytest
from aiohttp.abc import ResolveResult

from config.settings import PushSettings, WebhookSettings
from http_edge.guarded_post import Answered, GuardedPost
from tests.integration.posting_support import HERE, guarded, open_place
from tests.names import Names

HEADERS = {"TTL": "60"}
PUBLIC = "93.184.215.14"


def strict(**known: str) -> GuardedPost:
    """Return the way of posting as it is used, in a world of names that the test knows."""
    names = Names(**known)
    push = PushSettings(hosts=("*.push.example", HERE))
    return GuardedPost(push, WebhookSettings(), resolver=lambda: names, seconds=5.0)


async def test_what_is_posted_arrives_with_its_headers() -> None:
    async with open_place(201) as place:
        assert await guarded()(place.url, HEADERS, b"sealed") == Answered(201)
    [seen] = place.seen
    assert (seen.path, seen.body, seen.headers["ttl"]) == ("/here", b"sealed", "60")
    assert "cookie" not in seen.headers


@pytest.mark.parametrize("status", [200, 404, 410, 413, 429, 503])
async def test_a_status_is_told_as_it_is(status: int) -> None:
    async with open_place(status) as place:
        assert await guarded()(place.url, HEADERS, b"") == Answered(status)


@pytest.mark.parametrize("status", [302, 307])
async def test_ssrf_no_redirect_is_followed(status: int) -> None:
    async with open_place(status) as place:
        assert await guarded()(place.url, HEADERS, b"") == Answered(status)
        assert [each.path for each in place.seen] == ["/here"]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://evil.example/", "not_allowed"),
        ("https://push.example/", "not_allowed"),
        ("https://a.push.example.evil.example/", "not_allowed"),
        ("http://a.push.example/", "not_allowed"),
        ("https://a.push.example:8443/", "not_allowed"),
        ("https://a@a.push.example/", "not_allowed"),
        ("ftp://a.push.example/", "not_allowed"),
        ("file:///etc/passwd", "not_allowed"),
        ("nonsense", "not_allowed"),
        ("https://[half/", "unreachable"),
        (f"https://{HERE}/", "not_public"),
        ("https://inside.push.example/", "not_public"),
        ("https://mixed.push.example/", "not_public"),
        ("https://metadata.push.example/", "not_public"),
    ],
)
async def test_ssrf_push_goes_to_named_hosts_at_public_addresses_alone(url: str, said: str) -> None:
    post = strict(
        a=PUBLIC, inside="10.0.0.1", mixed=f"{PUBLIC} 127.0.0.1", metadata="169.254.169.254"
    )
    assert await post(url, HEADERS, b"") == Answered(0, said)


async def test_ssrf_the_connection_goes_to_the_address_that_was_checked() -> None:
    async with open_place() as place:
        names = Names(push=HERE)
        url = f"http://push.example.org:{place.port}/here"
        assert await guarded(names=names)(url, HEADERS, b"") == Answered(201)
    assert names.asked == ["push.example.org"]
    assert place.seen[0].headers["host"] == f"push.example.org:{place.port}"


async def test_a_webhook_may_be_in_our_own_network_at_its_own_address_alone() -> None:
    async with open_place() as place:
        webhook = WebhookSettings(url=place.url, secret_file="secret")
        post = GuardedPost(PushSettings(), webhook, seconds=5.0)
        assert ip_address(HERE).is_loopback
        assert await post(place.url, {}, b"{}") == Answered(201)
        for other in (f"{place.url}/admin", place.url.replace("/here", "/"), f"{place.url}?x=1"):
            assert await post(other, {}, b"{}") == Answered(0, "not_allowed")
    assert len(place.seen) == 1


async def test_nobody_there_is_unreachable() -> None:
    async with open_place() as place:
        pass
    assert await guarded()(place.url, HEADERS, b"") == Answered(0, "unreachable")


async def test_a_name_that_nobody_knows_is_unreachable() -> None:
    class Unknown(Names):
        async def resolve(
            self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
        ) -> list[ResolveResult]:
            raise OSError(host, port, family)

    url = "http://push.example.org/"
    assert await guarded(names=Unknown())(url, HEADERS, b"") == Answered(0, "unreachable")


async def test_a_place_that_hangs_up_without_an_answer_is_unreachable() -> None:
    async with open_place(0) as place:
        assert await guarded()(place.url, HEADERS, b"sealed") == Answered(0, "unreachable")
    assert len(place.seen) == 1


async def test_a_place_that_never_answers_is_too_slow() -> None:
    async with open_place(stalls=True) as place:
        assert await guarded(seconds=0.2)(place.url, HEADERS, b"") == Answered(0, "too_slow")


async def test_when_all_lines_are_taken_nothing_is_tried() -> None:
    async with open_place(stalls=True) as place:
        post = guarded(longest_wait=0.1, lines=1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(post, place.url, HEADERS, b"")
            await place.reached.wait()
            assert await post(place.url, HEADERS, b"") == Answered(0, "no_line")
            tasks.cancel_scope.cancel()
    assert len(place.seen) == 1


async def test_no_proxy_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    async with open_place() as place:
        assert await guarded()(place.url, HEADERS, b"") == Answered(201)
