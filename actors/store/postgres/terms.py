"""How words are found: each is a term of its actor's own in a GIN index."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Final

LONGEST: Final = 255
"""Characters of a word in a term: PostgreSQL takes less than 2 KB, at most four bytes each."""


def terms_of(actor: str, folded: str) -> str:
    """Return the terms of the *folded* words of *actor*, with one space between."""
    return " ".join(term(actor, word) for word in folded.split(" "))


def term(actor: str, word: str) -> str:
    """Return *word* as a term of *actor*; only its beginning when it is a long one."""
    own = sha256(actor.encode()).hexdigest()[:16]
    return f"{own}x{word[:LONGEST]}"


def expression(actor: str, folded: Iterable[str]) -> str:
    """Return the full-text expression for words of *actor* that begin with each of *folded*.

    Folded words are letters and digits alone, so that a term needs quotes and nothing more.
    """
    return " & ".join(f"'{term(actor, word)}':*" for word in folded)


def long_words(folded: Iterable[str]) -> list[str]:
    """Return those of *folded* whose terms don't say all."""
    return [word for word in folded if len(word) > LONGEST]
