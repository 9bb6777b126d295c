"""The sending side of sealed frames, as a browser's page has it."""

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from actors.ids import CallId, LegId


def base64url(raw: bytes) -> str:
    """Return *raw* as pages write it."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


class SealingPage:
    """A page with its key pair and one frame key."""

    def __init__(self, call: CallId, leg: LegId, kid: int = 1) -> None:
        self.call, self.leg, self.kid = call, leg, kid
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.frame_key = os.urandom(32)
        self.salt = os.urandom(4)
        self.sealed = 0

    @property
    def public(self) -> str:
        """Its raw public key."""
        key = self.private.public_key()
        return base64url(key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def wrap(self, to: LegId, public: str) -> str:
        """Return the frame key, wrapped for who has that public key, as a signal's body."""
        raw = urlsafe_b64decode(public + "=" * (-len(public) % 4))
        theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
        shared = self.private.exchange(ec.ECDH(), theirs)
        info = f"carewire frame key {self.leg} {to}".encode()
        key = HKDF(SHA256(), 32, salt=self.call.encode(), info=info).derive(shared)
        iv = os.urandom(12)
        wrapped = base64url(iv + AESGCM(key).encrypt(iv, self.frame_key, None))
        return msgspec.json.encode({"kid": self.kid, "wrapped": wrapped}).decode()

    def seal(self, frame: bytes, clear: int) -> bytes:
        """Return *frame* with all but its first *clear* bytes sealed."""
        iv = self.salt + self.sealed.to_bytes(8, "big")
        self.sealed += 1
        head = frame[:clear]
        sealed = AESGCM(self.frame_key).encrypt(iv, frame[clear:], head)
        return head + sealed + iv + bytes([self.kid])
