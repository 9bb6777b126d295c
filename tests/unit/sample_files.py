"""Files as people send them, and as some should not: all made here, nothing lies about."""

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import ExifTags, Image, ImageCms, ImageDraw, PngImagePlugin  # noqa: TID251  makes samples
from pillow_heif import register_heif_opener  # noqa: TID251  makes samples

register_heif_opener()

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The file that every scanner takes for infected, and that does nothing."""

SECRET = "Rue des Lilas 7, Paris"
"""What a camera wrote into a picture that its owner does not want to tell."""

PIXELS = (64, 48)
CORNER = (220, 30, 30)
"""The colour of the upper left corner of a sample; the rest of it is grey."""


def picture(mode: str = "RGB", size: tuple[int, int] = PIXELS) -> Image.Image:
    """Return a grey picture whose upper left quarter is red (or dark)."""
    image = Image.new("RGB", size, (128, 128, 128))
    corner = (0, 0, size[0] // 2, size[1] // 2)
    ImageDraw.Draw(image).rectangle(corner, fill=CORNER)
    return image.convert(mode)


def told_all(orientation: int = 1) -> Image.Exif:
    """Return what a telephone says of a picture: where it was taken, by whom, with what."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = SECRET
    exif[ExifTags.Base.Orientation] = orientation
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.UserComment] = SECRET
    gps = exif.get_ifd(ExifTags.IFD.GPSInfo)
    gps[ExifTags.GPS.GPSLatitudeRef] = "N"
    gps[ExifTags.GPS.GPSLatitude] = (48.0, 51.0, 24.0)
    return exif


def profile() -> bytes:
    """Return a colour profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def written(image: Image.Image, kind: str, **more: object) -> bytes:
    """Return *image* as a file."""
    file = BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()


def jpeg(orientation: int = 1) -> bytes:
    """Return a JPEG with GPS, a comment, XMP and a colour profile."""
    return written(
        picture(),
        "JPEG",
        exif=told_all(orientation),
        comment=SECRET,
        icc_profile=profile(),
        xmp=f"<x>{SECRET}</x>".encode(),
    )


def png(mode: str = "RGBA") -> bytes:
    """Return a PNG with GPS, texts and a colour profile."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", SECRET)
    texts.add_itxt("XML:com.adobe.xmp", SECRET)
    return written(
        picture(mode), "PNG", exif=told_all(), pnginfo=texts, icc_profile=profile(), dpi=(72, 72)
    )


def webp() -> bytes:
    """Return a WebP with GPS, XMP and a colour profile."""
    return written(picture(), "WEBP", exif=told_all(), xmp=SECRET.encode(), icc_profile=profile())


def heic(orientation: int = 1) -> bytes:
    """Return a HEIC with GPS and XMP."""
    told = told_all(orientation).tobytes()
    return written(picture(), "HEIF", exif=told, xmp=SECRET.encode())


def moving(kind: str) -> bytes:
    """Return an animation: the sample, and then two black pictures."""
    black = Image.new("RGB", PIXELS)
    return written(picture(), kind, save_all=True, append_images=[black, black])


def pdf(inside: bytes = b"") -> bytes:
    """Return a PDF of one empty page, with *inside* in a stream."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] /Contents 4 0 R >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(inside), inside),
    ]
    file, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, part)
    start = len(file)
    file += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    file += b"".join(b"%010d 00000 n \n" % place for place in places)
    file += b"trailer\n<< /Size %d /Root 1 0 R >>\n" % (len(parts) + 1)
    return bytes(file + b"startxref\n%d\n%%%%EOF\n" % start)


def archive(comment: bytes = b"") -> bytes:
    """Return a ZIP file."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as opened:
        opened.writestr("run.exe", b"MZ" + bytes(64))
        opened.comment = comment
    return file.getvalue()


def png_of(width: int, height: int, rows: int | None = None) -> bytes:
    """Return a black PNG of that size, of which only so many *rows* are there: small, packed."""
    lines = zlib.compressobj(9)
    line = bytes(1 + (width + 7) // 8)
    data = b"".join(lines.compress(line) for _ in range(height if rows is None else rows))
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", data + lines.flush()), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def png_with_bomb_of_text() -> bytes:
    """Return a PNG in which a short text unpacks to 80 MB."""
    text = b"Comment\0\0" + zlib.compress(bytes(80_000_000), 9)
    whole = png_of(8, 8)
    end = whole.index(b"IDAT") - 4
    return whole[:end] + _chunk(b"zTXt", text) + whole[end:]


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
