"""What is written down, and what never is (SECURITY E22, E23, U05)."""

import io
import logging
from collections.abc import Iterator

import msgspec
import pytest
import structlog

from config.logging import configure
from config.settings import LogSettings
from tests.edge import V1, Answer, Edge, Ward

CANARIES = (
    "yellow bird phrase of mine",
    "canary-reason",
    "canary-token",
    "canary-query",
    "Canary Name",
)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Write logs as the node does, into a text of ours."""
    before, root = structlog.get_config(), logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure(LogSettings(level="debug", format="json"), stream)
    structlog.configure(cache_logger_on_first_use=False)
    yield stream
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)


async def test_u05_and_e22_no_secret_and_nothing_of_a_patient_is_logged(
    edge: Edge, ward: Ward, lines: io.StringIO
) -> None:
    body = {
        "email": "canary-mail@clinic.example",
        "name": "Canary Name",
        "zone": "Europe/Berlin",
        "password": "yellow bird phrase of mine",
    }
    assert (await edge.visitor.post("/accounts", body)).status == 202
    answer = await edge.visitor.post("/sessions", {k: body[k] for k in ("email", "password")})
    person = edge.visitor
    person.token = answer.json["access_token"]
    assert (await person.post("/appointments", ward.wish(reason="canary-reason"))).status == 201
    await person.get("/me?secret=canary-query")
    await person.post("/appointments", {"reason": "canary-reason", "category": 7})
    await edge.visitor.post("/sessions/refresh", {"refresh_token": "canary-token"})
    await edge.send("GET", f"{V1}/canary-token?x=canary-query")
    await edge.send("GET", "/canary-token")
    written = lines.getvalue()
    assert written.count('"request"') >= 8
    for canary in (*CANARIES, "canary-mail", person.token, answer.json["refresh_token"]):
        assert canary not in written


NASTY = '\n\r\x1b[31m\u2028{"event": "forged"}'


async def test_e23_nothing_that_somebody_sends_forges_a_line(
    edge: Edge, lines: io.StringIO
) -> None:
    await edge.visitor.post("/sessions", {"email": NASTY, "password": NASTY})
    await edge.send("GET", "/%0a%0d%1b%5b31m%22forged")
    written = lines.getvalue()
    assert written
    for line in written.splitlines():
        assert isinstance(msgspec.json.decode(line), dict)
    assert "forged" not in written
    assert "\x1b" not in written


async def test_policy_reports_are_written_down_briefly(edge: Edge, lines: io.StringIO) -> None:
    report = {"csp-report": {"violated-directive": "script-src", "blocked-uri": "canary-token"}}
    data = msgspec.json.encode(report)
    answer = await reported(edge, data, "application/csp-report")
    assert answer.status == 204
    assert "script-src" in lines.getvalue()
    assert "canary" not in lines.getvalue()
    assert (await reported(edge, b"[{}, 7]", "application/reports+json")).status == 204
    assert (await reported(edge, b"{}", "text/plain")).status == 415
    assert (await reported(edge, b"{", "application/csp-report")).status == 400


async def reported(edge: Edge, data: bytes, kind: str) -> Answer:
    return await edge.send("POST", "/csp-reports", data, {"Content-Type": kind})
