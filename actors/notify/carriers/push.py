"""Notices to browsers: web push (RFC 8030), encrypted (RFC 8291), and signed by us (RFC 8292).

The only user of http_ece and py_vapid. A push service sees to which browser, how urgent, how long
it is kept and its size, never a word of it.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

import http_ece  # type: ignore[import-untyped]
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02, VapidException  # type: ignore[import-untyped]

from actors.notify.carriers.carrier import Carried
from actors.notify.carriers.posting import Post, passing, taken, unanswered
from actors.notify.messages import Outcome, Subscription
from actors.runtime.clock import Clock
from config.private import read_private, write_private
from config.settings import PushSettings

KEY_FILE = "push.pem"
"""Under the data directory, mode 0600: who we are to push services. Browsers are bound to it."""

GONE = frozenset({404, 410})
RECORD = 4096
"""Bytes of an encrypted message: one record (RFC 8291, 4)."""
LARGEST = RECORD - 86 - 17
"""Bytes of a notice that fit into one record."""
TOKEN_SECONDS = 12 * 3600
"""How long a signature is good; services take a day at most."""
KEPT_SECONDS = 24 * 3600
"""How long a push service keeps a notice for a browser that is not there."""
TOPIC_LETTERS = 32


class Manner(msgspec.Struct, frozen=True):
    """How a notice is to be pushed, as it says itself; the rest of it is the page's."""

    tag: str = ""
    """A newer one of the same tag takes the place of one that was not shown yet."""
    urgent: bool = False
    seconds: int = KEPT_SECONDS
    """How long it is of use."""


class PushKey:
    """The pair of keys by which push services know us (VAPID)."""

    def __init__(self, vapid: Vapid02, contact: str) -> None:
        self._vapid = vapid
        self._contact = contact

    @classmethod
    def open(cls, data: Path, contact: str) -> Self:
        """Read the pair under *data*, or make it; raise `TooOpen`, `OSError` or `ValueError`.

        *contact* is whom push services may write to: `mailto:...` or `https://...`.
        """
        file = data / KEY_FILE
        if not file.exists():
            fresh = Vapid02()
            fresh.generate_keys()
            write_private(file, fresh.private_pem())
        key = cls(Vapid02.from_pem(read_private(file)), contact)
        key.authorization("https://push.example", 1)
        return key

    @property
    def public(self) -> str:
        """The public one as browsers take it: base64url of the uncompressed point."""
        point = self._vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return urlsafe_b64encode(point).decode().rstrip("=")

    def authorization(self, origin: str, now: int) -> str:
        """Return the header that lets us post to *origin* from *now* (Unix seconds) on."""
        claims = {"aud": origin, "exp": now + TOKEN_SECONDS, "sub": self._contact}
        try:
            return str(self._vapid.sign(claims)["Authorization"])
        except VapidException as error:
            raise ValueError(str(error)) from error


class PushCarrier:
    """Hands each notice to the push service of a browser.

    The address is the browser's own word, so only hosts that the settings name are posted to.
    When an answer is lost it is tried again under the same topic: of two that wait for a
    browser the service keeps one.
    """

    def __init__(self, key: PushKey, settings: PushSettings, post: Post, clock: Clock) -> None:
        self._key = key
        self._settings = settings
        self._post = post
        self._clock = clock

    async def carry(self, message_id: str, letter: bytes, to: str, _attempt: str = "") -> Carried:
        """Push *letter* (JSON) to the `Subscription` that *to* is as JSON."""
        try:
            browser = msgspec.json.decode(to, type=Subscription)
            endpoint = urlsplit(browser.endpoint)
            if not self._settings.serves(endpoint.hostname or ""):
                return Carried(Outcome.REFUSED, "not_allowed")
            origin = f"{endpoint.scheme}://{endpoint.netloc}"
            headers = self._headers(message_id, letter, origin)
            body = encrypted(letter, browser)
        except (ValueError, msgspec.MsgspecError) as error:
            return Carried(Outcome.REFUSED, type(error).__name__)
        answer = await self._post(browser.endpoint, headers, body)
        return outcome(answer.status) if answer.status else unanswered(answer)

    def _headers(self, message_id: str, letter: bytes, origin: str) -> dict[str, str]:
        manner = msgspec.json.decode(letter, type=Manner)
        return {
            "Authorization": self._key.authorization(origin, self._clock.unix_ms() // 1000),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(max(manner.seconds, 0)),
            "Urgency": "high" if manner.urgent else "normal",
            "Topic": topic(manner.tag or message_id),
        }


def outcome(status: int) -> Carried:
    """Return what a push service means by *status* (RFC 8030, 5 and 7.3)."""
    said = f"status {status}"
    if taken(status):
        return Carried(Outcome.CARRIED, said)
    if status in GONE:
        return Carried(Outcome.GONE, said)
    return Carried(Outcome.RETRY if passing(status) else Outcome.REFUSED, said)


def topic(name: str) -> str:
    """Return *name* as a topic: 32 letters of base64url that tell nobody anything."""
    digest = hashlib.sha256(name.encode()).digest()
    return urlsafe_b64encode(digest).decode()[:TOPIC_LETTERS]


def encrypted(letter: bytes, browser: Subscription) -> bytes:
    """Return *letter* so that *browser* alone can read it; raise `ValueError` if it can't be."""
    if len(letter) > LARGEST:
        raise ValueError("too big")
    sealed: bytes = http_ece.encrypt(
        letter,
        private_key=ec.generate_private_key(ec.SECP256R1()),
        dh=_bytes(browser.p256dh),
        auth_secret=_bytes(browser.auth),
        rs=RECORD,
    )
    return sealed


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
