"""Pictures: read as what they are, written anew without what cameras put into them, made small.

The only user of Pillow. It reads what strangers send, so `main` does it in a process of its own
that may use so much memory and time and no more; see `inspecting/workers.py`.
"""

import resource
import sys
from io import BytesIO
from pathlib import Path
from typing import Final, TypeAlias

import msgspec
from PIL import Image, ImageCms, ImageOps
from pillow_heif import register_heif_opener

from actors.files.messages import Picture, Why
from actors.files.state.names import HEIF, JPEG, PNG, WEBP

MOST_PIXELS = 50_000_000

SMALL = 480
"""The longer side of a small picture, in pixels."""

CPU_SECONDS = 20
"""How much work a picture may be. The process ends then, whatever it is at."""
MEMORY = 2 * 1024 * 1024 * 1024

BOOT = "import sys; sys.path[:] = sys.argv[2:]; from actors.files.pictures import main; main()"

FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", HEIF: "HEIF"}
"""What Pillow calls them; only that one reader is tried."""

WRITTEN_AS = {JPEG: JPEG, PNG: PNG, WEBP: WEBP, HEIF: JPEG}
"""Browsers show no HEIC."""

MODES: Final = {JPEG: ("L", "RGB"), PNG: ("L", "LA", "RGB", "RGBA"), WEBP: ("RGB", "RGBA")}
DEEP = frozenset({"I", "I;16", "I;16B", "I;16L", "F"})
"""Modes of more than eight bits."""

SETTINGS: Final[dict[str, dict[str, int]]] = {
    JPEG: {"quality": 90},
    PNG: {"compress_level": 4},
    WEBP: {"quality": 90, "method": 2},
}

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)


class Written(msgspec.Struct, frozen=True, tag=True):
    """A picture as it is kept, and a small one of it (JPEG)."""

    media_type: str
    content: bytes
    size: Picture
    thumbnail: bytes


class Unfit(msgspec.Struct, frozen=True, tag=True):
    """Not taken, by *why*."""

    why: Why


Rewritten: TypeAlias = Written | Unfit


def rewrite(data: bytes, media_type: str) -> Rewritten:
    """Read *data* as what *media_type* says, upright and in sRGB, and write it anew.

    Of several pictures in one file (an animation, a burst) the first is taken.
    """
    try:
        image = Image.open(BytesIO(data), formats=[FORMATS[media_type]])
        if image.width * image.height > MOST_PIXELS:
            return Unfit(Why.PIXELS)
        image.load()
        return _written(image, WRITTEN_AS[media_type])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Unfit(Why.PIXELS)
    except Exception:  # noqa: BLE001  a broken picture may raise anything
        return Unfit(Why.BROKEN)


def _written(image: Image.Image, media_type: str) -> Written:
    bare = _bare(_in_srgb(_upright(image)), media_type)
    size = Picture(bare.width, bare.height)
    content = BytesIO()
    bare.save(content, FORMATS[media_type], **SETTINGS[media_type])
    return Written(media_type, content.getvalue(), size, _small(bare))


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except Exception:  # noqa: BLE001  the picture is good, only what is said of it is not
        return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return *image* in the colours that every screen assumes, if it says that it has others."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA", "CMYK"}:
        return image
    mode = "RGBA" if image.mode == "RGBA" else "RGB"
    try:
        source, target = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, source, target, outputMode=mode) or image
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


def _bare(image: Image.Image, media_type: str) -> Image.Image:
    """Return the pixels of *image*, as they can be written, and nothing else that it holds."""
    if image.mode in DEEP:
        most = 255 if image.mode == "F" else 65_535
        image = image.convert("F").point(lambda value: value * (255 / most)).convert("L")
    modes, clear = MODES[media_type], image.has_transparency_data
    if clear and "RGBA" in modes and image.mode not in {"LA", "RGBA"}:
        image = image.convert("RGBA")
    elif clear and "RGBA" not in modes:
        image = _on_white(image)
    elif image.mode not in modes:
        image = image.convert("RGBA" if clear else "RGB")
    bare = Image.new(image.mode, image.size)
    bare.im.paste(image.im, (0, 0, *image.size))
    return bare


def _on_white(image: Image.Image) -> Image.Image:
    over = image.convert("RGBA")
    white = Image.new("RGB", over.size, "white")
    white.paste(over, mask=over.getchannel("A"))
    return white


def _small(image: Image.Image) -> bytes:
    """Return *image* with no side longer than `SMALL`, as JPEG. Leaves *image* small."""
    image.thumbnail((SMALL, SMALL))
    small = _on_white(image) if image.has_transparency_data else image
    content = BytesIO()
    small.save(content, "JPEG", quality=80)
    return content.getvalue()


def confine(seconds: int = CPU_SECONDS, memory: int = MEMORY) -> None:
    """Let this process use *seconds* of work and *memory* (bytes), and write no file."""
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def command(media_type: str) -> list[str]:
    """Return the command line that rewrites the picture on its standard input.

    The process says on its standard output what came of it: a `Rewritten`, in msgpack.
    """
    paths = (str(Path(each).absolute()) for each in sys.path)
    return [sys.executable, "-I", "-c", BOOT, media_type, *paths]


def main() -> None:
    """Be that process."""
    confine()
    rewritten = rewrite(sys.stdin.buffer.read(), sys.argv[1])
    sys.stdout.buffer.write(msgspec.msgpack.encode(rewritten))
