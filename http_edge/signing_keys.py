"""The keys that sign access tokens and links, as they are kept and as they are published.

They lie in one private file: *next* is published before it is used, *active* signs, *retired* ones
are good for reading until the last token or link that they signed is over.
"""

import hashlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from enum import StrEnum
from functools import lru_cache

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from msgspec.structs import replace

from actors.runtime.clock import Clock
from actors.runtime.mint import Mint

ALGORITHM = "EdDSA"
KEYS = 16


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


def first_keys(clock: Clock, mint: Mint) -> KeyFile:
    """Return the first keys of a clinic."""
    now = clock.unix_ms() // 1000
    return KeyFile(mint.secret(), (new_key(Stage.ACTIVE, now), new_key(Stage.NEXT, now)))


def moved_on(key: KeyRecord, now: int) -> KeyRecord:
    """Return *key* in its next stage."""
    match key.stage:
        case Stage.NEXT:
            return replace(key, stage=Stage.ACTIVE, since=now)
        case Stage.ACTIVE:
            return replace(key, stage=Stage.RETIRED, since=now)
        case Stage.RETIRED:
            return key


def new_key(stage: Stage, now: int) -> KeyRecord:
    """Return a fresh key."""
    private = Ed25519PrivateKey.generate()
    seed = b64(private.private_bytes_raw())
    public = b64(private.public_key().public_bytes_raw())
    return KeyRecord(thumbprint_of(public), stage, now, seed)


def thumbprint_of(public: str) -> str:
    """Return the name of a key (RFC 7638) by its public part."""
    members = f'{{"crv":"Ed25519","kty":"OKP","x":"{public}"}}'
    return b64(hashlib.sha256(members.encode()).digest())


@lru_cache(KEYS)
def private_of(key: KeyRecord) -> Ed25519PrivateKey:
    """Return what signs."""
    return Ed25519PrivateKey.from_private_bytes(urlsafe_b64decode(key.seed + "="))


def public_of(key: KeyRecord) -> str:
    """Return what reads, base64url."""
    return b64(private_of(key).public_key().public_bytes_raw())


def b64(raw: bytes) -> str:
    """Return *raw* in base64url, without padding."""
    return urlsafe_b64encode(raw).decode().rstrip("=")
