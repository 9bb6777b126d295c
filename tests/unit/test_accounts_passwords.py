"""A02: which passwords are taken."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.accounts.passwords import LONGEST, check_password, normal_form
from tests.unit.accounts_support import GOOD, OTHER


def taken(password: str) -> bool:
    refusal = check_password(
        password, email="ada.lovelace@example.org", name="Ada Byron", clinic="North Harbour"
    )
    return refusal is None


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        OTHER,
        "mfwqzrtbkxjvhpd",
        "839204718263947",
        "Ünïcödé wörds too",
        "🔑 key 🐚 to 🐢 my 🏡 door",
    ],
)
def test_a02_any_characters_will_do(password: str) -> None:
    assert taken(password)


@pytest.mark.parametrize("length", [15, 64, 128, LONGEST])
def test_a02_long_passwords_are_taken_whole(length: int) -> None:
    assert taken(("seven green kettles hum " + "xkfbqzpwm" * 200)[:length])


@pytest.mark.parametrize("password", ["", "short", "fourteen chars", "x" * (LONGEST + 1)])
def test_a02_too_short_and_too_long_are_refused(password: str) -> None:
    assert not taken(password)


def test_a02_one_character_is_one_however_it_was_typed() -> None:
    composed, decomposed = "é", "e\u0301"
    assert normal_form(composed * 15) == normal_form(decomposed * 15)
    assert not taken("sæven " + decomposed * 8)


@pytest.mark.parametrize(
    "password",
    [
        "aaaaaaaaaaaaaaaaaaa",
        "123456789012345678",
        "abcdefghijklmnopqrst",
        "qwertyuiopasdfghjkl",
        "9876543210zyxwvuts",
        "aaaabbbbccccddddeeee",
        "hat man hat man hat man ",
        "kettlehumkettlehum",
        "my password is safe",
        "MyP4ssw0rdIsSafe!",
        "letmein, I am here",
        "I work for Carewire",
        "lovelace writes code",
        "greetings to BYRON",
        "north wind and rain",
        "h4rb0ur lights glow",
        "example for you all",
    ],
)
def test_a03_the_guessable_is_refused(password: str) -> None:
    assert len(password) >= 15
    assert not taken(password)


def test_the_refusal_names_the_field_that_was_typed_into() -> None:
    refusal = check_password("short", email="a@b.c", name="A", field="new")
    assert refusal is not None
    assert list(refusal.fields) == ["new"]
    assert refusal.code == "weak_password"


@given(st.text(max_size=200))
def test_any_text_gets_an_answer_that_does_not_repeat_it(password: str) -> None:
    refusal = check_password(password, email="a@b.c", name="A")
    if refusal is not None and len(password) > 3:
        assert password not in refusal.sentence
