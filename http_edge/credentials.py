"""What somebody shows at the door: an account's key and a secret, in one text.

The account's actor keeps no secret, only its SHA-256.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Self

from actors.ids import AccountKey

_SHAPE = re.compile(r"([0-9a-f]{64})\.([A-Za-z0-9_-]{43})", re.ASCII)


def hash_of(secret: str) -> str:
    """Return the SHA-256 (hex) of *secret*: what the actors keep of it."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass(frozen=True, slots=True, repr=False)
class Credential:
    """A session cookie, a refresh token or a password link: `<account key>.<secret>`."""

    account: AccountKey
    secret: str

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Take *text* apart; None when it has another shape."""
        match = _SHAPE.fullmatch(text)
        return cls(AccountKey(match[1]), match[2]) if match else None

    def __str__(self) -> str:
        return f"{self.account}.{self.secret}"

    @property
    def hash(self) -> str:
        """The SHA-256 (hex) of the secret."""
        return hash_of(self.secret)
