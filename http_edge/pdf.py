"""One-column PDFs of plain text: a title, facts, paragraphs. The only user of fpdf2.

They use the typeface that every reader of PDFs has (Helvetica), which has the letters of Western
Europe. Other Latin letters lose their marks; letters of other scripts become `?`, and the document
then says so, and where the whole text is.
"""

import unicodedata
from dataclasses import dataclass
from datetime import datetime

from fpdf import FPDF

UNKNOWN = "?"
MISSING = (
    "Letters that the typeface of this document does not have are shown without their marks or "
    "as ?. The page of your visit shows all of them, and can be printed."
)
FACE = "Helvetica"
MARGIN, LABEL, LINE = 22.0, 38.0, 6.0
"""Millimetres on A4: around the text, the column of labels, from one line to the next."""

_TYPED = str.maketrans(
    {
        **dict.fromkeys("\u2018\u2019\u201a\u2032", "'"),
        **dict.fromkeys("\u201c\u201d\u201e\u2033", '"'),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-"),
        **dict.fromkeys("\u2022\u25cf", "-"),
        **dict.fromkeys("\u2009\u202f\u2003\t", " "),
        "\u2026": "...",
        "\u20ac": "EUR",
    }
)
"""What looks the same in plainer signs."""

_LATIN = str.maketrans("łŁđĐħĦŋŊŧŦ", "lLdDhHnNtT") | {
    ord("\u0131"): "i",
    ord("œ"): "oe",
    ord("Œ"): "OE",
}
"""Latin letters that are no letter and a mark."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a document says. *at* is the day that it carries, whenever it is made."""

    title: str
    facts: tuple[tuple[str, str], ...]
    text: str
    at: datetime


def in_typeface(text: str) -> str:
    """Return *text* in letters that the typeface has (Latin-1)."""
    plainer = unicodedata.normalize("NFC", text).translate(_TYPED)
    return "".join(letter if _fits(letter) else _nearest(letter) for letter in plainer)


def is_whole(text: str) -> bool:
    """Return whether *text* loses nothing that matters in the typeface."""
    return all(map(_fits, unicodedata.normalize("NFC", text).translate(_TYPED)))


def _fits(letter: str) -> bool:
    return letter == "\n" or " " <= letter <= "~" or "\u00a0" <= letter <= "\u00ff"


def _nearest(letter: str) -> str:
    parts = unicodedata.normalize("NFKD", letter.translate(_LATIN))
    bare = "".join(each for each in parts if not unicodedata.combining(each))
    if unicodedata.category(letter) in {"Cc", "Cf", "Mn"}:
        return ""
    return bare if bare and all(map(_fits, bare)) else UNKNOWN


def sheet_pdf(sheet: Sheet) -> bytes:
    """Return *sheet* as a PDF (A4); the same sheet gives the same bytes."""
    pdf = _blank(sheet)
    _put(pdf, sheet.title, size=18, bold=True, after=5)
    for label, value in sheet.facts:
        _fact(pdf, label, value)
    pdf.ln(LINE)
    for paragraph in sheet.text.split("\n"):
        _put(pdf, paragraph, size=11, after=1.5)
    said = (sheet.title, sheet.text, *(value for _, value in sheet.facts))
    if not all(map(is_whole, said)):
        pdf.ln(LINE)
        _put(pdf, MISSING, size=9, after=0)
    return bytes(pdf.output())


def _blank(sheet: Sheet) -> FPDF:
    pdf = FPDF(format="A4")
    pdf.set_margin(MARGIN)
    pdf.set_auto_page_break(auto=True, margin=MARGIN)
    pdf.set_title(in_typeface(sheet.title))
    pdf.set_lang("en")
    pdf.set_creation_date(sheet.at)
    pdf.add_page()
    return pdf


def _put(pdf: FPDF, text: str, *, size: int, after: float, bold: bool = False) -> None:
    pdf.set_font(FACE, style="B" if bold else "", size=size)
    pdf.multi_cell(0, size * 0.5, in_typeface(text), align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(after)


def _fact(pdf: FPDF, label: str, value: str) -> None:
    pdf.set_font(FACE, style="B", size=11)
    pdf.cell(LABEL, LINE, in_typeface(label))
    pdf.set_font(FACE, size=11)
    pdf.multi_cell(0, LINE, in_typeface(value), align="L", new_x="LMARGIN", new_y="NEXT")
