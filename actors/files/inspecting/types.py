"""Which type bytes are of, by what is in them; a name is not believed."""

import re
import struct

from actors.files.state.names import HEIF, JPEG, PDF, PNG, WEBP, promised

BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
"""Of still pictures in a HEIF container (ISO 23008-12)."""

PDF_START = re.compile(rb"%PDF-[12]\.[0-9][\r\n\t ]")
PDF_END = re.compile(rb"startxref\s+[0-9]+\s+%%EOF[\s\0]*\Z")
PDF_TAIL = 2048
"""Where the end of a PDF is looked for."""

ZIP_END = b"PK\x05\x06"
ZIP_END_LENGTH = 22
ZIP_TAIL = ZIP_END_LENGTH + 0xFFFF


def type_of(name: str, data: bytes) -> str | None:
    """Return the media type of *data* if it is the one that the cleaned *name* promises.

    None for types that are not taken, and for what is two things at once.
    """
    found = _found(data)
    return found if found == promised(name) else None


def _found(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp" and data[8:12] in BRANDS:
        return HEIF
    return PDF if _is_pdf(data) else None


def _is_pdf(data: bytes) -> bool:
    """Return whether it is a PDF from its first byte to its last, and no archive besides.

    A PDF is kept as it came; a picture is written anew, and what hides behind it is lost.
    """
    ends = PDF_END.search(data[-PDF_TAIL:]) is not None
    return PDF_START.match(data) is not None and ends and not _is_archive(data)


def _is_archive(data: bytes) -> bool:
    """Return whether a reader of ZIP files finds one that ends where *data* does."""
    tail = data[-ZIP_TAIL:]
    at = tail.find(ZIP_END)
    while at >= 0:
        end = tail[at : at + ZIP_END_LENGTH]
        if len(end) == ZIP_END_LENGTH:
            (comment,) = struct.unpack_from("<H", end, ZIP_END_LENGTH - 2)
            if at + ZIP_END_LENGTH + comment == len(tail):
                return True
        at = tail.find(ZIP_END, at + 1)
    return False
