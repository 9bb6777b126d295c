"""Letters on their way: into a folder, and over SMTP to a server with moods."""

import ssl
import stat
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import anyio
import pytest
from aiosmtpd.smtp import AuthResult, LoginPassword

from actors.notify.carriers import carrier_of
from actors.notify.carriers import smtp as door
from actors.notify.carriers.carrier import Carrier
from actors.notify.carriers.folder import FolderCarrier
from actors.notify.carriers.smtp import Server, SmtpCarrier
from actors.notify.messages import Outcome
from actors.store.memory import MemoryBlobs
from config.private import TooOpen, write_private
from config.settings import MailSettings
from tests.certificate import make_certificate
from tests.mail_server import DROP, HERE, STALL, STEPS, Moods, mail_server

SENDER = "no-reply@clinic.example"
LETTER = b"Subject: Hello\r\n\r\nFirst line\r\n.\r\n..two dots\r\nz\xc3\xb6e\r\n"

Security = Literal["starttls", "tls", "none"]


def authenticator(
    _server: object, _session: object, _envelope: object, _how: str, said: object
) -> AuthResult:
    return AuthResult(success=said == LoginPassword(b"clinic", b"a key under the mat"))


def over(port: int, *, security: Security = "none", lines: int = 8, **more: object) -> SmtpCarrier:
    server = Server(host=HERE, port=port, security=security, **{"timeout": 5.0, **more})  # type: ignore[arg-type]
    return SmtpCarrier(server, SENDER, lines=lines)


async def outcome(carrier: Carrier, to: str = "ada@example.org") -> Outcome:
    return (await carrier.carry("id1@carewire", LETTER, to)).outcome


# --- what every carrier promises -----------------------------------------------------------------


@dataclass
class Arrived:
    """A carrier, and what has arrived by it."""

    carrier: Carrier
    letters: Callable[[], list[bytes]]


@pytest.fixture(params=["folder", "smtp"])
async def arrived(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Arrived]:
    if request.param == "folder":
        folder = FolderCarrier(tmp_path / "mail")
        yield Arrived(folder, lambda: [each.read_bytes() for each in tmp_path.glob("mail/*.eml")])
        return
    moods = Moods()
    async with mail_server(moods) as port:
        yield Arrived(over(port), lambda: [each.content for each in moods.arrived])


async def test_a_letter_arrives_byte_for_byte(arrived: Arrived) -> None:
    assert await outcome(arrived.carrier) is Outcome.CARRIED
    assert arrived.letters() == [LETTER]


async def test_many_letters_at_once_all_arrive(arrived: Arrived) -> None:
    async def carry(number: int) -> None:
        carried = await arrived.carrier.carry(f"id{number}@carewire", LETTER, "ada@example.org")
        assert carried.outcome is Outcome.CARRIED

    async with anyio.create_task_group() as tasks:
        for number in range(20):
            tasks.start_soon(carry, number)
    assert len(arrived.letters()) == 20


# --- the folder ----------------------------------------------------------------------------------


async def test_a_letter_in_the_folder_is_its_owners_alone_and_there_once(tmp_path: Path) -> None:
    carrier = FolderCarrier(tmp_path / "mail")
    assert [await outcome(carrier) for _ in range(2)] == [Outcome.CARRIED] * 2
    [file] = (tmp_path / "mail").iterdir()
    assert file.name == "id1@carewire.eml"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700


async def test_a_folder_that_can_not_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "mail").write_text("a file stands here")
    assert await outcome(FolderCarrier(tmp_path / "mail")) is Outcome.RETRY


# --- a server with moods -------------------------------------------------------------------------


def expected(step: str, mood: str) -> Outcome:
    """Return what becomes of a letter when the server is in this *mood* at this *step*."""
    if step == "quit":
        return Outcome.CARRIED
    if mood in {DROP, STALL}:
        return Outcome.IN_DOUBT if step == "text" else Outcome.RETRY
    for_ever = mood.startswith("5") and step not in {"connect", "ehlo"}
    return Outcome.REFUSED if for_ever else Outcome.RETRY


@pytest.mark.parametrize("mood", ["421 busy", "450 later", "550 no", DROP, STALL])
@pytest.mark.parametrize("step", STEPS)
async def test_row_33_each_mood_at_each_step_has_its_outcome(step: str, mood: str) -> None:
    moods = Moods({step: mood})
    async with mail_server(moods) as port:
        told = await outcome(over(port, timeout=0.2 if mood == STALL else 5.0))
    assert told is expected(step, mood)
    arrives = told in {Outcome.CARRIED, Outcome.IN_DOUBT}
    assert len(moods.arrived) == arrives


@pytest.mark.parametrize("mood", [DROP, STALL])
async def test_a_letter_that_is_in_doubt_need_not_have_arrived(mood: str) -> None:
    moods = Moods({"text": mood}, keeps=False)
    async with mail_server(moods) as port:
        assert await outcome(over(port, timeout=0.2)) is Outcome.IN_DOUBT
    assert moods.arrived == []


