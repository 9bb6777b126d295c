"""Pictures that the people of the demonstration send one another, drawn here, as PNG."""

import hashlib
import math
import struct
import zlib
from collections.abc import Iterator
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]

TABLE, SHADOW, CASE, EDGE = (196, 164, 124), (150, 122, 90), (238, 240, 242), (205, 210, 215)
GLASS, INK, BUTTON = (196, 208, 190), (44, 54, 48), (38, 110, 168)
SKIN, SORE, THREAD = (224, 178, 148), (196, 92, 84), (158, 58, 58)
LETTERS = {
    "S": "### #.. ### ..# ###",
    "Y": "#.# #.# .#. .#. .#.",
    "D": "##. #.# #.# #.# ##.",
    "I": "### .#. .#. .#. ###",
    "A": ".#. #.# ### #.# #.#",
    "P": "### #.# ### #.. #..",
    "U": "#.# #.# #.# #.# ###",
    "L": "#.. #.. #.. #.. ###",
}
"""Five rows of three dots."""
SEGMENTS = {
    "a": (1, 0, 4, 1),
    "b": (5, 1, 1, 4),
    "c": (5, 6, 1, 4),
    "d": (1, 10, 4, 1),
    "e": (0, 6, 1, 4),
    "f": (0, 1, 1, 4),
    "g": (1, 5, 4, 1),
}
"""Of a digit of six by eleven: left, top, width, height."""
DIGITS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg")
ROUND = 26


class Canvas:
    """Pixels to draw on; coordinates are pixels from the upper left corner."""

    def __init__(self, width: int, height: int, ground: Colour) -> None:
        self.width = width
        self._rows = [bytearray(bytes(ground) * width) for _ in range(height)]

    def box(self, left: int, top: int, width: int, height: int, colour: Colour) -> None:
        """Fill a rectangle."""
        for row in self._rows[top : top + height]:
            row[3 * left : 3 * (left + width)] = bytes(colour) * width

    def card(self, left: int, top: int, width: int, height: int, colour: Colour) -> None:
        """Fill a rectangle with round corners."""
        for line in range(height):
            depth = max(ROUND - line, ROUND - (height - 1 - line), 0)
            inset = round(ROUND - math.sqrt(ROUND * ROUND - depth * depth))
            self.box(left + inset, top + line, width - 2 * inset, 1, colour)

    def number(self, number: int, right: int, top: int, unit: int) -> None:
        """Write a number as such a display does, up to *right*; a digit is six units wide."""
        left = right - 8 * unit * len(str(number))
        for digit in str(number):
            for segment in DIGITS[int(digit)]:
                x, y, width, height = (unit * each for each in SEGMENTS[segment])
                self.box(left + x, top + y, width, height, INK)
            left += 8 * unit

    def word(self, word: str, left: int, top: int, unit: int) -> None:
        """Write a word in `LETTERS`."""
        for place, letter in enumerate(word):
            for row, dots in enumerate(LETTERS[letter].split()):
                for column, dot in enumerate(dots):
                    if dot == "#":
                        x, y = left + unit * (4 * place + column), top + unit * row
                        self.box(x, y, unit, unit, INK)

    def png(self) -> bytes:
        """Return the picture."""
        return png_of(self.width, self._rows)


def png_of(width: int, rows: list[bytearray]) -> bytes:
    """Return a picture of *rows*: one byte for each of the three colours of a pixel (PNG 1.2)."""
    head = struct.pack(">IIBBBBB", width, len(rows), 8, 2, 0, 0, 0)
    lines = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    chunks = (_chunk(b"IHDR", head), _chunk(b"IDAT", lines), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    check = struct.pack(">I", zlib.crc32(kind + data))
    return struct.pack(">I", len(data)) + kind + data + check


def meter(upper: int, lower: int, pulse: int) -> bytes:
    """Return a picture of a blood pressure meter on a table (mmHg, mmHg, beats a minute)."""
    canvas = Canvas(720, 540, TABLE)
    canvas.card(112, 62, 520, 440, SHADOW)
    canvas.card(100, 50, 520, 440, EDGE)
    canvas.card(104, 52, 512, 430, CASE)
    canvas.card(132, 80, 330, 372, GLASS)
    for place, (word, number) in enumerate((("SYS", upper), ("DIA", lower), ("PUL", pulse))):
        top = 104 + 118 * place
        canvas.word(word, 152, top + 34, 5)
        canvas.number(number, 448, top, 8)
    for top in (110, 220, 330):
        canvas.card(490, top, 96, 80, BUTTON)
    return canvas.png()


def scar() -> bytes:
    """Return a picture of a scar that heals."""
    width, height = 320, 240
    noise = hashlib.shake_256(b"skin").digest(width * height)
    rows = [
        bytearray(
            part
            for x in range(width)
            for part in _skin(x, y, noise[y * width + x] % 11 - 5, width, height)
        )
        for y in range(height)
    ]
    return png_of(width, rows)


def _skin(x: int, y: int, grain: int, width: int, height: int) -> Iterator[int]:
    """Yield the colours of a pixel: sore near a line that is bent a little, dark at its ends."""
    along = min(max((x - 60) / (width - 120), 0), 1)
    middle = height * (0.58 - 0.16 * along) + 7 * math.sin(5 * along)
    away = math.hypot(x - (60 + along * (width - 120)), y - middle)
    sore = 0.75 * math.exp(-((away / 17) ** 2))
    line = math.exp(-((away / 2.4) ** 2))
    light = 1.06 - 0.22 * math.hypot(x / width - 0.4, y / height - 0.35)
    for skin, red, dark in zip(SKIN, SORE, THREAD, strict=True):
        colour = skin + (red - skin) * sore
        yield min(max(round((colour + (dark - colour) * line) * light + grain), 0), 255)
