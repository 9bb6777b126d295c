"""Papers that the people of the demonstration send one another: plain PDF (ISO 32000-1)."""

from collections.abc import Sequence

PAGE = (595, 842)
"""A4, in points."""
MARGIN, LINE = 64, 20
CATALOG = b"<< /Type /Catalog /Pages 2 0 R >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
FONTS = b"<< /F1 << /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >> >>"


def paper(title: str, lines: Sequence[str]) -> bytes:
    """Return a page with a title and lines of text (Windows code page 1252)."""
    width, height = PAGE
    text = b"BT\n%s\nET" % b"\n".join(
        [
            b"/F1 20 Tf %d %d Td (%s) Tj" % (MARGIN, height - 2 * MARGIN, _escaped(title)),
            b"/F1 12 Tf 0 %d Td" % (-LINE),
            *(b"0 %d Td (%s) Tj" % (-LINE, _escaped(line)) for line in lines),
        ]
    )
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R %s >>" % (
        width,
        height,
        b"/Resources << /Font %s >>" % (FONTS % b"Helvetica"),
    )
    content = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text)
    return _file((CATALOG, PAGES, page, content))


def _escaped(text: str) -> bytes:
    encoded = text.encode("cp1252")
    for sign in (b"\\", b"(", b")"):
        encoded = encoded.replace(sign, b"\\" + sign)
    return encoded


def _file(objects: Sequence[bytes]) -> bytes:
    """Return the objects with the table that says where each of them begins."""
    written, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\n" % size
    return b"%s%s%sstartxref\n%d\n%%%%EOF\n" % (written, head, trailer, len(written))
