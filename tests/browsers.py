"""A browser that is pushed to, from its own side: its keys, and reading what comes."""

from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any

import http_ece  # type: ignore[import-untyped]  # noqa: TID251  the browser's side
import msgspec
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from actors.ids import SubscriptionId
from actors.notify.messages import Subscription

CanNotRead = http_ece.ECEException


def base64url(raw: bytes) -> str:
    """Return *raw* as browsers write it."""
    return urlsafe_b64encode(raw).decode().rstrip("=")


@dataclass
class Browser:
    """A browser with its keys, to be reached at *endpoint*."""

    endpoint: str = "https://fcm.googleapis.com/fcm/send/abc"
    private: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth: bytes = b"sixteen bytes!!!"

    @property
    def p256dh(self) -> str:
        """Its public key."""
        public = self.private.public_key()
        return base64url(public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))

    def subscription(self, **changes: Any) -> Subscription:  # noqa: ANN401  fields of it
        """Return what the clinic keeps of it."""
        auth = base64url(self.auth)
        mine = Subscription(SubscriptionId("s"), self.endpoint, self.p256dh, auth, "Mine")
        return msgspec.structs.replace(mine, **changes)

    def to_json(self) -> dict[str, Any]:
        """Return what its page tells the clinic (`PushSubscription.toJSON()`)."""
        given = {"p256dh": self.p256dh, "auth": base64url(self.auth)}
        return {"endpoint": self.endpoint, "expirationTime": None, "keys": given}

    def read(self, body: bytes) -> bytes:
        """Decrypt what was pushed, or raise `CanNotRead`."""
        read: bytes = http_ece.decrypt(body, private_key=self.private, auth_secret=self.auth)
        return read
