"""What files are called, and which types are taken: by the name and by the content."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.files.inspecting.types import type_of
from actors.files.refusals import TypeNotTaken
from actors.files.state.names import (
    HEIF,
    JPEG,
    MOST_NAME,
    PDF,
    PNG,
    TYPES,
    WEBP,
    cleaned,
    promised,
    renamed,
)
from tests.unit import sample_files


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("rash.jpg", "rash.jpg"),
        ("Rash.JPG", "Rash.JPG"),
        ("../../etc/x.pdf", "x.pdf"),
        (r"C:\Users\Ada\x.pdf", "x.pdf"),
        ("/x.pdf", "x.pdf"),
        ("a\r\nSet-Cookie: b.pdf", "a Set-Cookie_ b.pdf"),
        ("a\0b\x7f\x85.pdf", "ab.pdf"),
        ("photo\u202egpj.pdf", "photogpj.pdf"),
        ("e\u0301t\u00e9.png", "\u00e9t\u00e9.png"),
        ("e\u200d\u0301.png", "\u00e9.png"),
        ('a"b<c>|?*.png', "a_b_c____.png"),
        ("  a \t b .webp ", "a b.webp"),
        (".jpg", "file.jpg"),
        ("...pdf", "file.pdf"),
        ("a.pdf. .", "a.pdf"),
        ("run.exe.pdf", "run.exe.pdf"),
        ("傷の写真.heic", "傷の写真.heic"),
        ("a" * 300 + ".jpeg", "a" * (MOST_NAME - 5) + ".jpeg"),
    ],
)
def test_f02_a_name_is_kept_without_what_could_mislead(said: str, kept: str) -> None:
    assert cleaned(said) == kept


@pytest.mark.parametrize(
    "name",
    [
        "",
        "pdf",
        "x",
        "x.",
        "x.exe",
        "x.pdf.exe",
        "x.svg",
        "x.gif",
        "x.html",
        "x.jpg/",
        "x.p\u0501f",
    ],
)
def test_f01_a_name_that_promises_no_type_that_is_taken_is_refused(name: str) -> None:
    with pytest.raises(TypeNotTaken) as caught:
        cleaned(name)
    assert "name" in caught.value.fields


@given(st.text(), st.sampled_from(sorted(TYPES)))
def test_f02_a_cleaned_name_is_clean(stem: str, extension: str) -> None:
    name = cleaned(f"{stem}.{extension}")
    assert cleaned(name) == name
    assert name.isprintable()
    assert 0 < len(name) <= MOST_NAME
    assert not set(name) & set('/\\<>:"|?*')
    assert promised(name) == TYPES[extension]


def test_what_is_kept_as_another_type_is_named_so() -> None:
    assert renamed("rash.HEIC", JPEG) == "rash.jpg"
    assert renamed("rash.jpeg", JPEG) == "rash.jpeg"
    assert renamed("rash.heic.png", PNG) == "rash.heic.png"


GOOD: dict[str, tuple[Callable[[], bytes], str]] = {
    "a.jpg": (sample_files.jpeg, JPEG),
    "a.jpeg": (sample_files.jpeg, JPEG),
    "a.png": (sample_files.png, PNG),
    "a.webp": (sample_files.webp, WEBP),
    "a.heic": (sample_files.heic, HEIF),
    "a.heif": (sample_files.heic, HEIF),
    "a.pdf": (sample_files.pdf, PDF),
}


@pytest.mark.parametrize("name", GOOD)
def test_f01_each_type_is_known_by_its_content(name: str) -> None:
    make, media_type = GOOD[name]
    assert type_of(name, make()) == media_type


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize("other", GOOD)
def test_f01_the_content_must_be_what_the_name_promises(name: str, other: str) -> None:
    make, media_type = GOOD[other]
    taken = type_of(name, make())
    assert taken == (media_type if promised(name) == media_type else None)


HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff",
        HTML,
        SVG,
        sample_files.EICAR,
        sample_files.archive(),
        b"GIF89a" + bytes(64),
        b"MZ" + bytes(64),
        b"\0\0\0\x18ftypavif" + bytes(64),
        b"\0\0\0\x18ftypisom" + bytes(64),
        b"%PDF-1.7",
        b"%PDF-1.7\n" + HTML,
        HTML + sample_files.pdf(),
        b"\n" + sample_files.pdf(),
        sample_files.pdf()[:-20],
        sample_files.pdf() + HTML,
        sample_files.pdf() + sample_files.archive(),
        sample_files.pdf() + sample_files.archive(comment=b"\nstartxref\n9\n%%EOF\n"),
        b"%PDF-9.9\n" + sample_files.pdf()[9:],
    ],
)
def test_f01_what_is_something_else_or_two_things_at_once_is_no_type(data: bytes) -> None:
    assert {type_of(name, data) for name in GOOD} == {None}


def test_a_pdf_with_an_archive_inside_is_a_pdf() -> None:
    assert type_of("a.pdf", sample_files.pdf(sample_files.archive())) == PDF
