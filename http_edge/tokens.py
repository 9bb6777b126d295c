"""Access tokens of API clients: EdDSA JWTs, and the keys that sign them and links in letters.

The keys live in one private file: *next* is published before it is used, *active* signs,
*retired* ones are good for reading until the last token or link that they signed is over. Beside
them lies a secret from which once-only answers are made again (see `Tokens.again`).
"""

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from actors.ids import AccountKey, SessionId, UserId
from actors.runtime.clock import Clock
from actors.runtime.mint import Mint
from config.private import read_private, write_private

ALGORITHM = "EdDSA"
TYPE = "at+jwt"
AUDIENCE = "api"
LONGEST = 8192
LEEWAY = 5
ACTIVE_SECONDS = 30 * 24 * 3600
LINK_SECONDS = 14 * 24 * 3600
"""How long a link in a letter is good at most."""
CACHE_SECONDS = 300
"""How long others may keep what `jwks` says."""
KNOWN = 4096
"""Tokens whose signature is not checked again. A change of keys forgets them all."""
KEYS = 16


class TokenRefused(Exception):
    """This access token is not good; *expired* says that it was once."""

    def __init__(self, *, expired: bool = False) -> None:
        self.expired = expired
        super().__init__()


class Stage(StrEnum):
    """Where a key is in its life."""

    NEXT = "next"
    ACTIVE = "active"
    RETIRED = "retired"


class KeyRecord(msgspec.Struct, frozen=True):
    """A signing key as it is kept. *since* is when it came into its stage, Unix seconds."""

    kid: str
    stage: Stage
    since: int
    seed: str


class KeyFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the private file holds."""

    pepper: str
    keys: tuple[KeyRecord, ...]


class Claims(msgspec.Struct, frozen=True):
    """What an access token says: this session of that account, from *iat* until *exp*."""

    iss: str
    aud: str
    sub: UserId
    sid: SessionId
    acc: AccountKey
    jti: str
    iat: int
    exp: int


class LinkTimes(msgspec.Struct, frozen=True):
    """From when until when a link is good."""

    iat: int
    exp: int


class PublicKey(msgspec.Struct, frozen=True):
    """The public part of a key (RFC 8037)."""

    kid: str
    x: str
    kty: str = "OKP"
    crv: str = "Ed25519"
    use: str = "sig"
    alg: str = ALGORITHM


class KeySet(msgspec.Struct, frozen=True):
    """The keys that tokens may be signed with (RFC 7517)."""

    keys: tuple[PublicKey, ...]


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh access token."""

    token: str
    expires_in: int


