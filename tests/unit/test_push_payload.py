"""Web push as bytes: encrypted for one browser, signed by us, small, and told how to be carried."""

import stat
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import msgspec
import pytest
from cryptography.exceptions import InvalidSignature
from py_vapid import jwt as vapid_jwt  # type: ignore[import-untyped]  # noqa: TID251  the service's

from actors.notify.carriers.carrier import Carried
from actors.notify.carriers.push import LARGEST, PushCarrier, PushKey, encrypted, outcome, topic
from actors.notify.messages import Outcome, Subscription
from config.private import TooOpen
from config.settings import PushSettings
from tests.browsers import Browser, CanNotRead, base64url

NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
LETTER = b'{"title":"A notice","tag":"thread-1","urgent":true,"seconds":600}'


class StillClock:
    """A clock that shows one moment."""

    def now(self) -> datetime:
        """Return the moment."""
        return NOW

    def unix_ms(self) -> int:
        """Return it in Unix milliseconds."""
        return int(NOW.timestamp() * 1000)

    def monotonic(self) -> float:
        """Return nothing that passes."""
        return 0.0


class Answer(NamedTuple):
    """What a service says."""

    status: int
    said: str = ""


TAKEN = Answer(201)


@dataclass
class Service:
    """A push service that answers alike to all."""

    answer: Answer = TAKEN
    posted: list[tuple[str, Mapping[str, str], bytes]] = field(default_factory=list)

    async def __call__(self, url: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Note what was posted."""
        self.posted.append((url, headers, body))
        return self.answer


@pytest.fixture
def key(tmp_path: Path) -> PushKey:
    return PushKey.open(tmp_path, "mailto:it@clinic.example")


async def carried(
    key: PushKey, service: Service, subscription: Subscription, letter: bytes = LETTER
) -> Carried:
    carrier = PushCarrier(key, PushSettings(), service, StillClock())
    to = msgspec.json.encode(subscription).decode()
    return await carrier.carry("id1@carewire", letter, to)


# --- for one browser alone -----------------------------------------------------------------------


def test_rfc_8291_its_browser_reads_it_and_no_other() -> None:
    browser, other = Browser(), Browser()
    body = encrypted(LETTER, browser.subscription())
    assert LETTER not in body
    assert browser.read(body) == LETTER
    with pytest.raises(CanNotRead):
        other.read(body)


def test_rfc_8291_no_two_are_alike() -> None:
    subscription = Browser().subscription()
    bodies = [encrypted(LETTER, subscription) for _ in range(2)]
    assert bodies[0][:16] != bodies[1][:16], "the salt"
    assert bodies[0][21:86] != bodies[1][21:86], "the sender's key"


def test_rfc_8291_it_is_one_record_of_at_most_4096_bytes() -> None:
    browser = Browser()
    assert len(encrypted(b"x" * LARGEST, browser.subscription())) == 4096
    assert browser.read(encrypted(b"x" * LARGEST, browser.subscription())) == b"x" * LARGEST
    with pytest.raises(ValueError, match="too big"):
        encrypted(b"x" * (LARGEST + 1), browser.subscription())


@pytest.mark.parametrize(
    "changes", [{"p256dh": "AAAA"}, {"p256dh": ""}, {"auth": "AAAA", "p256dh": "!"}]
)
async def test_a_browser_whose_keys_are_none_is_refused(
    key: PushKey, changes: dict[str, str]
) -> None:
    service = Service()
    told = await carried(key, service, Browser().subscription(**changes))
    assert told.outcome is Outcome.REFUSED
    assert service.posted == []


async def test_what_is_too_big_or_no_notice_is_refused(key: PushKey) -> None:
    service = Service()
    for letter in (b'{"tag":"' + b"x" * 5000 + b'"}', b"not json"):
        told = await carried(key, service, Browser().subscription(), letter)
        assert told.outcome is Outcome.REFUSED
    assert service.posted == []


# --- how it is carried ---------------------------------------------------------------------------


async def test_rfc_8030_it_says_how_long_how_urgent_and_in_whose_place(key: PushKey) -> None:
    service, browser = Service(), Browser()
    assert (await carried(key, service, browser.subscription())).outcome is Outcome.CARRIED
    [(url, headers, body)] = service.posted
    assert (url, browser.read(body)) == (browser.endpoint, LETTER)
    assert (headers["TTL"], headers["Urgency"]) == ("600", "high")
    assert headers["Content-Encoding"] == "aes128gcm"
    assert headers["Topic"] == topic("thread-1") != "thread-1"


async def test_a_notice_that_says_nothing_of_it_has_its_own_place_for_a_day(key: PushKey) -> None:
    service = Service()
    await carried(key, service, Browser().subscription(), b'{"title":"x"}')
    [(_, headers, _)] = service.posted
    assert (headers["TTL"], headers["Urgency"]) == ("86400", "normal")
    assert headers["Topic"] == topic("id1@carewire")


def test_rfc_8030_a_topic_is_32_letters_of_base64url() -> None:
    assert len(topic("")) == len(topic("x" * 999)) == 32
    assert set(topic("a thread")) <= set(base64url(bytes(range(256))))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (201, Outcome.CARRIED),
        (204, Outcome.CARRIED),
        (404, Outcome.GONE),
        (410, Outcome.GONE),
        (400, Outcome.REFUSED),
        (403, Outcome.REFUSED),
        (413, Outcome.REFUSED),
        (302, Outcome.REFUSED),
        (429, Outcome.RETRY),
        (500, Outcome.RETRY),
        (503, Outcome.RETRY),
    ],
)
def test_each_status_has_its_outcome(status: int, expected: Outcome) -> None:
    assert outcome(status) == Carried(expected, f"status {status}")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("no_line", Outcome.NOT_TRIED),
        ("not_allowed", Outcome.REFUSED),
        ("not_public", Outcome.RETRY),
        ("unreachable", Outcome.RETRY),
        ("too_slow", Outcome.RETRY),
    ],
)
async def test_without_an_answer_it_is_tried_again_where_that_helps(
    key: PushKey, said: str, expected: Outcome
) -> None:
    told = await carried(key, Service(Answer(0, said)), Browser().subscription())
    assert told.outcome is expected


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com.evil.example/x",
        "https://evilfcm.googleapis.com/x",
        "https://push.apple.com/x",
        "https://127.0.0.1/x",
        "https://fcm.googleapis.com@evil.example/x",
        "nonsense",
        "",
    ],
)
async def test_ssrf_only_known_push_services_are_posted_to(key: PushKey, endpoint: str) -> None:
    service = Service()
    told = await carried(key, service, Browser().subscription(endpoint=endpoint))
    assert told == Carried(Outcome.REFUSED, "not_allowed")
    assert service.posted == []


async def test_what_is_no_subscription_is_refused(key: PushKey) -> None:
    carrier = PushCarrier(key, PushSettings(), Service(), StillClock())
    assert (await carrier.carry("id1", LETTER, "ada@example.org")).outcome is Outcome.REFUSED


# --- who pushes ----------------------------------------------------------------------------------


def parts_of(header: str) -> dict[str, str]:
    scheme, _, said = header.partition(" ")
    assert scheme == "vapid"
    return dict(part.split("=", 1) for part in said.split(","))


async def test_rfc_8292_the_signature_says_who_for_whom_and_until_when(key: PushKey) -> None:
    service = Service()
    await carried(key, service, Browser().subscription())
    parts = parts_of(service.posted[0][1]["Authorization"])
    claims = vapid_jwt.decode(parts["t"], parts["k"])
    assert claims["aud"] == "https://fcm.googleapis.com"
    assert claims["sub"] == "mailto:it@clinic.example"
    assert 0 < claims["exp"] - NOW.timestamp() <= 24 * 3600
    assert parts["k"] == key.public
    head, _, tail = parts["t"].rpartition(".")
    with pytest.raises(InvalidSignature):
        vapid_jwt.decode(f"{head}.{tail[::-1]}", parts["k"])


def test_c04_the_key_is_made_once_and_its_owners_alone(tmp_path: Path) -> None:
    first = PushKey.open(tmp_path, "mailto:it@clinic.example")
    [file] = tmp_path.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert PushKey.open(tmp_path, "https://clinic.example").public == first.public
    point = urlsafe_b64decode(first.public + "=")
    assert (len(point), point[0]) == (65, 4)
    file.chmod(0o644)
    with pytest.raises(TooOpen):
        PushKey.open(tmp_path, "mailto:it@clinic.example")


@pytest.mark.parametrize("contact", ["", "it@clinic.example", "mailto:nobody"])
def test_a_contact_that_services_refuse_is_refused_at_the_start(
    tmp_path: Path, contact: str
) -> None:
    with pytest.raises(ValueError, match="sub"):
        PushKey.open(tmp_path, contact)
