"""Access tokens of API clients: EdDSA JWTs, and the keys that sign them and links in letters.

The keys live in one private file (see `signing_keys`). Beside them lies a secret from which
once-only answers are made again (see `Tokens.again`). Where several processes read one file, who is
in charge (or `carewire certs`) changes it, and the others read it again (see `key_keeping`).
"""

import hmac
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self

import jwt
import msgspec
from msgspec.structs import replace

from actors.ids import AccountKey, SessionId, UserId
from actors.runtime.clock import Clock
from actors.runtime.mint import Mint
from config.private import read_private, write_private
from http_edge.signing_keys import (
    ALGORITHM,
    KeyFile,
    KeySet,
    PublicKey,
    Stage,
    b64,
    first_keys,
    moved_on,
    new_key,
    private_of,
    public_of,
)

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


class TokenRefused(Exception):
    """This access token is not good; *expired* says that it was once."""

    def __init__(self, *, expired: bool = False) -> None:
        self.expired = expired
        super().__init__()


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


@dataclass(frozen=True, slots=True)
class Issued:
    """A fresh access token."""

    token: str
    expires_in: int


class Tokens:
    """Signs and reads access tokens."""

    def __init__(
        self,
        file: Path,
        kept: KeyFile,
        clock: Clock,
        mint: Mint,
        *,
        issuer: str,
        seconds: int,
        own: bool = True,
    ) -> None:
        self._file = file
        self._own = own
        self._kept = kept
        self._clock = clock
        self._mint = mint
        self._issuer = issuer
        self._seconds = seconds
        self._verified = lru_cache(KNOWN)(self._verify)
        """Signatures take a third of a read; times and sessions are checked at each use."""

    @classmethod
    def open(
        cls, file: Path, clock: Clock, mint: Mint, *, issuer: str, seconds: int, own: bool = True
    ) -> Self:
        """Read the keys from *file*, or make the first ones; refuse a file that others can read.

        A file that is not our *own* (of this machine) is only read; `OSError` says that it is not
        there.
        """
        if own and not file.exists():
            write_private(file, msgspec.json.encode(first_keys(clock, mint)))
        return cls(file, _in(file), clock, mint, issuer=issuer, seconds=seconds, own=own)

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
        return jwt.encode(claims, private_of(active), algorithm=ALGORITHM, headers=headers)

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
            private_of(key).public_key(),
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
        return KeySet(tuple(PublicKey(key.kid, public_of(key)) for key in self._kept.keys))

    def rotation_due(self) -> bool:
        """Whether the active key has signed for long enough."""
        active = next(key for key in self._kept.keys if key.stage is Stage.ACTIVE)
        return self._now() - active.since >= ACTIVE_SECONDS

    def keep_up(self, *, in_charge: bool = True) -> None:
        """Read the keys again; who is *in charge* of our own lets them move on when it is time.

        It reads and writes a file; `OSError`, `TooOpen` or `MsgspecError` leaves all as it was.
        """
        if (kept := _in(self._file)) != self._kept:
            self._take(kept)
        if self._own and in_charge and self.rotation_due():
            self.rotate()

    def rotate(self) -> None:
        """Let the next key sign, publish another next, forget keys whose tokens are all over."""
        now = self._now()
        moved = (moved_on(key, now) for key in self._kept.keys)
        over = now - max(self._seconds, LINK_SECONDS) - LEEWAY
        live = [key for key in moved if key.stage is not Stage.RETIRED or key.since > over]
        self._keep(replace(self._kept, keys=(*live, new_key(Stage.NEXT, now))))

    def again(self, purpose: str, message: str) -> str:
        """Return 256 secret bits (43 characters) that *message* decides, the same each time.

        So a sign-in that is repeated under its Idempotency-Key gets its first answer again,
        although no token was kept.
        """
        digest = hmac.digest(self._kept.pepper.encode(), f"{purpose}\0{message}".encode(), "sha256")
        return b64(digest)

    def _keep(self, kept: KeyFile) -> None:
        write_private(self._file, msgspec.json.encode(kept))
        self._take(kept)

    def _take(self, kept: KeyFile) -> None:
        self._kept = kept
        self._verified.cache_clear()

    def _now(self) -> int:
        return self._clock.unix_ms() // 1000


def _in(file: Path) -> KeyFile:
    return msgspec.json.decode(read_private(file), type=KeyFile)