class Tokens:
    """Signs and reads access tokens."""

    def __init__(
        self, file: Path, kept: KeyFile, clock: Clock, mint: Mint, *, issuer: str, seconds: int
    ) -> None:
        self._file = file
        self._kept = kept
        self._clock = clock
        self._mint = mint
        self._issuer = issuer
        self._seconds = seconds
        self._verified = lru_cache(KNOWN)(self._verify)
        """Signatures take a third of a read; times and sessions are checked at each use."""

    @classmethod
    def open(cls, file: Path, clock: Clock, mint: Mint, *, issuer: str, seconds: int) -> Self:
        """Read the keys from *file*, or make the first ones; refuse a file that others can read."""
        if not file.exists():
            write_private(file, msgspec.json.encode(_first(clock, mint)))
        kept = msgspec.json.decode(read_private(file), type=KeyFile)
        return cls(file, kept, clock, mint, issuer=issuer, seconds=seconds)

    def issue(self, session: SessionId, user: UserId, account: AccountKey) -> Issued:
        """Return an access token for *session*."""
        now = self._now()
        claims = Claims(
            iss=self._issuer,
            aud=AUDIENCE,
            sub=user,
            sid=session,
            acc=account,
            jti=self._mint.message_id(),
            iat=now,
            exp=now + self._seconds,
        )
        return Issued(self._signed(msgspec.to_builtins(claims), TYPE), self._seconds)

    def link(self, kind: str, until: int, **said: str | int) -> str:
        """Return a signed text for a link: it says *said*, for use as *kind* alone, until *until*.

        Times are Unix seconds. No link is good for longer than `LINK_SECONDS`.
        """
        now = self._now()
        times = {"iat": now, "exp": min(until, now + LINK_SECONDS)}
        return self._signed({"iss": self._issuer, "aud": kind, **times, **said}, f"{kind}+jwt")

    def read_link(self, kind: str, text: str) -> dict[str, Any]:
        """Return what a link of *kind* says, or raise `TokenRefused`."""
        if len(text) > LONGEST:
            raise TokenRefused
        try:
            said = self._opened(text, f"{kind}+jwt", kind, ("iat", "exp", "iss", "aud"))
            times = msgspec.convert(said, LinkTimes)
        except (jwt.PyJWTError, msgspec.ValidationError, ValueError, RecursionError) as error:
            raise TokenRefused from error
        now = self._now()
        if times.iat > now + LEEWAY or times.exp - times.iat > LINK_SECONDS:
            raise TokenRefused
        if times.exp <= now - LEEWAY:
            raise TokenRefused(expired=True)
        return said

    def _signed(self, claims: dict[str, Any], kind: str) -> str:
        active = next(key for key in self._kept.keys if key.stage is Stage.ACTIVE)
        headers = {"kid": active.kid, "typ": kind}
        return jwt.encode(claims, _private(active), algorithm=ALGORITHM, headers=headers)

    def read(self, token: str) -> Claims:
        """Return what *token* says, or raise `TokenRefused`."""
        if len(token) > LONGEST:
            raise TokenRefused
        try:
            claims = self._verified(token)
        except (jwt.PyJWTError, msgspec.ValidationError, ValueError, RecursionError) as error:
            raise TokenRefused from error
        now = self._now()
        if claims.iat > now + LEEWAY or not 0 < claims.exp - claims.iat <= self._seconds:
            raise TokenRefused
        if claims.exp <= now - LEEWAY:
            raise TokenRefused(expired=True)
        return claims

    def _verify(self, token: str) -> Claims:
        """Check signature, type, audience and issuer; times are checked by our own clock."""
        needed = ("exp", "iat", "sub", "jti", "sid", "acc", "iss", "aud")
        return msgspec.convert(self._opened(token, TYPE, AUDIENCE, needed), Claims)

    def _opened(
        self, token: str, kind: str, audience: str, needed: tuple[str, ...]
    ) -> dict[str, Any]:
        header = jwt.get_unverified_header(token)
        kid = header.get("kid")
        key = next((key for key in self._kept.keys if key.kid == kid), None)
        if key is None or header.get("typ") != kind or header.get("alg") != ALGORITHM:
            raise TokenRefused
        said: dict[str, Any] = jwt.decode(
            token,
            _private(key).public_key(),
            algorithms=[ALGORITHM],
            audience=audience,
            issuer=self._issuer,
            options={
                "strict_aud": True,
                "require": list(needed),
                "verify_exp": False,
                "verify_iat": False,
            },
        )
        return said

    def jwks(self) -> KeySet:
        """Return the public keys."""
        return KeySet(tuple(PublicKey(key.kid, _public(key)) for key in self._kept.keys))

    def rotation_due(self) -> bool:
        """Whether the active key has signed for long enough."""
        active = next(key for key in self._kept.keys if key.stage is Stage.ACTIVE)
        return self._now() - active.since >= ACTIVE_SECONDS

    def rotate(self) -> None:
        """Let the next key sign, publish another next, forget keys whose tokens are all over."""
        now = self._now()
        moved = (_moved(key, now) for key in self._kept.keys)
        over = now - max(self._seconds, LINK_SECONDS) - LEEWAY
        live = [key for key in moved if key.stage is not Stage.RETIRED or key.since > over]
        self._keep(replace(self._kept, keys=(*live, _new_key(Stage.NEXT, now))))

    def again(self, purpose: str, message: str) -> str:
        """Return 256 secret bits (43 characters) that *message* decides, the same each time.

        So a sign-in that is repeated under its Idempotency-Key gets its first answer again,
        although no token was kept.
        """
        digest = hmac.digest(self._kept.pepper.encode(), f"{purpose}\0{message}".encode(), "sha256")
        return _b64(digest)

    def _keep(self, kept: KeyFile) -> None:
        write_private(self._file, msgspec.json.encode(kept))
        self._kept = kept
        self._verified.cache_clear()

    def _now(self) -> int:
        return self._clock.unix_ms() // 1000


def _first(clock: Clock, mint: Mint) -> KeyFile:
    now = clock.unix_ms() // 1000
    return KeyFile(mint.secret(), (_new_key(Stage.ACTIVE, now), _new_key(Stage.NEXT, now)))


def _moved(key: KeyRecord, now: int) -> KeyRecord:
    match key.stage:
        case Stage.NEXT:
            return replace(key, stage=Stage.ACTIVE, since=now)
        case Stage.ACTIVE:
            return replace(key, stage=Stage.RETIRED, since=now)
        case Stage.RETIRED:
            return key


def _new_key(stage: Stage, now: int) -> KeyRecord:
    private = Ed25519PrivateKey.generate()
    seed = _b64(private.private_bytes_raw())
    public = _b64(private.public_key().public_bytes_raw())
    return KeyRecord(thumbprint_of(public), stage, now, seed)


def thumbprint_of(public: str) -> str:
    """Return the name of a key (RFC 7638) by its public part."""
    members = f'{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}'
    return _b64(hashlib.sha256(members.encode()).digest())


@lru_cache(KEYS)
def _private(key: KeyRecord) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(key.seed + "="))


def _public(key: KeyRecord) -> str:
    return _b64(_private(key).public_key().public_bytes_raw())


def _b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
