"""A test card and a tone, encoded once: a second of each, to be played in a circle."""

import math
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import av
from av import AudioFrame, VideoFrame

WIDTH, HEIGHT, RATE = 640, 480, 30
BARS = (
    (180, 128, 128),
    (162, 44, 142),
    (131, 156, 44),
    (112, 72, 58),
    (84, 184, 198),
    (65, 100, 212),
)
"""The colours of the card, as Y, U, V."""
WHITE, BLACK = 235, 16
DOT = 24

SAMPLES = 48_000
OPUS = 960
"""Samples of one Opus packet (20 ms)."""
PITCH = 440
LOUDNESS = 6000


class Loop(NamedTuple):
    """Encoded packets that follow one another, each lasting *ticks* of *base*."""

    packets: tuple[bytes, ...]
    ticks: int
    base: Fraction


@lru_cache(1)
def test_card() -> Loop:
    """Return a second of colour bars with a dot that goes round (VP8, begins with a key frame)."""
    encoder = av.CodecContext.create("libvpx", "w")
    encoder.width, encoder.height = WIDTH, HEIGHT
    encoder.pix_fmt = "yuv420p"
    encoder.time_base = Fraction(1, RATE)
    encoder.bit_rate = 400_000
    encoder.options = {
        "deadline": "realtime",
        "cpu-used": "8",
        "auto-alt-ref": "0",
        "lag-in-frames": "0",
    }
    packets = [packet for place in range(RATE) for packet in encoder.encode(_frame(place))]
    packets += encoder.encode(None)
    return Loop(tuple(map(bytes, packets)), 90_000 // RATE, Fraction(1, 90_000))


def _frame(place: int) -> VideoFrame:
    frame = VideoFrame(WIDTH, HEIGHT, "yuv420p")
    for plane, part in zip(frame.planes, range(3), strict=True):
        scale = 1 if part == 0 else 2
        rows = _bars(part, WIDTH // scale, plane.line_size) * (HEIGHT // scale)
        picture = bytearray(rows)
        if part == 0:
            _put_dot(picture, plane.line_size, place)
        plane.update(bytes(picture))
    frame.pts, frame.time_base = place, Fraction(1, RATE)
    return frame


def _bars(part: int, width: int, line: int) -> bytes:
    """Return one row of the bars in that part (Y, U or V), as long as a line of memory."""
    row = bytes(BARS[x * len(BARS) // width][part] for x in range(width))
    return row.ljust(line, b"\x80")


def _put_dot(picture: bytearray, line: int, place: int) -> None:
    """Put a white dot where a clock's hand stands after *place* of a second's frames."""
    angle = 2 * math.pi * place / RATE
    left = WIDTH // 2 + round(math.sin(angle) * HEIGHT / 3) - DOT // 2
    top = HEIGHT // 2 - round(math.cos(angle) * HEIGHT / 3) - DOT // 2
    for y in range(top, top + DOT):
        picture[y * line + left : y * line + left + DOT] = bytes([WHITE]) * DOT


@lru_cache(1)
def tone() -> Loop:
    """Return a second of a tone that swells and fades (Opus)."""
    encoder = av.CodecContext.create("libopus", "w")
    encoder.sample_rate, encoder.layout, encoder.format = SAMPLES, "mono", "s16"
    encoder.time_base = Fraction(1, SAMPLES)
    encoder.bit_rate = 32_000
    starts = range(0, SAMPLES, OPUS)
    packets = [packet for start in starts for packet in encoder.encode(_sound(start))]
    packets += encoder.encode(None)
    return Loop(tuple(map(bytes, packets)), OPUS, Fraction(1, SAMPLES))


def _sound(start: int) -> AudioFrame:
    frame = AudioFrame(format="s16", layout="mono", samples=OPUS)
    samples = (_sample(start + place) for place in range(OPUS))
    frame.planes[0].update(b"".join(each.to_bytes(2, "little", signed=True) for each in samples))
    frame.sample_rate, frame.time_base, frame.pts = SAMPLES, Fraction(1, SAMPLES), start
    return frame


def _sample(place: int) -> int:
    swell = 0.5 - 0.5 * math.cos(2 * math.pi * place / SAMPLES)
    return round(LOUDNESS * swell * math.sin(2 * math.pi * PITCH * place / SAMPLES))
