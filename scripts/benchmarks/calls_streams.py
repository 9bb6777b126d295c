"""Packets of calls that were made before: pictures and sounds as a server of media sees them.

They are real, so that a server which decodes has as much to do as in a call; and the packets of a
picture are about equally long, as browsers make them.
"""

import random
import struct
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import chain

import av
from av.audio.codeccontext import AudioCodecContext
from av.video.codeccontext import VideoCodecContext

MOST_BYTES = 1100
"""Of one packet's payload."""
AUDIO_TYPE, VIDEO_TYPE = 111, 96
SIZES = {480: (640, 480), 720: (1280, 720)}
RATE, SAMPLES = 30, 960
"""Pictures a second; samples of one sound, at 48 kHz."""
BLOCK, NEW = 16, 64
"""What is new: rows, of so many equal points each."""
COUNT = 60
"""Pictures and sounds that are made; then they come again, from the first one on."""


@dataclass
class Stream:
    """Packets of one track: *units* are its pictures or sounds, as payloads of packets."""

    ssrc: int
    payload_type: int
    step: int
    units: tuple[tuple[bytes, ...], ...]
    number: int = 0
    stamp: int = 0
    turn: int = 0

    def picture(self) -> list[bytes]:
        """Return the packets of the next picture or sound."""
        *firsts, last = self.units[self.turn]
        video = self.payload_type == VIDEO_TYPE
        found = [self._packet(payload, marker=False) for payload in firsts]
        found.append(self._packet(last, marker=video))
        self.stamp = (self.stamp + self.step) % (1 << 32)
        self.turn = (self.turn + 1) % len(self.units)
        return found

    def _packet(self, payload: bytes, *, marker: bool) -> bytes:
        kind = self.payload_type | (0x80 if marker else 0)
        head = struct.pack(">BBHII", 0x80, kind, self.number, self.stamp, self.ssrc)
        self.number = (self.number + 1) % 65_536
        return head + payload


def video(ssrc: int, kilobits: int, height: int) -> Stream:
    """Return a stream of VP8 pictures of so many kbit/s."""
    return Stream(ssrc, VIDEO_TYPE, 90_000 // RATE, make_pictures(kilobits, height))


def audio(ssrc: int) -> Stream:
    """Return a stream of Opus, 50 packets a second."""
    return Stream(ssrc, AUDIO_TYPE, SAMPLES, _sounds())


@cache
def make_pictures(kilobits: int, height: int) -> tuple[tuple[bytes, ...], ...]:
    """Return pictures as payloads of packets; only the first time it takes a while."""
    width, height = SIZES[height]
    codec = VideoCodecContext.create("libvpx", "w")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuv420p"
    codec.time_base, codec.bit_rate, codec.gop_size = Fraction(1, RATE), kilobits * 1000, COUNT
    codec.options = {"deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0"}
    codec.options |= {"maxrate": f"{kilobits}k", "minrate": f"{kilobits}k", "bufsize": "200k"}
    frames = (_picture(width, height, number) for number in range(COUNT))
    packets = chain.from_iterable(codec.encode(frame) for frame in frames)
    return tuple(_split(bytes(packet)) for packet in packets)


def _picture(width: int, height: int, number: int) -> av.VideoFrame:
    """Return a picture of stripes that move, and in which something new is seen each time."""
    frame = av.VideoFrame(width, height, "yuv420p")
    frame.pts = number
    drawn = random.Random(number)  # noqa: S311  a picture
    for plane in frame.planes:
        new = b"".join(bytes((each,)) * BLOCK for each in drawn.randbytes(plane.line_size // BLOCK))
        old = bytes((place // 4 + number) & 0xFF for place in range(plane.line_size))
        plane.update(new * NEW + old * (plane.height - NEW))
    return frame


def _split(picture: bytes) -> tuple[bytes, ...]:
    """Cut a picture into payloads of packets, each after a VP8 descriptor (RFC 7741, 4.2)."""
    count = -(-len(picture) // MOST_BYTES)
    size, larger = divmod(len(picture), count)
    found, start = list[bytes](), 0
    for place in range(count):
        end = start + size + (place >= count - larger)
        found.append(bytes((0 if place else 0x10,)) + picture[start:end])
        start = end
    return tuple(found)


@cache
def _sounds() -> tuple[tuple[bytes, ...], ...]:
    codec = AudioCodecContext.create("libopus", "w")
    codec.sample_rate, codec.layout, codec.format = 48_000, "stereo", "s16"
    codec.bit_rate = 48_000
    packets = chain.from_iterable(codec.encode(_sound(number)) for number in range(COUNT))
    return tuple((bytes(packet),) for packet in packets)


def _sound(number: int) -> av.AudioFrame:
    """Return a hiss."""
    frame = av.AudioFrame("s16", "stereo", SAMPLES)
    frame.sample_rate, frame.pts = 48_000, number * SAMPLES
    plane = frame.planes[0]
    plane.update(random.Random(number).randbytes(plane.buffer_size))  # noqa: S311  a sound
    return frame
