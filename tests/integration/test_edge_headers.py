"""What every response carries, whatever it is (SECURITY E08, E11-E17, E19, E20)."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from http_edge.policy import UNIDENTIFIED
from http_edge.routes import Kind, Route
from tests.clinic import open_clinic
from tests.edge import (
    V1,
    Answer,
    Edge,
    Person,
    Ward,
    open_edge,
    open_ward,
    path_of,
    routes_of,
)


async def crawl(edge: Edge, person: Person) -> list[tuple[Route, Answer]]:
    """Call every route (but a live socket) as *person*, with an empty body where one goes."""
    mine = {"Authorization": f"Bearer {person.token}"} if person.token else {}
    answers = []
    for route in routes_of(edge):
        if route.kind is Kind.SOCKET or route.path.endswith("/sessions/current"):
            continue
        typed = {} if route.method == "GET" else {"Content-Type": "application/json"}
        data = None if route.method in {"GET", "DELETE"} else "{}"
        answer = await edge.send(route.method, path_of(route), data, {**mine, **typed})
        answers.append((route, answer))
    return answers


STRANGE: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("GET", "/nothing/here", {}),
    ("GET", f"{V1}/nothing", {}),
    ("TRACE", "/", {}),
    ("PUT", f"{V1}/me", {}),
    ("GET", "/", {"Host": "evil.example"}),
    ("POST", f"{V1}/sessions", {"Content-Encoding": "gzip"}),
    ("GET", f"{V1}/openapi.json", {"Expect": "the-unexpected"}),
    ("GET", "/static/nothing.css", {}),
)


@pytest.fixture(scope="module")
async def everything(edge: Edge, ward: Ward) -> list[Answer]:
    """Return what all routes answer to a visitor, a patient, a doctor and an administrator."""
    people = (edge.visitor, await edge.patient(), ward.doctors[0], ward.admin)
    answers = [answer for person in people for _, answer in await crawl(edge, person)]
    answers += [await edge.send(method, path, None, more) for method, path, more in STRANGE]
    return answers


@pytest.fixture
async def quiet(tmp_path: Path) -> AsyncIterator[Edge]:
    """Serve a clinic in which nothing happens by itself: no test left a visit in it."""
    async with (
        open_clinic(tmp_path) as clinic,
        open_edge(clinic, access_token_seconds=86_400) as edge,
    ):
        yield edge


async def test_e08_nothing_says_what_runs_here(everything: list[Answer]) -> None:
    for answer in everything:
        assert answer.headers["Server"] == "carewire"
        shown = (answer.text + str(answer.headers)).lower()
        assert not re.search(r"aiohttp|python/|traceback|sqlite|select .* from", shown)


async def test_e11_every_response_has_every_security_header(everything: list[Answer]) -> None:
    assert {answer.status for answer in everything} >= {200, 401, 403, 404, 405, 415, 417, 421, 422}
    for answer in everything:
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
        assert answer.headers["Cross-Origin-Embedder-Policy"] == "require-corp"


def policy_of(answer: Answer) -> dict[str, str]:
    parts = (part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; "))
    return {part[0]: part[1] for part in parts}


async def test_e12_the_policy_is_strict_and_its_nonces_fresh(
    everything: list[Answer],
) -> None:
    nonces = set()
    for answer in everything:
        policy = policy_of(answer)
        (nonce,) = re.findall(r"'nonce-(\w{32,})'", policy["script-src"])
        nonces.add(nonce)
        assert policy["script-src"] == f"'nonce-{nonce}' 'strict-dynamic'"
        for name in ("default-src", "object-src", "base-uri", "frame-ancestors"):
            assert policy[name] == "'none'"
        assert policy["form-action"] == "'self'"
        assert "unsafe-" not in answer.headers["Content-Security-Policy"]
    assert len(nonces) == len(everything)


async def test_e13_trusted_types_are_required_breaches_reported(
    everything: list[Answer],
) -> None:
    for answer in everything:
        assert policy_of(answer)["require-trusted-types-for"] == "'script'"
        assert policy_of(answer)["report-uri"] == "/csp-reports"


NO_CAMERA = "camera=(), microphone=(), display-capture=(), geolocation=()"
CAMERA = "camera=(self), microphone=(self), display-capture=(self), geolocation=()"
CALL_PAGES = {"GET /calls/{call}", "GET /calls/{call}/check", "GET /join/{call}"}
"""And what answers to the forms on them, which may be the page again."""


async def test_e14_only_pages_of_calls_may_use_camera_and_microphone(
    edge: Edge, ward: Ward, everything: list[Answer]
) -> None:
    for person in (edge.visitor, await edge.patient(), ward.doctors[0]):
        for route, answer in await crawl(edge, person):
            name = f"{route.method} {route.path}"
            form = name.startswith(("POST /calls/{call}/", "POST /join/{call}/"))
            shows = name in CALL_PAGES or (form and "recordings" not in name)
            assert answer.headers["Permissions-Policy"] == (CAMERA if shows else NO_CAMERA), name
    for answer in everything[-len(STRANGE) :]:
        assert answer.headers["Permissions-Policy"] == NO_CAMERA


async def test_e15_without_tls_there_is_no_hsts(everything: list[Answer]) -> None:
    assert not any("Strict-Transport-Security" in answer.headers for answer in everything)


async def test_e15_under_tls_browsers_are_told_to_stay_there(edge: Edge) -> None:
    async with open_edge(
        edge.clinic, public_url="https://clinic.example", trusted_proxies=("127.0.0.1",)
    ) as tls:
        host = {"Host": "clinic.example"}
        told = await tls.send(
            "GET", f"{V1}/openapi.json", None, {**host, "X-Forwarded-Proto": "https"}
        )
        assert told.status == 200
        assert "max-age=63072000; includeSubDomains" in told.headers["Strict-Transport-Security"]
        plain = await tls.send("GET", f"{V1}/openapi.json", None, host)
        assert (plain.status, plain.code) == (403, "tls_wanted")
        page = await tls.send("GET", "/somewhere?token=secret", None, host)
        assert page.status == 308
        assert page.headers["Location"] == "https://clinic.example/somewhere"


async def test_e16_what_is_not_for_everybody_is_never_stored(edge: Edge, ward: Ward) -> None:
    for route, answer in await crawl(edge, ward.admin):
        if route.policy is not UNIDENTIFIED:
            assert answer.headers["Cache-Control"] == "no-store", route.name


async def test_e16_signing_out_clears_what_the_browser_keeps(edge: Edge) -> None:
    person = await edge.patient()
    answer = await person.call("DELETE", "/sessions/current")
    assert answer.status == 204
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


async def test_e17_cookies_are_ours_alone(everything: list[Answer]) -> None:
    for answer in everything:
        for cookie in answer.headers.getall("Set-Cookie", []):  # type: ignore[attr-defined]
            assert cookie.startswith("__Host-")
            parts = {part.strip().lower() for part in cookie.split(";")}
            assert {"secure", "httponly", "path=/", "samesite=lax"} <= parts


def test_e17_nobody_else_writes_cookies() -> None:
    edge = Path(__file__).parents[2] / "http_edge"
    writers = [file.name for file in edge.rglob("*.py") if ".set_cookie(" in file.read_text()]
    assert writers == ["cookies.py"]


async def test_e19_reading_everything_changes_nothing(quiet: Edge) -> None:
    edge, ward = quiet, await open_ward(quiet)
    people = (edge.visitor, await edge.patient(), ward.doctors[0], ward.admin)
    await edge.clinic.settled()
    before = await edge.clinic.journal.counts()
    for person in people:
        mine = {"Authorization": f"Bearer {person.token}"} if person.token else {}
        for route in routes_of(edge):
            if route.method == "GET" and route.kind is not Kind.SOCKET:
                await edge.send("GET", path_of(route), None, mine)
                await edge.send("HEAD", path_of(route), None, mine)
    await edge.clinic.settled()
    assert await edge.clinic.journal.counts() == before


async def test_e20_no_other_origin_is_invited(everything: list[Answer], edge: Edge) -> None:
    for answer in everything:
        assert not any(name.lower().startswith("access-control") for name in answer.headers)
    preflight = await edge.send(
        "OPTIONS",
        f"{V1}/me",
        None,
        {"Origin": "https://evil.example", "Access-Control-Request-Method": "PATCH"},
    )
    assert preflight.status == 405
    assert not any(name.lower().startswith("access-control") for name in preflight.headers)
