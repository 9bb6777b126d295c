"""Small parts of the edge's door, one by one (SECURITY E07, E18, E21, E25)."""

from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

import pytest
import structlog
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from hypothesis import example, given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from config.settings import EdgeSettings
from http_edge.credentials import Credential, hash_of
from http_edge.limits import Limits, network_of
from http_edge.links import safe_next
from http_edge.origins import Origins, comes_from_browser
from http_edge.problems import Problem
from http_edge.sparingly import BURST, Sparingly
from tests.unit.test_tokens import HandClock

HERE = "http://localhost:8080"
ORIGINS = Origins.of(EdgeSettings())


def asked(headers: Mapping[str, str], peer: str = "198.51.100.7") -> web.Request:
    request = make_mocked_request("POST", "/", {"Host": "localhost:8080", **headers})
    return request.clone(remote=peer)


SITES: dict[str, tuple[dict[str, str], bool]] = {
    "own form": ({"Sec-Fetch-Site": "same-origin", "Origin": HERE}, True),
    "own fetch, no origin": ({"Sec-Fetch-Site": "same-origin"}, True),
    "same-origin, but another Origin": (
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
        False,
    ),
    "typed by hand": ({"Sec-Fetch-Site": "none", "Origin": HERE}, True),
    "none without Origin": ({"Sec-Fetch-Site": "none"}, False),
    "another site": ({"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}, False),
    "a sibling host": ({"Sec-Fetch-Site": "same-site", "Origin": "http://localhost:9999"}, False),
    "a sibling that says our Origin": ({"Sec-Fetch-Site": "same-site", "Origin": HERE}, False),
    "old browser, own": ({"Origin": HERE}, True),
    "old browser, another": ({"Origin": "https://evil.example"}, False),
    "old browser, own Referer": ({"Referer": f"{HERE}/sign-in"}, True),
    "old browser, look-alike Referer": ({"Referer": f"{HERE}.evil.example/"}, False),
    "null origin": ({"Origin": "null"}, False),
    "other port": ({"Origin": "http://localhost:8081"}, False),
    "other scheme": ({"Origin": "https://localhost:8080"}, False),
    "nothing at all": ({}, False),
    "a word that browsers do not say": ({"Sec-Fetch-Site": "SAME-ORIGIN", "Origin": HERE}, False),
    "broken Referer": ({"Referer": "http://[broken"}, False),
}


@pytest.mark.parametrize("name", SITES)
def test_e18_only_our_own_pages_count_as_ours(name: str) -> None:
    headers, own = SITES[name]
    assert ORIGINS.is_own(asked(headers)) is own


def test_e18_whatever_carries_a_cookie_or_an_origin_came_from_a_browser() -> None:
    for header in ("Cookie", "Origin", "Sec-Fetch-Site"):
        assert comes_from_browser(asked({header: "x"}))
    assert not comes_from_browser(asked({"User-Agent": "curl"}))


@given(st.text())
@example("//evil.example")
@example("/\\evil.example")
@example("\\\\evil.example")
@example("https:evil.example")
@example("/\t/evil.example")
@example("/ok?to=//evil.example")
def test_e21_a_redirect_stays_on_this_site(path: str) -> None:
    safe = safe_next(path)
    assert urlsplit(urljoin("https://clinic.example/x", safe)).netloc == "clinic.example"
    assert safe.startswith("/")
    assert safe.isprintable()


@given(st.from_regex(r"/[a-z]{1,9}(/[a-z0-9-]{1,9}){0,2}(\?[a-z]=[a-z0-9]{0,5})?", fullmatch=True))
def test_e21_an_own_path_is_kept(path: str) -> None:
    assert safe_next(path) == path


PROXIED = Origins.of(EdgeSettings(trusted_proxies=("10.0.0.0/8", "::1/128")))


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("198.51.100.7", "203.0.113.9", "198.51.100.7"),
        ("10.1.1.1", "203.0.113.9", "203.0.113.9"),
        ("10.1.1.1", "1.2.3.4, 203.0.113.9", "203.0.113.9"),
        ("10.1.1.1", "203.0.113.9, 10.2.2.2", "203.0.113.9"),
        ("10.1.1.1", "evil<script>", "10.1.1.1"),
        ("10.1.1.1", "", "10.1.1.1"),
        ("::1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_e07_the_last_hop_that_is_not_ours_counts(peer: str, forwarded: str, address: str) -> None:
    assert PROXIED.address(asked({"X-Forwarded-For": forwarded}, peer)) == address


def test_limits_count_a_network_as_one() -> None:
    assert network_of("203.0.113.9") == network_of("203.0.113.200")
    assert network_of("2001:db8::1") == network_of("2001:db8::ffff")
    assert network_of("203.0.113.9") != network_of("203.0.114.9")
    assert network_of("not an address") == "not an address"


def test_a_limit_fills_up_again_with_time() -> None:
    clock = HandClock()
    limits = Limits(clock, 2)
    limits.check("sign_in", "203.0.113.9")
    limits.check("sign_in", "203.0.113.9")
    limits.check("sign_up", "203.0.113.9")
    with pytest.raises(Problem) as refused:
        limits.check("sign_in", "203.0.113.9")
    assert refused.value.headers == {"Retry-After": "30"}
    clock.seconds += 30
    limits.check("sign_in", "203.0.113.9")


def test_e25_a_log_that_strangers_write_to_is_held_back_and_says_so() -> None:
    clock = HandClock()
    with capture_logs() as lines:
        say = Sparingly(structlog.get_logger(), clock.monotonic)
        for _ in range(500):
            say("malformed")
        assert len(lines) == BURST
        clock.seconds += 1
        say("malformed")
    assert lines[-1]["left_out"] == 490


def test_a_credential_is_read_as_it_is_written_and_never_printed() -> None:
    text = "a" * 64 + "." + "b" * 43
    credential = Credential.read(text)
    assert credential is not None
    assert str(credential) == text
    assert credential.hash == hash_of("b" * 43)
    assert "b" * 43 not in repr(credential)


@pytest.mark.parametrize("text", ["", ".", "a" * 64, "A" * 64 + "." + "b" * 43, "x" * 9999])
def test_a_credential_of_another_shape_is_none(text: str) -> None:
    assert Credential.read(text) is None
