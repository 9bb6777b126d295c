"""What files are called, and which types a name may promise."""

import unicodedata

from actors.files.refusals import TypeNotTaken

JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
HEIF = "image/heif"
PDF = "application/pdf"

TYPES = {
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": PNG,
    "webp": WEBP,
    "heic": HEIF,
    "heif": HEIF,
    "pdf": PDF,
}
"""The media type that each extension promises; others are not taken."""

MOST_NAME = 120
"""Characters, the extension included."""

NAMELESS = "file"
NOT_IN_NAMES = '<>:"|?*'
"""What one system or another does not take in names."""


def cleaned(name: str) -> str:
    """Return *name* as it is kept: no path, nothing that can't be seen, NFC, at most `MOST_NAME`.

    Raises `TypeNotTaken` when its (last) extension is none of `TYPES`.
    """
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(_visible(char) for char in last)
    line = unicodedata.normalize("NFC", " ".join(seen.split())).rstrip(" .")
    stem, _, extension = line.rpartition(".")
    if extension.lower() not in TYPES or "." not in line:
        raise TypeNotTaken(fields={"name": "Its name must end in .jpg, .png, .webp, .heic, .pdf."})
    return _joined(stem, extension)


def promised(name: str) -> str:
    """Return the media type that a cleaned *name* promises."""
    return TYPES[name.rpartition(".")[2].lower()]


def renamed(name: str, media_type: str) -> str:
    """Return *name* with an extension that promises *media_type*: the one that it has, or new."""
    if promised(name) == media_type:
        return name
    extension = next(each for each, promise in TYPES.items() if promise == media_type)
    return _joined(name.rpartition(".")[0], extension)


def _joined(stem: str, extension: str) -> str:
    stem = stem.strip(" .")[: MOST_NAME - len(extension) - 1].rstrip(" .")
    return f"{stem or NAMELESS}.{extension}"


def _visible(char: str) -> str:
    if char.isspace():
        return " "
    if unicodedata.category(char).startswith("C"):
        return ""
    return "_" if char in NOT_IN_NAMES else char
