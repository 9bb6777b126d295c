"""Password hashes: the only user of Argon2. Slow on purpose, so it works beside the event loop."""

import hashlib
import hmac
from base64 import b64encode
from typing import Protocol

import anyio.to_thread
from anyio import CapacityLimiter
from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from actors.accounts.refusals import RetryLater

MEMORY_KIB = 19 * 1024
PASSES = 2
LANES = 1
AT_A_TIME = 2
WAITING = 200


class Hasher(Protocol):
    """Makes and checks password hashes. Every implementation passes the same contract suite."""

    @property
    def dummy(self) -> str:
        """A hash that no password has, and that takes as long to check as any other."""

    async def hash(self, password: str) -> str:
        """Return a new hash of *password*, which says its own parameters."""

    async def verify(self, password_hash: str, password: str) -> bool:
        """Tell whether *password_hash* is of *password*; False also when it can't be read."""

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether *password_hash* was made with other parameters than today's."""


class Argon2Hasher:
    """Argon2id in worker threads, two at a time; refuses when too many wait already."""

    def __init__(
        self, *, memory_kib: int = MEMORY_KIB, passes: int = PASSES, waiting: int = WAITING
    ) -> None:
        self._hasher = PasswordHasher(passes, memory_kib, LANES, type=Type.ID)
        self._limiter = CapacityLimiter(AT_A_TIME)
        self._waiting = waiting
        salt, digest = (b64encode(bytes(size)).decode().rstrip("=") for size in (16, 32))
        costs = f"m={memory_kib},t={passes},p={LANES}"
        self._dummy = f"$argon2id$v=19${costs}${salt}${digest}"

    @property
    def dummy(self) -> str:
        """A hash that no password has: its digest is all zeros."""
        return self._dummy

    async def hash(self, password: str) -> str:
        """Return a new hash of *password*, with a salt of its own."""
        self._turn_away()
        return await anyio.to_thread.run_sync(self._hasher.hash, password, limiter=self._limiter)

    async def verify(self, password_hash: str, password: str) -> bool:
        """Tell whether *password_hash* is of *password*."""
        self._turn_away()
        return await anyio.to_thread.run_sync(
            self._matches, password_hash, password, limiter=self._limiter
        )

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether *password_hash* was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(password_hash)

    def _turn_away(self) -> None:
        if self._limiter.statistics().tasks_waiting >= self._waiting:
            raise RetryLater

    def _matches(self, password_hash: str, password: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


class QuickHasher:
    """Hashes without cost, threads or chance: for tests and the simulator, never for people."""

    def __init__(self, *, strength: int = 1) -> None:
        self._strength = strength

    @property
    def dummy(self) -> str:
        """A hash that no password has: it has no digest."""
        return f"quick${self._strength}$none"

    async def hash(self, password: str) -> str:
        """Return the hash of *password*."""
        return _quick(str(self._strength), password)

    async def verify(self, password_hash: str, password: str) -> bool:
        """Tell whether *password_hash* is of *password*."""
        strength = password_hash.removeprefix("quick$").partition("$")[0]
        return hmac.compare_digest(password_hash.encode(), _quick(strength, password).encode())

    def needs_rehash(self, password_hash: str) -> bool:
        """Tell whether *password_hash* was made with another strength than today's."""
        return not password_hash.startswith(f"quick${self._strength}$")


def _quick(strength: str, password: str) -> str:
    return f"quick${strength}${hashlib.sha256(password.encode()).hexdigest()}"
