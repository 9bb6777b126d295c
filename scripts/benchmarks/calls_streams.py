"""Packets of calls that were made before: pictures and sounds as a server of media sees them."""

import struct
from dataclasses import dataclass

VIDEO_BYTES, AUDIO_BYTES = 1100, 120
AUDIO_TYPE, VIDEO_TYPE = 111, 96


@dataclass
class Stream:
    """Packets of one track: VP8 pictures of *packets* each, or Opus."""

    ssrc: int
    payload_type: int
    size: int
    step: int
    packets: int
    number: int = 0
    stamp: int = 0

    def picture(self) -> list[bytes]:
        """Return the packets of the next picture or sound."""
        found = [self._packet(place) for place in range(self.packets)]
        self.stamp = (self.stamp + self.step) % (1 << 32)
        return found

    def _packet(self, place: int) -> bytes:
        last = place + 1 == self.packets
        marker = 0x80 if last and self.packets > 1 else 0
        head = struct.pack(
            ">BBHII", 0x80, self.payload_type | marker, self.number, self.stamp, self.ssrc
        )
        self.number = (self.number + 1) % 65_536
        body = bytes([0x10 if place == 0 else 0, 0x00]) if self.payload_type != AUDIO_TYPE else b""
        return head + body + bytes(self.size)


def video(ssrc: int, kilobits: int, rate: int = 30) -> Stream:
    """Return a stream of pictures, *rate* a second, of so many kbit/s."""
    packets = max(1, round(kilobits * 1000 / 8 / rate / VIDEO_BYTES))
    return Stream(ssrc, VIDEO_TYPE, kilobits * 125 // rate // packets, 90_000 // rate, packets)


def audio(ssrc: int) -> Stream:
    """Return a stream of sound, 50 packets a second."""
    return Stream(ssrc, AUDIO_TYPE, AUDIO_BYTES, 960, 1)
