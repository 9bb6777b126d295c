"""Words of finding again what was said: what an event adds to the index, and what is found."""

import re
import unicodedata
from datetime import datetime
from typing import Final

import msgspec

from actors.address import Address

_WORDS: Final = re.compile(r"[^\W_]+")


class Passage(msgspec.Struct, frozen=True, array_like=True):
    """A text of an actor that can be found, under a number of the actor's own.

    Another passage of the same number takes its place; an empty *text* takes it out.
    """

    number: int
    text: str


class Hit(msgspec.Struct, frozen=True):
    """A passage that was found; *text* is as it was written, *at* when it was kept last."""

    actor: Address
    number: int
    text: str
    at: datetime


def folded(text: str) -> str:
    """Return *text* without letter case and without marks on letters, as it is searched."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    return "".join(char for char in plain if not unicodedata.combining(char))


def words_of(text: str) -> list[str]:
    """Return the words of *text*, folded: runs of letters and digits."""
    return _WORDS.findall(folded(text))


def excerpt(text: str, words: list[str], length: int = 160) -> str:
    """Return the part of *text* around the first of the folded *words*, in one line."""
    line = " ".join(text.split())
    if len(line) <= length:
        return line
    place = min((at for each in words if (at := folded(line).find(each)) >= 0), default=0)
    start = max(0, min(place - length // 3, len(line) - length))
    part = line[start : start + length].strip()
    return f"{'…' if start else ''}{part}{'…' if start + length < len(line) else ''}"
