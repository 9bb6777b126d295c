"""Which passwords are good enough: long, and not the first that a guesser would try.

Any character counts and no mixture is asked for. Pure: hashing is `hasher`'s.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from unicodedata import normalize

from actors.accounts.refusals import WeakPassword

SHORTEST = 15
LONGEST = 1024
FEWEST_RUNS = 6
SHORTEST_WORD = 4
PRODUCT = "carewire"
COMMON = frozenset(
    [
        "123456",
        "abc123",
        "asdfgh",
        "azerty",
        "changeme",
        "iloveyou",
        "letmein",
        "motdepasse",
        "password",
        "passwort",
        "qazwsx",
        "qwerty",
        "qwertz",
        "trustno1",
        "welcome1",
        "zxcvbn",
    ]
)
KEYBOARD = ("1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm")
LOOKALIKES = str.maketrans("013457@$!", "oleastasi")
NEIGHBOURS = frozenset(
    pair for row in KEYBOARD for both in (row, row[::-1]) for pair in pairwise(both)
)


def normal_form(password: str) -> str:
    """Return *password* as it is hashed: NFC, whatever keyboard it was typed on."""
    return normalize("NFC", password)


def check_password(
    password: str, *, email: str, name: str, clinic: str = "", field: str = "password"
) -> WeakPassword | None:
    """Return why *password* is not good enough for that person, or None when it is."""
    weakness = next(_weaknesses(normal_form(password), email, name, clinic), "")
    return WeakPassword(fields={field: weakness}) if weakness else None


def _weaknesses(password: str, email: str, name: str, clinic: str) -> Iterator[str]:
    if len(password) < SHORTEST:
        yield f"Use at least {SHORTEST} characters; a few words in a row will do."
    if len(password) > LONGEST:
        yield f"Use at most {LONGEST} characters."
    folded = password.casefold()
    if _runs(folded) < FEWEST_RUNS:
        yield "Repeated or consecutive characters are easy to guess."
    if _repeats(folded):
        yield "The same piece over and over is easy to guess."
    if _mentions(folded, COMMON):
        yield "It contains one of the most common passwords."
    if _mentions(folded, _own_words(email, name, clinic)):
        yield "Leave out your e-mail address, your name and the clinic's name."


def _runs(text: str) -> int:
    """Count the pieces of *text* that go straight on: `aaaa`, `abcd`, `4321`, `qwer`."""
    return 1 + sum(not _goes_on(*pair) for pair in pairwise(text))


def _goes_on(one: str, other: str) -> bool:
    return abs(ord(one) - ord(other)) <= 1 or (one, other) in NEIGHBOURS


def _repeats(text: str) -> bool:
    """Tell whether *text* is a shorter piece twice or more (the last may be cut off)."""
    sizes = range(1, len(text) // 2 + 1)
    return any(text[size:] == text[:-size] for size in sizes)


def _own_words(email: str, name: str, clinic: str) -> set[str]:
    before_top_level, _, _ = email.rpartition(".")
    return {PRODUCT}.union(*map(_words, (before_top_level, name, clinic)))


def _words(text: str) -> set[str]:
    pieces = re.split(r"[\W_]+", text.casefold())
    return {piece for piece in pieces if len(piece) >= SHORTEST_WORD}


def _mentions(text: str, words: Iterable[str]) -> bool:
    plain = text.translate(LOOKALIKES)
    return any(word in text or word in plain for word in words)
