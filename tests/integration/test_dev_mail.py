"""The letters of a demonstration: shown to this machine alone, and harmless."""

import re
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest

from actors.notify.carriers.folder import FolderCarrier
from http_edge.pages.dev_mail import Piece, pieces
from tests.clinic import Clinic, open_clinic
from tests.edge import Edge, open_edge
from tests.integration.pages_support import Tab, text_of

PLAIN = "Hello Ada,\nOpen it: http://localhost:8080/welcome#abc, or not. <b>x</b>"
EVIL = '<p onclick="alert(1)">Hello</p><script>alert(1)</script><a href="https://x.example">x</a>'
LETTER = f"""From: Clinic <no-reply@clinic.example>
To: Ada <ada@clinic.example>
Subject: =?utf-8?q?Votre_visite_est_confirm=C3=A9e?=
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="=_1"

--=_1
Content-Type: text/plain; charset="utf-8"

{PLAIN}
--=_1
Content-Type: text/html; charset="utf-8"

{EVIL}
--=_1
Content-Type: text/calendar; method=REQUEST
Content-Disposition: inline; filename="appointment.ics"

BEGIN:VCALENDAR
--=_1--
"""


@pytest.fixture(scope="module")
async def clinic(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clinic]:
    """Run a clinic whose letters become files."""
    async with open_clinic(tmp_path_factory.mktemp("clinic")) as clinic:
        folder = FolderCarrier(clinic.directory / "mail")
        await folder.carry("id1@carewire", LETTER.encode(), "ada@clinic.example")
        await folder.carry("id2@carewire", b"no letter at all \xff", "ada@clinic.example")
        yield clinic


@pytest.fixture(scope="module")
async def demo(clinic: Clinic) -> AsyncIterator[Edge]:
    """Serve the clinic as a demonstration does."""
    folder = clinic.directory / "mail"
    async with open_edge(clinic, mail_folder=folder, trusted_proxies=("127.0.0.1",)) as edge:
        yield edge


async def test_every_letter_is_listed_and_opens(demo: Edge) -> None:
    page = await Tab(demo).open("/dev/mail")
    assert page.status == 200
    assert set(re.findall(r'href="/dev/mail/(\w+)"', page.text)) == {"id1", "id2"}
    assert "Votre visite est confirmée" in text_of(page)
    assert (await Tab(demo).open("/dev/mail/id2")).status == 200


async def test_a_letter_is_shown_as_text_with_its_links(demo: Edge) -> None:
    page = await Tab(demo).open("/dev/mail/id1")
    assert '<a href="http://localhost:8080/welcome#abc" rel="noreferrer">' in page.text
    assert "&lt;b&gt;x&lt;/b&gt;" in page.text
    assert "appointment.ics" in page.text
    assert "text/calendar" in page.text


async def test_the_html_of_a_letter_can_run_nothing(demo: Edge) -> None:
    page = await Tab(demo).open("/dev/mail/id1")
    frame = re.search(r"<iframe[^>]*>", page.text)
    assert frame
    sandbox = re.search(r'sandbox="([^"]*)"', frame[0])
    assert sandbox
    assert not set(sandbox[1].split()) & {"allow-scripts", "allow-same-origin", "allow-forms"}
    source = re.search(r'srcdoc="([^"]*)"', frame[0])
    assert source
    assert EVIL in unescape(source[1])
    assert "alert" not in page.text.replace(source[0], "")
    assert "'strict-dynamic'" in page.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/dev/mail", "/dev/mail/id1"])
async def test_outside_of_a_demonstration_there_is_nothing(clinic: Clinic, path: str) -> None:
    async with open_edge(clinic) as edge:
        assert (await Tab(edge).open(path)).status == 404


@pytest.mark.parametrize("path", ["/dev/mail", "/dev/mail/id1"])
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded"])
async def test_from_elsewhere_there_is_nothing(demo: Edge, path: str, header: str) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    answer = await demo.send("GET", path, headers={header: forwarded[header]})
    assert answer.status == 404


@pytest.mark.parametrize(
    "path", ["/dev/mail/none", "/dev/mail/..%2f..%2fstore", "/dev/mail/%2e%2e", "/dev/mail/id1.eml"]
)
async def test_what_is_no_letter_is_not_there(demo: Edge, path: str) -> None:
    assert (await Tab(demo).open(path)).status == 404


async def test_a_demonstration_without_letters_says_so(clinic: Clinic, tmp_path: Path) -> None:
    async with open_edge(clinic, mail_folder=tmp_path / "none") as edge:
        assert "No letter yet." in (await Tab(edge).open("/dev/mail")).text


def test_links_are_told_from_text() -> None:
    found = [piece for piece in pieces('a https://x.example/y?z=1. b "http://q"') if piece.text]
    assert found == [
        Piece("a "),
        Piece("https://x.example/y?z=1", "https://x.example/y?z=1"),
        Piece('. b "'),
        Piece("http://q", "http://q"),
        Piece('"'),
    ]
    assert [piece.url for piece in pieces("javascript:alert(1) data:text/html,x")] == [""]
