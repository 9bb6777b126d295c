"""PDFs of summaries: they say what they should, and do not hide what they can't say."""

import re
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from http_edge.pdf import MISSING, Sheet, in_typeface, is_whole, sheet_pdf

AT = datetime(2026, 3, 3, 9, 30, tzinfo=UTC)


def sheet(text: str = "Take one tablet a day.", name: str = "Amira Haddad") -> Sheet:
    """Return a sheet with this text about this patient."""
    return Sheet("Summary of your visit", (("Patient", name), ("Doctor", "Dr Mia")), text, AT)


def text_of(pdf: bytes) -> str:
    """Return what the pages of *pdf* show, roughly."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    content = b"".join(zlib.decompress(each) for each in streams if each[:1] == b"x")
    pieces = re.findall(rb"\((?:[^()\\]|\\.)*\) ?Tj", content)
    joined = b" ".join(piece.rpartition(b")")[0][1:] for piece in pieces)
    return re.sub(rb"\\([()\\])", rb"\1", joined).decode("latin-1")


def test_it_says_title_facts_and_text() -> None:
    pdf = sheet_pdf(sheet())
    assert pdf.startswith(b"%PDF-")
    shown = text_of(pdf)
    for words in ("Summary of your visit", "Patient", "Amira Haddad", "Dr Mia", "one tablet"):
        assert words in shown
    assert "typeface" not in shown


def test_the_same_sheet_gives_the_same_bytes() -> None:
    assert sheet_pdf(sheet()) == sheet_pdf(sheet())


def test_a_long_text_goes_on_to_further_pages() -> None:
    pdf = sheet_pdf(sheet("A line that is not short at all, so that it fills some space.\n" * 200))
    assert len(re.findall(rb"/Type /Page\b(?!s)", pdf)) > len("abc")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("Zoë Müller-Ångström", "Zoë Müller-Ångström"),
        ("Łukasz Dvořák", "Lukasz Dvorák"),
        ("Ay\u015fe Y\u0131lmaz", "Ayse Yilmaz"),
        ("\u201cRest\u201d \u2013 3 days\u2026", '"Rest" - 3 days...'),
        ("Ирина", "?????"),
        ("a\u200bb\u0007", "ab"),
    ],
)
def test_letters_become_the_nearest_that_there_are(typed: str, shown: str) -> None:
    assert in_typeface(typed) == shown


def test_who_reads_is_told_that_letters_are_missing() -> None:
    shown = text_of(sheet_pdf(sheet(name="Ирина Смирнова")))
    assert "can be printed." in shown
    assert is_whole(MISSING)


@given(st.text(max_size=300))
def test_whatever_is_written_becomes_a_document(text: str) -> None:
    assert sheet_pdf(sheet(text, text)).rstrip().endswith(b"%%EOF")


@given(st.text())
def test_what_is_whole_is_shown_letter_by_letter(text: str) -> None:
    assert len(in_typeface(text)) >= len(text) or not is_whole(text)
