"""Words as they are searched: without letter case and without marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.passages import excerpt, folded, words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Good MORNING, Dr. Ann!", ["good", "morning", "dr", "ann"]),
        ("Fièvre à 39,5°", ["fievre", "a", "39", "5"]),
        ("Größe: 1m80", ["grosse", "1m80"]),
        ("e\u0301 is \u00e9", ["e", "is", "e"]),
        ("\ufb01nd \u2122", ["find", "tm"]),
        ('don\'t; DROP* "table" (NEAR)', ["don", "t", "drop", "table", "near"]),
        ("лихорадка 熱", ["лихорадка", "熱"]),
        ("... \n\t !", []),
        ("", []),
    ],
)
def test_words_are_runs_of_letters_and_digits(text: str, words: list[str]) -> None:
    assert words_of(text) == words


@given(text=st.text())
def test_what_is_folded_is_folded_for_good(text: str) -> None:
    assert folded(folded(text)) == folded(text)
    assert words_of(" ".join(words_of(text))) == words_of(text)


@given(text=st.text(st.characters(exclude_characters="ıϴ")))
def test_letter_case_makes_no_difference(text: str) -> None:
    assert folded(text.upper()) == folded(text) == folded(text.lower())


def test_a_short_text_is_its_own_excerpt() -> None:
    assert excerpt("one\n two", ["two"]) == "one two"


def test_an_excerpt_is_cut_around_the_first_word_that_was_found() -> None:
    text = f"{'before ' * 50}fever {'after ' * 50}"
    cut = excerpt(text, ["fever"], 60)
    assert cut.startswith("…")
    assert cut.endswith("…")
    assert "fever" in cut
    assert len(cut) <= 62


def test_an_excerpt_without_the_words_is_the_beginning() -> None:
    cut = excerpt("word " * 100, ["fever"], 40)
    assert cut.startswith("word")
    assert cut.endswith("…")
