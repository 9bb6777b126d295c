"""The only source of chance: message ids, secrets, jitter. Tests bring a seeded one."""

import itertools
import random
import secrets
from typing import Protocol

from actors.ids import MessageId


class Mint(Protocol):
    """New ids, new secrets, and numbers for jitter."""

    def message_id(self) -> MessageId:
        """Return an id that nobody has used before."""

    def secret(self) -> str:
        """Return 256 random bits, URL-safe (43 characters)."""

    def jitter(self) -> float:
        """Return a number from 0 up to 1, not for secrets."""


class SystemMint:
    """Chance from the operating system."""

    def __init__(self) -> None:
        self._prefix = secrets.token_hex(12)
        self._numbers = itertools.count(1)
        self._jitter = random.Random()  # noqa: S311  not for secrets

    def message_id(self) -> MessageId:
        """Return an id that nobody has used before: a random prefix per process, counted up."""
        return MessageId(f"{self._prefix}-{next(self._numbers):x}")

    def secret(self) -> str:
        """Return 256 random bits, URL-safe (43 characters)."""
        return secrets.token_urlsafe(32)

    def jitter(self) -> float:
        """Return a number from 0 up to 1, not for secrets."""
        return self._jitter.random()


class SeededMint:
    """Chance that repeats itself, for tests and the simulator."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  repeats on purpose

    def message_id(self) -> MessageId:
        """Return an id that this mint has not given out before."""
        return MessageId(f"{self._random.getrandbits(128):032x}")

    def secret(self) -> str:
        """Return 43 characters that the seed decides."""
        return f"{self._random.getrandbits(172):043x}"

    def jitter(self) -> float:
        """Return a number from 0 up to 1."""
        return self._random.random()