async def test_a_letter_ends_in_time_whatever_the_server_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "LONGEST_TALK", 0.2)
    async with mail_server(Moods({"text": STALL})) as port:
        assert await outcome(over(port)) is Outcome.IN_DOUBT


async def test_when_all_lines_are_taken_no_attempt_is_made(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(door, "LONGEST_WAIT", 0.1)
    moods = Moods({"text": STALL})
    async with mail_server(moods) as port:
        carrier = over(port, lines=1)
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(outcome, carrier)
            await moods.has_text.wait()
            assert await outcome(carrier) is Outcome.NOT_TRIED
            tasks.cancel_scope.cancel()


async def test_without_a_server_it_is_tried_again() -> None:
    async with mail_server(Moods()) as port:
        pass
    assert await outcome(over(port)) is Outcome.RETRY


@pytest.mark.parametrize("to", ["ada", "ada@example.org\r\nDATA", ""])
async def test_what_is_no_address_harms_nobody(to: str) -> None:
    moods = Moods()
    async with mail_server(moods) as port:
        assert await outcome(over(port), to) in {Outcome.RETRY, Outcome.CARRIED, Outcome.REFUSED}
    assert all(len(each.to) == 1 for each in moods.arrived)


async def test_an_address_beyond_ascii_is_told_as_such() -> None:
    moods = Moods()
    async with mail_server(moods, enable_SMTPUTF8=True) as port:
        assert await outcome(over(port), "zoë@example.org") is Outcome.CARRIED
    assert moods.arrived[0].to == ["zoë@example.org"]


# --- passwords and TLS ---------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """Return the mail server's side of TLS; its certificate is trusted."""
    files = make_certificate(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", files["tls_certificate"])
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(files["tls_certificate"], files["tls_key"])
    return context


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("host", "expected"), [("localhost", Outcome.CARRIED), (HERE, Outcome.RETRY)]
)
async def test_letters_go_over_tls_to_a_server_that_proves_who_it_is(
    certificate: ssl.SSLContext, security: Security, host: str, expected: Outcome
) -> None:
    options: dict[str, Any] = (
        {"tls": certificate} if security == "tls" else {"tls_context": certificate}
    )
    async with mail_server(Moods(), **options) as port:
        server = Server(host=host, port=port, security=security, timeout=5.0)
        assert await outcome(SmtpCarrier(server, SENDER)) is expected


async def test_a_certificate_that_nobody_vouches_for_is_not_believed(
    certificate: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    async with mail_server(Moods(), tls=certificate) as port:
        server = Server(host="localhost", port=port, security="tls", timeout=5.0)
        assert await outcome(SmtpCarrier(server, SENDER)) is Outcome.RETRY


@pytest.mark.parametrize(
    ("password", "expected"),
    [("a key under the mat", Outcome.CARRIED), ("wrong", Outcome.RETRY)],
)
async def test_a_server_that_asks_for_a_password_gets_it(
    certificate: ssl.SSLContext, password: str, expected: Outcome
) -> None:
    async with mail_server(
        Moods(), tls_context=certificate, auth_required=True, authenticator=authenticator
    ) as port:
        server = Server(
            host="localhost",
            port=port,
            security="starttls",
            user="clinic",
            password=password,
            timeout=5.0 if expected is Outcome.CARRIED else 1.0,
        )
        assert await outcome(SmtpCarrier(server, SENDER)) is expected


async def test_a_server_that_offers_no_tls_gets_no_letter() -> None:
    moods = Moods()
    async with mail_server(moods) as port:
        assert await outcome(over(port, security="starttls")) is Outcome.RETRY
    assert moods.arrived == []


# --- from the settings ---------------------------------------------------------------------------


def test_the_settings_name_the_carrier(tmp_path: Path) -> None:
    assert isinstance(carrier_of(MailSettings(), tmp_path, MemoryBlobs()), FolderCarrier)
    write_private(tmp_path / "key", b"open sesame\n")
    settings = MailSettings(
        carrier="smtp", host="mx.example", user="clinic", password_file=str(tmp_path / "key")
    )
    assert isinstance(carrier_of(settings, tmp_path, MemoryBlobs()), SmtpCarrier)


def test_c04_a_password_that_others_can_read_is_refused(tmp_path: Path) -> None:
    write_private(tmp_path / "key", b"open sesame\n")
    (tmp_path / "key").chmod(0o644)
    settings = MailSettings(
        carrier="smtp", host="mx.example", user="clinic", password_file=str(tmp_path / "key")
    )
    with pytest.raises(TooOpen):
        carrier_of(settings, tmp_path, MemoryBlobs())


def test_a_server_does_not_print_its_password() -> None:
    server = Server(host="mx", port=25, security="tls", user="clinic", password="sesame")
    assert "sesame" not in repr(server)
