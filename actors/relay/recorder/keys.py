"""The recorder's part in sealing: a key pair of its own, and the frame keys that it was told.

A frame is a clear prefix (VP8 key frame 10 bytes, other VP8 3, Opus 1), what AES-256-GCM made of
the rest with the prefix as its additional data, 12 bytes of IV and 1 byte that names the key. A
frame key comes wrapped: ECDH on P-256 of both pages' keys, HKDF-SHA-256, AES-256-GCM.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import OrderedDict

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDH,
    SECP256R1,
    EllipticCurvePublicKey,
    generate_private_key,
)
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from actors.ids import CallId, LegId

IV = 12
TAG = 16
TRAILER = IV + 1
MOST_KEYS = 8
"""Of one sender, the newest."""


class Wrapped(msgspec.Struct, frozen=True):
    """A frame key as it travels: its name, and base64url of IV and ciphertext."""

    kid: int
    wrapped: str


class KeyRefused(Exception):
    """This is no frame key for the recorder."""


def clear_bytes(payload: bytes, *, video: bool) -> int:
    """Return how many bytes at the beginning of a frame are never sealed."""
    if not video:
        return 1
    return 10 if payload and not payload[0] & 1 else 3


class FrameKeys:
    """The keys of one recording: its own pair, and what each sender seals with."""

    def __init__(self, call: CallId, me: LegId) -> None:
        self._call = call
        self._me = me
        self._private = generate_private_key(SECP256R1())
        self._keys: dict[LegId, OrderedDict[int, AESGCM]] = {}

    @property
    def public(self) -> str:
        """The raw public key (base64url), for others to wrap their frame keys with."""
        return _text(_raw(self._private.public_key()))

    def learn(self, leg: LegId, body: str, public: str) -> None:
        """Take a frame key of *leg*, whose page's raw public key is *public*, or `KeyRefused`."""
        try:
            told = msgspec.json.decode(body, type=Wrapped)
            sealed = _bytes(told.wrapped)
            theirs = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), _bytes(public))
            shared = self._private.exchange(ECDH(), theirs)
            key = AESGCM(_wrapping(shared, self._call, leg, self._me))
            frame_key = AESGCM(key.decrypt(sealed[:IV], sealed[IV:], None))
        except (msgspec.DecodeError, ValueError, InvalidTag) as error:
            raise KeyRefused from error
        known = self._keys.setdefault(leg, OrderedDict())
        known[told.kid] = frame_key
        while len(known) > MOST_KEYS:
            known.popitem(last=False)

    def open(self, leg: LegId, frame: bytes, *, video: bool) -> bytes | None:
        """Return the frame in the clear; None when no known key opens it."""
        prefix = clear_bytes(frame, video=video)
        if len(frame) < prefix + TAG + TRAILER:
            return None
        known = self._keys.get(leg)
        key = known.get(frame[-1]) if known else None
        if key is None:
            return None
        head, iv = frame[:prefix], frame[-TRAILER:-1]
        try:
            return head + key.decrypt(iv, frame[prefix:-TRAILER], head)
        except InvalidTag:
            return None


def _wrapping(shared: bytes, call: CallId, leg: LegId, to: LegId) -> bytes:
    info = f"carewire frame key {leg} {to}".encode()
    return HKDF(SHA256(), 32, salt=call.encode(), info=info).derive(shared)


def _raw(key: EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
