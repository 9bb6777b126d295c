"""How a notice reads, by what it is about, in the language of whom it is for.

`words` is what has to be said; each language has a table of its own that says all of it.
"""

from actors.notify.messages import ENGLISH, written_in
from actors.notify.wording.de import GERMAN
from actors.notify.wording.en import IN_ENGLISH
from actors.notify.wording.es import SPANISH
from actors.notify.wording.fr import FRENCH
from actors.notify.wording.words import Page, Wording, Words

__all__ = ["JOIN_MINUTES", "WORDS", "Page", "Wording", "Words", "words_in"]

WORDS = {ENGLISH: IN_ENGLISH, "de": GERMAN, "fr": FRENCH, "es": SPANISH}
"""By the tags of `LANGUAGES`."""

JOIN_MINUTES = 10
"""A reminder so near to its visit is the one to come in by."""


def words_in(language: str) -> Words:
    """Return the words of *language*, or English ones where it is none of `LANGUAGES`."""
    return WORDS[written_in(language)]
